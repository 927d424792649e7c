"""Your ledger: a customer drops in its own book and sees what differs from ours, and why."""

from datetime import date

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.answering import company_name, contact_of
from portal.scope import mine, own
from portal.statements import FiguresAfterAnswer
from portal.steps import Step, masked
from tieout import clock, settings
from tieout.customers.models import CustomerAccount
from tieout.db import sessions
from tieout.disputes.queries import of_account
from tieout.identity.permissions import Permission
from tieout.ledger import copies
from tieout.reconciliation import agreeing, attaching, on_day, over_time, queries, said_first
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.queries import ReconciliationSearch
from tieout.reconciliation.shown import Picture
from tieout.reconciliation.vocabulary import ITSELF, TOGETHER, WE, YOU
from tieout.rendering.translation import gettext, reader
from tieout.reports.compared import reconciliation_print
from tieout.reports.making import made as file_of
from tieout.statements import queries as statement_queries
from tieout.statements.models import Statement
from tieout.web import asked, ledger_files
from tieout.web.access import requires
from tieout.web.comparison import Told
from tieout.web.downloads import download
from tieout.web.ledger_files import Handed
from tieout.web.ledger_forms import ACCEPT, DatedLedgerForm, LedgerForm
from tieout.web.listing import leaf, listed, some_of
from tieout.web.narrowing import AGES, Wanted, types
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("books", __name__)

#: Who acts, as the page's parts are called.
WHOSE = {
    YOU: "you_correct",
    WE: "we_correct",
    ITSELF: "clears_by_itself",
    TOGETHER: "settle_together",
}
#: Lists of up to so many lines need no search.
FEW = 10

MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/books")
@requires(Permission.LOOK)
def index() -> ResponseReturnValue:
    """Ask for a ledger, and list those handed in before."""
    accounts = _accounts(sessions())
    form = DatedLedgerForm(formdata=None, accounts=accounts, as_at=_day(accounts))
    return _index(form)


@bp.post("/books")
@requires(Permission.ANSWER)
def upload() -> ResponseReturnValue:
    """Compare a ledger with ours; nothing of ours changes."""
    accounts = _accounts(sessions())
    form = DatedLedgerForm.checked(_index, accounts=accounts, as_at=_day(accounts))
    as_at = form.as_at.data or _day(accounts)
    return _taken(form, None, as_at)


@bp.get("/statements/<int:statement_id>/books")
@requires(Permission.LOOK)
def of_statement(statement_id: int) -> ResponseReturnValue:
    """Ask for a ledger about one statement."""
    statement = own(sessions(), Statement, statement_id)
    accounts = _accounts(sessions(), statement)
    return _index(LedgerForm(formdata=None, accounts=accounts), statement)


@bp.post("/statements/<int:statement_id>/books")
@requires(Permission.ANSWER)
def upload_for_statement(statement_id: int) -> ResponseReturnValue:
    """Compare a ledger with a statement."""
    statement = own(sessions(), Statement, statement_id)
    form = LedgerForm.checked(
        lambda given: _index(given, own(sessions(), Statement, statement_id)),
        accounts=_accounts(sessions(), statement),
    )
    return _taken(form, statement.id, statement.period_end)


@bp.get("/books/<int:reconciliation_id>")
@requires(Permission.LOOK)
def show(reconciliation_id: int) -> ResponseReturnValue:
    """Show what differs between both books, why, and who acts."""
    session = sessions()
    made = own(session, Reconciliation, reconciliation_id)
    shown = on_day.picture_on(session, made, asked.day("on"))
    statement = session.get(Statement, made.statement_id or 0)
    contact = contact_of(session, viewer())
    return page(
        "portal/books.html",
        made=made,
        shown=shown,
        is_earlier=shown.as_at < made.as_at,
        first_day=on_day.first_day(session, made),
        warnings=said_first.warnings(session, made),
        parties=said_first.parties(session, made),
        sheets=said_first.sheets(session, made),
        told=Told(shown, staff=False),
        **_lists(session, made, shown),
        running=over_time.running(session, made),
        batch=queries.batch_of(session, made),
        statement=statement,
        to_confirm=_to_confirm(session, made, statement),
        copied=copies.COPIED,
        disputed=of_account(session, made.account_id),
        account=session.get_one(CustomerAccount, made.account_id),
        sisters=queries.newest_of_each(
            session.scalars(mine(queries.sisters(session, made), Reconciliation))
        ),
        steps=_steps(contact.email, company_name(session)),
    )


def _lists(session: Session, made: Reconciliation, shown: Picture) -> dict[str, object]:
    """The lists of a comparison, each opened where the address says, narrowed as it says."""
    wanted, today = Wanted.asked(), settings.today(session)
    sought = wanted.sought(today)
    agreed = leaf("agreed", agreeing.count(session, made, sought), anchor="agreed")
    lists = {who: (shown.by(who), whose) for who, whose in WHOSE.items()}
    lists["unexplained"] = (shown.unproven, "unexplained")
    lists["later"] = (shown.later, "later")
    found = {
        name: some_of(wanted.groups(groups, today), name, anchor=anchor)
        for name, (groups, anchor) in lists.items()
    }
    most = max(len(groups) for groups, _ in lists.values())
    return {
        "wanted": wanted,
        "ages": AGES,
        "types": types(shown, staff=False),
        "can_narrow": wanted.is_any or most > FEW or shown.matched > FEW,
        "lists": found,
        "whose": WHOSE,
        "agreed": agreed.of(
            agreeing.some(session, made, sought, begin=agreed.begin, most=agreed.size)
        ),
    }


@bp.get("/books/<int:reconciliation_id>/reconciliation.pdf")
@requires(Permission.LOOK)
def pdf(reconciliation_id: int) -> ResponseReturnValue:
    """Hand out the balance reconciliation statement as it is printed."""
    return _file(reconciliation_id, "pdf")


@bp.get("/books/<int:reconciliation_id>/reconciliation.xlsx")
@requires(Permission.LOOK)
def xlsx(reconciliation_id: int) -> ResponseReturnValue:
    """Hand out the comparison as a workbook."""
    return _file(reconciliation_id, "xlsx")


def _to_confirm(session: Session, made: Reconciliation, statement: Statement | None) -> bool:
    """Whether lines of the statement agree with their book and are not answered yet."""
    if statement is None or not viewer().may(Permission.ANSWER):
        return False
    return bool(attaching.unanswered(session, made, statement))


def _accounts(session: Session, statement: Statement | None = None) -> list[CustomerAccount]:
    query = queries.accounts()
    if statement is not None:
        query = queries.accounts_of_statement(statement.id)
    return list(session.scalars(mine(query, CustomerAccount)))


def _day(accounts: list[CustomerAccount]) -> date:
    """The day both books are compared at unless another one is said."""
    session = sessions()
    cut_off = queries.last_cut_off(session, [one.id for one in accounts])
    return cut_off or settings.today(session)


def _index(form: LedgerForm, statement: Statement | None = None) -> ResponseReturnValue:
    session = sessions()
    query = mine(queries.reconciliations(ReconciliationSearch()), Reconciliation)
    if statement is not None:
        query = query.where(Reconciliation.statement_id == statement.id)
    found = listed(session, query, size=24)
    return page(
        "portal/books_index.html",
        form=form,
        statement=statement,
        found=found,
        filenames=queries.filenames(session, [made.book_id for made in found.rows]),
        company_name=company_name(session),
        accept=ACCEPT,
    )


def _taken(form: LedgerForm, statement_id: int | None, as_at: date) -> ResponseReturnValue:
    content, filename = form.upload
    session = sessions()
    account = own(session, CustomerAccount, int(form.account.data))
    account_id = account.id
    see_figures(session, account, as_at, statement_id)
    handed = ledger_files.take(
        content,
        filename,
        account_id=account_id,
        as_at=as_at,
        statement_id=statement_id,
        sisters=sisters_of(session, account, as_at),
        by=viewer().actor,
        at=clock.now(),
    )
    return redirect(_next(handed, account_id, as_at), 303)


def _next(handed: Handed, account_id: int, as_at: date) -> str:
    if handed.reconciliation_id is not None:
        return url_for(".show", reconciliation_id=handed.reconciliation_id)
    return url_for(
        "portal.books_reading.columns",
        attachment_id=handed.attachment_id,
        account=account_id,
        on=as_at.isoformat(),
    )


def sisters_of(session: Session, account: CustomerAccount, as_at: date) -> list[int]:
    """The customer's accounts in other currencies whose figures may be shown, by id."""
    found = []
    for one in session.scalars(mine(queries.accounts(), CustomerAccount)):
        if one.customer_id != account.customer_id or one.id == account.id:
            continue
        try:
            see_figures(session, one, as_at, None)
        except FiguresAfterAnswer:
            continue
        found.append(one.id)
    return found


def see_figures(
    session: Session, account: CustomerAccount, as_at: date, statement_id: int | None
) -> None:
    """Comparing shows our balance, so a customer who is asked for its own answers first.

    Raises:
        FiguresAfterAnswer: a statement at that day waits for the customer's own figure.
    """
    statement = session.get(Statement, statement_id or 0)
    statement = statement or queries.statement_at(session, account.id, as_at)
    if statement is not None and statement_queries.standing(session, statement).is_hidden:
        raise FiguresAfterAnswer


def _steps(email: str, company: str) -> list[Step]:
    """What happens after a ledger was handed in."""
    steps = [
        Step(
            gettext("now"),
            gettext("Your ledger was compared and kept. Nothing in our books changed."),
            True,
        )
    ]
    if email:
        copy = gettext("A copy goes to %(address)s.", address=masked(email))
        steps.append(Step(gettext("now"), copy, True))
    return [
        *steps,
        Step(
            gettext("next"),
            gettext(
                "You correct what is yours, %(company)s what is ours. Hand your ledger in again"
                " as often as you like.",
                company=company,
            ),
        ),
    ]


def _file(reconciliation_id: int, ending: str) -> ResponseReturnValue:
    session = sessions()
    made = own(session, Reconciliation, reconciliation_id)
    day = asked.day("on")
    name = f"{made.receipt}{f'-{day}' if day else ''}.{ending}"
    data = reconciliation_print(
        session,
        made,
        staff=False,
        language=reader.get().language,
        zone=reader.get().zone,
        printed_at=clock.now(),
        on=day,
        with_lines=ending == "xlsx",
    )
    session.rollback()  # making a file takes a while; the books are let go before
    content = file_of(f"reconciliation.{ending}", data)
    return download(content, name, MEDIA[ending], show=ending == "pdf")
