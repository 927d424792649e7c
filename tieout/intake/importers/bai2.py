"""BAI2: balances and transactions as American banks report them, with totals at every level."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from tieout.i18n import N_, Sentence
from tieout.intake.controls import Control, ControlKind
from tieout.intake.importers.contents import Contents
from tieout.intake.importers.statement import Balance, Entry, Statement, contents_of
from tieout.intake.importers.writing import text_of
from tieout.intake.reading.errors import BreaksOff
from tieout.money import decimals_of

_HEAD = re.compile(rb"\s*01,[^,\n]*,[^,\n]*,\d{6},\d{0,6}[\d:]*,")
#: Another record on the same line: one ends with a stroke, the next begins with its code.
_NEXT = re.compile(
    r"/\s*(?=(?:0[123]|16|49|88|98|99),)(?=0[123],|16,\d{3},|49,[+-]?\d|88,|9[89],[+-]?\d)"
)
_OPENING, _CLOSING = ("010",), ("015",)
#: Summary codes of what came in and went out, with the codes they sum up.
_SUMMARIES = {"100": range(100, 400), "400": range(400, 700)}
_CODES = frozenset({"01", "02", "03", "16", "49", "88", "98", "99"})
_TAKES_TEXT = frozenset({"16"})

NO_TRAILER = N_(
    "Account %(account)s, from line %(line)s on, ends without its own total (record 49): entries "
    "may be missing. Compare it with the bank before it is posted."
)
NO_GROUP_TRAILER = N_(
    "The group from line %(line)s on ends without its own total (record 98): accounts may be "
    "missing. Compare it with the bank before it is posted."
)


@dataclass
class _Record:
    """A record with what its continuations say."""

    line: int
    code: str
    fields: list[str]
    #: A transaction's own words, from its fields on and from continuations.
    text: list[str] = field(default_factory=list)
    continuations: int = 0


@dataclass
class _Level:
    """A file, group or account while it is read: what its trailer has to say."""

    total: Decimal = Decimal(0)
    records: int = 1
    parts: int = 0


class Bai2:
    """Files in the BAI2 format."""

    def recognises(self, head: bytes) -> bool:
        """See whether a file header record stands there."""
        return bool(_HEAD.match(head.removeprefix(b"\xef\xbb\xbf")))

    def read(self, path: Path, file: str) -> Contents:
        """Read every account; totals and counts at all levels become controls."""
        text, encoding = text_of(path, file)
        reading = _Reading()
        for record in _records(text):
            reading.take(record)
        if not reading.statements or not reading.ended:
            raise BreaksOff(file=file, line=text.count("\n") + 1)
        return contents_of(
            reading.statements,
            encoding=encoding,
            controls=reading.controls,
            details={
                "groups": reading.groups,
                "continuations": reading.continuations,
                "type_codes": dict(sorted(reading.codes.items())),
            },
            warnings=reading.warnings,
        )


def _records(text: str) -> Iterator[_Record]:
    """Cut a file into records, continuations joined to what they continue."""
    record: _Record | None = None
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        for piece in _NEXT.split(line):
            plain = piece.rstrip()
            if not plain.strip():
                continue
            code, _, rest = plain.strip().partition(",")
            if record is not None and code.startswith("88:"):
                code, rest = "88", plain.strip()[3:]
            if record is not None and code not in _CODES:
                _wrap(record, plain.strip())
                continue
            if code == "88" and record is not None:
                record.continuations += 1
                _go_on(record, rest)
                continue
            if record is not None:
                yield record
            record = _Record(number, code, [])
            _go_on(record, rest)
    if record is not None:
        yield record


def _wrap(record: _Record, rest: str) -> None:
    """A line that begins no record: the one above was broken in the middle of its text."""
    if record.code not in _TAKES_TEXT:
        return  # what stands between records says nothing
    if record.text:
        record.text.append(rest.removesuffix("/").strip())
    else:
        record.fields[-1] = f"{record.fields[-1].rstrip()} {rest.removesuffix('/').strip()}"


def _go_on(record: _Record, rest: str) -> None:
    if record.code not in _TAKES_TEXT:
        fields = rest.rstrip("/").split(",") if rest.rstrip("/") else []
        record.fields += fields
        return
    if not record.fields:
        record.fields = rest.split(",")
    else:
        record.text.append(rest.removesuffix("/").strip())


class _Reading:
    """A file record by record."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.controls: list[Control] = []
        self.warnings: list[Sentence] = []
        self.codes: Counter[str] = Counter()
        self.groups = self.continuations = 0
        self.ended = False
        self._currency, self._day = "", ""
        self._file, self._group, self._account = _Level(records=0), _Level(), _Level()
        self._summaries: list[tuple[int, str, str, str]] = []
        #: Where the group and the account began whose trailers have not come yet; 0 for none.
        self._group_at = self._account_at = 0

    def take(self, record: _Record) -> None:
        """Take in one record."""
        self.continuations += record.continuations
        lines = 1 + record.continuations
        self._file.records += lines
        self._group.records += lines
        self._account.records += lines
        fields = record.fields
        if record.code in ("02", "03", "98", "99"):
            self._end_account(record)
        if record.code in ("02", "99"):
            self._end_group()
        match record.code:
            case "02":
                self._group = _Level()
                self._group_at = record.line
                self._day, self._currency = _at(fields, 3), _at(fields, 5)
                self.groups += 1
            case "03":
                self._open(record)
            case "16":
                self._entry(record)
            case "49":
                self._close(record)
            case "98":
                self._trailer(record, self._group, "98")
                self._add_group()
            case "99":
                self._trailer(record, self._file, "99")
                self.ended = True

    def _open(self, record: _Record) -> None:
        self._account = _Level()
        self._account.records = 1 + record.continuations
        currency = _at(record.fields, 1) or self._currency or "USD"
        statement = Statement(account=_at(record.fields, 0), currency=currency)
        self._summaries = []
        for code, amount, count in _stated(record.fields[2:]):
            value = _amount(amount, currency)
            if not code or value is None:
                continue
            self._account.total += _minor(amount)
            if code in _SUMMARIES:
                self._summaries.append((record.line, code, amount, count))
            else:
                statement.balances.append(Balance(code, value, currency, _day(self._day) or ""))
        self.statements.append(statement)
        self._account_at = record.line

    def _entry(self, record: _Record) -> None:
        if not self.statements:
            return
        statement = self.statements[-1]
        code, amount = _at(record.fields, 0), _at(record.fields, 1)
        self.codes[code] += 1
        value = _amount(amount, statement.currency)
        valued, rest = _funds(record.fields[2:])
        bank, customer, *text = (*rest, "", "")
        said = ",".join(text).strip(" ,").removesuffix("/").strip()
        if value is not None:
            self._account.total += _minor(amount)
        signed = f"16,{code},{amount}" if value is None else -value if _went_out(code) else value
        moves = code.isdigit() and 100 <= int(code) < 700
        if not moves and value:
            signed = f"{code}: {amount}"  # which way it went is known to the bank alone
        statement.entries.append(
            Entry(
                row=record.line,
                amount=signed if moves or value else Decimal(0),
                currency=statement.currency,
                booked_on=_day(self._day) or self._day,
                value_on=_day(valued) or "",
                reference=bank.strip().removesuffix("/"),
                their_reference=customer.strip().removesuffix("/"),
                text=" ".join(part for part in (said, *record.text) if part),
                code=code,
            )
        )

    def _close(self, record: _Record) -> None:
        if not self.statements:
            return
        statement = self.statements[-1]
        self._control(record, "49", self._account.total, self._account.records)
        if statement.entries:
            statement.tied(_OPENING, _CLOSING, record.line)
            self._check_summaries(statement)
        statement.more["trailer_total"] = _at(record.fields, 0)
        self._add_account()

    def _add_account(self) -> None:
        self._group.total += self._account.total
        self._group.parts += 1
        self._account_at = 0

    def _add_group(self) -> None:
        self._file.total += self._group.total
        self._file.parts += 1
        self._group_at = 0

    def _end_account(self, record: _Record) -> None:
        """Close an account whose trailer is missing, and say so."""
        if not self._account_at:
            return
        statement = self.statements[-1]
        facts = {"account": statement.account, "line": self._account_at}
        self.warnings.append(Sentence(NO_TRAILER, facts))
        if statement.entries:
            statement.tied(_OPENING, _CLOSING, record.line)
            self._check_summaries(statement)
        self._add_account()

    def _end_group(self) -> None:
        """Close a group whose trailer is missing, and say so."""
        if self._group_at:
            self.warnings.append(Sentence(NO_GROUP_TRAILER, {"line": self._group_at}))
            self._add_group()

    def _check_summaries(self, statement: Statement) -> None:
        """What came in and went out in all, by the bank's own sums, where it lists the parts."""
        for line, code, amount, count in self._summaries:
            wanted = _SUMMARIES[code]
            moved = [
                abs(entry.moved)
                for entry in statement.entries
                if entry.code.isdigit() and int(entry.code) in wanted
            ]
            value = _amount(amount, statement.currency)
            if value is None or not moved:
                continue
            account, currency = statement.account, statement.currency
            total, number = sum(moved, Decimal(0)), Decimal(len(moved))
            self.controls.append(
                Control(ControlKind.TOTAL, code, currency, value, total, line, account)
            )
            if count.isdigit():
                self.controls.append(
                    Control(ControlKind.COUNT, code, "", Decimal(count), number, line, account)
                )

    def _trailer(self, record: _Record, level: _Level, label: str) -> None:
        self._control(record, label, level.total, level.records)
        parts = _at(record.fields, 1)
        if parts.isdigit():
            self._count(record, label, parts, level.parts)

    def _control(self, record: _Record, label: str, total: Decimal, records: int) -> None:
        """A trailer states the sum of all amounts below it and the number of its records."""
        account = self.statements[-1].account if label == "49" and self.statements else ""
        stated = _at(record.fields, 0)
        if re.fullmatch(r"[+-]?\d+", stated):
            expected = Decimal(stated)
            self.controls.append(
                Control(ControlKind.TOTAL, label, "", expected, total, record.line, account)
            )
        count = _at(record.fields, 1 if label == "49" else 2)
        if count.isdigit():
            self._count(record, label, count, records)

    def _count(self, record: _Record, label: str, stated: str, found: int) -> None:
        control = Control(
            ControlKind.COUNT, label, "", Decimal(stated), Decimal(found), record.line
        )
        self.controls.append(control)


def _at(fields: list[str], place: int) -> str:
    return fields[place].strip().removesuffix("/") if place < len(fields) else ""


def _stated(fields: list[str]) -> Iterator[tuple[str, str, str]]:
    """Balances and sums of an account: code, amount, count, and how the funds are available."""
    place = 0
    while place < len(fields):
        code, amount, count = _at(fields, place), _at(fields, place + 1), _at(fields, place + 2)
        yield code, amount, count
        _, rest = _funds(fields[place + 3 :])
        place = len(fields) - len(rest)


def _funds(fields: list[str]) -> tuple[str, list[str]]:
    """Take the availability of funds away; return its value day and the fields behind it."""
    kind = _at(fields, 0).upper()
    if kind == "V":
        return _at(fields, 1), fields[3:]
    if kind == "S":
        return "", fields[4:]
    if kind == "D":
        pairs = _at(fields, 1)
        return "", fields[2 + 2 * int(pairs) :] if pairs.isdigit() else fields[2:]
    return "", fields[1:]


def _went_out(code: str) -> bool:
    return code.isdigit() and 400 <= int(code) < 700


def _minor(text: str) -> Decimal:
    return Decimal(text) if re.fullmatch(r"[+-]?\d+", text) else Decimal(0)


def _amount(text: str, currency: str) -> Decimal | None:
    """An amount without a point: the last digits are those behind it."""
    if not re.fullmatch(r"[+-]?\d{1,30}", text):
        return None
    return Decimal(text).scaleb(-decimals_of(currency))


def _day(text: str) -> date | None:
    try:
        return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return None
