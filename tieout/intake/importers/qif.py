"""QIF, the old text format of personal and small accounting programs and some banks.

Each entry is a few lines, each with a letter before it, and a ^ behind the last. Dates and amounts
stay as they are written: the whole file tells in which order and with which mark, or it is asked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tieout.i18n import N_, Sentence
from tieout.intake.importers.contents import Contents
from tieout.intake.importers.writing import text_of
from tieout.intake.kinds import BatchKind
from tieout.intake.reading.cells import Row
from tieout.intake.reading.errors import BreaksOff

COLUMNS = (
    ("Account", "own_account"),
    ("Date", "date"),
    ("Amount", "amount"),
    ("Other party", "payer"),
    ("Number", "bank_reference"),
    ("Text", "remittance"),
    ("Category", ""),
    ("Cleared", ""),
)
OPENING = N_(
    "The file states an opening balance of %(amount)s on %(day)s; it is no payment and was left "
    "aside."
)
NO_PAYMENTS = N_(
    "%(count)s records of the file are no payments of an account (investments, categories, "
    "reminders); they were left aside."
)
_HEAD = re.compile(rb"!(type|account|option|clear)\b", re.IGNORECASE)
#: Kinds of accounts whose entries are money that came or went.
_ACCOUNTS = frozenset({"bank", "cash", "ccard", "oth a", "oth l"})
#: Lists that say nothing of money.
_QUIET = frozenset({"account", "cat", "class", "tag", "template", "prices", "security", "budget"})
_DAY = re.compile(r"(\d{1,2}) ?[/.-] ?(\d{1,2}) ?(['/.-]) ?(\d{4}|\d{1,2})")


@dataclass
class _Record:
    """The lines of one entry by their letters; the first of each letter counts."""

    line: int
    said: dict[str, str] = field(default_factory=dict)

    def of(self, letter: str) -> str:
        return self.said.get(letter, "")


class Qif:
    """Files in the Quicken Interchange Format."""

    def recognises(self, head: bytes) -> bool:
        """See whether the first line names what follows."""
        plain = head.replace(b"\0", b"") if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
        return bool(_HEAD.match(plain.lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n")))

    def read(self, path: Path, file: str) -> Contents:
        """Read the entries of every account in the file."""
        text, encoding = text_of(path, file)
        rows: list[Row] = []
        warnings: list[Sentence] = []
        account, others = "", 0
        for kind, record in _records(text, file):
            if kind == "account":
                account = record.of("N")
            elif kind not in _ACCOUNTS:
                others += kind not in _QUIET
            elif _is_opening(record, account):
                facts = {"amount": record.of("T") or record.of("U"), "day": record.of("D")}
                warnings.append(Sentence(OPENING, facts))
            else:
                rows.append(_row(account, record))
        if others:
            warnings.append(Sentence(NO_PAYMENTS, {"count": others}))
        return Contents(
            kind=BatchKind.PAYMENTS,
            headings=tuple(heading for heading, _ in COLUMNS),
            fields=tuple(name for _, name in COLUMNS),
            rows=rows,
            encoding=encoding,
            warnings=tuple(warnings),
        )


def _records(text: str, file: str) -> Iterator[tuple[str, _Record]]:
    """Each record, and the kind of list it stands in.

    Raises:
        BreaksOff: the last one does not come to its end.
    """
    kind, record = "", _Record(0)
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        line = line.strip(" \t\x1a")
        if line.startswith("!"):
            if record.said:
                raise BreaksOff(file=file, line=record.line)
            kind = _kind(line, kind)
        elif line.startswith("^"):
            if record.said:
                yield kind, record
            record = _Record(0)
        elif line:
            record.line = record.line or number
            record.said.setdefault(line[0].upper(), line[1:].strip())
    if record.said:
        raise BreaksOff(file=file, line=record.line)


def _kind(line: str, before: str) -> str:
    name, _, of = line[1:].lower().partition(":")
    if name in ("option", "clear"):
        return before
    return of.strip() if name == "type" else name.strip()


def _is_opening(record: _Record, account: str) -> bool:
    """What such programs write first: the balance the account began with."""
    if record.of("P").lower() == "opening balance":
        return True
    return bool(account) and record.of("L") == f"[{account}]"


def _row(account: str, record: _Record) -> Row:
    memo, payee = record.of("M"), record.of("P")
    text = memo if payee in memo else f"{payee} {memo}".strip()
    return Row(
        record.line,
        (
            account, _day(record.of("D")), record.of("T") or record.of("U"), payee,
            record.of("N"), text, record.of("L"), record.of("C"),
        ),
    )  # fmt: skip


def _day(text: str) -> str:
    """A day with strokes between its parts: 6/14'26 and 6/ 4/26 are written in this format, too."""
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    first, second, mark, year = found.groups()
    if len(year) < 4 and mark == "'":  # the years from 2000 on
        year = str(2000 + int(year))
    return f"{first}/{second}/{year}"
