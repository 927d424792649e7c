"""What the month's acts for many at once would do, before they do it: whom, what, and who is not.

Each act is planned from a few sets for the whole period and says of every customer either what
would be done or why nothing is. What is done is looked at again when it is done.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.customers.models import Contact, CustomerAccount
from tieout.i18n import N_, Sentence
from tieout.money import Money
from tieout.month_end import facts, reminding, stages
from tieout.periods import Period
from tieout.reconciliation.models import TheirBook
from tieout.statements import delivery, family, moves, runs
from tieout.statements.models import Statement, StatementDelivery

ISSUE, SEND, REMIND, MATCH = "issue", "send", "remind", "match"

#: What would be done.
WILL_ISSUE = N_("the draft is approved and issued")
WILL_SEND = N_("the statement leaves for %(names)s")
WILL_REMIND = N_("first reminder")
WILL_REMIND_AGAIN = N_("reminded again, last on %(day)s")
WILL_MATCH = N_("the ledger %(file)s is compared with our book")
#: Why nothing is.
NO_DRAFT = N_("no statement is prepared")
ISSUED = N_("the statement is issued")
EXCUSED = N_("excused")
OWN_DRAFT = N_("you prepared its draft; somebody else issues it")
NOT_OVER = N_("the month is not over")
REACHED = N_("the statement reached everybody who receives statements")
NOBODY = N_("nobody there receives statements: add a contact with an address")
NOT_ISSUED = N_("the statement is not issued")
NO_BOOK = N_("no ledger was handed in")


@dataclass(frozen=True)
class Scope:
    """Whose month is looked at, and by whom."""

    period: Period
    kind: str
    on: date
    by: Actor
    #: Sales people see their own customers alone.
    owner_id: int | None = None
    #: Some of them; None: all.
    customers: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act would do for one customer, or why it does nothing."""

    customer_id: int
    name: str
    balances: tuple[Money, ...]
    #: What it is done to: a statement or an account.
    target: int
    words: Sentence
    is_done: bool


#: A customer with its balances: what every act begins with.
Whose = Mapping[int, tuple[str, tuple[Money, ...]]]
Done = tuple[int, Sentence, bool]


def effects(session: Session, act: str, scope: Scope) -> list[Effect]:
    """What an act would do for each customer with anything to say, those it does it for first."""
    whose = _whose(session, scope)
    planned = _PLANS[act](session, scope, whose)
    found = [
        Effect(customer_id, *whose[customer_id], target, words, is_done)
        for customer_id, (target, words, is_done) in planned
    ]
    return sorted(found, key=lambda one: (not one.is_done, one.name, one.customer_id))


def _whose(session: Session, scope: Scope) -> dict[int, tuple[str, tuple[Money, ...]]]:
    found: dict[int, tuple[str, tuple[Money, ...]]] = {}
    for currency in stages.currencies(session, scope.kind):
        for row in stages.standings(
            session, scope.period, currency, kind=scope.kind, owner_id=scope.owner_id
        ):
            if scope.customers is None or row.customer_id in scope.customers:
                _, before = found.get(row.customer_id, ("", ()))
                found[row.customer_id] = (row.name, (*before, row.balance))
    return found


Plan = Callable[[Session, Scope, Whose], Sequence[tuple[int, Done]]]


def _issue(session: Session, scope: Scope, whose: Whose) -> list[tuple[int, Done]]:
    drafts = {
        row.customer_id: row for row in session.execute(runs.drafts(scope.period, scope.kind))
    }
    states = _states(session, scope)
    two = settings.needs_two_people(session, "statement")
    found = []
    for customer_id in whose:
        draft = drafts.get(customer_id)
        if draft is None:
            known = {moves.ISSUED: ISSUED, moves.EXCUSED: EXCUSED}
            why = known.get(states.get(customer_id, (0, ""))[1], NO_DRAFT)
            found.append((customer_id, (0, Sentence(why), False)))
        elif scope.on <= scope.period.end:
            found.append((customer_id, (draft.id, Sentence(NOT_OVER), False)))
        elif two and draft.state == moves.DRAFT and _is_own(draft.prepared_by_id, scope.by):
            found.append((customer_id, (draft.id, Sentence(OWN_DRAFT), False)))
        else:
            found.append((customer_id, (draft.id, Sentence(WILL_ISSUE), True)))
    return found


def _send(session: Session, scope: Scope, whose: Whose) -> list[tuple[int, Done]]:
    states = _states(session, scope)
    rows = session.execute(
        select(
            StatementDelivery.statement_id, StatementDelivery.contact_id, StatementDelivery.state
        ).where(StatementDelivery.statement_id.in_(_issued(scope)))
    )
    told = {(row.statement_id, row.contact_id): row.state for row in rows}
    people: dict[int, list[tuple[int, str]]] = {}
    contacts = select(Contact.id, Contact.customer_id, Contact.name).where(
        Contact.is_active, Contact.receives_statements, Contact.email != ""
    )
    for contact in session.execute(contacts.order_by(Contact.id)):
        people.setdefault(contact.customer_id, []).append((contact.id, contact.name))
    for member_id, (head_id, choice) in family.shared(session).items():
        own = people.get(member_id, []) if choice.gets != family.HEAD else []
        more = people.get(head_id, []) if choice.gets != family.EACH else []
        people[member_id] = [*own, *more]
    found = []
    for customer_id in whose:
        statement_id, state = states.get(customer_id, (0, ""))
        if state != moves.ISSUED:
            found.append((customer_id, (0, Sentence(NOT_ISSUED), False)))
            continue
        reachable = people.get(customer_id, [])
        names = [
            name
            for contact_id, name in reachable
            if told.get((statement_id, contact_id), delivery.FAILED) == delivery.FAILED
        ]
        if names:
            words = Sentence(WILL_SEND, {"names": ", ".join(names)})
            found.append((customer_id, (statement_id, words, True)))
        else:
            words = Sentence(REACHED if reachable else NOBODY)
            found.append((customer_id, (statement_id, words, False)))
    return found


def _remind(session: Session, scope: Scope, whose: Whose) -> list[tuple[int, Done]]:
    asked = {
        one.customer_id: one
        for one in reminding.silent(
            session,
            Statement.kind == scope.kind,
            Statement.period_start == scope.period.start,
            Statement.period_end == scope.period.end,
            on=scope.on,
        )
    }
    found = []
    for customer_id in whose:
        one = asked.get(customer_id)
        if one is None:
            found.append((customer_id, (0, Sentence(NOT_ISSUED), False)))
        elif one.why_not is not None:
            found.append((customer_id, (one.statement_id, one.why_not, False)))
        else:
            words = Sentence(WILL_REMIND)
            if one.last_on is not None:
                words = Sentence(WILL_REMIND_AGAIN, {"day": one.last_on})
            found.append((customer_id, (one.statement_id, words, True)))
    return found


def _match(session: Session, scope: Scope, whose: Whose) -> list[tuple[int, Done]]:
    rows = session.execute(
        select(TheirBook.account_id, CustomerAccount.customer_id, TheirBook.filename)
        .join(CustomerAccount, CustomerAccount.id == TheirBook.account_id)
        .where(CustomerAccount.kind == scope.kind)
        .order_by(TheirBook.id)
    )
    books: dict[int, dict[int, str]] = {}
    for row in rows:  # the newest book of an account is compared
        books.setdefault(row.customer_id, {})[row.account_id] = row.filename
    found: list[tuple[int, Done]] = []
    for customer_id in whose:
        for account_id, file in books.get(customer_id, {}).items():
            words = Sentence(WILL_MATCH, {"file": file})
            found.append((customer_id, (account_id, words, True)))
        if customer_id not in books:
            found.append((customer_id, (0, Sentence(NO_BOOK), False)))
    return found


#: The acts; closing has a page of its own, with what it waits for.
_PLANS: Mapping[str, Plan] = {ISSUE: _issue, SEND: _send, REMIND: _remind, MATCH: _match}
ACTS = tuple(_PLANS)


def _states(session: Session, scope: Scope) -> dict[int, tuple[int, str]]:
    """The statement of each customer that counts for the period, with its state."""
    told = facts.statements(session, scope.period, scope.kind)
    return {customer_id: (one.id, one.state) for customer_id, one in told.items()}


def _issued(scope: Scope) -> Select[int]:
    return select(Statement.id).where(
        Statement.kind == scope.kind,
        Statement.period_start == scope.period.start,
        Statement.period_end == scope.period.end,
        Statement.state == moves.ISSUED,
    )


def _is_own(prepared_by_id: int | None, by: Actor) -> bool:
    return by.kind != "staff" or prepared_by_id == by.id
