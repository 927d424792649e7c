"""Our own numbers: one after another, without gaps, also when a transaction fails."""

from datetime import date

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
}


def next_number(session: Session, series: str, on: date) -> str:
    """Take the next number of a series; it is given back if the transaction fails."""
    row = session.get(NumberSeries, series)
    pattern = row.pattern if row else DEFAULT_PATTERNS[series]
    year = on.year if row is None or row.yearly else 0
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    taken = insert(NumberTaken).values(name=series, year=year, last=1)
    n = session.execute(
        taken.on_conflict_do_update(
            index_elements=["name", "year"], set_={"last": NumberTaken.last + 1}
        ).returning(NumberTaken.last)
    ).scalar_one()
    return pattern.format(year=on.year, n=n)
