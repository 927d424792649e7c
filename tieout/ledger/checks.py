"""Holding what the books store against a replay of what was posted; for `tieout verify`."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tieout.i18n import N_, Sentence
from tieout.ledger.models import AccountTotal, Allocation, Document, DueItem, LiveNumber


def check_books(session: Session) -> list[Sentence]:
    """Say all that does not add up in the ledger; an empty list means it all does."""
    return [
        *_totals(session),
        *_parts(session),
        *_open_amounts(session),
        *_sides(session),
        *_numbers(session),
    ]


def _totals(session: Session) -> Iterator[Sentence]:
    posted = (
        select(
            Document.account_id,
            func.sum(Document.amount_minor).label("amount"),
            func.count().label("count"),
        )
        .group_by(Document.account_id)
        .subquery()
    )
    query = (
        select(
            func.coalesce(AccountTotal.account_id, posted.c.account_id),
            func.coalesce(AccountTotal.balance_minor, 0),
            func.coalesce(posted.c.amount, 0),
        )
        .select_from(AccountTotal)
        .join(posted, posted.c.account_id == AccountTotal.account_id, full=True)
        .where(
            or_(
                func.coalesce(AccountTotal.balance_minor, 0) != func.coalesce(posted.c.amount, 0),
                func.coalesce(AccountTotal.documents, 0) != func.coalesce(posted.c.count, 0),
            )
        )
    )
    for account, stored, replayed in session.execute(query):
        yield Sentence(
            N_("Account %(account)s: the stored balance is %(stored)s, the documents say %(sum)s."),
            {"account": account, "stored": stored, "sum": int(replayed)},
        )


def _parts(session: Session) -> Iterator[Sentence]:
    parts = (
        select(
            DueItem.document_id,
            func.sum(DueItem.direction * DueItem.amount_minor).label("amount"),
        )
        .group_by(DueItem.document_id)
        .subquery()
    )
    query = (
        select(Document.id, Document.number, Document.amount_minor, parts.c.amount)
        .outerjoin(parts, parts.c.document_id == Document.id)
        .where(or_(parts.c.amount.is_(None), parts.c.amount != Document.amount_minor))
    )
    for document, number, amount, due in session.execute(query):
        yield Sentence(
            N_("Document %(document)s (%(number)s) is %(amount)s, but its parts are %(due)s."),
            {"document": document, "number": number, "amount": amount, "due": str(due)},
        )


def _open_amounts(session: Session) -> Iterator[Sentence]:
    settled = func.coalesce(
        select(func.sum(Allocation.amount_minor))
        .where(
            or_(Allocation.debit_item_id == DueItem.id, Allocation.credit_item_id == DueItem.id),
            Allocation.undone_at.is_(None),
        )
        .scalar_subquery(),
        0,
    )
    query = select(DueItem.id, DueItem.open_minor, DueItem.amount_minor - settled).where(
        DueItem.open_minor != DueItem.amount_minor - settled
    )
    for item, stored, replayed in session.execute(query):
        yield Sentence(
            N_("Due item %(item)s: %(stored)s is stored as open, its settlements leave %(left)s."),
            {"item": item, "stored": stored, "left": int(replayed)},
        )


def _sides(session: Session) -> Iterator[Sentence]:
    debit, credit = DueItem.__table__.alias("debit"), DueItem.__table__.alias("credit")
    query = (
        select(Allocation.id)
        .join(debit, debit.c.id == Allocation.debit_item_id)
        .join(credit, credit.c.id == Allocation.credit_item_id)
        .where(
            or_(
                debit.c.direction != 1,
                credit.c.direction != -1,
                debit.c.account_id != Allocation.account_id,
                credit.c.account_id != Allocation.account_id,
            )
        )
    )
    for allocation in session.scalars(query):
        yield Sentence(
            N_("Allocation %(allocation)s does not join a debit and a credit of its account."),
            {"allocation": allocation},
        )


def _numbers(session: Session) -> Iterator[Sentence]:
    taken_back = select(Document.reverses_id).where(Document.reverses_id.is_not(None))
    has_number = select(LiveNumber.document_id)
    query = select(Document.number).where(
        or_(
            Document.id.in_(has_number) & Document.id.in_(taken_back),
            Document.id.not_in(has_number)
            & Document.id.not_in(taken_back)
            & Document.reverses_id.is_(None)
            & (Document.number != ""),
        )
    )
    for number in session.scalars(query):
        yield Sentence(
            N_("Number %(number)s is not kept as in use, or is though it was reversed."),
            {"number": number},
        )
