"""Rows of one problem: what they are, what they come to, and what is done to all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.validators import Length

from internal.imports import back
from internal.imports_rows import cell, telling
from internal.imports_words import title
from tieout import clock
from tieout.customers import find_customer
from tieout.customers.finding import CustomerAmbiguous, CustomerUnknown
from tieout.customers.models import Customer
from tieout.db import sessions, transaction
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.intake import problems, queries, suggesting, together
from tieout.intake.models import ImportBatch
from tieout.intake.problems import Problems
from tieout.intake.states import BatchState
from tieout.rendering.translation import gettext, ngettext, reader
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import DayField, Form, ToldAt, WholeNumberField
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("imports_problems", __name__)

#: Checks that a new date puts right.
ABOUT_DAYS = ("date_ahead", "date_before_books", "date_old", "open_period")


class NobodyChosen(InvalidInput):
    """Rows that were to be given to nobody."""

    message = N_("Choose one of the customers, or write the code or name of another.")


class NoDay(InvalidInput):
    """Rows that were to be given no date."""

    message = N_("Write the date the rows shall have.")


class ProblemForm(Form):
    """What is done to all rows of one problem."""

    told_at: ClassVar[ToldAt] = {
        NobodyChosen: "customer",
        CustomerUnknown: "customer",
        CustomerAmbiguous: "customer",
        NoDay: "day",
    }

    about = HiddenField()
    #: The version of the import that was looked at.
    seen = WholeNumberField()
    chosen = RadioField(N_("Customer"), validate_choice=False, choices=[])
    customer = StringField(
        N_("Another customer"),
        [Length(max=200)],
        description=N_("Code, name or tax number."),
    )
    keep_name = BooleanField(N_("Known by this name from now on"))
    remember = BooleanField(N_("From now on, in every file"))
    day = DayField(N_("Date"))


@dataclass(frozen=True)
class Deed:
    """An act on all rows of one problem, and what is said when it is done."""

    act: Callable[[Session, ImportBatch, str, ProblemForm], int]
    words: Callable[[int], str]


@bp.get("/imports/<int:batch_id>/problems/<check>")
@requires(Permission.IMPORT_FILES)
def show(batch_id: int, check: str) -> ResponseReturnValue:
    """Show the rows of one problem, how many, what they come to, and what can be done."""
    return _shown(batch_id, check, asked.text("about"), ProblemForm(formdata=None))


@bp.post("/imports/<int:batch_id>/problems/<check>/<act>")
@requires(Permission.IMPORT_FILES)
def decide(batch_id: int, check: str, act: str) -> ResponseReturnValue:
    """Do one thing to all of them."""
    form = ProblemForm.checked(
        lambda wrong: _shown(batch_id, check, str(wrong.about.data or ""), wrong)
    )
    if act not in _DEEDS:
        raise NotFound
    deed = _DEEDS[act]
    with transaction() as session:
        count = deed.act(session, queries.batch(session, batch_id), check, form)
    return back(batch_id, deed.words(count))


def _assign(session: Session, batch: ImportBatch, check: str, form: ProblemForm) -> int:
    text = str(form.customer.data or "").strip() or str(form.chosen.data or "")
    if not text:
        raise NobodyChosen
    customer = find_customer(session, text)
    keep_name = bool(form.keep_name.data)
    return _give(session, batch, check, form, customer, keep_name=keep_name)


def _clear(session: Session, batch: ImportBatch, check: str, form: ProblemForm) -> int:
    customer = together.clearing_customer(session, by=viewer().actor, at=clock.now())
    if form.remember.data:
        together.remember_clearing(session, customer, by=viewer().actor)
    return _give(session, batch, check, form, customer)


def _give(
    session: Session,
    batch: ImportBatch,
    check: str,
    form: ProblemForm,
    customer: Customer,
    *,
    keep_name: bool = False,
) -> int:
    return together.assign(
        session,
        batch,
        check,
        str(form.about.data or ""),
        customer,
        seen=form.seen.data or 0,
        keep_name=keep_name,
        by=viewer().actor,
        at=clock.now(),
    )


def _set_day(session: Session, batch: ImportBatch, check: str, form: ProblemForm) -> int:
    if not isinstance(form.day.data, date):
        raise NoDay
    about, seen = str(form.about.data or ""), form.seen.data or 0
    return together.set_day(
        session, batch, check, about, form.day.data, seen=seen, by=viewer().actor
    )


def _take(session: Session, batch: ImportBatch, check: str, form: ProblemForm) -> int:
    about, seen = str(form.about.data or ""), form.seen.data or 0
    return together.take(session, batch, check, about, seen=seen, by=viewer().actor)


def _leave_out(session: Session, batch: ImportBatch, check: str, form: ProblemForm) -> int:
    about, seen = str(form.about.data or ""), form.seen.data or 0
    return together.leave_out(session, batch, check, about, seen=seen, by=viewer().actor)


_DEEDS = {
    "assign": Deed(
        _assign,
        lambda n: ngettext("%(num)s row has its customer.", "%(num)s rows have a customer.", n),
    ),
    "clear": Deed(
        _clear,
        lambda n: ngettext(
            "%(num)s row goes to the clearing customer.",
            "%(num)s rows go to the clearing customer.",
            n,
        ),
    ),
    "day": Deed(
        _set_day,
        lambda n: ngettext("%(num)s row has its date.", "%(num)s rows have a new date.", n),
    ),
    "take": Deed(
        _take,
        lambda n: ngettext(
            "%(num)s row is taken as it is.", "%(num)s rows are taken as they are.", n
        ),
    ),
    "leave_out": Deed(
        _leave_out,
        lambda n: ngettext("%(num)s row is left out.", "%(num)s rows are left out.", n),
    ),
}


def _shown(batch_id: int, check: str, about: str, form: ProblemForm) -> ResponseReturnValue:
    session = sessions()
    batch = queries.batch(session, batch_id)
    found = problems.group(session, batch, check, about)
    likely = _likely(session, found)
    form.about.data, form.seen.data = about, batch.version
    form.chosen.choices = [(one.code, f"{one.name} ({one.code})") for one in likely]
    return page(
        "internal/imports_problem.html",
        batch=batch,
        found=found,
        title=title(found) if found else gettext("Nothing left of this"),
        form=form,
        reasons={one.code: reader.get().sentence(one.reason) for one in likely},
        about_days=check in ABOUT_DAYS or (check, about) == ("readable", "date"),
        may_change=batch.state in (BatchState.STAGED, BatchState.SUBMITTED),
        fields=telling(batch),
        cell=cell,
    )


def _likely(session: Session, found: Problems | None) -> list[suggesting.Suggestion]:
    """Who might be meant, where that is the question."""
    if found is None or found.check != "customer_unknown":
        return []
    return suggesting.for_texts(session, [found.about]).get(found.about, [])
