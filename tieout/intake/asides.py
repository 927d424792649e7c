"""Rows of a file that are no entries: sums, balances, headings once more, notes."""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import lru_cache

from tieout.chinese import compiled
from tieout.i18n import N_
from tieout.intake.fields.field import headings as headings_of
from tieout.intake.fields.vocabulary import BALANCE
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.layout import Layout
from tieout.intake.mapping import Mapping
from tieout.intake.reading import Cell, Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.values.text import shown


class Aside(StrEnum):
    """Why a row is no entry."""

    TOTAL = "total"
    OPENING = "opening"
    CLOSING = "closing"
    HEADINGS = "headings"
    NOTE = "note"
    SECTION = "section"
    OTHER_TABLE = "other_table"
    AGES = "ages"
    HIDDEN = "hidden"


ASIDES: dict[Aside, str] = {
    Aside.TOTAL: N_("This row adds up others; sums are not entries."),
    Aside.OPENING: N_("This row states the balance brought forward."),
    Aside.CLOSING: N_("This row states the closing balance."),
    Aside.HEADINGS: N_("This row repeats the headings."),
    Aside.SECTION: N_("This row says whose the rows below it are."),
    Aside.OTHER_TABLE: N_(
        "This row belongs to a second table below the first. Hand that in as a file of its own."
    ),
    Aside.AGES: N_("This row says how old is what is owed; ages are worked out from the entries."),
    Aside.HIDDEN: N_("This row is hidden in the workbook; such rows are left out."),
    Aside.NOTE: N_("This row holds nothing that could be entered: a note, or a signature."),
}

_BALANCES = frozenset(headings_of(BALANCE))
_SUM_WORDS = r"(合\s*计|小\s*计|总\s*计|累\s*计|共\s*计)"
_TOTAL = compiled(
    r"(grand\s*|sub\s*-?)?totals?(\s+(amount|for|of|due|balance)\b.*)?[:：]?|sum[:：]?|summe[:：]?"
    r"|(page|carried)\s+totals?.*|total(es|en)|summen|gesamt(summe|betrag)?|zwischensumme"
    rf"|sous-total|[本当该]?[日月年期季页次]?[的]?{_SUM_WORDS}(金额|发生额)?([:：].*)?"
    r"|[已待]?(收入|支出|不计收支|中性交易)\s*[:：]\s*\d+\s*笔.*",
    re.IGNORECASE,
)
#: What says so only in a row that has neither a day nor a number.
_TOTAL_OF = compiled(
    rf"(running|report|overall|invoice|document)\s+totals?.*|.*\btotals?[:：]?|.{{1,30}}{_SUM_WORDS}"
    r"|(grand\s*|sub\s*-?)?totals?\b.{1,60}"
    rf"[:：]?|{_SUM_WORDS}.*|共\s*\d+\s*[笔条行张单].*",
    re.IGNORECASE,
)
#: A total that names whose it is, figures and all: “Subtotal C-100”, 客户1小计.
_TOTAL_OF_ONE = compiled(
    rf"(grand\s*|sub\s*-?)?totals?\s+(for\s+|of\s+)?\S.*|.{{1,30}}{_SUM_WORDS}[:：]?", re.IGNORECASE
)
#: A line drawn between rows, and the stars that mark a total in lists of SAP.
_LINE = compiled(r"[-=_+|\s]*")
_STARS = compiled(r"\*{1,3}")
_OPENING = compiled(
    r"(opening|initial)\s+balance|^opening$|balance\s+(brought\s+)?(forward|down)|brought\s+(forward|down)|\bb/?f(wd)?\b"
    r"|balance\s+b/?d|previous\s+balance|beginning\s+balance|期\s*初|上[期年月]结转|承\s*前\s*页"
    r"|年初余额|上[期年月]余额|\beb-?\s?wert|\bab-?wert\b|(saldo)?vortrag|er(ö|oe)ffnungs(saldo|bilanz|bestand|wert)"
    r"|anfangs(saldo|bestand)|solde\s+(initial|d.ouverture)|report\s+.\s+nouveau|\b[aà]\s+nouveau|saldo\s+(inicial|anterior|iniziale|precedente)"
    r"|beginsaldo",
    re.IGNORECASE,
)
#: What is left to pay at the end of a statement.
_DUE = (
    r"(amount\s+outstanding|(balance|amount|total)\s+(now\s+)?due|outstanding\s+balance)"
    r"(\s+\(?[A-Z]{3}\)?)?\s*[:：]?"
)
_CLOSING = compiled(
    r"closing\s+balance|^closing(\s*\(.*\))?$|carried\s+(forward|down|over)|\bc/?f(wd)?\b|balance\s+c/?d|ending\s+balance"
    r"|balance\s+(as\s+)?at\b|期末余额|期末结[存余]|期末合计|结转下[期年月页]|过\s*次\s*页|转\s*次\s*页"
    rf"|转\s*下\s*页|本期余额|(end|schlu(ss|ß))saldo|schlussbestand|endbestand|solde\s+(final|de\s+cl.ture)"
    rf"|saldo\s+final[e]?|eindsaldo|^{_DUE}$",
    re.IGNORECASE,
)
_LEFT_TO_PAY = compiled(_DUE, re.IGNORECASE)
#: One of these is in every text that any of the others fit; most rows have none of them.
_ANY = compiled(
    r"total|sum|gesamt|balance|opening|closing|outstanding|\bdue\b|forward|carried|brought|\b[bc]/?[fd]|[合小总累共]\s*计|共\s*\d|\d\s*笔|期|上[年月]|年初|saldo|solde|vortrag|wert|nouveau|bestand|bilanz"
    r"|前\s*页|次\s*页|下\s*页|结转",
    re.IGNORECASE,
)
#: What stands over each page of a print.
_PAGE = compiled(r"\bpage\b\W*\d+|第\s*\d+\s*页|\bseite\b\W*\d+", re.IGNORECASE)
#: Longer texts are descriptions, whatever words are in them.
_LONG = 40
#: Cells with which a row of customers or products is a whole one.
_FULL = 3
#: Words of letters alone; with so many of them a lone text is a sentence, whatever it counts.
_WORD = compiled(r"\b[^\W\d_]{2,}\b")
_WORDS_OF_A_NOTE = 4
#: Rows of notes below a list.
_TRAILING = 10
#: What one of these says makes a row an entry of its kind.
_SPEAKING = {
    BatchKind.CUSTOMERS: ("code", "name", "first_name", "last_name"),
    BatchKind.PRODUCTS: ("code", "name"),
}
_FIGURES = (
    "amount debit credit line_amount unit_price net_amount line_net net_price money_in money_out "
    "original_amount"
).split()


def asides(
    kind: BatchKind, mapping: Mapping, layout: Layout, rows: Sequence[Row]
) -> dict[int, Aside]:
    """Tell which rows are no entries, by their numbers."""
    return AsideRule(kind, mapping, layout).of_rows(rows)


class AsideRule:
    """Tells of one row after the other whether it is an entry, and why not."""

    def __init__(self, kind: BatchKind, mapping: Mapping, layout: Layout) -> None:
        self._kind = kind
        self._mapping = mapping
        self._sections = layout.sections
        self._ends_at = layout.ends_at
        self._ages = layout.ages
        given = [heading for heading in layout.headings if heading]
        #: Whether a balance runs along with the entries: it begins with what was there before.
        self._runs = any(variants(heading)[0] in _BALANCES for heading in given)
        self._width = len(set(given))
        self._headings = frozenset(
            text.casefold() for heading in given for text in (heading, variants(heading)[0])
        )

    def of_rows(self, rows: Sequence[Row]) -> dict[int, Aside]:
        """Tell which of some rows are no entries, by their numbers."""
        found = {row.number: aside for row in self._doubtful(rows) if (aside := self.of(row))}
        if self._kind in _SPEAKING:
            found |= dict.fromkeys(_scattered(self._mapping, rows, found), Aside.NOTE)
        return found

    def _doubtful(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Those that need a look: most have a number and a day, and are entries by that."""
        number, day = self._mapping.column("number"), self._mapping.column("date")
        if number is None or day is None or self._sections is not None:
            return rows
        if self._ends_at or self._ages:
            return rows
        if self._kind in _SPEAKING:
            return rows
        numbers, days = number.index, day.index
        most = max(numbers, days)
        return [
            row
            for row in rows
            if len(row.cells) <= most
            or not (_names_one(row.cells[numbers]) and _has_figure(row.cells[days]))
        ]

    def of(self, row: Row) -> Aside | None:
        """Why a row is no entry; None where it is one."""
        if self._ends_at and row.number >= self._ends_at:
            return Aside.OTHER_TABLE
        if row.number in self._ages:
            return Aside.AGES
        kind, mapping = self._kind, self._mapping
        if self._sections is not None and (found := self._of_sections(row)):
            return found
        has_number = _is_numbered(mapping, row)
        has_date = _day_like(mapping, row)
        if kind not in _SPEAKING and has_number and has_date:
            return None
        width = self._sections.width if self._sections else len(row.cells)
        texts = [
            text
            for cell in row.cells[:width]
            if isinstance(cell, str) and (text := cell.strip().strip("'").strip())
        ]
        if texts and all(map(_LINE.fullmatch, texts)) and len(texts) == _filled(row.cells[:width]):
            return Aside.NOTE
        if self._repeats_headings(texts):
            return Aside.HEADINGS
        if not has_number and not has_date and any(map(_STARS.fullmatch, texts)):
            return Aside.TOTAL
        if kind in _SPEAKING:
            return self._of_master_data(row, texts)
        if found := self._by_its_words(row, texts, has_number=has_number, has_date=has_date):
            return found
        if not has_number and (_is_lone(row.cells[:width]) or not _says(mapping, row, ("date",))):
            return self._without_name(row)
        return None

    def _of_sections(self, row: Row) -> Aside | None:
        """A heading of a customer, or the total below what it has."""
        sections = self._sections
        if sections is None:
            return None
        if sections.name_in(row):
            return Aside.SECTION
        texts = [cell for cell in row.cells[: sections.width] if isinstance(cell, str)]
        return Aside.TOTAL if sections.is_total(row, texts) else None

    def _of_master_data(self, row: Row, texts: Sequence[str]) -> Aside | None:
        """A list of customers or products ends in a total now and then, too."""
        if not _says(self._mapping, row, _SPEAKING[self._kind]):
            return Aside.NOTE
        if _says(self._mapping, row, ("code",)) and _says(self._mapping, row, ("name",)):
            return None
        words = [text for text in texts if not any(letter.isdigit() for letter in text)]
        filled = sum(1 for cell in row.cells if not is_blank(cell))
        is_total = filled > 1 and len(words) == 1 and _TOTAL.fullmatch(words[0])
        return Aside.TOTAL if is_total else None

    def _by_its_words(
        self, row: Row, texts: Sequence[str], *, has_number: bool, has_date: bool
    ) -> Aside | None:
        short = [text for text in texts if len(text) <= _LONG and _ANY.search(text)]
        if not short:
            return None
        mapping = self._mapping
        states_balances = self._kind in (BatchKind.THEIR_LEDGER, BatchKind.PAYMENTS)
        names = ("customer_name", "customer_code", "payer")
        lacks = not (has_number and has_date)
        if not states_balances:  # what its kind says to be an opening balance is a document of ours
            kinds = () if self._runs else _texts_of(mapping, row, ("kind",))
            lacks = not has_number and not any(map(_ANY.search, kinds))
        if lacks:
            if any(_OPENING.search(text) for text in short):
                return Aside.OPENING
            if any(_CLOSING.search(text) for text in short):
                return Aside.CLOSING
        said = _texts_of(mapping, row, names) if has_date or has_number else set()
        if any(_TOTAL.fullmatch(text) and text not in said for text in short):
            return Aside.TOTAL
        is_bare = not has_date and not has_number
        return Aside.TOTAL if is_bare and any(_TOTAL_OF.fullmatch(one) for one in short) else None

    def _without_name(self, row: Row) -> Aside | None:
        """A row with neither day nor number: a bare sum, a note, or an entry that lacks both."""
        mapping = self._mapping
        if not _says(mapping, row, _FIGURES):
            return Aside.NOTE
        if not mapping.has("date") and not mapping.has("number"):
            return None  # it is not known yet where they stand
        said_above = self._sections.width if self._sections else -1
        others = [
            column.field
            for column in mapping.columns
            if column.field not in (*_FIGURES, "tax", "quantity", "balance", "currency")
            and column.index != said_above
        ]
        return None if _says(mapping, row, others) else Aside.TOTAL

    def _repeats_headings(self, texts: Sequence[str]) -> bool:
        """Whether the headings stand here once more, as they do on every page of a print."""
        if self._width < 2 or len(texts) < 2:
            return False
        again = sum(1 for text in texts if " ".join(text.split()).casefold() in self._headings)
        return again >= 2 and again * 3 >= self._width * 2


def says_so(text: str) -> bool:
    """Whether a text says that its row adds up others, or states a balance."""
    return len(text) <= _LONG and bool(_ANY.search(text))


def likely_entries(layout: Layout, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows without totals and headings once more, before it is known what columns say."""
    given = frozenset(heading.casefold() for heading in layout.headings if heading)
    found = []
    for row in rows:
        if row.number in layout.ages:
            continue
        texts = [text for cell in row.cells if isinstance(cell, str) and (text := cell.strip())]
        again = sum(1 for text in texts if text.casefold() in given)
        is_total = any(_TOTAL.fullmatch(text) for text in texts[:3] if len(text) <= _LONG)
        is_total = is_total or any(map(_LEFT_TO_PAY.fullmatch, texts))
        is_total = is_total or bool(texts and all(map(_LINE.fullmatch, texts)))
        if not is_total and (again < 2 or again * 3 < len(given) * 2):
            found.append(row)
    return found or rows


def _scattered(mapping: Mapping, rows: Sequence[Row], known: Collection[int]) -> list[int]:
    """Words that trail behind a list, one or two in a row, where its rows are full."""
    trailing = []
    for row in reversed(rows):
        filled = sum(1 for cell in row.cells if not is_blank(cell))
        is_named = _says(mapping, row, ("code",)) and _says(mapping, row, ("name",))
        if filled < _FULL and not is_named:
            trailing.append(row.number)
            continue
        break
    left = rows[: len(rows) - len(trailing)]
    if not left or len(trailing) > _TRAILING:
        return []
    least = min(
        (
            sum(1 for cell in row.cells if not is_blank(cell))
            for row in left
            if row.number not in known
        ),
        default=0,
    )
    return trailing if least > _FULL else []


def _filled(cells: Sequence[Cell]) -> int:
    """How many cells show anything."""
    return sum(1 for cell in cells if not is_blank(cell))


def _is_lone(cells: Sequence[Cell]) -> bool:
    """Whether one text without a figure is all a row has: a note, in whichever column.

    So is the title of a page, and a sentence that holds the number of an account.
    """
    filled = [cell for cell in cells if not is_blank(cell)]
    if len(filled) != 1 or not isinstance(filled[0], str):
        return False
    if not any(map(str.isdigit, filled[0])) or _PAGE.search(filled[0]):
        return True
    return len(_WORD.findall(filled[0])) >= _WORDS_OF_A_NOTE


def _says(mapping: Mapping, row: Row, fields: Sequence[str]) -> bool:
    for field in fields:
        column = mapping.by_field.get(field)
        if column and column.index < len(row.cells) and not is_blank(row.cells[column.index]):
            return True
    return False


def _texts_of(mapping: Mapping, row: Row, fields: Sequence[str]) -> set[str]:
    """What stands in the columns of some fields; a customer may well be called Total."""
    return {
        shown(row.cells[column.index]).strip()
        for column in mapping.columns
        if column.field in fields and column.index < len(row.cells)
    }


def _is_numbered(mapping: Mapping, row: Row) -> bool:
    """Whether a number stands in its column, rather than the word for a total."""
    column = mapping.column("number")
    if column is None or column.index >= len(row.cells):
        return False
    return _names_one(row.cells[column.index])


def _names_one(cell: Cell) -> bool:
    return _is_number(cell if type(cell) is str else shown(cell))


@lru_cache(maxsize=4_000)
def _is_number(text: str) -> bool:
    if is_blank(text) or not _ANY.search(text):
        return not is_blank(text)
    return any(map(str.isdigit, text)) and not _TOTAL_OF_ONE.fullmatch(text)


def _day_like(mapping: Mapping, row: Row) -> bool:
    """Whether what stands in the column of the date holds a figure at all."""
    column = mapping.column("date")
    if column is None or column.index >= len(row.cells):
        return False
    return _has_figure(row.cells[column.index])


def _has_figure(cell: Cell) -> bool:
    return _is_figured(cell if type(cell) is str else shown(cell))


@lru_cache(maxsize=4_000)
def _is_figured(text: str) -> bool:
    return any(map(str.isdigit, text))
