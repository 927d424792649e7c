"""Make the fonts of our PDFs from Noto Sans SC.

Regular keeps every character, Bold those of GB 2312 and Latin. Both lose the hints and layout
tables that a PDF writer does not read, and the same source gives the same bytes. For English there
is the Latin part of each, its quotation marks as wide as they are drawn: Chinese gives each a whole
square.

    npm install @expo-google-fonts/noto-sans-sc
    python tieout/rendering/fonts/make_fonts.py node_modules/@expo-google-fonts/noto-sans-sc
"""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent

#: Latin with its accents, punctuation, currency signs, arrows and the few symbols of our pages.
LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x2000, 0x2070), *range(0x20A0, 0x20C0)]
SYMBOLS = [*range(0x2190, 0x219A), *range(0x2200, 0x2270), 0x2713, 0x2717, 0x25CF, 0x25CB]
FULL_WIDTH = [*range(0x3000, 0x3040), *range(0xFF01, 0xFFEF)]


def gb2312() -> list[int]:
    """List the characters of GB 2312."""
    return [
        ord(bytes((row, cell)).decode("gb2312"))
        for row in range(0xB0, 0xF8)
        for cell in range(0xA1, 0xFF)
        if (row, cell) < (0xD7, 0xFA) or row > 0xD7
    ]


def make(source: Path, name: str, characters: Iterable[int] | None = None) -> None:
    """Write one font, of the given characters or of all."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(
        hinting=False,
        layout_features=[],
        name_IDs=["*"],
        name_languages=[0x409],
        notdef_outline=True,
    )
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "vhea", "vmtx", "VORG", "BASE", "STAT"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap() if characters is None else characters)
    subsetter.subset(font)
    font.save(HERE / f"{name}.ttf")


#: Room on either side of a quotation mark in English, in thousandths of the size.
BESIDE = 55
QUOTES = (0x2018, 0x2019, 0x201C, 0x201D)


def make_latin(source: str, name: str) -> None:
    """Write the Latin part of a font that is there, with the quotation marks of English."""
    font = TTFont(HERE / f"{source}.ttf", recalcTimestamp=False)
    options = Options(hinting=False, layout_features=[], name_IDs=["*"], notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LATIN)
    subsetter.subset(font)
    drawn, widths = font["glyf"], font["hmtx"]
    for character in QUOTES:
        glyph_name = (font.getBestCmap() or {})[character]
        glyph = drawn[glyph_name]
        glyph.coordinates.translate((BESIDE - glyph.xMin, 0))
        glyph.recalcBounds(drawn)
        widths[glyph_name] = (glyph.xMax + BESIDE, BESIDE)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = name
    font.save(HERE / f"{name}.ttf")


if __name__ == "__main__":
    package = Path(sys.argv[1])
    make(package / "400Regular" / "NotoSansSC_400Regular.ttf", "NotoSansSC-Regular")
    bold = {*LATIN, *SYMBOLS, *FULL_WIDTH, *gb2312()}
    make(package / "700Bold" / "NotoSansSC_700Bold.ttf", "NotoSansSC-Bold", bold)
    shutil.copy(package / "LICENSE_FONT", HERE / "OFL.txt")
    for weight in ("Regular", "Bold"):
        make_latin(f"NotoSansSC-{weight}", f"TieoutLatin-{weight}")
