"""How an import is told: how its file was read, what is wrong, what happens next."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from tieout import settings
from tieout.i18n import N_
from tieout.intake import approving, batches
from tieout.intake.fields import FIELDS
from tieout.intake.models import ImportBatch
from tieout.intake.problems import Problems
from tieout.intake.states import BatchState
from tieout.intake.values.dates import DateOrder
from tieout.intake.values.numbers import DecimalMark
from tieout.rendering.translation import gettext, ngettext

_DELIMITERS = {
    ",": N_("comma"),
    ";": N_("semicolon"),
    "\t": N_("tab"),
    "|": N_("bar"),
    " ": N_("spaces"),
}
_FORMATS = {"text": N_("Table of text (CSV)"), "xlsx": N_("Excel workbook (.xlsx)")}
_MARKS = {DecimalMark.POINT: N_("a point: 1,234.56"), DecimalMark.COMMA: N_("a comma: 1.234,56")}
_ORDERS = {
    DateOrder.YEAR_FIRST: N_("year, month, day"),
    DateOrder.DAY_FIRST: N_("day, month, year"),
    DateOrder.MONTH_FIRST: N_("month, day, year"),
}


@dataclass(frozen=True)
class Step:
    """What happens next, and whether it has."""

    when: str
    words: str
    done: bool


def read_as(batch: ImportBatch) -> list[tuple[str, str]]:
    """How the file was read: format, encoding, delimiter, sheet, headings, columns, signs."""
    reading = batch.reading
    found = [(gettext("Format"), _format(batch))]
    if batch.sheet:
        found.append((gettext("Sheet"), batch.sheet))
    elif reading.get("encoding"):
        found.append((gettext("Encoding"), str(reading["encoding"])))
    if delimiter := reading.get("delimiter"):
        words = _DELIMITERS.get(delimiter)
        found.append((gettext("Columns are set apart by"), gettext(words) if words else delimiter))
    if header := reading.get("header_row"):
        found.append((gettext("Row of the headings"), str(header)))
    return found + _mapped_as(batch)


def _format(batch: ImportBatch) -> str:
    """What kind of file it is, as people call it."""
    known = str(batch.reading.get("importer") or batch.reading.get("format", ""))
    return gettext(_FORMATS[known]) if known in _FORMATS else known.upper()


def _mapped_as(batch: ImportBatch) -> list[tuple[str, str]]:
    mapping = batches.mapping_of(batch)
    columns = len(batch.reading.get("headings", ()))
    found = [
        (
            gettext("Columns that say something"),
            gettext("%(used)s of %(all)s", used=len(mapping.columns), all=columns),
        )
    ]
    marks = {one.mark for one in mapping.columns if one.field in _FIGURES}
    if len(marks) == 1 and (words := _MARKS.get(marks.pop())):
        found.append((gettext("Decimals after"), gettext(words)))
    orders = {one.order for one in mapping.columns if one.field in ("date", "due_date")}
    if len(orders) == 1 and (words := _ORDERS.get(orders.pop())):
        found.append((gettext("Dates are written"), gettext(words)))
    if mapping.is_turned:
        found.append((gettext("Sign"), gettext("the other way round")))
    if mapping.customer_code:
        found.append((gettext("Rows without a customer"), mapping.customer_code))
    return found


_FIGURES = frozenset("amount debit credit line_amount unit_price money_in money_out".split())


def title(found: Problems) -> str:
    """What is wrong with rows, in a few words."""
    label = gettext(found.label)
    if found.check in ("customer_unknown", "customer_ambiguous"):
        return gettext("%(problem)s “%(text)s”", problem=label, text=found.about)
    if found.check == "readable":
        named = (table[found.about] for table in FIELDS.values() if found.about in table)
        if (field := next(named, None)) is not None:
            return gettext("%(problem)s “%(text)s”", problem=label, text=gettext(field.label))
    return label


def next_steps(session: Session, batch: ImportBatch) -> list[Step]:
    """The way of an import into the books, with how far it has come."""
    if batch.state in (BatchState.DISCARDED, BatchState.UNDONE):
        return []
    totals = batch.totals
    held = int(totals.get("refused", 0)) + int(totals.get("decision", 0))
    is_read = batch.state != BatchState.UPLOADED
    is_checked = is_read and batch.state != BatchState.READING
    handed_on = batch.state in (BatchState.SUBMITTED, BatchState.POSTED)
    posted = batch.state == BatchState.POSTED
    steps = [Step(gettext("Read"), gettext("Each column says what it holds."), is_read)]
    words = gettext("Every row is ready, repeated or left out.")
    if held:
        words = ngettext(
            "%(num)s row is put right, decided or left out.",
            "%(num)s rows are put right, decided or left out.",
            held,
        )
    steps.append(Step(gettext("Cleaned"), words, is_checked and not held))
    if settings.needs_two_people(session, approving.ACT):
        steps.append(
            Step(gettext("Submitted"), gettext("A second person looks at exactly this."), handed_on)
        )
    steps.append(
        Step(
            gettext("Posted"),
            gettext("All of it at once, or nothing; it can be undone by reversal."),
            posted,
        )
    )
    return steps
