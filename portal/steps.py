"""What happens after an answer, and by when."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tieout import settings
from tieout.customers.models import Contact
from tieout.money import Money
from tieout.periods import Period
from tieout.rendering import formats
from tieout.rendering.translation import gettext, reader
from tieout.statements.following_up import handled_by
from tieout.statements.models import Confirmation, Statement


@dataclass(frozen=True)
class Step:
    """One thing that happens, and when."""

    when: str
    words: str
    done: bool = False


def after_answer(
    session: Session, statement: Statement, answer: Confirmation, contact: Contact | None
) -> list[Step]:
    """What follows from an answer about a balance."""
    day = handled_by(session, answer)
    found = [*copy_to(contact), Step(_by(day), _acts(session, statement, answer))]
    if answer.outcome in ("agreed", "agreed_except"):
        found.append(_next_statement(statement, Money(answer.balance_minor, answer.currency)))
    return found


def after_lines(contact: Contact | None) -> list[Step]:
    """What follows from confirming lines."""
    words = gettext(
        "These lines stay confirmed on your next statements as long as nothing about them changes."
    )
    return [*copy_to(contact), Step(gettext("from now on"), words)]


def after_act(contact: Contact, follows: str) -> list[Step]:
    """What follows from what somebody changed for themselves or their own."""
    return [*copy_to(contact), Step(gettext("from now on"), follows)]


def masked(email: str) -> str:
    """An address as a page names it: enough to know it, too little to use it."""
    name, at, host = email.partition("@")
    return f"{name[:1]}***{at}{host}" if at else ""


def copy_to(contact: Contact | None) -> list[Step]:
    """That a copy of it comes by mail, where it can."""
    address = masked(contact.email) if contact is not None else ""
    if not address:
        return []
    return [Step(gettext("now"), gettext("A copy goes to %(address)s.", address=address), True)]


def _acts(session: Session, statement: Statement, answer: Confirmation) -> str:
    who = settings.company(session).contact_name
    month = formats.period(
        Period(statement.period_start, statement.period_end), reader.get().language
    )
    facts = {"who": who or gettext("Our receivables team"), "period": month}
    if answer.outcome == "agreed" or answer.stated_minor == answer.balance_minor:
        return gettext("%(who)s closes %(period)s for your account. You need do nothing.", **facts)
    if answer.outcome == "agreed_except":
        return gettext(
            "%(who)s answers what you dispute. The rest of %(period)s is settled.", **facts
        )
    return gettext("%(who)s looks into the difference and writes to you.", **facts)


def _next_statement(statement: Statement, balance: Money) -> Step:
    following = Period(statement.period_start, statement.period_end).next_month()
    language = reader.get().language
    return Step(
        gettext("after %(day)s", day=formats.monthday(following.end, language)),
        gettext(
            "Your statement for %(period)s arrives, opening at %(balance)s.",
            period=formats.period(following, language),
            balance=formats.amount(balance, language),
        ),
    )


def _by(day: date) -> str:
    return gettext("by %(day)s", day=formats.monthday(day, reader.get().language))
