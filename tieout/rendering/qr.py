"""QR codes: for a page as SVG, for paper as rows of squares."""

import io

import segno
from markupsafe import Markup

#: Light squares around a code, which readers need.
QUIET = 2


def squares(text: str) -> list[list[bool]]:
    """Return the rows of a code, True where it is dark."""
    code = segno.make(text, micro=False, error="m", boost_error=False)
    return [[bool(cell) for cell in row] for row in code.matrix_iter(border=QUIET)]


def svg(text: str, words: str) -> Markup:
    """Return a code as an inline drawing, with words for who cannot see it."""
    out = io.BytesIO()
    segno.make(text, micro=False, error="m", boost_error=False).save(
        out,
        "svg",
        border=QUIET,
        light="#fff",  # on a dark page too
        xmldecl=False,
        svgns=False,
        nl=False,
        omitsize=True,
        title=words,
        svgclass="to-qr",
        lineclass=None,
    )
    drawing = out.getvalue().decode()
    return Markup(drawing.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704 - segno escapes
