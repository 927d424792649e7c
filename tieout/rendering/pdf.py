"""PDFs from HTML templates: our fonts embedded, no network, no files, the same bytes every time.

A template may hold `<ledgerrows key="…" title="…"></ledgerrows>`, the table of that name,
`<closedfigure before="…" value="…"></closedfigure>`, `<picture key="…" …></picture>` and
`<qrcode value="…"></qrcode>`. Slow to import: only render processes and commands do.
"""

import io
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, cast

import xhtml2pdf.parser
from reportlab import rl_config
from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus.flowables import Flowable
from xhtml2pdf import pisa
from xhtml2pdf.config.resources import ResourceAccessError, ResourceAccessPolicy
from xhtml2pdf.tags import pisaTag

from tieout.errors import TieoutError
from tieout.i18n import N_
from tieout.rendering import lettering, qr
from tieout.rendering.environment import render
from tieout.rendering.paper_table import ClosedFigure, PaperTable
from tieout.rendering.tables import TableDefinition

MARGIN = 15 * mm
#: Nothing that changes with the day, so that the same figures are the same file.
rl_config.invariant = 1

_tables: ContextVar[Mapping[str, TableDefinition]] = ContextVar("tables")
_pictures: ContextVar[Mapping[str, bytes]] = ContextVar("pictures")


class NotRendered(TieoutError):
    """A template that cannot be made into a PDF."""

    message = N_("The document could not be made: %(reason)s.")


class Story(Protocol):
    """What a tag may ask of the engine."""

    pageSize: tuple[float, float]  # noqa: N815 - the engine's name

    def addPara(self) -> None:  # noqa: N802 - the engine's name
        """End the paragraph."""

    def addStory(self, flowable: Flowable) -> None:  # noqa: N802 - the engine's name
        """Add what flows down the page."""


class LedgerRowsTag(pisaTag):
    """<ledgerrows key="…" title="…"></ledgerrows>: the table of that name."""

    def start(self, c: Story) -> None:
        """Add the table, as wide as the page."""
        table = _tables.get()[self.node.getAttribute("key")]
        c.addPara()
        width = c.pageSize[0] - 2 * MARGIN
        c.addStory(PaperTable.of(table, width, self.node.getAttribute("title")))


class ClosedFigureTag(pisaTag):
    """<closedfigure before="CNY" value="4,040.00"></closedfigure>: what is owed, large."""

    def start(self, c: Story) -> None:
        """Add the figure with our double rule."""
        c.addPara()
        before, value = map(self.node.getAttribute, ("before", "value"))
        c.addStory(ClosedFigure(before, value))


class QrCode(Flowable):
    """A QR code of squares."""

    def __init__(self, text: str, size: float) -> None:
        super().__init__()
        self.rows = qr.squares(text)
        self.width = self.height = size

    def draw(self) -> None:
        """Draw each run of dark squares as one bar, so that no hairline parts them."""
        canvas: Canvas = self.canv
        side = self.width / len(self.rows)
        canvas.setFillColor(black)
        for at, row in enumerate(self.rows):
            start = None
            for x, dark in enumerate([*row, False]):
                if dark and start is None:
                    start = x
                elif not dark and start is not None:
                    y = self.height - (at + 1) * side
                    canvas.rect(start * side, y, (x - start) * side, side, stroke=0, fill=1)
                    start = None


class QrCodeTag(pisaTag):
    """<qrcode value="…" size="24"></qrcode>: a QR code, so many millimetres wide."""

    def start(self, c: Story) -> None:
        """Add the code."""
        size = int(self.node.getAttribute("size") or "24") * mm
        c.addPara()
        c.addStory(QrCode(self.node.getAttribute("value"), size))


class Picture(Flowable):
    """A picture, as large as fits into a box."""

    def __init__(self, content: bytes, width: float, height: float) -> None:
        super().__init__()
        self.image = ImageReader(io.BytesIO(content))
        across, down = self.image.getSize()
        scale = min(width / across, height / down)
        self.width, self.height = across * scale, down * scale

    def draw(self) -> None:
        """Draw it, what is clear in it left clear."""
        canvas: Canvas = self.canv
        canvas.drawImage(self.image, 0, 0, self.width, self.height, mask="auto")


class PictureTag(pisaTag):
    """<picture key="logo" width="50" height="18"></picture>: within so many millimetres."""

    def start(self, c: Story) -> None:
        """Add the picture of that name."""
        width, height = (int(self.node.getAttribute(name)) * mm for name in ("width", "height"))
        c.addPara()
        c.addStory(Picture(_pictures.get()[self.node.getAttribute("key")], width, height))


# The engine looks a tag's class up by its name; a test holds that it still does.
vars(xhtml2pdf.parser).update(
    pisaTagCLOSEDFIGURE=ClosedFigureTag,
    pisaTagLEDGERROWS=LedgerRowsTag,
    pisaTagPICTURE=PictureTag,
    pisaTagQRCODE=QrCodeTag,
)


@dataclass(frozen=True)
class OurFontsAlone(ResourceAccessPolicy):
    """Lets a page read our fonts, and writes down what else it asked for."""

    refused: list[str] = field(default_factory=list)

    def check_url(self, url: str) -> None:
        """Refuse every address."""
        with self._noted(url):
            super().check_url(url)

    def check_path(self, path: str | Path) -> None:
        """Refuse every file but our fonts."""
        with self._noted(str(path)):
            super().check_path(path)

    @contextmanager
    def _noted(self, what: str) -> Iterator[None]:
        try:
            yield
        except ResourceAccessError:
            self.refused.append(what)
            raise


def render_pdf(
    template: str,
    data: Mapping[str, object],
    tables: Mapping[str, TableDefinition] | None = None,
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """Fill in a template for whoever reads and make a PDF of it.

    Raises:
        NotRendered: the template asks for what is not there, or not allowed.
        NotPrintable: a character that no font of ours has.
        SumsDiffer: a table does not add up.
    """
    lettering.register()
    tables = {key: table.checked() for key, table in (tables or {}).items()}
    page = render(template, fonts=lettering.FONTS.as_posix(), **data)
    lines = (lettering.printable(line) for line in page.splitlines())
    return pdf_of("\n".join(lines), tables, pictures or {})


def pdf_of(
    page: str,
    tables: Mapping[str, TableDefinition],
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """Make a PDF of a page; whatever it asks for from elsewhere is an error.

    Raises:
        NotRendered: the page asks for what is not there, or not allowed.
    """
    policy = cast(
        OurFontsAlone,
        OurFontsAlone.server(lettering.FONTS, allow_remote=False, max_render_seconds=300),
    )
    out = io.BytesIO()
    token, shown = _tables.set(tables), _pictures.set(pictures)
    try:
        with _silent():
            result = pisa.CreatePDF(page, dest=out, encoding="utf-8", resource_policy=policy)
    finally:
        _tables.reset(token)
        _pictures.reset(shown)
    reasons = policy.refused or [f"{entry[2]} {entry[3]}" for entry in result.log]
    if result.err or reasons:
        raise NotRendered(reason="; ".join(reasons) or "unknown")
    return out.getvalue()


@contextmanager
def _silent() -> Iterator[None]:
    """Keep the engine's warnings out of the log: they become an error."""
    log = logging.getLogger("xhtml2pdf")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
