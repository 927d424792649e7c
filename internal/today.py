"""What the page of the day shows: each kind of work with its link, in the reader's words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from internal.places import place
from internal.scope import owner_id
from tieout.dunning import notices, stale
from tieout.dunning.selection import Selection
from tieout.errors import TieoutError
from tieout.i18n import N_, Sentence
from tieout.identity.permissions import Permission
from tieout.ledger import ageing
from tieout.ledger.aged_sums import company_total
from tieout.ledger.ageing import Ageing
from tieout.money import Money
from tieout.month_end import stages, waiting
from tieout.month_end.stages import STAGES
from tieout.month_end.waiting import Waiting, Within
from tieout.periods import Period
from tieout.rendering.translation import gettext, ngettext, reader
from tieout.settings.choices import chosen
from tieout.web.viewer import viewer

#: Messages that failed longer ago are history.
FAILED_SINCE = timedelta(days=30)
#: Above so many accounts with something overdue, reminders are counted on their own page alone.
MANY = 150


@dataclass(frozen=True)
class Kind:
    """A row of the list: what it is called, and where it leads."""

    words: str
    #: Given the month that is being closed.
    address: Callable[[str], str]


KINDS: Mapping[str, Kind] = {
    "approvals": Kind(N_("To approve"), lambda _month: place("approvals")),
    "disputes": Kind(
        N_("Disputes waiting for us"), lambda _month: place("disputes", group="with_us")
    ),
    "unapplied": Kind(
        N_("Payments and credits not applied"),
        lambda _month: place("customers", standing="unapplied"),
    ),
    "unanswered": Kind(
        N_("Customers without an answer"),
        lambda month: place("statements", answer="no_answer", month=month),
    ),
    "changed": Kind(
        N_("Changed since the answer"),
        lambda month: place("statements", answer="changed", month=month),
    ),
    "messages": Kind(N_("Messages that failed"), lambda _month: place("messages", state="failed")),
    "mails": Kind(
        N_("Mails of customers to look at"), lambda _month: place("messages/incoming", state="open")
    ),
    "over_limit": Kind(
        N_("Customers over their limit"), lambda _month: place("customers", standing="over_limit")
    ),
    "promises": Kind(
        N_("Broken promises"), lambda _month: place("dunning/promises", state="broken")
    ),
    "tasks": Kind(N_("Calls and letters to do"), lambda _month: place("dunning/tasks")),
    "handover": Kind(
        N_("Documents to hand over"), lambda _month: place("handover", state="waiting")
    ),
    "connectors": Kind(
        N_("Connectors that failed"), lambda _month: place("connectors", state="failed")
    ),
    "rows": Kind(N_("Refused import rows"), lambda _month: place("imports")),
}


@dataclass(frozen=True)
class TodoRow:
    """One row as the table draws it."""

    count: int
    href: str
    what: str
    why: str
    late: bool
    amount: Money | None
    oldest: str


@dataclass(frozen=True)
class Strip:
    """The month that is being closed, in seven figures."""

    period: Period
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Ahead:
    """What leaves next."""

    on: date

    #: Level, how many, one sum a currency.
    levels: tuple[tuple[int, int, tuple[Money, ...]], ...]
    held: Sentence | None
    newest_on: date | None
    #: Too many to be worked out on this page.
    is_counted: bool = True


def rows(session: Session, today: date, at: datetime, currency: str) -> list[TodoRow]:
    """What waits for the viewer, each a number and a link."""
    within, me = _within(), viewer()
    found: list[Waiting] = []
    if me.may(Permission.APPROVE) or me.may(Permission.CHANGE_SETTINGS):
        found.append(waiting.approvals(session, within))
    found += [
        waiting.disputes(session, today, within),
        waiting.unapplied(session, within),
        waiting.unanswered(session, today, within),
        waiting.changed(session, within),
        waiting.messages(session, at - FAILED_SINCE, within),
        waiting.mails(session, within),
        waiting.over_limit(session, within),
        waiting.promises(session, today, within),
    ]
    if me.may(Permission.REMIND):
        found.append(waiting.tasks(session, today, within))
    if me.may(Permission.IMPORT_FILES):
        found.append(waiting.rows_to_put_right(session))
    if me.may(Permission.PULL):
        found.append(waiting.connectors(session))
    if chosen(session, "books_elsewhere"):
        found.append(waiting.to_hand_over(session, within))
    return [_row(one, today, currency) for one in found]


def strip(session: Session, period: Period, currency: str) -> Strip:
    """How far the month is, for the customers the viewer sees."""
    return Strip(period, *stages.counted(session, period, currency, owner_id=owner_id()))


def aged(session: Session, on: date, currency: str) -> Ageing | Sentence:
    """The company's ageing, or why it is not shown."""
    try:
        return company_total(
            session, on, currency, bounds=ageing.bounds(session), owner_id=owner_id()
        )
    except TieoutError as error:
        return error.sentence


def ahead(session: Session, on: date) -> Ahead:
    """What would leave on a day, by level."""
    fresh = stale.freshness(session, on)
    if notices.overdue_accounts(session, on) > MANY:
        return Ahead(on, (), fresh.held, fresh.newest_on, is_counted=False)
    sums: dict[int, list[Money]] = {}
    for one in notices.preview(session, on):
        if isinstance(one.found, Selection):
            amount = Money(one.found.net_minor, one.account.currency)
            sums.setdefault(one.found.level, []).append(amount)
    levels = tuple(
        (level, len(amounts), waiting.sums(amounts)) for level, amounts in sorted(sums.items())
    )
    return Ahead(on, levels, fresh.held, fresh.newest_on)


def stage_words(counted: Strip, address: Callable[[str], str]) -> list[dict[str, object]]:
    """The stages as the strip draws them."""
    return [
        {"words": gettext(words), "done": counted.counts[code], "href": address(code)}
        for code, words in STAGES.items()
    ]


def _within() -> Within:
    owner = owner_id()
    return waiting.everybody if owner is None else waiting.own_customers(owner)


def _row(one: Waiting, today: date, currency: str) -> TodoRow:
    kind = KINDS[one.what]
    says = [reader.get().sentence(why) for why in one.why]
    says += [
        str(reader.get().fact(amount)) for amount in one.amounts if amount.currency != currency
    ]
    amounts = [amount for amount in one.amounts if amount.currency == currency]
    return TodoRow(
        count=one.count,
        href=kind.address(Period.month_of(today).previous_month().code),
        what=gettext(kind.words),
        why=_between().join(says),
        late=one.is_late,
        amount=amounts[0] if amounts else None,
        oldest=_ago(one.oldest, today),
    )


def _between() -> str:
    return "，" if reader.get().language == "zh" else ", "


def _ago(oldest: date | None, today: date) -> str:
    if oldest is None:
        return ""
    days = (today - oldest).days
    if days <= 0:
        return gettext("today")
    return ngettext("%(num)s day", "%(num)s days", days)
