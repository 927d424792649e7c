"""How one customer's statements are: how it is asked, by which template, by which clause."""

from typing import ClassVar

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField
from wtforms.validators import Optional as MayBeEmpty

from internal.exports import FORMS, exported
from internal.scope import customer, within
from internal.settings_statements import template_choices
from tieout import settings
from tieout.customers.models import Customer
from tieout.db import sessions, transaction
from tieout.i18n import N_
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.periods import Period
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, reader
from tieout.statements import asking, family, queries, templates
from tieout.statements.asking import ONE_MONTH, REQUESTS, SILENCE_DAYS, Clause
from tieout.statements.models import Statement
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.forms import DayField, Form, ToldAt, WholeNumberField
from tieout.web.listing import here
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("customer_statements", __name__)

#: So many periods back may be chosen.
PERIODS = 24
_COLUMNS = {
    "opening": N_("Opening"),
    "charges": N_("Charges"),
    "credits": N_("Credits"),
    "closing": N_("Closing"),
    "disputed": N_("Disputed"),
}


class AskedForm(Form):
    """How a customer is asked, and what its contract says of silence."""

    request = SelectField(
        N_("How an answer is asked for"),
        choices={"": N_("as for its group, or everybody"), **REQUESTS},
    )
    template = SelectField(
        N_("Template"),
        choices=lambda: {**template_choices(), "": N_("as for its group, or everybody")},
    )
    clause = StringField(
        N_("Clause that lets silence count"),
        description=N_("Contract and paragraph, such as “HT-2026-14, § 7”. Empty: there is none."),
    )
    days = WholeNumberField(N_("Days after proven delivery"), [MayBeEmpty()])
    since = DayField(N_("Agreed on"), [MayBeEmpty()])

    told_at: ClassVar[ToldAt] = {
        asking.ClauseIncomplete: "clause",
        asking.DaysOutOfRange: "days",
    }


class FamilyForm(Form):
    """Who of a family gets its members' statements, and who answers them."""

    gets = SelectField(N_("Who gets the members’ statements"), choices=dict(family.GETS))
    answers = SelectField(N_("Who answers them"), choices=dict(family.ANSWERS))


@bp.get("/customers/<int:customer_id>/statements")
@requires(Permission.KEEP_CUSTOMERS)
def show(customer_id: int) -> ResponseReturnValue:
    """Show how a customer is asked."""
    session = sessions()
    there = customer(session, customer_id)
    return _page(session, there, _asked(session, there))


def _asked(session: Session, there: Customer) -> AskedForm:
    clause = asking.clause_of(session, there.id)
    chosen = settings.read(session, templates.CHOICE, None, scope="customer", scope_id=there.id)
    return AskedForm(
        formdata=None,
        request=settings.read(session, asking.REQUEST, "", scope="customer", scope_id=there.id),
        template=str(chosen or ""),
        clause=clause.words if clause else "",
        days=clause.days if clause else settings.read(session, SILENCE_DAYS, ONE_MONTH),
        since=clause.since if clause else None,
    )


@bp.post("/customers/<int:customer_id>/statements")
@requires(Permission.KEEP_CUSTOMERS)
def change(customer_id: int) -> ResponseReturnValue:
    """Choose how a customer is asked; the clause stands in the trail."""
    customer(sessions(), customer_id)
    form = AskedForm.checked(lambda again: _again(customer_id, again))
    by = viewer().actor
    with transaction() as session:
        there = customer(session, customer_id)
        words = str(form.clause.data or "").strip()
        clause = Clause(words, int(form.days.data or 0), form.since.data) if words else None
        asking.file_clause(session, there, clause, by=by)
        asking.choose_request(session, "customer", there.id, str(form.request.data or ""), by=by)
        template_id = int(form.template.data) if form.template.data else None
        templates.choose(session, "customer", there.id, template_id, by=by)
    flash(gettext("Kept. It holds for the statements issued from now on."))
    return redirect(url_for("internal.customer.show", customer_id=customer_id), 303)


@bp.post("/customers/<int:customer_id>/family")
@requires(Permission.KEEP_CUSTOMERS)
def share(customer_id: int) -> ResponseReturnValue:
    """Choose who of a family gets statements and who answers; it stands in the trail."""
    customer(sessions(), customer_id)
    form = FamilyForm.checked(lambda again: _again(customer_id, None, again))
    choice = family.Choice(str(form.gets.data), str(form.answers.data))
    with transaction() as session:
        family.choose(session, customer(session, customer_id), choice, by=viewer().actor)
    flash(gettext("Kept. It holds for the statements issued from now on."))
    return redirect(url_for(".show", customer_id=customer_id), 303)


@bp.get("/customers/<int:customer_id>/family")
@requires(Permission.SEE_BOOKS)
def together(customer_id: int) -> ResponseReturnValue:
    """Show the statements of a family's members for a period, and their sum."""
    session = sessions()
    head = customer(session, customer_id)
    ids = [head.id, *(one.id for one in family.below(session, head.id))]
    query = within(queries.current(), Statement.customer_id)
    query = query.where(Statement.customer_id.in_(ids), Statement.kind == "receivable")
    found = session.scalars(query).all()
    codes = {
        one.code: one
        for one in dict.fromkeys(Period(one.period_start, one.period_end) for one in found)
    }
    chosen = codes.get(asked.choice("period", list(codes), next(iter(codes), "")))
    shown = [one for one in found if chosen == Period(one.period_start, one.period_end)]
    totals = family.family_statement(shown)
    if (form := asked.choice("as", FORMS)) and chosen:
        return exported(_table(head, totals, chosen), form)
    return page(
        "internal/family.html",
        customer=head,
        totals=totals,
        period=chosen,
        periods=list(codes.items())[:PERIODS],
        here=here,
    )


def _table(head: Customer, totals: list[family.Total], period: Period) -> TableDefinition:
    """The statements of a family as a table for files; a sum a currency."""
    rows = [
        Row((row.name, row.statement.number, total.currency, *_figures(row)))
        for total in totals
        for row in total.rows
    ]
    sums = [Row((gettext("Total"), None, total.currency, *_figures(total))) for total in totals]
    said = str(reader.get().fact(period))
    return TableDefinition(
        name=gettext("Family of %(name)s, %(period)s", name=head.name, period=said)[:120],
        columns=(
            Column("member", gettext("Member"), width=30),
            Column("statement", gettext("Statement"), width=18),
            Column("currency", gettext("Currency"), width=9),
            *(
                Column(code, gettext(words), Kind.MONEY, width=16)
                for code, words in _COLUMNS.items()
            ),
        ),
        rows=[*rows, *sums],
    )


def _figures(one: family.Row | family.Total) -> tuple[Money, ...]:
    return (one.opening, one.charges, one.credits, one.closing, one.disputed)


def _again(customer_id: int, form: AskedForm | None, sharing: FamilyForm | None = None) -> str:
    session = sessions()
    there = customer(session, customer_id)
    return _page(session, there, form or _asked(session, there), sharing)


def _page(
    session: Session, there: Customer, form: AskedForm, sharing: FamilyForm | None = None
) -> str:
    head, now = family.head_of(session, there), family.Choice()
    if family.below(session, head.id):
        now = family.choice_of(session, head.id)
        if sharing is None and head.id == there.id:
            sharing = FamilyForm(formdata=None, gets=now.gets, answers=now.answers)
    return page(
        "internal/customer_statements.html",
        customer=there,
        form=form,
        asked_now=REQUESTS[asking.request_for(session, there)],
        has_clause=asking.clause_of(session, there.id) is not None,
        look=templates.look_for(session, there),
        sharing=sharing,
        head=head,
        shared_now=(family.GETS[now.gets], family.ANSWERS[now.answers]),
    )
