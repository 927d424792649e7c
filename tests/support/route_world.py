"""One world for the tests that walk every route: people of every role, two customers' records.

`ids` names an example for each `<int:…_id>` of the routes, of the customer "own"; `others` the
same of the customer "other". A new kind of record is added in `_records`, a new kind of
address argument that is no id in `ARGUMENTS`.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import AT
from tests.support.visitor import Visitor
from tieout import attachments, audit, db
from tieout.audit.trail import canonical
from tieout.catalog import Product
from tieout.customers.models import (
    Contact,
    Customer,
    CustomerAccount,
    CustomerMerge,
    DeliveryStop,
    Membership,
)
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.dunning.models import (
    DunningCycle,
    DunningPolicy,
    Hold,
    Notice,
    NoticeCharge,
    PromiseToPay,
    StaffTask,
)
from tieout.handover import vouchers
from tieout.handover.models import Handover, VoucherFile
from tieout.i18n import Sentence
from tieout.identity import passwords, people, sessions, tokens
from tieout.identity.models import SignInSession
from tieout.identity.permissions import PortalRole, Role
from tieout.identity.sessions import Audience
from tieout.identity.tokens import Purpose
from tieout.intake import staging, uploads
from tieout.intake.connectors.models import Connector, ConnectorPull
from tieout.intake.kinds import BatchKind
from tieout.intake.models import RememberedMapping
from tieout.intake.remembering import remember
from tieout.ledger import product_merging, totals
from tieout.ledger.beside import AgreedPrice, Delivery
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.models import Document, DocumentDraft, DocumentKind, DueItem, PeriodLock
from tieout.messages import addresses, kept, outbox, robots
from tieout.messages.models import IncomingMail
from tieout.money import Money
from tieout.month_end.models import AuditSample
from tieout.periods import Period
from tieout.reconciliation import handing_in
from tieout.runs.models import Run, RunItem
from tieout.settings import BankAccount, CalendarDay, ExchangeRate
from tieout.statements import figures
from tieout.statements.figures import Bucket, Movement, OpenLine
from tieout.statements.freeze import CompanyHead, CustomerHead, Header, as_json
from tieout.statements.layouts import Layout
from tieout.statements.models import (
    Confirmation,
    PeriodClose,
    Statement,
    StatementLine,
    StatementSchedule,
    StatementSection,
    StatementTemplate,
    StatementTemplateVersion,
)

PASSWORD = "nine quiet boats at noon"

#: Arguments of addresses that are no ids.
ARGUMENTS: dict[str, str] = {
    "secret": "a-secret-nobody-has",
    "seen": "0" * 64,
    "name": "css/tokens.css",
    "form": "xlsx",
    "page": "keys",
    "number": "R-2026-900001",
    "batch_kind": "documents",
    "code": "7K4M-2QXD-0001",
    "connector_kind": "rest",
    "platform": "dingtalk",
    "message_kind": "reminder",
    "check": "customer_missing",
    "act": "leave_out",
    "list_kind": "prices",
    "job": "reminders",
    "month_act": "remind",
}

OWN, OTHER = "own", "other"


@dataclass
class World:
    """People who may sign in, and records with their ids."""

    app: Flask
    ids: dict[str, int]
    others: dict[str, int]
    #: The secret of a link to the statement of "own".
    link: str

    def staff(self, role: str, language: str = "en") -> Visitor:
        """Somebody of the company with one role, signed in."""
        visitor = self.stranger(language)
        visitor.choose(language)
        assert visitor.sign_in(staff_email(role), PASSWORD, desk=True).status_code == 303
        return visitor

    def customer(self, role: str, of: str = OWN, language: str = "en") -> Visitor:
        """Somebody of a customer's with one role, signed in."""
        visitor = self.stranger(language)
        visitor.choose(language)
        assert visitor.sign_in(portal_email(role, of), PASSWORD).status_code == 303
        return visitor

    def by_link(self, language: str = "en") -> Visitor:
        """Whoever has the link to the statement."""
        visitor = Visitor(self.app, language)
        assert visitor.open(f"/s/{self.link}").status_code == 303
        return visitor

    def stranger(self, language: str = "en") -> Visitor:
        """Somebody who has not signed in."""
        return Visitor(self.app, language)


def staff_email(role: str) -> str:
    """The address of whoever has a role."""
    return f"{role}@harbour.example"


def portal_email(role: str, of: str = OWN) -> str:
    """The address of whoever has a role at a customer."""
    return f"{role}@{of}.example"


def build(app: Flask) -> World:
    """Make the world."""
    with db.transaction() as session:
        factories.make_company(session)
        salesman = _staff(session)
        ids = _records(session, "M-0217", OWN)
        others = _records(session, "M-0300", OTHER)
        for name in ("customer_id", "other_customer_id"):
            session.get_one(Customer, ids[name]).owner_id = salesman
        _add_sessions(session, ids, others)
        link = tokens.issue(
            session,
            Purpose.STATEMENT,
            person_kind="contact",
            person_id=ids["contact_id"],
            customer_id=ids["customer_id"],
            object_id=ids["statement_id"],
            at=AT,
        )
        secret = tokens.secret_of(link)
    return World(app, ids, others, secret)


def _staff(session: Session) -> int:
    salesman = 0
    for role in Role:
        user = people.add_staff(
            session,
            email=staff_email(role),
            name=f"Chen {role.capitalize()}",
            roles=[role],
            by=audit.SYSTEM,
            at=AT,
        )
        user.password_hash = _hash()
        salesman = user.id if role is Role.SALES else salesman
    return salesman


@cache
def _hash() -> str:
    return passwords.hashed(PASSWORD)


def _records(session: Session, code: str, of: str) -> dict[str, int]:
    """Everything one customer has."""
    account = factories.make_customer(session, code)
    customer = account.customer
    customer.name = f"{of.capitalize()} Trading"
    ids = {"customer_id": customer.id, "account_id": account.id}
    for role in PortalRole:
        ids["contact_id"] = _login(session, customer, role, of)
    ids |= _document(session, account)
    ids |= _books(session, account)
    ids |= _beside(session, account, ids)
    ids |= _statement(session, account, ids["document_id"])
    ids |= _month(session, ids)
    ids |= _comparison(session, account, ids)
    ids |= _dispute(session, account, ids)
    ids |= _import(session, code)
    ids |= _connector(session, code)
    ids["robot_id"] = _robot(session, code, ids["customer_id"])
    ids |= _reading(session, ids["customer_id"])
    ids |= _message(session, ids)
    ids |= _handover(session, ids)
    return ids


def _handover(session: Session, ids: dict[str, int]) -> dict[str, int]:
    """A document that was handed over to another system."""
    file = VoucherFile(
        number=f"VF-2025-{ids['customer_id']:04d}",
        rows=vouchers.rows_of(session, [session.get_one(Document, ids["document_id"])]),
        sha256="0" * 64,
        made_by="Chen Li",
        made_at=AT,
    )
    session.add(file)
    session.flush()
    session.add(
        Handover(
            document_id=ids["document_id"],
            customer_id=ids["customer_id"],
            state="handed_over",
            file_id=file.id,
            created_at=AT,
        )
    )
    session.flush()
    return {"voucher_file_id": file.id}


def _beside(session: Session, account: CustomerAccount, ids: dict[str, int]) -> dict[str, int]:
    """What stands beside the books, and a merge with nothing to move."""
    twin = Customer(code=f"X-{account.id}", name=f"Twin {account.id}", created_at=AT)
    session.add(twin)
    session.flush()
    price = AgreedPrice(
        product_id=ids["product_id"],
        customer_id=account.customer_id,
        currency="CNY",
        price_micro=12_000_000,
        from_quantity_micro=0,
        valid_from=date(2026, 1, 1),
        recorded_at=AT,
        recorded_by="Chen Li",
    )
    delivery = Delivery(
        customer_id=account.customer_id,
        account_id=account.id,
        number="DN-0042",
        number_key="DN42",
        delivered_on=date(2026, 6, 20),
        currency="CNY",
        amount_minor=80000,
        recorded_at=AT,
        recorded_by="Chen Li",
    )
    rate = ExchangeRate(
        currency="EUR", base="CNY", on=date(2026, 6, 30), rate="7.85", source=f"bank {account.id}"
    )
    merge = CustomerMerge(
        customer_id=account.customer_id,
        into_id=twin.id,
        state="merged",
        prepared_label="Chen Li",
        prepared_at=AT,
        moved={
            "transfers": [],
            "contacts": [],
            "memberships": [],
            "children": [],
            "deliveries": [],
            "prices": [],
            "aliases": [],
            "was_part": False,
        },
    )
    session.add_all([price, delivery, rate, merge])
    session.flush()
    return {
        "other_customer_id": twin.id,
        "price_id": price.id,
        "delivery_id": delivery.id,
        "rate_id": rate.id,
        "merge_id": merge.id,
    }


def _login(session: Session, customer: Customer, role: PortalRole, of: str) -> int:
    contact = Contact(
        customer_id=customer.id,
        name=f"Wang {role.capitalize()}",
        email=portal_email(role, of),
        role=role,
        created_at=AT,
    )
    login = people.add_login(
        session,
        email=contact.email,
        name=contact.name,
        by=audit.SYSTEM,
        at=AT,
    )
    login.password_hash = _hash()
    session.add(contact)
    session.flush()
    session.add(
        Membership(
            login_id=login.id, customer_id=customer.id, contact_id=contact.id, role=contact.role
        )
    )
    return contact.id


def _document(session: Session, account: CustomerAccount) -> dict[str, int]:
    document = Document(
        customer_id=account.customer_id,
        account_id=account.id,
        kind="invoice",
        number=f"INV-{account.id}",
        number_key=f"INV{account.id}",
        issued_on=date(2026, 6, 3),
        recorded_at=AT,
        currency=account.currency,
        amount_minor=404000,
        content_digest="0" * 64,
        match_keys=b"",
        posted_by="Chen Li",
    )
    session.add(document)
    session.flush()
    item = DueItem(
        document_id=document.id,
        account_id=account.id,
        part=1,
        due_on=date(2026, 7, 3),
        direction=1,
        amount_minor=404000,
        open_minor=404000,
    )
    session.add(item)
    session.flush()
    totals.hold(session, [account.id])
    totals.add(session, {account.id: (document.amount_minor, 1)})
    return {"document_id": document.id, "item_id": item.id}


def _books(session: Session, account: CustomerAccount) -> dict[str, int]:
    """What is prepared for the books, and what stands beside them."""
    given = DocumentInput(
        account_id=account.id,
        kind=DocumentKind.INVOICE,
        number=f"INV-D-{account.id}",
        issued_on=date(2026, 7, 1),
        amount=Money.of("120.00", account.currency),
    )
    draft = DocumentDraft(
        customer_id=account.customer_id,
        account_id=account.id,
        content=given.to_json(),
        content_digest=given.digest(),
        prepared_label="Chen Li",
        prepared_at=AT,
    )
    product = Product(code=f"DR-{account.id}", name="Drill")
    lock = PeriodLock(through=date(2025, 12, 31), recorded_at=AT, recorded_by="Chen Li")
    twin = Product(code=f"TW-{account.id}", name="Twin")
    gone = Product(code=f"GN-{account.id}", name="Gone")
    session.add_all([draft, product, lock, twin, gone])
    session.flush()
    merged = product_merging.merge(
        session, gone, product, reason="Entered twice", by=factories.BY, at=AT
    )
    return {
        "draft_id": draft.id,
        "product_id": product.id,
        "other_product_id": twin.id,
        "product_merge_id": merged.id,
        "lock_id": lock.id,
    }


def _statement(session: Session, account: CustomerAccount, document_id: int) -> dict[str, int]:
    statement = Statement(
        customer_id=account.customer_id,
        number=f"ST-2026-{account.id:04d}",
        period_start=date(2026, 6, 1),
        period_end=date(2026, 6, 30),
        state="issued",
        known_at=AT,
        prepared_by="Chen Li",
        issued_at=AT,
    )
    _freeze(statement, account, document_id)
    session.add(statement)
    session.flush()
    section = StatementSection(
        statement_id=statement.id,
        customer_id=account.customer_id,
        account_id=account.id,
        currency=account.currency,
        opening_minor=0,
        charges_minor=404000,
        credits_minor=0,
        closing_minor=404000,
        overdue_minor=0,
        not_due_minor=404000,
        disputed_minor=0,
        unapplied_minor=0,
    )
    session.add(section)
    session.flush()
    line = StatementLine(
        section_id=section.id,
        customer_id=account.customer_id,
        no=1,
        document_id=document_id,
        issued_on=date(2026, 6, 3),
        due_on=date(2026, 7, 3),
        kind="invoice",
        number=f"INV-{account.id}",
        amount_minor=404000,
        balance_minor=404000,
        content_digest="0" * 64,
    )
    session.add(line)
    session.flush()
    file_id = _file(session, account.customer_id, "evidence")
    ids = {
        "statement_id": statement.id,
        "section_id": section.id,
        "line_id": line.id,
        "evidence_file_id": file_id,
    }
    if account.customer.code == "M-0217":
        session.add(_answered(ids, account))
        session.flush()
    return ids


def _freeze(statement: Statement, account: CustomerAccount, document_id: int) -> None:
    """Say on a statement what its section and its line say."""
    amount = Money(404000, account.currency)
    sold = Movement(
        document_id,
        date(2026, 6, 3),
        date(2026, 7, 3),
        "invoice",
        f"INV-{account.id}",
        "",
        "",
        amount,
    )
    is_open = OpenLine(
        document_id,
        sold.number,
        sold.kind,
        sold.issued_on,
        sold.due_on,
        amount,
        amount,
        Money.zero(account.currency),
        -3,
    )
    section = figures.section(
        account.id,
        account.currency,
        Money.zero(account.currency),
        [sold],
        [is_open],
        [Bucket(figures.NOT_DUE, amount)],
    )
    header = Header(
        number=str(statement.number),
        version=1,
        request="positive",
        issued_on=date(2026, 7, 1),
        answer_by=date(2026, 7, 10),
        company=CompanyHead("Harbour Tools Co., Ltd."),
        customer=CustomerHead(account.customer.code, account.customer.name),
        audit_head=audit.Head(1, "0" * 64),
        verify_code=f"7K4M-2QXD-{account.id:04d}",
        pay_to={},
    )
    period = Period(statement.period_start, statement.period_end)
    told = figures.Figures(account.customer_id, "receivable", period, AT, (section,))
    content = canonical(as_json(header, told))
    statement.frozen, statement.verify_code = content.decode(), header.verify_code
    statement.sha256 = hashlib.sha256(content).hexdigest()


def _answered(ids: dict[str, int], account: CustomerAccount) -> Confirmation:
    """The answer with the reference number that stands in `ARGUMENTS`."""
    return Confirmation(
        receipt=ARGUMENTS["number"],
        customer_id=account.customer_id,
        statement_id=ids["statement_id"],
        section_id=ids["section_id"],
        outcome="agreed",
        currency=account.currency,
        balance_minor=404000,
        evidence={
            "authority": True,
            "method": "link",
            "wording": "Confirm 4,040.00",
            "files": [hashlib.sha256(b"%PDF-1.7").hexdigest()],
        },
        answered_at=AT,
    )


def _month(session: Session, ids: dict[str, int]) -> dict[str, int]:
    """A run of statements, a month that waits to be closed, and what reminders depend on."""
    run = Run(
        kind="statement_drafts",
        key=f"statement_drafts:receivable:2026-06:world-{ids['customer_id']}",
        params={"period": "2026-06", "kind": "receivable", "by_id": None},
        state="done",
        started_by="Chen Li",
        created_at=AT,
        finished_at=AT,
    )
    close = PeriodClose(
        period_start=date(2025, ids["customer_id"], 1),
        period_end=date(2025, ids["customer_id"], 28),
        totals={},
        asked_by="Chen Li",
        asked_at=AT,
    )
    policy = DunningPolicy(name=f"Policy {ids['customer_id']}")
    hold = Hold(
        scope="customer",
        scope_id=ids["customer_id"],
        from_on=date(2026, 7, 1),
        reason="They are moving.",
        made_by="Chen Li",
        made_at=AT,
    )
    promise = PromiseToPay(
        customer_id=ids["customer_id"],
        account_id=ids["account_id"],
        amount_minor=1000,
        pay_on=date(2026, 7, 20),
        given_by="Wang Min",
        given_at=AT,
    )
    bank = BankAccount(
        currency="CNY",
        bank="Bank of Hangzhou",
        holder="Harbour Tools",
        number=f"6222 {ids['customer_id']}",
        valid_from=date(2026, 7, 1),
    )
    holiday = CalendarDay(
        calendar="company", on=date(2026, 10, ids["customer_id"]), is_working=False
    )
    compared = Run(
        kind="matching",
        key=f"matching:2026-06-30:world-{ids['customer_id']}",
        params={"as_at": "2026-06-30", "only_changed": False, "by_id": None},
        state="done",
        started_by="Chen Li",
        created_at=AT,
        finished_at=AT,
    )
    schedule = StatementSchedule(
        scope="customer",
        scope_id=ids["customer_id"],
        every="month",
        starts_on=date(2026, 7, 1),
        made_by="Chen Li",
        made_at=AT,
    )
    template = StatementTemplate(name=f"Template {ids['customer_id']}")
    sample = AuditSample(
        kind="receivable",
        period_start=date(2026, 6, 1),
        period_end=date(2026, 6, 30),
        currency="CNY",
        method="random",
        seed="2026-06",
        size=25,
        above_minor=0,
        known_at=AT,
        population=0,
        population_minor=0,
        accounts=[],
        drawn_by="Chen Li",
        drawn_at=AT,
    )
    reminded = Run(
        kind="reminders",
        key=f"reminders:2026-07-02:world-{ids['customer_id']}",
        params={"on": "2026-07-02"},
        state="done",
        started_by="Chen Li",
        created_at=AT,
        finished_at=AT,
    )
    session.add_all([run, compared, reminded, close, policy, hold, promise, bank, holiday])
    session.add_all([schedule, template, sample])
    session.flush()
    session.add(
        StatementTemplateVersion(
            template_id=template.id,
            no=1,
            layout=Layout().to_json(),
            made_by="Chen Li",
            made_at=AT,
        )
    )
    session.flush()
    item = RunItem(run_id=run.id, key=f"customer:{ids['customer_id']}", state="done", result={})
    session.add(item)
    session.flush()
    return {
        "run_id": run.id,
        "matching_run_id": compared.id,
        "reminder_run_id": reminded.id,
        "close_id": close.id,
        "policy_id": policy.id,
        "hold_id": hold.id,
        "promise_id": promise.id,
        "task_id": (task := _task(session, ids)).id,
        "charge_id": _charge(session, task).id,
        "stop_id": _stop(session, ids).id,
        "bank_id": bank.id,
        "day_id": holiday.id,
        "statement_schedule_id": schedule.id,
        "sample_id": sample.id,
        "statement_template_id": template.id,
    }


def _task(session: Session, ids: dict[str, int]) -> StaffTask:
    """A call that a reminder led to."""
    cycle = DunningCycle(
        account_id=ids["account_id"], started_on=date(2026, 5, 1), ended_on=date(2026, 6, 1)
    )
    session.add(cycle)
    session.flush()
    notice = Notice(
        customer_id=ids["customer_id"],
        account_id=ids["account_id"],
        cycle_id=cycle.id,
        level=3,
        state="sent",
        currency="CNY",
        net_minor=1000,
        planned_on=date(2026, 5, 2),
        planned_at=AT,
        sent_on=date(2026, 5, 2),
        explanation={"left_out": [], "pay_by": "2026-05-09", "final_step": "call"},
    )
    session.add(notice)
    session.flush()
    task = StaffTask(
        kind="call",
        customer_id=ids["customer_id"],
        account_id=ids["account_id"],
        notice_id=notice.id,
        due_on=date(2026, 5, 9),
        made_by="Chen Li",
        made_at=AT,
    )
    session.add(task)
    session.flush()
    return task


def _charge(session: Session, task: StaffTask) -> NoticeCharge:
    """A fee that waits for approval."""
    charge = NoticeCharge(
        notice_id=task.notice_id,
        customer_id=task.customer_id,
        account_id=task.account_id,
        kind="fee",
        currency="CNY",
        amount_minor=1000,
        due_on=date(2026, 5, 9),
        details={"rows": [], "ppm": 0, "policy": "Standard"},
        made_on=date(2026, 5, 2),
        made_at=AT,
    )
    session.add(charge)
    session.flush()
    return charge


def _stop(session: Session, ids: dict[str, int]) -> DeliveryStop:
    """Deliveries that were stopped, and go on."""
    stop = DeliveryStop(
        customer_id=ids["customer_id"],
        reason="three invoices overdue",
        source="hand",
        from_on=date(2026, 5, 2),
        made_by="Chen Li",
        made_at=AT,
    )
    session.add(stop)
    session.flush()
    return stop


def _dispute(session: Session, account: CustomerAccount, ids: dict[str, int]) -> dict[str, int]:
    dispute = Dispute(
        receipt=f"D-2026-{account.id:04d}",
        customer_id=account.customer_id,
        account_id=account.id,
        document_id=ids["document_id"],
        statement_line_id=ids["line_id"],
        currency=account.currency,
        amount_minor=12000,
        reason="price",
        contact_id=ids["contact_id"],
        raised_on=date(2026, 7, 1),
        raised_at=AT,
        answer_by=date(2026, 7, 8),
        evidence={},
    )
    session.add(dispute)
    session.flush()
    entry = DisputeEntry(
        dispute_id=dispute.id,
        customer_id=account.customer_id,
        kind="raised",
        attachment_id=_file(session, account.customer_id),
        side="customer",
        author="Wang Min",
        at=AT,
    )
    session.add(entry)
    session.flush()
    return {"dispute_id": dispute.id, "entry_id": entry.id}


def _comparison(session: Session, account: CustomerAccount, ids: dict[str, int]) -> dict[str, int]:
    """Their ledger as it was handed in, and what comparing it came to."""
    file = attachments.store(
        session,
        _LEDGER,
        filename="ledger.csv",
        media_type="text/csv",
        purpose=handing_in.purpose_of(ids["statement_id"]),
        customer_id=account.customer_id,
        by=audit.SYSTEM,
        at=AT,
    )
    compared = handing_in.hand_in(
        session,
        _inspected(),
        None,
        account=account,
        attachment=file,
        as_at=date(2026, 6, 30),
        statement_id=ids["statement_id"],
        by=audit.SYSTEM,
        at=AT,
    )
    return {
        "book_id": compared.book_id,
        "reconciliation_id": compared.id,
        "attachment_id": file.id,
        "group_no": 1,
    }


_LEDGER = b"""Date,Reference,Description,Amount
2026-06-05,R-9,Goods,3900.00
2026-06-08,R-10,Goods,7.00
"""


@cache
def _inspected() -> uploads.Inspected:
    return uploads.inspect(_LEDGER, "ledger.csv", BatchKind.THEIR_LEDGER)


def _import(session: Session, code: str) -> dict[str, int]:
    """A sales file being prepared, with a row to be put right."""
    text = (
        f"Number,Date,Customer code,Amount\nS-1,2026-06-01,{code},100.00\nS-2,2026-06-31,{code},5\n"
    )
    content = text.encode()
    batch = staging.take_in(session, content, _sales(content), by=audit.SYSTEM, at=AT)
    return {"batch_id": batch.id, "row_no": 3}


@cache
def _sales(content: bytes) -> uploads.Inspected:
    return uploads.inspect(content, "sales.csv", BatchKind.DOCUMENTS)


def _reading(session: Session, customer_id: int) -> dict[str, int]:
    """How a customer's own ledger was read the last time."""
    inspected = uploads.inspect(_LEDGER, "ledger.csv", BatchKind.THEIR_LEDGER)
    remember(
        session,
        inspected.mapping,
        f"ledger of {customer_id}",
        headings=inspected.headings,
        customer_id=customer_id,
        at=AT,
    )
    return {"reading_id": session.scalars(select(func.max(RememberedMapping.id))).one() or 0}


def _robot(session: Session, code: str, customer_id: int) -> int:
    given = robots.RobotInput(
        f"Group of {code}",
        "dingtalk",
        "https://oapi.dingtalk.com/robot/send?access_token=a",
        "",
        "en",
        robots.FOR_CUSTOMERS,
        customer_id,
    )
    made = robots.add(session, given, allows=lambda _host: False, by=factories.BY, at=AT)
    return made.id


def _connector(session: Session, code: str) -> dict[str, int]:
    """A watched folder that is not there, and a pull that failed for it."""
    connector = Connector(
        name=f"Sales of {code}",
        name_key=f"sales of {code.lower()}",
        kind="folder",
        batch_kind="documents",
        settings={"path": "/var/spool/sales", "pattern": "*.csv", "moves": "", "quiet": "10"},
        scheduled_since=AT,
        mark={},
        made_by="He Ping",
        made_at=AT,
    )
    session.add(connector)
    session.flush()
    error = {"text": "The folder “%(path)s” cannot be opened.", "facts": {"path": "sales"}}
    pull = ConnectorPull(
        connector_id=connector.id,
        period="2026-07-02",
        state="failed",
        asked_by="",
        asked_at=AT,
        started_at=AT,
        finished_at=AT,
        error=error,
    )
    session.add(pull)
    session.flush()
    return {"connector_id": connector.id}


def _file(session: Session, customer_id: int, purpose: str = "dispute") -> int:
    return attachments.store(
        session,
        b"%PDF-1.7",
        filename="delivery note.pdf",
        media_type="application/pdf",
        purpose=purpose,
        customer_id=customer_id,
        by=audit.SYSTEM,
        at=AT,
    ).id


def _message(session: Session, ids: dict[str, int]) -> dict[str, int]:
    """A mail that was kept with its file, and the address it went to."""
    contact = session.get_one(Contact, ids["contact_id"])
    address = addresses.reach(session, contact, at=AT)[0]
    message = outbox.enqueue(
        session,
        outbox.Draft(
            key=f"statement_issued:{ids['statement_id']}:to:{address.id}",
            kind="statement_issued",
            channel="email",
            to=address.address,
            language="en",
            subject_type="statement",
            subject_id=ids["statement_id"],
            address_id=address.id,
            customer_id=contact.customer_id,
            contact_id=contact.id,
        ),
        at=AT,
    )
    assert message is not None
    message.state, message.sent_at = "sent", AT
    stored = kept.keep_file(session, message.id, "ST.pdf", "application/pdf", b"%PDF-", at=AT)
    files = [{"filename": "ST.pdf", "size": 5, "attachment_id": stored}]
    said = kept.Said("Statement", "Your statement", "<html><head></head></html>", files=files)
    kept.keep(session, message.id, said, {}, at=AT)
    answer = IncomingMail(
        identity=f"<answer-{message.id}@mingyuan.example>",
        kind="answer",
        message_id=message.id,
        customer_id=contact.customer_id,
        contact_id=contact.id,
        sender=address.address,
        sender_name=contact.name,
        subject="Re: Statement",
        text="We paid on Monday.",
        came_at=AT,
        outcome=Sentence("It waits for somebody to look at it.").to_json(),
        is_open=True,
    )
    session.add(answer)
    session.flush()
    return {
        "message_id": message.id,
        "address_id": address.id,
        "file_no": 1,
        "mail_id": answer.id,
    }


def _add_sessions(session: Session, *worlds: dict[str, int]) -> None:
    """A signed-in browser of somebody else: nobody ends it but its owner."""
    accountant = people.find_staff(session, staff_email(Role.ACCOUNTANT))
    sessions.start(
        session, Audience.STAFF, accountant.id, method="password", origin=audit.Origin(), at=AT
    )
    found = session.execute(select(SignInSession.id)).scalars().first()
    for ids in worlds:
        ids["session_id"] = found or 0
        ids["staff_id"] = accountant.id
