"""Families: who of a parent and those below it gets statements, who answers, and their sum.

The choice stands with the family's head, the customer above all others. Where nothing was chosen
each member gets its own statements and answers them itself.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.customers.models import Contact, Customer
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.money import Money
from tieout.settings.models import Setting
from tieout.statements.models import Statement

#: The name of the choice.
CHOICE = "family_statements"
EACH, HEAD, BOTH = "each", "head", "both"
#: Who gets the statements of a family's members.
GETS: Mapping[str, str] = {
    EACH: N_("Each member gets its own"),
    HEAD: N_("The parent gets all of them"),
    BOTH: N_("The member and the parent both get them"),
}
#: Who may answer them.
ANSWERS: Mapping[str, str] = {
    EACH: N_("Each member answers its own"),
    HEAD: N_("The parent answers all of them"),
    BOTH: N_("The member or the parent, whoever is first"),
}


#: Asked for every page of the portal, so it is put together once.
_CHOICES = select(Setting.scope_id, Setting.value).where(
    Setting.name == CHOICE, Setting.scope == "customer"
)


class UnknownChoice(InvalidInput):
    """A way of sharing a family's statements that does not exist."""

    message = N_("Choose who gets the statements of this family, and who answers them.")


class NotTheHead(InvalidInput):
    """A choice made with somebody below the head."""

    message = N_("%(name)s is part of another customer. The choice is made there.")


@dataclass(frozen=True)
class Choice:
    """Who of a family gets statements, and who answers."""

    gets: str = EACH
    answers: str = EACH

    @property
    def head_looks(self) -> bool:
        """Whether the head's people see the members' statements."""
        return self != Choice()

    @property
    def head_answers(self) -> bool:
        """Whether the head's people may answer for members."""
        return self.answers in (HEAD, BOTH)

    @property
    def member_answers(self) -> bool:
        """Whether a member's own people may answer."""
        return self.answers in (EACH, BOTH)


def choose(session: Session, head: Customer, choice: Choice, *, by: Actor) -> None:
    """Choose for a family; it holds for statements issued and answers given from now on.

    Raises:
        UnknownChoice, NotTheHead: it cannot be chosen here.
    """
    if choice.gets not in GETS or choice.answers not in ANSWERS:
        raise UnknownChoice
    if head.parent_id is not None:
        raise NotTheHead(name=head.name)
    if choice != choice_of(session, head.id):
        value = {"gets": choice.gets, "answers": choice.answers}
        settings.write(session, CHOICE, value, scope="customer", scope_id=head.id, by=by)


def choice_of(session: Session, head_id: int) -> Choice:
    """What was chosen for the family of a head."""
    value: object = settings.read(session, CHOICE, None, scope="customer", scope_id=head_id)
    return _choice(value)


def led(session: Session) -> dict[int, Choice]:
    """The heads whose families share statements, with what was chosen."""
    rows = session.execute(_CHOICES)
    found = {row.scope_id: _choice(row.value["value"]) for row in rows}
    return {head_id: choice for head_id, choice in found.items() if choice.head_looks}


def head_of(session: Session, customer: Customer) -> Customer:
    """The customer above all others of a family; itself where it stands alone."""
    while customer.parent_id is not None:
        customer = session.get_one(Customer, customer.parent_id)
    return customer


def below(session: Session, head_id: int) -> list[Customer]:
    """Everybody below a head, by code."""
    found: list[Customer] = []
    level = [head_id]
    while level:
        query = select(Customer).where(
            Customer.parent_id.in_(level), Customer.merged_into_id.is_(None)
        )
        there = list(session.scalars(query))
        found += there
        level = [one.id for one in there]
    return sorted(found, key=lambda one: one.code)


def shared(session: Session) -> dict[int, tuple[int, Choice]]:
    """Each member of a family that shares statements, with its head and what was chosen."""
    return {
        member.id: (head_id, choice)
        for head_id, choice in led(session).items()
        for member in below(session, head_id)
    }


def getters(session: Session, customer_id: int) -> list[Contact]:
    """The people who get a customer's statements: its own, its head's, or both."""
    return getters_of(session, [customer_id])[customer_id]


def getters_of(session: Session, customer_ids: Collection[int]) -> dict[int, list[Contact]]:
    """The same of each of some customers."""
    whose = {customer_id: [customer_id] for customer_id in customer_ids}
    below = select(Customer).where(Customer.id.in_(list(whose)), Customer.parent_id.is_not(None))
    for member in session.scalars(below):
        head = head_of(session, member)
        gets = choice_of(session, head.id).gets
        whose[member.id] = {EACH: [member.id], HEAD: [head.id], BOTH: [member.id, head.id]}[gets]
    wanted = {one for some in whose.values() for one in some}
    query = select(Contact).where(
        Contact.customer_id.in_(wanted), Contact.is_active, Contact.receives_statements
    )
    found = session.scalars(query.order_by(Contact.id)).all()
    by_customer: dict[int, list[Contact]] = defaultdict(list)
    for one in found:
        by_customer[one.customer_id].append(one)
    return {
        customer_id: sorted(
            (one for each in some for one in by_customer[each]), key=lambda one: one.id
        )
        for customer_id, some in whose.items()
    }


@dataclass(frozen=True)
class Row:
    """One member in one currency: its own statement's figures; credits are negative."""

    statement: Statement
    name: str
    opening: Money
    charges: Money
    credits: Money
    closing: Money
    disputed: Money


@dataclass(frozen=True)
class Total:
    """A family in one currency: the sum of its members, figure by figure."""

    currency: str
    rows: tuple[Row, ...]
    opening: Money
    charges: Money
    credits: Money
    closing: Money
    disputed: Money

    @property
    def ties(self) -> bool:
        """Whether opening and movements make the closing, as with each member."""
        return self.opening + self.charges + self.credits == self.closing


def family_statement(statements: Iterable[Statement]) -> list[Total]:
    """The statement of a family: for each currency its members' statements and their sum."""
    rows: dict[str, list[Row]] = {}
    for one in statements:
        for section in one.sections:
            currency = section.currency
            rows.setdefault(currency, []).append(
                Row(
                    one,
                    one.customer.name,
                    Money(section.opening_minor, currency),
                    Money(section.charges_minor, currency),
                    Money(section.credits_minor, currency),
                    Money(section.closing_minor, currency),
                    Money(section.disputed_minor, currency),
                )
            )
    return [_total(currency, found) for currency, found in sorted(rows.items())]


def _total(currency: str, rows: Sequence[Row]) -> Total:
    def sum_of(name: str) -> Money:
        return Money.total((getattr(row, name) for row in rows), currency)

    return Total(
        currency,
        tuple(rows),
        opening=sum_of("opening"),
        charges=sum_of("charges"),
        credits=sum_of("credits"),
        closing=sum_of("closing"),
        disputed=sum_of("disputed"),
    )


def _choice(value: object) -> Choice:
    if not isinstance(value, dict):
        return Choice()
    return Choice(str(value.get("gets", EACH)), str(value.get("answers", EACH)))
