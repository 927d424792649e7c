"""The importers there are, and what each has to be."""

from pathlib import Path
from typing import Protocol

from tieout.intake.importers.contents import Contents
from tieout.registry import Registry


class Importer(Protocol):
    """A kind of file that is read by rules of its own."""

    def recognises(self, head: bytes) -> bool:
        """Tell by the first kilobytes whether a file is of this kind; its name proves nothing."""

    def read(self, path: Path, file: str) -> Contents:
        """Read the whole file, which is called `file`, in the child process.

        An entry that cannot be read stays a row, its cell as it stands in the file: the row is
        refused with a reason, the others are taken.

        Raises:
            Unreadable: nothing of it can be taken.
        """


IMPORTERS: Registry[type[Importer]] = Registry(
    "tieout.importers",
    pdf="tieout.intake.importers.invoice_pdf:InvoicePdf",  # first: others may stand inside one
    camt="tieout.intake.importers.camt:Camt",
    mt940="tieout.intake.importers.mt940:Mt940",
    ofx="tieout.intake.importers.ofx:Ofx",
    bai2="tieout.intake.importers.bai2:Bai2",
    wechat="tieout.intake.importers.wechat_pay:WechatPay",
    ubl="tieout.intake.importers.ubl:Ubl",
    cii="tieout.intake.importers.cii:Cii",
    qif="tieout.intake.importers.qif:Qif",
    shop="tieout.intake.importers.shop:Shop",
    json="tieout.intake.importers.records:Records",
)
_BUILT_IN = tuple(IMPORTERS)


def recognised(head: bytes) -> str:
    """The name of the importer for a file that begins so; empty for none: then it is a table."""
    names = sorted(IMPORTERS, key=lambda name: name in _BUILT_IN)  # plug-ins first
    return next((name for name in names if IMPORTERS[name]().recognises(head)), "")
