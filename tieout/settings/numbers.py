"""Our own numbers: one after another, without gaps, also when a transaction fails."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from tieout.settings.models import NumberSeries, NumberTaken

#: How a series looks unless the company says otherwise.
DEFAULT_PATTERNS = {
    "statement": "ST-{year}-{n:04d}",
    "receipt": "R-{year}-{n:06d}",
    "credit_note": "CN-{year}-{n:04d}",
    "reversal": "RV-{year}-{n:04d}",
    "fee": "FE-{year}-{n:04d}",
    "interest": "IN-{year}-{n:04d}",
    "write_off": "WO-{year}-{n:04d}",
    "transfer": "TR-{year}-{n:04d}",
    "voucher_file": "VF-{year}-{n:04d}",
}


@dataclass(frozen=True)
class Series:
    """How the numbers of a series look, and how far it has come."""

    name: str
    pattern: str
    yearly: bool
    #: The last number given out, or nothing yet.
    last: str


def series(session: Session, on: date) -> list[Series]:
    """Every series as it stands on a day."""
    rows = {row.name: row for row in session.scalars(select(NumberSeries))}
    taken = {(row.name, row.year): row.last for row in session.scalars(select(NumberTaken))}
    found = []
    for name, default in DEFAULT_PATTERNS.items():
        row = rows.get(name)
        pattern, yearly = (row.pattern, row.yearly) if row else (default, True)
        last = taken.get((name, on.year if yearly else 0))
        said = pattern.format(year=on.year, n=last) if last else ""
        found.append(Series(name, pattern, yearly, said))
    return found


def next_number(session: Session, series: str, on: date) -> str:
    """Take the next number of a series; it is given back if the transaction fails."""
    return next_numbers(session, series, [on])[0]


def next_numbers(session: Session, series: str, days: Sequence[date]) -> list[str]:
    """Take a number for each of these days, in their order, all at once."""
    row = session.get(NumberSeries, series)
    pattern = row.pattern if row else DEFAULT_PATTERNS[series]
    years = [on.year if row is None or row.yearly else 0 for on in days]
    last = {
        year: _take(session, series, year, count) for year, count in sorted(Counter(years).items())
    }
    made = []
    for on, year in zip(days, years, strict=True):
        last[year] += 1
        made.append(pattern.format(year=on.year, n=last[year]))
    return made


def _take(session: Session, series: str, year: int, count: int) -> int:
    """Take so many numbers; return the one before the first of them."""
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    taken = insert(NumberTaken).values(name=series, year=year, last=count)
    last = session.execute(
        taken.on_conflict_do_update(
            index_elements=["name", "year"], set_={"last": NumberTaken.last + count}
        ).returning(NumberTaken.last)
    ).scalar_one()
    return last - count
