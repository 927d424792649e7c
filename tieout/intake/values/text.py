"""Texts and identifiers, cleaned of what cannot be seen and otherwise left as they are."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from tieout.intake.reading import Broken, Cell
from tieout.intake.reading.cells import NOT_CALCULATED
from tieout.intake.values.errors import CutByTheSpreadsheet, ErrorInCell, NeverCalculated

#: What shows nothing: marks of direction and of where a line may break.
UNSEEN = dict.fromkeys(
    (0, 0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A))
)
#: In a number or code the dash that keeps a line together is a plain one.
_IN_A_CODE = UNSEEN | {0x2011: "-"}
_SPACES = re.compile(r"\s+")
#: "17850.0": a number that went through a table of binary fractions.
_TAIL_OF_ZERO = re.compile(r"-?\d+\.0+")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,3}")
#: ="0012": how some programs keep a spreadsheet from eating zeros.
KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
#: A spreadsheet keeps no more digits of a number.
DIGITS = 15


def refuse_broken(cell: Cell) -> None:
    """Refuse a cell that holds an error instead of a value.

    Raises:
        ErrorInCell, NeverCalculated
    """
    if isinstance(cell, Broken):
        raise (NeverCalculated if cell.code == NOT_CALCULATED else ErrorInCell)(text=cell.code)


def read_text(cell: Cell) -> str | None:
    """Read a text on one line.

    Raises:
        ErrorInCell, NeverCalculated
    """
    refuse_broken(cell)
    text = _SPACES.sub(" ", shown(cell).translate(UNSEEN)).strip()
    return text or None


def read_identifier(cell: Cell) -> str | None:
    """Read a number or code by which something is known: text, zeros and all.

    Raises:
        CutByTheSpreadsheet: its last digits are lost.
        ErrorInCell, NeverCalculated
    """
    if isinstance(cell, str):
        text = cell.translate(_IN_A_CODE).strip().strip("\u3000").lstrip("'`")
        if text and not text.isascii():
            text = one_width(text)
        if "=" in text and (kept := KEPT_AS_TEXT.fullmatch(text)):
            text = kept[1]
        if "." in text and _TAIL_OF_ZERO.fullmatch(text):
            return text.partition(".")[0]
        if ("E" in text or "e" in text) and _SCIENTIFIC.fullmatch(text):
            raise CutByTheSpreadsheet(text=text)
        return _SPACES.sub(" ", text).strip() or None
    refuse_broken(cell)
    if isinstance(cell, Decimal | int) and not isinstance(cell, bool):
        number = Decimal(cell)
        if number == number.to_integral_value():
            text = str(int(number))
            if len(text.lstrip("-")) > DIGITS and isinstance(cell, Decimal):
                raise CutByTheSpreadsheet(text=text)
            return text
    return shown(cell)


def shown(cell: Cell) -> str:
    """Write a cell as a person would see it."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M:%S}" if cell.time() != cell.min.time() else f"{cell:%F}"
        case date():
            return cell.isoformat()
        case Decimal():
            text = format(cell.normalize(), "f")
            return "0" if text == "-0" else text
        case _:
            return str(cell)


def one_width(text: str) -> str:
    """Turn full-width letters, digits and marks into plain ones; leave the rest."""
    return "".join(
        unicodedata.normalize("NFKC", letter) if "\uff01" <= letter <= "\uffe6" else letter
        for letter in text
    )
