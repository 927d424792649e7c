"""Text on paper: which face has a character, how wide it is, where a line may end."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import cast

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.rendering.translation import reader

FONTS = Path(__file__).parent / "fonts"
#: Named as the PDF engine names the faces of the families R and F, so that each is embedded once.
REGULAR, BOLD, FALLBACK = "r_00", "r_10", "f_00"
#: Quotation marks in English: Chinese gives each a whole square, which English has no room for.
QUOTES = "‘’“”"
_QUOTING = {REGULAR: "q_00", BOLD: "q_10", FALLBACK: "q_00"}
FILES = {
    REGULAR: "NotoSansSC-Regular.ttf",
    BOLD: "NotoSansSC-Bold.ttf",
    FALLBACK: "NotoSansSC-Regular.ttf",
    "q_00": "TieoutLatin-Regular.ttf",
    "q_10": "TieoutLatin-Bold.ttf",
}

#: Characters no line of Chinese begins with, or ends with.
NOT_FIRST = "，。、；：？！…）》」』】〕％℃’”,.;:?!)]}%"
NOT_LAST = "（《「『【〔‘“([{"

#: Control characters, joiners, marks of direction, and what no text may hold.
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")
#: What does not belong to the words when a line of a template is quoted.
TAG = re.compile(r"<[^>]*>")

Run = tuple[str, str]  # face, text
Line = list[Run]


class NotPrintable(InvalidInput):
    """A character that no font of ours has."""

    message = N_(
        "The character %(character)s (%(code)s) cannot be printed. Take it out of “%(text)s”."
    )


@cache
def register() -> None:
    """Make the faces known to the PDF engine, once a process."""
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, FONTS / file))


@cache
def _characters(face: str) -> frozenset[int]:
    register()
    return frozenset(cast(TTFont, pdfmetrics.getFont(face)).face.charToGlyph)


def printable(text: str) -> str:
    """Return text without marks that have no shape of their own.

    Raises:
        NotPrintable: a character is left that no face has.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(c for c in text if c in "\t\n" or unicodedata.category(c) not in INVISIBLE)
    known = _characters(REGULAR)
    if not known.issuperset(map(ord, text.replace("\n", "").replace("\t", ""))):
        missing = next(c for c in text if c not in "\t\n" and ord(c) not in known)
        words = TAG.sub("", text).strip()
        raise NotPrintable(character=missing, code=f"U+{ord(missing):04X}", text=words[:60])
    return text


def width(text: str, face: str, size: float) -> float:
    """Return how wide text is in a face that has all of it."""
    return float(pdfmetrics.stringWidth(text, face, size))


def runs(text: str, face: str) -> Line:
    """Cut text where another face must stand in: the bold one lacks a character, or a quotation
    mark is read in English.
    """
    known = _characters(face)
    quoting = reader.get().language != "zh" and any(mark in text for mark in QUOTES)
    if known.issuperset(map(ord, text)) and not quoting:
        return [(face, text)]
    found: Line = []
    for character in text:
        chosen = face if ord(character) in known else FALLBACK
        if quoting and character in QUOTES:
            chosen = _QUOTING[face]
        if found and found[-1][0] == chosen:
            found[-1] = (chosen, found[-1][1] + character)
        else:
            found.append((chosen, character))
    return found


def line_width(line: Line, size: float) -> float:
    """Return how wide a line of runs is."""
    return sum(width(text, face, size) for face, text in line)


def lines(text: str, face: str, size: float, room: float) -> list[Line]:
    """Break text into lines that fit: at spaces, between Chinese characters, else anywhere."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line_width(runs((line + piece).rstrip(), face), size) <= room:
                line += piece
                continue
            if line.strip():
                found.append(line.rstrip())
            line = piece.lstrip()
            while line_width(runs(line.rstrip(), face), size) > room and len(line) > 1:
                fits = _fitting(line, face, size, room)
                found.append(line[:fits])
                line = line[fits:]
        found.append(line.rstrip())
    return [runs(line, face) for line in found]


def _fitting(text: str, face: str, size: float, room: float) -> int:
    count = 1
    while count < len(text) and line_width(runs(text[: count + 1], face), size) <= room:
        count += 1
    return count


def _pieces(text: str) -> list[str]:
    """Cut text into what may not be broken; a space stays with what stands before it."""
    found: list[str] = []
    piece = ""
    for at, character in enumerate(text):
        piece += character
        after = text[at + 1] if at + 1 < len(text) else ""
        if not after:
            break
        free = character == " " or _is_wide(character) or _is_wide(after)
        if free and after != " " and after not in NOT_FIRST and character not in NOT_LAST:
            found.append(piece)
            piece = ""
    return [*found, piece]


def _is_wide(character: str) -> bool:
    return character >= "\u2e80"
