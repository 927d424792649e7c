"""Proving that the books are whole: the audit chain, frozen statements, sums against replay."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from tieout import audit
from tieout.i18n import N_, Sentence
from tieout.ledger.models import AccountTotal, Allocation, Document, DueItem
from tieout.settings.models import NumberTaken
from tieout.statements.models import Statement


@dataclass(frozen=True)
class Check:
    """Something that was looked at, and what is wrong with it."""

    #: Its name, for programs.
    name: str
    #: What was looked at, for people.
    what: str
    problems: tuple[Sentence, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(session: Session, heads: Sequence[audit.Head] = ()) -> list[Check]:
    """Look at everything. `heads` are chain ends printed on paper or in backups."""
    printed = _printed_heads(session)
    checks: list[tuple[str, str, Callable[[], Iterable[Sentence]]]] = [
        (
            "audit",
            N_("The audit trail is whole, and ends where statements say"),
            lambda: audit.verify(session, [*printed, *heads]),
        ),
        (
            "statements",
            N_("Every issued statement is as it was frozen"),
            lambda: _statements(session),
        ),
        (
            "numbers",
            N_("Statement numbers have no gaps"),
            lambda: _numbers(session),
        ),
        (
            "balances",
            N_("Stored balances equal the sum of the documents"),
            lambda: _balances(session),
        ),
        (
            "open_items",
            N_("Open amounts equal amounts less allocations"),
            lambda: _open_items(session),
        ),
    ]
    return [Check(name, what, tuple(look())) for name, what, look in checks]


def _printed_heads(session: Session) -> list[audit.Head]:
    heads = []
    for frozen in session.execute(
        select(Statement.frozen).where(Statement.sha256.is_not(None))
    ).scalars():
        printed = json.loads(frozen).get("audit_head")
        if printed and printed["seq"]:
            heads.append(audit.Head(printed["seq"], printed["hash"]))
    return heads


def _statements(session: Session) -> Iterable[Sentence]:
    for row in session.execute(
        select(Statement.number, Statement.version, Statement.frozen, Statement.sha256).where(
            Statement.sha256.is_not(None)
        )
    ):
        if hashlib.sha256(row.frozen.encode()).hexdigest() != row.sha256:
            yield Sentence(
                N_("Statement %(number)s, version %(version)s, was changed after it was issued."),
                {"number": row.number, "version": row.version},
            )


def _numbers(session: Session) -> Iterable[Sentence]:
    taken = session.execute(
        select(func.coalesce(func.sum(NumberTaken.last), 0)).where(NumberTaken.name == "statement")
    ).scalar_one()
    issued = session.execute(select(func.count(func.distinct(Statement.number)))).scalar_one()
    if taken != issued:
        yield Sentence(
            N_("%(taken)s statement numbers were taken, but %(issued)s statements are there."),
            {"taken": taken, "issued": issued},
        )


def _balances(session: Session) -> Iterable[Sentence]:
    replayed = (
        select(
            Document.account_id,
            func.sum(Document.amount_minor).label("balance"),
            func.count().label("documents"),
        )
        .group_by(Document.account_id)
        .subquery()
    )
    wrong = session.execute(
        select(replayed.c.account_id, replayed.c.balance, AccountTotal.balance_minor)
        .outerjoin(AccountTotal, AccountTotal.account_id == replayed.c.account_id)
        .where(
            (AccountTotal.account_id.is_(None))
            | (AccountTotal.balance_minor != replayed.c.balance)
            | (AccountTotal.documents != replayed.c.documents)
        )
    )
    for account_id, replay, stored in wrong:
        yield Sentence(
            N_("Account %(account)s: %(stored)s is stored, its documents sum to %(sum)s."),
            {"account": account_id, "stored": stored, "sum": replay},
        )


def _open_items(session: Session) -> Iterable[Sentence]:
    live = Allocation.undone_at.is_(None)
    debit = aliased(DueItem)
    settled = (
        select(func.coalesce(func.sum(Allocation.amount_minor), 0))
        .where(
            live,
            case(
                (debit.direction > 0, Allocation.debit_item_id == debit.id),
                else_=Allocation.credit_item_id == debit.id,
            ),
        )
        .correlate(debit)
        .scalar_subquery()
    )
    wrong = session.execute(
        select(debit.id, debit.amount_minor, debit.open_minor, settled).where(
            debit.amount_minor - settled != debit.open_minor
        )
    )
    for item, amount, open_amount, gone in wrong:
        yield Sentence(
            N_("Open item %(item)s: %(open)s is stored, %(amount)s less %(settled)s is due."),
            {"item": item, "open": open_amount, "amount": amount, "settled": gone},
        )
