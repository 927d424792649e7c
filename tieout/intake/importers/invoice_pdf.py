"""Invoices in PDF that carry themselves as XML: Factur-X, ZUGFeRD, XRechnung in a PDF.

Only the XML is read. What a PDF shows is drawn for eyes: figures taken from there would be guessed.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from tieout.intake.importers.cii import contents_in
from tieout.intake.importers.contents import Contents
from tieout.intake.importers.markup import tree_of
from tieout.intake.reading.errors import PasswordProtected, PdfFile, SeveralInvoices

if TYPE_CHECKING:
    from pypdf import PdfReader

#: What the profiles call the XML in the PDF.
_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
_ROOTS = (b"CrossIndustryInvoice", b"CrossIndustryDocument")


class InvoicePdf:
    """A PDF with its invoice inside."""

    def recognises(self, head: bytes) -> bool:
        """See whether a PDF begins there."""
        return head.startswith(b"%PDF")

    def read(self, path: Path, file: str) -> Contents:
        """Read the invoice in the PDF.

        Raises:
            PdfFile: there is none in it, or it does not open.
            PasswordProtected: it opens with a password only.
            SeveralInvoices: there are several, and which is meant is not said.
        """
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError

        try:
            reader = PdfReader(path)
            if reader.is_encrypted and not reader.decrypt(""):
                raise PasswordProtected(file=file)
            found = _invoices(reader)
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise PdfFile(file=file) from error
        if not found:
            raise PdfFile(file=file)
        if len(found) > 1:
            raise SeveralInvoices(file=file, count=len(found))
        return contents_in(tree_of(found[0], file), file)


def _invoices(reader: "PdfReader") -> list[bytes]:
    """The XML of invoices in a PDF: by its name, else by what it is."""
    inside = [
        (name.lower(), each) for name, all_of in reader.attachments.items() for each in all_of
    ]
    named = [content for name, content in inside if name in _NAMES]
    others = [one for _, one in inside if any(root in one[:4_000] for root in _ROOTS)]
    return list(dict.fromkeys(named or others))
