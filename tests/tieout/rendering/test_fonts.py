"""The two fonts of our PDFs: embedded under names of their own, and Chinese can be copied out."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONTS = Path(__file__).parents[3] / "tieout" / "rendering" / "fonts"
FACES = ("NotoSansSC-Regular", "NotoSansSC-Bold")
SENTENCE = "截至 2026 年 5 月 31 日，贵公司应付 ¥12,345.67（人民币）。Balance as at 31 May €."


@pytest.fixture(scope="module")
def page() -> PdfReader:
    """A page with the same sentence in both faces."""
    paper = io.BytesIO()
    canvas = Canvas(paper)
    for height, face in zip((700, 600), FACES, strict=True):
        pdfmetrics.registerFont(TTFont(f"test-{face}", FONTS / f"{face}.ttf"))
        canvas.setFont(f"test-{face}", 11)
        canvas.drawString(40, height, SENTENCE)
    canvas.save()
    return PdfReader(paper)


def test_both_faces_are_embedded_under_their_own_names(page: PdfReader) -> None:
    embedded = {
        str(font["/FontName"]).partition("+")[2]
        for font in map(page.get_object, range(1, len(page.xref[0]) + 1))
        if isinstance(font, DictionaryObject) and "/FontFile2" in font
    }

    assert embedded == set(FACES)


def test_what_is_printed_can_be_copied_out(page: PdfReader) -> None:
    assert page.pages[0].extract_text().splitlines() == [SENTENCE, SENTENCE]


def test_rare_characters_of_names_are_in_the_regular_face() -> None:
    regular = TTFont("test-rare", FONTS / "NotoSansSC-Regular.ttf")

    assert all(ord(character) in regular.face.charToGlyph for character in "镕喆堃龘淼")
