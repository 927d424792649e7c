"""MT940 and MT942: a bank's statements and interim reports as SWIFT messages."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from tieout.i18n import N_, Sentence
from tieout.intake.controls import Control, ControlKind
from tieout.intake.importers.contents import Contents
from tieout.intake.importers.mt940_text import Told, told
from tieout.intake.importers.statement import Balance, Entry, Statement, contents_of
from tieout.intake.importers.writing import text_of
from tieout.intake.reading.errors import BreaksOff

#: At the beginning of a line: moments of a table, such as 10:20:00, are no fields.
_HEAD = re.compile(rb"(?:[\r\n]|\{4:)[ \t]*:(20|25[A-Z]?|28C?|60[FM]|34F):")
_FIELD = re.compile(r":(\d{2}[A-Z]?|NS):(.*)", re.DOTALL)
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d[\d ]*[,.]?\d*)")
#: Value day, entry day (or the room for it), mark, funds code, amount, type, the rest of the line.
_ENTRY = re.compile(
    r"(?P<value>\d{6})(?:(?P<entry>\d{4})|\s{1,4})?(?P<mark>R[CD]|E[CD]|[CD])(?P<funds>[A-Z])?"
    r"(?P<amount>\d[\d ]*(?:[,.]\d*)?|[,.]\d+)(?P<type>[A-Z][A-Z0-9]{3}|[A-Z]{1,4}\b)?(?P<rest>.*)",
    re.DOTALL,
)
_SUM = re.compile(r"(\d{1,5})([A-Z]{3})(\d+[,.]?\d*)")
#: Marks by which money came in: credit, and a debit that is taken back.
_CAME_IN = frozenset({"C", "RD", "EC"})
_OPENING = ("60F", "60M")
#: Fields that open the account's next statement, once a closing balance was stated.
_NEXT_OF_ACCOUNT = frozenset({"28", "28C", "60F", "60M"})
_CLOSING = ("62F", "62M")
#: Where a reference is missing, or said to stand in the text below.
_NOTHING = frozenset({"", "N", "NONREF", "NOTPROVIDED", "EREF", "KREF", "PREF", "MARF"})
#: Characters of the reference; what stands behind it is a name, as some banks write it.
_REFERENCE = 16


NO_CLOSING = N_(
    "The statement of account %(account)s states no closing balance: the file may have been cut "
    "off. Compare it with the bank before it is posted."
)


BEGUN = N_(
    "In line %(line)s another statement begins that names no account: the file may have been cut "
    "off. Compare it with the bank before it is posted."
)


class Piece(NamedTuple):
    """A field of a message: the line it begins in, its tag, its lines."""

    line: int
    tag: str
    text: str


class Mt940:
    """Messages MT940 and MT942, any number of them in a file."""

    def recognises(self, head: bytes) -> bool:
        """See whether the first fields of such a message stand there."""
        tags = {found[1][:2] for found in _HEAD.finditer(b"\n" + head[:4_000])}
        return len(tags & {b"20", b"25", b"28", b"60", b"34"}) >= 3

    def read(self, path: Path, file: str) -> Contents:
        """Read every statement; a line that is no entry stays a row to be refused."""
        text, encoding = text_of(path, file)
        found = list(pieces(text))
        statements = list(_statements(found))
        if not statements:
            raise BreaksOff(file=file, line=text.count("\n") + 1)
        warnings = (*_cut_off(statements), *_begun(found))
        return contents_of(statements, encoding=encoding, warnings=warnings)


def pieces(text: str) -> Iterator[Piece]:
    """Cut a file into its fields; envelopes and marks between messages are left aside."""
    open_at, tag = 0, ""
    lines: list[str] = []
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = line.removesuffix("\x03").removeprefix("\x01")
        found = _FIELD.match(line.lstrip() if line.lstrip()[:1] == ":" else line)
        if found is None:
            if line.startswith("-") and _ends_a_message(line):
                if tag:
                    yield Piece(open_at, tag, "\n".join(lines))
                tag = ""
            elif tag:
                lines.append(line)
            continue
        if tag:
            yield Piece(open_at, tag, "\n".join(lines))
        open_at, tag, lines = number, found[1], [found[2]]
    if tag:
        yield Piece(open_at, tag, "\n".join(lines))


def _cut_off(statements: Iterable[Statement]) -> Iterator[Sentence]:
    """Say of which accounts a statement was begun and not ended."""
    for statement in statements:
        codes = {balance.code for balance in statement.balances}
        if not codes & set(_CLOSING) and not statement.more["is_interim"]:
            yield Sentence(NO_CLOSING, {"account": statement.account})


def _begun(found: Sequence[Piece]) -> Iterator[Sentence]:
    """Say where a last statement breaks off before it names its account."""
    starts = [place for place, piece in enumerate(found) if piece.tag == "20"]
    if starts and not any(piece.tag in ("25", "25P") for piece in found[starts[-1] :]):
        before = {piece.tag for piece in found[: starts[-1]]}
        if before & {"25", "25P"}:
            yield Sentence(BEGUN, {"line": found[starts[-1]].line})


def _ends_a_message(line: str) -> bool:
    return line.strip() == "-" or line.startswith(("-}", "-X", "-\x03"))


def _statements(found: Iterable[Piece]) -> Iterator[Statement]:
    statement: Statement | None = None
    seen: set[str] = set()
    for piece in found:
        begins = piece.tag == "20" or (piece.tag in ("25", "25P") and (not seen or "25" in seen))
        goes_on = piece.tag in _NEXT_OF_ACCOUNT and bool(seen & {"62", "done"})
        if begins or goes_on:
            account = statement.account if goes_on and statement is not None else ""
            if statement is not None and statement.account:
                yield _closed(statement)
            statement = Statement(account=account, more={"is_interim": False})
            seen = {"25"} if goes_on else set()
        if statement is None:
            continue  # what stands before the first message
        _take(statement, piece, closed="62" in seen)
        seen.add(piece.tag[:2] if piece.tag != "86" else "")
        if piece.tag == "61" and "62" in seen:
            seen = seen - {"62"} | {"done"}
    if statement is not None and statement.account:
        yield _closed(statement)


def _take(statement: Statement, piece: Piece, *, closed: bool) -> None:
    tag, text = piece.tag, piece.text.strip()
    match tag:
        case "25" | "25P":
            statement.account = text.split("\n")[0].strip()
        case "28" | "28C":
            statement.number = text
        case "60F" | "60M" | "62F" | "62M" | "64" | "65":
            if balance := _balance(tag, text):
                statement.balances.append(balance)
                statement.currency = statement.currency or balance.currency
        case "34F":
            statement.currency = statement.currency or text[:3]
            statement.more["is_interim"] = True
        case "61":
            statement.entries.append(_entry(statement, piece))
        case "86" | "NS":
            if statement.entries and not closed:
                _tell(statement, piece)
        case "90D" | "90C":
            statement.more.setdefault("sums", []).append([tag, piece.line, text])


def _balance(tag: str, text: str) -> Balance | None:
    found = _BALANCE.match(text)
    if found is None:
        return None
    amount = _amount(found[4])
    signed = amount if found[1] == "C" else -amount
    return Balance(tag, signed, found[3], _day(found[2]) or found[2])


def _amount(text: str) -> Decimal:
    return Decimal(text.replace(" ", "").replace(",", ".").rstrip(".") or "0")


def _entry(statement: Statement, piece: Piece) -> Entry:
    line, _, below = piece.text.partition("\n")
    found = _ENTRY.fullmatch(line.strip())
    if found is None or not found["amount"]:
        as_it_stands = f":61:{line.strip()}"
        day = _day(line[:6]) or as_it_stands
        return Entry(piece.line, as_it_stands, statement.currency, day, text=below.strip())
    amount = _amount(found["amount"])
    theirs, _, banks = (found["rest"] or "").partition("//")
    return Entry(
        row=piece.line,
        amount=amount if found["mark"] in _CAME_IN else -amount,
        currency=statement.currency,
        booked_on=_booked_on(found["value"], found["entry"]) or f":61:{line[:10]}",
        value_on=_day(found["value"]) or found["value"],
        reference=_said(banks.strip()),
        their_reference=_said(theirs[:_REFERENCE].strip()),
        party=theirs[_REFERENCE:].strip(),
        code=found["type"] or "",
        text=" ".join(below.split()),
        is_reversal=found["mark"] in ("RC", "RD"),
    )


def _said(text: str) -> str:
    return "" if text.upper() in _NOTHING else text


def _day(text: str) -> date | None:
    try:
        year = int(text[:2])
        return date(year + (1900 if year > 79 else 2000), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None


def _booked_on(value: str, entry: str | None) -> date | None:
    """The day of booking; the year is the value day's, or the one next to it about New Year."""
    valued = _day(value)
    if not entry:
        return valued
    year = int(value[:2]) + (1900 if int(value[:2]) > 79 else 2000)
    around = []
    for candidate in (year, year - 1, year + 1):
        try:
            around.append(date(candidate, int(entry[:2]), int(entry[2:])))
        except ValueError:
            continue
    if not around:
        return valued
    if valued is None:
        return around[0]
    return min(around, key=lambda day: abs((day - valued).days))


def _tell(statement: Statement, piece: Piece) -> None:
    """Add what a field 86 says to the entry above it."""
    entry = statement.entries[-1]
    said: Told = told(piece.tag, piece.text)
    statement.entries[-1] = replace(
        entry,
        text=" ".join(part for part in (entry.text, said.text) if part),
        party=entry.party or said.party,
        party_account=entry.party_account or said.account,
        their_reference=said.end_to_end or entry.their_reference,
        code=entry.code if not said.code else f"{entry.code} {said.code}".strip(),
    )


def _closed(statement: Statement) -> Statement:
    """Prove a statement by what it states of itself."""
    statement.tied(_OPENING, _CLOSING)
    for tag, line, text in statement.more.pop("sums", []):
        found = _SUM.match(text)
        if found is None:
            continue
        is_credit = tag == "90C"
        moved = [e.moved for e in statement.entries if e.moved and (e.moved > 0) == is_credit]
        count, total = Decimal(len(moved)), sum((abs(one) for one in moved), Decimal(0))
        account, currency = statement.account, found[2]
        statement.controls += [
            Control(ControlKind.COUNT, tag, "", Decimal(found[1]), count, line, account),
            Control(ControlKind.TOTAL, tag, currency, _amount(found[3]), total, line, account),
        ]
    return statement
