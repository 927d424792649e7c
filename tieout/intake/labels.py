"""How a row says whose the rows below it are: “Customer: Brook Ltd”, “To”, a lone name."""

import re
from collections.abc import Sequence

from tieout.chinese import compiled
from tieout.intake.reading import Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.values.text import read_text, shown

#: No customer has a longer name.
LONG = 120
_HAN_LABEL = r"(?:客户|客商|往来单位|往来户|往来客户|购货单位|购货方|购买方)"
_HAN_WHAT = r"名称|全称|简称|编码|编号|代码"
_LATIN_LABEL = r"(?:customer|client|debtor|account name|ledger(?: account)?|bill(?:ed)? to|sold to)"
_LATIN_WHAT = r"\s+(?:name|no\.?|number|code|id|account)"
#: In one language, or in two: “Customer 客户:”.
_LABEL = compiled(
    rf"\s*(?:(?:{_LATIN_LABEL}(?:{_LATIN_WHAT})?[\s/|]*)?{_HAN_LABEL}(?P<zh>{_HAN_WHAT})?"
    rf"|(?:{_HAN_LABEL}(?:{_HAN_WHAT})?[\s/|]*)?{_LATIN_LABEL}(?P<en>{_LATIN_WHAT})?)"
    r"\s*[:：]\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SPACED = compiled(
    r"(?:customer|debtor|client|kunde|debitor|客户|往来单位)(?:编码|名称)?(?:\s{4,}|\t+)(?P<rest>\S.{0,119})",
    re.IGNORECASE,
)
#: What stands before the name of whoever a statement is for, and over an account sheet.
_TO = compiled(r"(to|bill to|an|à|para|destinatario|aan|til|till)\s*[:：]?", re.IGNORECASE)
_SHEET_OF = compiled(
    r"(?:(?:kontoblatt|debitor|debitorenkonto|personenkonto)\s*(?:nr\.?)?\s*[:：]?\s*\d{5,9}"
    r"|(?:compte|grand livre)\s*[:：]?\s*411\d*|(?:sub)?cuenta\s*[:：]?\s*43\d+)"
    r"\s*[-–,:]?\s+(?P<name>[^\W\d_].{1,119})",
    re.IGNORECASE,
)
#: A second thing said in the same cell.
_NEXT = compiled(r"\s{2,}\S+[:：]|[\s,，;；]+(?:币[种别]|currency|期间|日期|date|单位)\s*[:：]")
#: What begins like a total, an opening balance or a note is nobody's name.
NO_NAME = compiled(
    r"(grand\s+|sub\s*-?)?totals?\b|balance\b|opening\b|initial\b|closing\b|brought\b|carried\b|page\b|note"
    r"|prepared|printed|report|period|currency|as of|from |期[初末]|上[期年月]"
    r"|本[期年月页]|[合小总累共]\s*计|结转|余额|承前|过次|备注|说明|制表|审核|打印|币[种别]|期间|单位[:：]|日期|第.*页|注[:：]|科目",
    re.IGNORECASE,
)
DAY = compiled(
    r"\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}\b.*|(19|20)\d{6}|\d{1,2}[-\s][a-z]{3,9}[-\s,]\s*\d{2,4}"
    r"|[a-z]{3,9}\.?\s+\d{1,2},?\s+\d{4}|\d{1,4}\s*年\s*\d{1,2}\s*月.*",
    re.IGNORECASE,
)


def name_above(above: Sequence[Row]) -> tuple[str, int]:
    """Whom the rows above the headings name with a label, and in which row: the last one counts.

    A statement says “To” beside or above the name; an account sheet, the account’s number before.
    """
    for place in range(len(above) - 1, -1, -1):
        below = above[place + 1].cells if place + 1 < len(above) else ()
        if name := labelled(above[place].cells) or _addressed(above[place].cells, below):
            return name, above[place].number
    return "", 0


def _addressed(cells: Sequence[Cell], below: Sequence[Cell]) -> str:
    """The name beside or below a lone “To”, or behind the number of an account."""
    texts = [shown(cell).strip() for cell in cells if not is_blank(cell)]
    if len(texts) == 1 and (found := _SHEET_OF.fullmatch(texts[0])):
        return found["name"].strip()
    if not texts or len(texts) > len(("To", "name")) or not _TO.fullmatch(texts[0]):
        return ""
    lone = lone_text(cells[1:] if len(texts) > 1 else below)
    return lone[1] if lone else ""


def labelled(cells: Sequence[Cell]) -> str:
    """The name behind a label such as “Customer:”, in its cell or in the next one."""
    filled = [cell for cell in cells if not is_blank(cell)]
    if not filled or len(filled) > 8 or not any(isinstance(c, str) and len(c) > 1 for c in filled):
        return ""
    best = ""
    for place, cell in enumerate(filled):
        if not isinstance(cell, str) or not (found := _LABEL.fullmatch(cell)):
            continue
        text = _NEXT.split(found["rest"])[0].strip()
        if not text and place + 1 < len(filled) and isinstance(filled[place + 1], str):
            text = str(filled[place + 1]).strip()
        is_code = bool(
            found["zh"] in ("编码", "编号", "代码")
            or (found["en"] or "").strip().rstrip(".") in ("no", "number", "code", "id")
        )
        if text and len(text) <= LONG and (not best or not is_code):
            best = text
    return read_text(best or _after_name(filled) or _apart(filled)) or ""


def _after_name(filled: Sequence[Cell]) -> str:
    """The name in “A/C: | BRO001 | Name: | Brook Ltd”."""
    texts = [shown(cell).strip().casefold() for cell in filled]
    if texts[0].startswith("a/c") and "name:" in texts[:-1]:
        return shown(filled[texts.index("name:") + 1])
    return ""


def _apart(filled: Sequence[Cell]) -> str:
    """The name in “Customer               100017”: one cell, and much space in it."""
    found = (
        _SPACED.fullmatch(filled[0]) if len(filled) == 1 and isinstance(filled[0], str) else None
    )
    return found["rest"] if found else ""


def lone_text(cells: Sequence[Cell]) -> tuple[int, str] | None:
    """The only text of a row, where it could be a name."""
    filled = [(place, cell) for place, cell in enumerate(cells) if not is_blank(cell)]
    if len(filled) != 1 or not isinstance(filled[0][1], str):
        return None
    text = read_text(filled[0][1]) or ""
    if (
        not any(map(str.isalpha, text))
        or len(text) > LONG
        or NO_NAME.match(text)
        or DAY.fullmatch(text)
    ):
        return None
    return (filled[0][0], text)
