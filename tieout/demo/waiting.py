"""What lies on the accountant's desk: documents in preparation, and entries that stand there twice.

Nothing of it is in the books yet: an invoice of which part is kept back, one at another price than
agreed, a payment of the group's for its branches, a product and a dealer somebody added once more.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from tieout import catalog
from tieout.catalog import ProductInput
from tieout.customers import services
from tieout.demo import cast
from tieout.demo.chapters import Chapter
from tieout.demo.dates import Dates
from tieout.demo.setting_up import Cast
from tieout.ledger import acts, drafts, merging
from tieout.ledger.inputs import DocumentInput, DuePart, LineInput, ReferenceInput
from tieout.ledger.models import DocumentKind
from tieout.money import Money

#: Five per cent of it are kept back for a year.
_FITTING = ("INV-R-0101", "48000.00", "2400.00", "Workshop fitted out, Ningbo")
_SHARED = ("15000.00", (("M-0231", "6000.00"), ("M-0232", "4000.00")))


class Waiting:
    """What somebody still has to do."""

    def __init__(self, dates: Dates, people: Cast) -> None:
        self.dates, self.cast = dates, people

    def chapters(self) -> Iterator[Chapter]:
        """All of it on the last days."""
        for hour, act in enumerate((self._prepare, self._add_twice)):
            at = self.dates.answered(8, 14, 10 + hour)
            yield Chapter(at, lambda session, act=act, at=at: act(session, at))  # type: ignore[misc]

    def _prepare(self, session: Session, at: datetime) -> None:
        on = at.date()
        product = catalog.find_product(session, "HT-1010")
        number, whole, kept, words = _FITTING
        amount, back = Money.of(whole, "CNY"), Money.of(kept, "CNY")
        fitted = DocumentInput(
            self.cast.accounts[cast.NINGBO.code, "CNY"],
            DocumentKind.INVOICE,
            number,
            on,
            amount,
            due=(
                DuePart(on + timedelta(days=30), amount - back),
                DuePart(on + timedelta(days=365), back, is_retention=True),
            ),
            description=words,
        )
        hammers = Money.of("1400.00", "CNY")
        dear = DocumentInput(
            self.cast.accounts[cast.MINGYUAN.code, "CNY"],
            DocumentKind.INVOICE,
            "INV-R-0102",
            on,
            hammers,
            lines=(
                LineInput(
                    hammers,
                    product.code,
                    product.name,
                    product.unit,
                    Decimal(50),
                    Decimal("28.00"),
                    product_id=product.id,
                ),
            ),
        )
        drafts.prepare(session, fitted, by=self.cast.chen, at=at)
        drafts.prepare(session, dear, by=self.cast.chen, at=at)
        drafts.prepare(session, *self._shared(at), by=self.cast.chen, at=at)

    def _shared(self, at: datetime) -> list[DocumentInput]:
        whole, parts = _SHARED
        payment = DocumentInput(
            self.cast.accounts[cast.HUADONG.code, "CNY"],
            DocumentKind.PAYMENT,
            "PAY-R-0103",
            at.date(),
            -Money.of(whole, "CNY"),
            references=(ReferenceInput("bank", "HD-77120"),),
            description="Huadong group for its branches",
        )
        made = [payment]
        for code, amount in parts:
            account = self.cast.accounts[code, "CNY"]
            made += acts.share(payment, account, Money.of(amount, "CNY"), "Part of the group")
        return made

    def _add_twice(self, session: Session, at: datetime) -> None:
        hammer = catalog.find_product(session, "HT-1010")
        again = ProductInput("HT 1010", hammer.name, hammer.specification, hammer.unit)
        catalog.add_product(session, again, by=self.cast.chen)
        jinhai = self.cast.customers[cast.JINHAI.code]
        twin = services.add_customer(
            session,
            services.CustomerInput(code="M-0263", name="金海五金机电", language="zh"),
            by=self.cast.chen,
            at=at,
        )
        merging.propose(
            session,
            twin,
            session.merge(jinhai),
            reason="Added once more from a business card",
            on=at.date(),
            by=self.cast.chen,
            at=at,
        )
