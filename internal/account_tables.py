"""What stands behind one customer's line of the reconciliation report: page, files, command.

Its answers, the differences of its book that are not settled, and its disputes.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from internal.words import kind_word
from tieout.customers.models import CustomerAccount
from tieout.disputes import moves as dispute_moves
from tieout.disputes.models import Dispute
from tieout.disputes.reasons import REASONS
from tieout.money import Money
from tieout.month_end import facts
from tieout.periods import Period
from tieout.reconciliation import names, picture, words
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.shown import ShownGroup
from tieout.reconciliation.vocabulary import TOGETHER
from tieout.rendering.tables import Check, Column, Kind, Row, TableDefinition, Value
from tieout.rendering.translation import gettext, in_a_row, reader
from tieout.statements import answers, evidence, moves, people
from tieout.statements.models import Confirmation, Statement

#: The statements among some whose answers the reader may not hear yet.
Hearing = Callable[[Session, Iterable[Statement]], Collection[int]]


@dataclass(frozen=True)
class Part:
    """A list of the report, and where each of its rows leads."""

    table: TableDefinition
    #: The page all rows lead to, the name of its number, and the number of each row.
    endpoint: str
    argument: str
    numbers: Sequence[int]

    @property
    def rows(self) -> list[tuple[str, Row]]:
        """Each row behind its address."""
        asked: list[dict[str, Any]] = [{self.argument: one} for one in self.numbers]
        hrefs = [url_for(self.endpoint, **one) for one in asked]
        return list(zip(hrefs, self.table.rows, strict=True))


def parts(
    session: Session,
    customer_id: int,
    period: Period,
    *,
    kind: str,
    currency: str,
    unheard: Hearing,
) -> list[Part]:
    """Answers, differences and disputes of an account of a customer in a period."""
    account = session.scalar(
        select(CustomerAccount).where(
            CustomerAccount.customer_id == customer_id,
            CustomerAccount.kind == kind,
            CustomerAccount.currency == currency,
        )
    )
    if account is None:
        return []
    return [
        _answers(session, account, period, unheard),
        _differences(session, account, period),
        _disputes(session, account, period),
    ]


def _answers(session: Session, account: CustomerAccount, period: Period, unheard: Hearing) -> Part:
    """Every answer to the statements of the period; what the auditor hears first stays out."""
    statements = session.scalars(
        select(Statement)
        .where(
            Statement.customer_id == account.customer_id,
            Statement.kind == account.kind,
            Statement.period_end.between(period.start, period.end),
            Statement.state.in_((moves.ISSUED, moves.SUPERSEDED)),
        )
        .order_by(Statement.period_end, Statement.id)
    ).all()
    held = unheard(session, statements)
    rows: list[Row] = []
    numbers: list[int] = []
    for statement in statements:
        told = [] if statement.id in held else people.answers_of(session, statement.id)
        said = [one for one in reversed(told) if one.currency == account.currency]
        given = [_answer(session, statement, one) for one in said] or [_silence(statement)]
        rows += given
        numbers += [statement.id] * len(given)
    columns = (
        Column("statement", gettext("Statement"), width=18),
        Column("on", gettext("As at"), Kind.DATE),
        Column("answer", gettext("Answer"), width=26),
        Column("balance", gettext("Balance"), Kind.MONEY, width=16),
        Column("disputed", gettext("Disputed"), Kind.MONEY, width=16),
        Column("stated", gettext("Their balance"), Kind.MONEY, width=16),
        Column("person", gettext("Person"), width=20),
        Column("answered", gettext("Answered"), Kind.MOMENT, width=18),
        Column("receipt", gettext("Receipt"), width=14),
    )
    empty = gettext("No statement of these days was issued.")
    table = TableDefinition(gettext("Answers"), columns, rows, empty=empty)
    return Part(table, "internal.statements.show", "statement_id", numbers)


def _silence(statement: Statement) -> Row:
    silent = gettext(answers.OUTCOMES[answers.NO_ANSWER])
    return Row((statement.number, statement.period_end, silent, *(None,) * 6))


def _answer(session: Session, statement: Statement, one: Confirmation) -> Row:
    person = evidence.told(session, one.receipt, one.evidence).get("personal") or {}
    disputed = Money(one.disputed_minor, one.currency)
    said: tuple[Value, ...] = (
        statement.number,
        statement.period_end,
        in_a_row(
            gettext(answers.OUTCOMES[one.outcome]),
            gettext("replaced since") if one.replaced_by_id else "",
        ),
        Money(one.balance_minor, one.currency),
        disputed if disputed.minor else None,
        None if one.stated_minor is None else Money(one.stated_minor, one.currency),
        in_a_row(person.get("person"), person.get("position")) or None,
        one.answered_at,
        one.receipt,
    )
    return Row(said)


def _differences(session: Session, account: CustomerAccount, period: Period) -> Part:
    """What the latest comparison as at the last day leaves, largest of each actor first."""
    compared = facts.compared(session, Period.month_of(period.end)).get(account.id)
    groups: Sequence[ShownGroup] = ()
    checks: tuple[Check, ...] = ()
    made_id = 0
    if compared is not None:
        made = session.get_one(Reconciliation, compared.reconciliation_id)
        shown = picture.picture(session, made)
        groups = [group for group in shown.groups if group.residual]
        made_id = made.id
        left = Money.total((group.residual for group in groups), made.currency)
        said = gettext(
            "Our book %(ours)s − their book %(theirs)s = openings %(opening)s + differences"
            " %(left)s",
            ours=reader.get().fact(shown.ours),
            theirs=reader.get().fact(shown.theirs),
            opening=reader.get().fact(shown.opening),
            left=reader.get().fact(left),
        )
        checks = (Check(said, shown.difference == shown.opening + left),)
    say = reader.get().sentence
    rows = [
        Row(
            (
                say(names.type_name(group.difference)),
                in_a_row(*[one.number or one.description[:60] for one in group.ours]),
                in_a_row(*[one.number or one.description[:60] for one in group.theirs]),
                say(words.what(group, staff=True)),
                say(names.note(TOGETHER if group.is_open else group.acts, staff=True)),
                group.until,
                group.residual,
            )
        )
        for group in groups
    ]
    columns = (
        Column("type", gettext("Type"), width=24),
        Column("ours", gettext("Our book"), width=18),
        Column("theirs", gettext("Their book"), width=18),
        Column("what", gettext("In words"), width=48),
        Column("acts", gettext("Who acts"), width=20),
        Column("until", gettext("To be done by"), Kind.DATE),
        Column("amount", gettext("Amount"), Kind.SIGNED, width=16),
    )
    empty = (
        gettext("Nothing stands between both books.")
        if compared is not None
        else gettext("No ledger of theirs was compared as at this day.")
    )
    name = gettext("Open differences")
    table = TableDefinition(name, columns, rows, checks=checks, empty=empty)
    return Part(table, "internal.matching.show", "reconciliation_id", [made_id] * len(rows))


def _disputes(session: Session, account: CustomerAccount, period: Period) -> Part:
    """What was disputed up to the last day, and was not settled before the first."""
    found = session.scalars(
        select(Dispute)
        .where(
            Dispute.account_id == account.id,
            Dispute.raised_on <= period.end,
            or_(Dispute.resolved_on.is_(None), Dispute.resolved_on >= period.start),
        )
        .order_by(Dispute.raised_on, Dispute.id)
    ).all()
    rows = [
        Row(
            (
                one.receipt,
                one.raised_on,
                f"{kind_word(one.document.kind)} {one.document.number}",
                gettext(REASONS[one.reason]),
                Money(one.amount_minor, one.currency),
                None if one.accepted_minor is None else Money(one.accepted_minor, one.currency),
                gettext(dispute_moves.NAMES[one.state]),
                one.resolved_on,
            )
        )
        for one in found
    ]
    columns = (
        Column("dispute", gettext("Dispute"), width=14),
        Column("raised", gettext("Raised"), Kind.DATE),
        Column("document", gettext("Document"), width=22),
        Column("reason", gettext("Reason"), width=22),
        Column("amount", gettext("Amount"), Kind.MONEY, width=16),
        Column("accepted", gettext("Accepted"), Kind.MONEY, width=16),
        Column("state", gettext("State"), width=20),
        Column("resolved", gettext("Decided"), Kind.DATE),
    )
    empty = gettext("Nothing was disputed in these days.")
    table = TableDefinition(gettext("Disputes"), columns, rows, empty=empty)
    return Part(table, "internal.disputes.show", "dispute_id", [one.id for one in found])
