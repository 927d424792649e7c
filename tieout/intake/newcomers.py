"""Customers that a file names and the books do not know: a list of them, to be added at once."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.intake.fields import FIELDS, Field
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.problems import STOPPING

#: What a file of sales or payments says of a customer, and what a file of customers calls it.
_SAID = (
    ("customer_code", "code"),
    ("customer_name", "name"),
    ("payer", "name"),
    ("tax_id", "tax_id"),
)


@dataclass(frozen=True)
class Newcomer:
    """Somebody the books do not know, as the file names them."""

    code: str
    name: str
    tax_id: str = ""


def newcomers(session: Session, batch: ImportBatch) -> list[Newcomer]:
    """Everybody unknown whom rows of an import name, each once, in the order of the file."""
    query = (
        select(StagedRow.values)
        .where(
            StagedRow.batch_id == batch.id,
            StagedRow.cause == "customer_unknown",
            StagedRow.state.in_(STOPPING),
        )
        .order_by(StagedRow.row_no)
        .execution_options(yield_per=2000)
    )
    found: dict[str, Newcomer] = {}
    for values in session.scalars(query):
        said = dict[str, str]()
        for of_row, of_customer in _SAID:
            if values.get(of_row):
                said.setdefault(of_customer, str(values[of_row]))
        code = said.get("code") or said.get("name") or said.get("tax_id", "")
        name = said.get("name") or code
        if code:
            found.setdefault(code, Newcomer(code, name, said.get("tax_id", "")))
    return list(found.values())


def columns() -> tuple[Field, ...]:
    """The columns of such a list: a file of customers as it is handed in."""
    table = FIELDS[BatchKind.CUSTOMERS]
    return (table["code"], table["name"], table["tax_id"])
