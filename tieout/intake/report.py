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


def read_report(inspected: Inspected, say: Say, head: bytes = b"") -> dict[str, Any]:
    """How a file was read, without judging its rows; `head` is how it begins."""
    return {
        "file": {
            "name": inspected.filename,
            "size": inspected.size,
            "sha256": inspected.sha256,
        },
        "kind": str(inspected.kind),
        "reading": _reading(inspected, head),
        "columns": [_column(inspected, place) for place in range(len(inspected.headings))],
        "mapping": inspected.mapping.to_json(),
        "sign": "turned" if inspected.mapping.is_turned else "as_written",
        "controls": [_control(one) for one in inspected.controls],
        "controls_tie": all(control.ties for control in inspected.controls),
        "details": inspected.about.contents.get("details", {}),
        "warnings": [say(warning) for warning in inspected.warnings],
    }


def trial_report(trial: Trial, say: Say, head: bytes = b"") -> dict[str, Any]:
    """How a file was read and what would become of each of its rows."""
    inspected, judgement = trial.inspected, trial.judgement
    counts = judgement.counts()
    rows = [judged.row for judged in judgement.rows if judged.row.aside is None]
    return {
        **read_report(inspected, say, head),
        "rows": {
            "read": len(judgement.rows),
            **{str(state): counts.get(str(state), 0) for state in RowState if state != "posted"},
        },
        "would_post": _sums(judgement),
        "content": _sums(trial.alone),
        "movements": _movements(inspected, rows),
        "dates": _dates(rows),
        "parties": _parties(rows),
        "checks": [
            {
                "check": said.check,
                "severity": str(said.severity),
                "sentences": [say(one) for one in said.sentences],
            }
            for said in trial.says
        ],
        "reasons": _reasons(inspected, judgement, say),
        "problems": [
            told for judged in judgement.rows for told in _problems(inspected, judged, say)
        ],
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


def _sums(judgement: Judgement) -> list[dict[str, Any]]:
    """Documents and their amounts by kind and currency; customers and products by count."""
    counts: Counter[tuple[str, str]] = Counter()
    rows: Counter[tuple[str, str]] = Counter()
    minors: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for group in judgement.ready():
        plan = group.plan
        if isinstance(plan, DocumentInput):
            key = (str(plan.kind), _currency(plan.amount.currency))
            minors[key] += plan.amount.decimal
        else:
            key = ("", "")
        counts[key] += 1
        rows[key] += len(group.rows)
    return [
        {
            "kind": kind,
            "currency": currency,
            "count": counts[kind, currency],
            "rows": rows[kind, currency],
            "amount": f"{minors[kind, currency]:f}" if kind else "",
        }
        for kind, currency in sorted(counts)
    ]


def _currency(code: str) -> str:
    """No currency where neither file nor books name one."""
    return "" if code == NO_CURRENCY else code


def _movements(inspected: Inspected, rows: Iterable[UnderstoodRow]) -> list[dict[str, Any]]:
    """What came in, went out, and did neither, by currency: every entry, whatever becomes of it."""
    if inspected.kind != BatchKind.PAYMENTS:
        return []
    counts: Counter[tuple[str, str]] = Counter()
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        value = row.number_of("_signed")
        if value is None:
            continue
        is_neither = bool(row.text(NEITHER)) or not value
        direction = "neither" if is_neither else "in" if value > 0 else "out"
        currency = _currency(row.text("currency") or inspected.mapping.currency)
        counts[currency, direction] += 1
        sums[currency, direction] += abs(value)
    return [
        {
            "currency": currency,
            "direction": direction,
            "count": counts[currency, direction],
            "amount": f"{sums[currency, direction]:f}",
        }
        for currency, direction in sorted(counts)
    ]


def _dates(rows: Iterable[UnderstoodRow]) -> dict[str, str]:
    days: list[date] = [day for row in rows if (day := row.day("date"))]
    if not days:
        return {"from": "", "to": ""}
    return {"from": min(days).isoformat(), "to": max(days).isoformat()}


def _parties(rows: Iterable[UnderstoodRow]) -> dict[str, Any]:
    named: dict[str, None] = {}
    accounts: dict[str, None] = {}
    unnamed = 0
    for row in rows:
        if any(row.text(name) for name in NAMING):
            named.setdefault(naming(row))
        else:
            unnamed += 1
        if account := row.text("own_account"):
            accounts.setdefault(account)
    return {
        "named": len(named),
        "names": list(named)[:MOST_NAMES],
        "rows_without_a_name": unnamed,
        "own_accounts": list(accounts)[:MOST_NAMES],
    }


def _reasons(inspected: Inspected, judgement: Judgement, say: Say) -> list[dict[str, Any]]:
    """Why rows are not simply taken: each cause once, with how many rows it keeps back."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    first: dict[tuple[str, str, str, str], tuple[int, Problem]] = {}
    for judged in judgement.rows:
        for problem in judged.problems[:1]:
            key = (str(judged.state), problem.check, problem.field, problem.sentence.text)
            counts[key] += 1
            first.setdefault(key, (judged.number, problem))
    return [
        {
            "state": key[0],
            "check": key[1],
            "field": key[2],
            "count": count,
            "first_row": first[key][0],
            "sentence": say(first[key][1].sentence),
            "placed": say(first[key][1].placed(inspected.filename, inspected.sheet, first[key][0])),
        }
        for key, count in counts.most_common()
    ]


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
