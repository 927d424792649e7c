"""What a company may choose by name, in one table: what it means, and what holds otherwise.

The parts that act on a choice read it by its name; the page of rules shows this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from tieout import audit
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.settings.values import read, write

DAYS, TICK, AMOUNT, BOUNDS, CLOCK = "days", "tick", "amount", "bounds", "clock"


@dataclass(frozen=True)
class Choice:
    """One thing a company may choose."""

    name: str
    kind: str
    words: str
    otherwise: object
    group: str
    hint: str = ""


STATEMENTS, REMINDERS, BOOKS, MAIL = "statements", "reminders", "books", "mail"
GROUPS: Mapping[str, str] = {
    STATEMENTS: N_("Statements and month end"),
    REMINDERS: N_("Reminders"),
    BOOKS: N_("Books"),
    MAIL: N_("Messages"),
}

CHOICES: Mapping[str, Choice] = {
    one.name: one
    for one in (
        Choice("statement_answer_days", DAYS, N_("Days to answer a statement"), 10, STATEMENTS),
        Choice(
            "answer_code_wanted",
            TICK,
            N_("A code sent by mail is asked for before a customer confirms"),
            False,
            STATEMENTS,
            N_(
                "Also before a customer changes its people. Whoever signs in with an app's code is"
                " not asked."
            ),
        ),
        Choice(
            "negative_silence_days",
            DAYS,
            N_("Days after proven delivery until silence counts"),
            30,
            STATEMENTS,
            N_("Only where a contract's clause on file lets it count; a clause may say otherwise."),
        ),
        Choice(
            "answer_reminder_after",
            DAYS,
            N_("Days after issuing until a customer who has not answered is reminded"),
            0,
            STATEMENTS,
            N_("0: only by hand. Never who answered, disputes something, or is on hold."),
        ),
        Choice("answer_reminder_again", DAYS, N_("Days until it is reminded again"), 7, STATEMENTS),
        Choice(
            "answer_reminder_most",
            DAYS,
            N_("How often a customer is reminded of one statement by itself"),
            2,
            STATEMENTS,
        ),
        Choice(
            "answer_handled_days",
            DAYS,
            N_("Working days until we act on an answer"),
            3,
            STATEMENTS,
        ),
        Choice(
            "dispute_answer_days", DAYS, N_("Working days until we answer a dispute"), 5, STATEMENTS
        ),
        Choice(
            "close_within_days",
            DAYS,
            N_("Working days after its end until a month closes"),
            6,
            STATEMENTS,
        ),
        Choice(
            "close_difference_limit",
            AMOUNT,
            N_("Above this, an unexplained difference needs a note to close"),
            "100",
            STATEMENTS,
            N_("In whole units of each currency."),
        ),
        Choice(
            "ageing_bounds",
            BOUNDS,
            N_("Last days of the age columns"),
            [30, 60, 90, 120],
            BOOKS,
            N_("Rising, separated by commas; the last column is open-ended."),
        ),
        Choice(
            "allocate_oldest_first",
            TICK,
            N_("Payments that name nothing settle the oldest items first"),
            False,
            BOOKS,
        ),
        Choice(
            "books_elsewhere",
            TICK,
            N_("Another system keeps the books"),
            False,
            BOOKS,
            N_("What is made here is provisional and handed over to it as a voucher file."),
        ),
        Choice("reminders_at", CLOCK, N_("Time of day reminders are planned"), "09:00", REMINDERS),
        Choice(
            "reminders_on_working_days",
            TICK,
            N_("Reminders leave on working days only"),
            True,
            REMINDERS,
        ),
        Choice(
            "reminders_before_days",
            DAYS,
            N_("Days before something falls due that its payers are told"),
            0,
            REMINDERS,
            N_("0: they are not."),
        ),
        Choice(
            "reminders_thanks",
            TICK,
            N_("Thanks are said once what was reminded of is paid"),
            False,
            REMINDERS,
        ),
        Choice(
            "reminders_quiet_from",
            CLOCK,
            N_("Quiet from"),
            "20:00",
            REMINDERS,
            N_("By the customer’s own clock; what would leave then waits until it is over."),
        ),
        Choice("reminders_quiet_until", CLOCK, N_("Quiet until"), "08:00", REMINDERS),
        Choice(
            "reminders_stale_after",
            DAYS,
            N_("No reminder leaves when the newest payments are older than so many working days"),
            2,
            REMINDERS,
        ),
        Choice("statement_mail_pdf", TICK, N_("Statements go with their mail as PDF"), True, MAIL),
        Choice(
            "mail_subject_amounts",
            TICK,
            N_("Amounts may stand in the subject of a mail"),
            True,
            MAIL,
        ),
        Choice(
            "chat_group_amounts", TICK, N_("Amounts may stand in the chat of a group"), False, MAIL
        ),
    )
}


class NotUnderstood(InvalidInput):
    """A value a choice cannot take."""

    message = N_("“%(text)s” cannot be taken for “%(choice)s”. %(hint)s")


def chosen(session: Session, name: str) -> object:
    """What the company chose, or what holds otherwise."""
    return read(session, name, CHOICES[name].otherwise)


def as_text(value: object) -> str:
    """A value as it is typed."""
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value)


def choose(session: Session, name: str, text: str, *, by: audit.Actor) -> None:
    """Choose by what was typed; nothing is written where it stays the same.

    Raises:
        NotUnderstood: it cannot be taken.
    """
    choice = CHOICES[name]
    value = _read(choice, text.strip())
    if value != chosen(session, name):
        write(session, name, value, by=by)


def _read(choice: Choice, text: str) -> object:
    reader = {DAYS: _days, TICK: _tick, AMOUNT: _amount, BOUNDS: _bounds, CLOCK: _clock}
    try:
        return reader[choice.kind](text)
    except (ValueError, InvalidOperation) as error:
        raise NotUnderstood(
            text=text, choice=Sentence(choice.words), hint=Sentence(_HINTS[choice.kind])
        ) from error


_HINTS = {
    DAYS: N_("Write a number of days from 0 to 366."),
    TICK: N_("Tick it or leave it."),
    AMOUNT: N_("Write an amount such as 100 or 99.50."),
    BOUNDS: N_("Write rising days such as 30, 60, 90, 120."),
    CLOCK: N_("Write a time such as 09:00."),
}


def _days(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 366:
        raise ValueError(text)
    return value


def _tick(text: str) -> bool:
    return text in ("y", "yes", "on", "true", "True", "1")


def _amount(text: str) -> str:
    value = Decimal(text)
    if not value.is_finite() or value < 0:
        raise ValueError(text)
    return f"{value:f}"


def _bounds(text: str) -> list[int]:
    found = [int(part) for part in text.replace("，", ",").split(",")]
    if not found or len(found) > 5 or found != sorted(set(found)) or found[0] < 1:
        raise ValueError(text)
    return found


def _clock(text: str) -> str:
    return time.fromisoformat(text).strftime("%H:%M")
