"""How a file was read and what would become of it, as plain data for programs and people.

Every amount is exact, as text; every sentence is in the language asked for. The names of its
keys are documented in the help pages and stay as they are.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from tieout.i18n import Sentence
from tieout.intake.columns import NEITHER
from tieout.intake.fields import FIELDS
from tieout.intake.judging.rows import Judged, Judgement
from tieout.intake.judging.whose import NAMING, naming
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Column, letters
from tieout.intake.parts.whole import Whole
from tieout.intake.places import Problem
from tieout.intake.reading.recognise import FileFormat
from tieout.intake.states import RowState
from tieout.intake.their_book import read_their_ledger
from tieout.intake.trying import Trial
from tieout.intake.understanding import UnderstoodRow
from tieout.intake.uploads import Inspected
from tieout.ledger.inputs import DocumentInput
from tieout.money import NO_CURRENCY

#: Writes a sentence in the reader's language.
Say = Callable[[Sentence], str]
#: Names that are listed; beyond them they are counted only.
MOST_NAMES = 200
#: Problems that are listed one by one; beyond them they are counted only.
MOST_PROBLEMS = 20_000


def read_report(
    inspected: Inspected, say: Say, head: bytes = b"", whole: Whole | None = None
) -> dict[str, Any]:
    """How a file was read, without judging its rows; `head` is how it begins.

    `whole` is what going through a long file found, where only its beginning was inspected.
    """
    of = whole or inspected
    return {
        "file": {
            "name": inspected.filename,
            "size": inspected.size,
            "sha256": inspected.sha256,
        },
        "kind": str(inspected.kind),
        "reading": _reading(inspected, head) | ({"last_row": whole.last_row} if whole else {}),
        "columns": [_column(inspected, place) for place in range(len(inspected.headings))],
        "mapping": inspected.mapping.to_json(),
        "sign": "turned" if inspected.mapping.is_turned else "as_written",
        "controls": [_control(one) for one in of.controls],
        "controls_tie": all(control.ties for control in of.controls),
        "details": inspected.about.contents.get("details", {}),
        "warnings": [say(warning) for warning in of.warnings],
    }


def trial_report(trial: Trial, say: Say, head: bytes = b"") -> dict[str, Any]:
    """How a file was read and what would become of each of its rows."""
    inspected = trial.inspected
    found = _Found(inspected, say)
    for judgement, alone in trial.parts():
        found.add(judgement, alone)
    return {
        **read_report(inspected, say, head, trial.whole),
        **found.told(),
        "checks": [
            {
                "check": said.check,
                "severity": str(said.severity),
                "sentences": [say(one) for one in said.sentences],
            }
            for said in trial.says
        ],
    }


class _Found:
    """What would become of rows, part by part; of a million rows no more is kept than is told."""

    def __init__(self, inspected: Inspected, say: Say) -> None:
        self._inspected, self._say = inspected, say
        self._read = 0
        self._counts: Counter[str] = Counter()
        self._would_post, self._content = _Sums(), _Sums()
        self._movements = _Movements(inspected)
        self._days: list[date] = []
        self._parties = _Parties()
        self._reasons = _Reasons()
        self._problems: list[dict[str, Any]] = []
        self._not_listed = 0

    def add(self, judgement: Judgement, alone: Judgement) -> None:
        """Take the next part: by the books as they are, and as if everybody were known."""
        self._read += len(judgement.rows)
        self._counts.update(judgement.counts())
        self._would_post.add(judgement)
        self._content.add(alone)
        rows = [judged.row for judged in judgement.rows if judged.row.aside is None]
        self._movements.add(rows)
        self._parties.add(rows)
        if days := [day for row in rows if (day := row.day("date"))]:
            self._days = [min([*self._days, *days]), max([*self._days, *days])]
        self._reasons.add(judgement)
        for judged in judgement.rows:
            for told in _problems(self._inspected, judged, self._say):
                if len(self._problems) < MOST_PROBLEMS:
                    self._problems.append(told)
                else:
                    self._not_listed += 1

    def told(self) -> dict[str, Any]:
        """All of it."""
        states = [str(state) for state in RowState if state != "posted"]
        return {
            "rows": {"read": self._read, **{state: self._counts[state] for state in states}},
            "would_post": self._would_post.told(),
            "content": self._content.told(),
            "movements": self._movements.told(),
            "dates": {
                "from": self._days[0].isoformat() if self._days else "",
                "to": self._days[1].isoformat() if self._days else "",
            },
            "parties": self._parties.told(),
            "reasons": self._reasons.told(self._inspected, self._say),
            "problems": self._problems,
            "problems_not_listed": self._not_listed,
        }


def _as_written(inspected: Inspected, head: bytes) -> dict[str, str]:
    """How a text file marks its cells and ends its lines, by its first bytes."""
    if inspected.about.format != FileFormat.TEXT or not head:
        return {"quote": "", "line_ends": ""}
    text = head.decode(inspected.about.encoding or "utf-8", errors="replace")
    ends = {"\r\n": text.count("\r\n")}
    ends["\n"] = text.count("\n") - ends["\r\n"]
    ends["\r"] = text.count("\r") - ends["\r\n"]
    most = max(ends, key=lambda end: ends[end])
    is_table = not inspected.importer
    return {
        "quote": '"' if is_table and '"' in text else "",
        "line_ends": {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}[most] if ends[most] else "",
    }


def _reading(inspected: Inspected, head: bytes) -> dict[str, Any]:
    about = inspected.about
    return {
        "format": about.format.value,
        "importer": inspected.importer or "table",
        "reader": about.reader,
        "encoding": about.encoding,
        "delimiter": about.delimiter,
        "sheet": about.sheet,
        "sheets": [sheet.name for sheet in about.sheets if not sheet.is_hidden],
        "hidden_sheets": [sheet.name for sheet in about.sheets if sheet.is_hidden],
        **_as_written(inspected, head),
        "header_row": inspected.layout.header_row,
        "first_row": inspected.rows[0].number if inspected.rows else 0,
        "last_row": inspected.rows[-1].number if inspected.rows else 0,
    }


def _column(inspected: Inspected, place: int) -> dict[str, Any]:
    mapped = next((one for one in inspected.mapping.columns if one.index == place), None)
    known = mapped or Column(place, "")
    reads = FIELDS[inspected.kind][mapped.field].reads if mapped else ""
    return {
        "column": letters(place),
        "heading": inspected.headings[place],
        "field": known.field,
        "reads": str(reads),
        "decimal_mark": str(known.mark) if reads in ("amount", "number") else "",
        "date_order": str(known.order) if reads == "date" else "",
        "is_turned": known.is_turned,
        "is_unsure": known.is_unsure,
    }


def _control(control: Any) -> dict[str, Any]:
    return {
        **control.to_json(),
        "currency": _currency(control.currency),
        "difference": f"{control.difference:f}",
        "ties": control.ties,
    }


class _Sums:
    """Documents and their amounts by kind and currency; customers and products by count."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._rows: Counter[tuple[str, str]] = Counter()
        self._sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)

    def add(self, judgement: Judgement) -> None:
        """Take what is ready of a part."""
        for group in judgement.ready():
            plan = group.plan
            if isinstance(plan, DocumentInput):
                key = (str(plan.kind), _currency(plan.amount.currency))
                self._sums[key] += plan.amount.decimal
            else:
                key = ("", "")
            self._counts[key] += 1
            self._rows[key] += len(group.rows)

    def told(self) -> list[dict[str, Any]]:
        """One for each kind and currency."""
        return [
            {
                "kind": key[0],
                "currency": key[1],
                "count": self._counts[key],
                "rows": self._rows[key],
                "amount": f"{self._sums[key]:f}" if key[0] else "",
            }
            for key in sorted(self._counts)
        ]


def _currency(code: str) -> str:
    """No currency where neither file nor books name one."""
    return "" if code == NO_CURRENCY else code


class _Movements:
    """What came in, went out, and did neither, by currency: every entry, whatever becomes of it."""

    def __init__(self, inspected: Inspected) -> None:
        self._is_asked = inspected.kind == BatchKind.PAYMENTS
        self._currency = inspected.mapping.currency
        self._counts: Counter[tuple[str, str]] = Counter()
        self._sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)

    def add(self, rows: Iterable[UnderstoodRow]) -> None:
        """Take some entries."""
        for row in rows if self._is_asked else ():
            value = row.number_of("_signed")
            if value is None:
                continue
            is_neither = bool(row.text(NEITHER)) or not value
            direction = "neither" if is_neither else "in" if value > 0 else "out"
            key = (_currency(row.text("currency") or self._currency), direction)
            self._counts[key] += 1
            self._sums[key] += abs(value)

    def told(self) -> list[dict[str, Any]]:
        """One for each currency and direction."""
        return [
            {
                "currency": key[0],
                "direction": key[1],
                "count": self._counts[key],
                "amount": f"{self._sums[key]:f}",
            }
            for key in sorted(self._counts)
        ]


class _Parties:
    """Whom rows name, and which accounts of ours."""

    def __init__(self) -> None:
        self._named: dict[str, None] = {}
        self._accounts: dict[str, None] = {}
        self._unnamed = 0

    def add(self, rows: Iterable[UnderstoodRow]) -> None:
        """Take some entries."""
        for row in rows:
            if any(row.text(name) for name in NAMING):
                self._named.setdefault(naming(row))
            else:
                self._unnamed += 1
            if account := row.text("own_account"):
                self._accounts.setdefault(account)

    def told(self) -> dict[str, Any]:
        """How many, and the first of them."""
        return {
            "named": len(self._named),
            "names": list(self._named)[:MOST_NAMES],
            "rows_without_a_name": self._unnamed,
            "own_accounts": list(self._accounts)[:MOST_NAMES],
        }


class _Reasons:
    """Why rows are not simply taken: each cause once, with how many rows it keeps back."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str, str]] = Counter()
        self._first: dict[tuple[str, str, str, str], tuple[int, Problem]] = {}

    def add(self, judgement: Judgement) -> None:
        """Take the rows of a part."""
        for judged in judgement.rows:
            for problem in sorted(judged.problems, key=_weight)[:1]:
                key = (str(judged.state), problem.check, problem.field, problem.sentence.text)
                self._counts[key] += 1
                if key not in self._first or judged.number < self._first[key][0]:
                    self._first[key] = (judged.number, problem)

    def told(self, inspected: Inspected, say: Say) -> list[dict[str, Any]]:
        """The most frequent first."""
        told = []
        for key in sorted(self._counts, key=lambda one: (-self._counts[one], self._first[one][0])):
            count, (row, problem) = self._counts[key], self._first[key]
            told.append(
                {
                    "state": key[0],
                    "check": key[1],
                    "field": key[2],
                    "count": count,
                    "first_row": row,
                    "sentence": say(problem.sentence),
                    "placed": say(problem.placed(inspected.filename, inspected.sheet, row)),
                }
            )
        return told


def _weight(problem: Problem) -> int:
    """What keeps a row back comes before what is decided, and that before what is only said."""
    return 2 if problem.is_warning else int(problem.is_decision)


def _problems(inspected: Inspected, judged: Judged, say: Say) -> Iterable[dict[str, Any]]:
    for problem in judged.problems:
        yield {
            "row": judged.number,
            "state": str(judged.state),
            "check": problem.check,
            "field": problem.field,
            "column": problem.column,
            "is_warning": problem.is_warning,
            "sentence": say(problem.sentence),
            "placed": say(problem.placed(inspected.filename, inspected.sheet, judged.number)),
        }


def their_ledger_report(
    inspected: Inspected, currency: str, say: Say, head: bytes = b""
) -> dict[str, Any]:
    """How a customer's own ledger was read, and what it comes to, in their own sign."""
    ledger = read_their_ledger(inspected, None, currency)
    refused = {one.row_no for one in ledger.problems}
    kinds = Counter(line.kind for line in ledger.lines)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in ledger.lines:
        sums[line.kind] += line.amount.decimal
    days = [day for day in (ledger.first_day, ledger.last_day) if day]
    shown = _currency(currency)
    return {
        **read_report(inspected, say, head),
        "rows": {
            "read": len(inspected.rows),
            "ready": len(ledger.lines),
            "decision": 0,
            "refused": len(refused),
            "repeated": 0,
            "left_out": len(ledger.asides),
        },
        "content": [
            {
                "kind": kind,
                "currency": shown,
                "count": count,
                "rows": count,
                "amount": f"{sums[kind]:f}",
            }
            for kind, count in sorted(kinds.items())
        ],
        "balances": {
            "opening": f"{ledger.opening.decimal:f}" if ledger.opening is not None else "",
            "closing": f"{ledger.closing.decimal:f}" if ledger.closing is not None else "",
            "lines": f"{ledger.total.decimal:f}",
        },
        "dates": {
            "from": days[0].isoformat() if days else "",
            "to": days[-1].isoformat() if days else "",
        },
        "problems": [
            {
                "row": one.row_no,
                "state": "refused",
                "check": one.problem.check,
                "field": one.problem.field,
                "column": one.problem.column,
                "is_warning": False,
                "sentence": say(one.problem.sentence),
                "placed": say(one.sentence),
            }
            for one in ledger.problems
        ],
    }
