"""The ledger on the workbench: found, read, entered, settled, taken back, locked."""

from sqlalchemy import func, select

from tests.internal.conftest import Desk
from tests.support.books import day, post
from tests.support.visitor import words_of
from tieout import db
from tieout.catalog import Product
from tieout.customers.models import CustomerAccount
from tieout.identity.permissions import Role
from tieout.ledger import balances, drafts, locks
from tieout.ledger.models import Allocation, Document, DocumentDraft, PeriodLock

ENTRY = {"kind": "invoice", "number": "INV-0700", "issued_on": "2026-06-20", "side": "1"}


def owed(desk: Desk) -> str:
    with db.reading() as session:
        return balances.balance(session, desk.account_id, day("2026-12-31")).plain


def last(model: type[Document] | type[DocumentDraft]) -> int:
    with db.reading() as session:
        return session.scalar(select(func.max(model.id))) or 0


def test_documents_are_found_and_handed_over_as_shown(desk: Desk) -> None:
    address = "/desk/ledger?q=明远&kind=invoice&from=2026-05-01&to=2026-05-31&status=overdue"

    page = words_of(desk.accountant.open(address).text)
    table = desk.accountant.open(f"{address}&as=csv").data.decode("utf-8-sig").splitlines()

    assert "Invoice INV-0588 1 May 2026 明远五金 CNY 1,000.00 Overdue" in page
    assert "CNY, Receivable 1 1,000.00" in page
    assert table[1] == "2026-05-01,Invoice,INV-0588,,明远五金,,CNY,1000.00,Overdue"
    assert table[2:] == [',Sum,,,,"1 document, Receivable",CNY,1000.00,']


def test_a_document_tells_its_whole_life(desk: Desk) -> None:
    page = words_of(desk.accountant.open(f"/desk/documents/{desk.invoice_id}").text)

    assert "Invoice INV-0588 CNY 1,000.00 · 1 May 2026" in page
    assert "1 of 1 31 May 2026 1,000.00 400.00 Overdue 32 days" in page
    assert "Payment PAY-0101 600.00 10 Jun 2026 by hand Chen Li" in page
    assert "CNY 600.00 settled with PAY-0101: by hand" in page
    assert "counts from 10 June 2026" in page


def test_a_document_entered_by_hand_waits_for_a_second_person(desk: Desk) -> None:
    address = f"/desk/documents/new?account={desk.account_id}"

    answer = desk.accountant.send(address, {**ENTRY, "amount": "250.00"}, page=address)

    assert answer.status_code == 303
    assert answer.location == f"/desk/drafts/{last(DocumentDraft)}"
    page = words_of(desk.accountant.open(answer.location).text)
    assert "It waits for a second person." in page
    assert "Draft: Invoice INV-0700" in page
    assert owed(desk) == "400.00"


def test_lines_are_added_up_exactly_and_posted(desk: Desk, one_person: None) -> None:
    with db.transaction() as session:
        session.add(Product(code="DR-18", name="冲击钻", unit="台"))
    address = f"/desk/documents/new?account={desk.account_id}"
    form = {
        **ENTRY,
        "po": "PO 88-012",
        "due-0-due_on": "2026-07-20",
        "due-0-amount": "1,000.00",
        "due-1-due_on": "2026-08-20",
        "due-1-amount": "181.02",
        "lines-0-code": "DR-18",
        "lines-0-quantity": "98",
        "lines-0-unit_price": "12.0002",
        "lines-1-description": "Freight",
        "lines-1-amount": "5.00",
    }

    answer = desk.accountant.send(address, form, page=address)

    assert answer.status_code == 303, words_of(answer.text)
    with db.reading() as session:
        made = session.get_one(Document, last(Document))
        assert made.amount_minor == 118102  # 98 × 12.0002 + 5.00 = 1181.0196, rounded once
        assert [line.description for line in made.lines] == ["冲击钻", "Freight"]
        assert made.lines[0].unit == "台"
        assert [item.amount_minor for item in made.due_items] == [100000, 18102]
        assert [reference.value for reference in made.references] == ["PO 88-012"]
    assert "Invoice INV-0700 is posted." in words_of(desk.accountant.open(answer.location).text)


def test_more_rows_keep_what_was_typed(desk: Desk) -> None:
    address = f"/desk/documents/new?account={desk.account_id}"
    form = {**ENTRY, "step": "more", "lines-0-description": "Drill", "lines-2-amount": "x"}

    answer = desk.accountant.send(address, form, page=address)

    assert answer.status_code == 200
    assert 'value="Drill"' in answer.text
    assert 'id="lines-5-amount"' in answer.text
    assert "Amount, row 6" in words_of(answer.text)


def test_what_is_wrong_is_said_once_and_nothing_is_lost(desk: Desk) -> None:
    address = f"/desk/documents/new?account={desk.account_id}"

    for changes, said in (
        ({"amount": "-5.00"}, "Give the amount without a sign"),
        ({"amount": "5.001"}, "5.001 has more decimals than CNY knows"),
        ({"amount": "five"}, "“five” is not an amount"),
        ({}, "Give the amount, or lines with an amount"),
        ({"amount": "5.00", "related": "INV-9"}, "There is no document INV-9 on this account"),
        ({"amount": "5.00", "number": "INV-0588"}, "stands in the ledger already"),
        ({"amount": "5.00", "number": ""}, "Give the number of the invoice."),
        (
            {"amount": "5.00", "due-0-due_on": "2026-07-01", "due-0-amount": "4.00"},
            "The instalments of INV-0700 add up to CNY 4.00",
        ),
        ({"amount": "5.00", "lines-0-quantity": "many"}, "This is no number."),
        ({"amount": "5.00", "issued_on": "2026-02-30"}, "This is no day of the calendar."),
    ):
        answer = desk.accountant.send(address, {**ENTRY, **changes}, page=address)
        assert answer.status_code in (400, 409), changes
        assert said in words_of(answer.text), changes
        assert "INV-0700" in answer.text or "number" in changes
    assert last(DocumentDraft) == desk.world.others["draft_id"]


def test_credit_notes_lower_what_is_owed_and_take_our_number(desk: Desk, one_person: None) -> None:
    address = f"/desk/documents/new?account={desk.account_id}"
    form = {
        "kind": "credit_note",
        "issued_on": "2026-06-20",
        "amount": "120.00",
        "related": "inv 0588",
        "reason": "allowance",
        "side": "1",
    }

    assert desk.accountant.send(address, form, page=address).status_code == 303

    with db.reading() as session:
        made = session.get_one(Document, last(Document))
        assert (made.amount_minor, made.number) == (-12000, "CN-2026-0001")
        assert made.related_id == desk.invoice_id
    assert owed(desk) == "280.00"


def test_an_exchange_is_one_action(desk: Desk, one_person: None) -> None:
    address = f"/desk/documents/exchange?account={desk.account_id}"
    form = {
        "issued_on": "2026-06-20",
        "returned": "1,200.00",
        "delivered": "1,350.00",
        "delivered_number": "INV-0701",
    }

    answer = desk.accountant.send(address, form, page=address)

    assert answer.status_code == 303, words_of(answer.text)
    assert owed(desk) == "550.00"
    assert "one action with Invoice INV-0701" in words_of(
        desk.accountant.open(answer.location).text
    )


def test_an_exchange_is_entered_line_by_line_and_taken_back_whole(
    desk: Desk, one_person: None
) -> None:
    """10 hammers at 120.00 came back, 10 drills at 135.00 went out: 150.00 more."""
    with db.transaction() as session:
        session.add(Product(code="HT-9", name="Claw hammer", unit="pcs"))
        session.add(Product(code="DR-3", name="Drill", unit="pcs"))
    address = f"/desk/documents/exchange?account={desk.account_id}"
    form = {"issued_on": "2026-06-20", "delivered_number": "INV-0701"}

    nothing = desk.accountant.send(address, form, page=address)
    more = desk.accountant.send(address, {**form, "step": "more"}, page=address)
    lines = {
        "returned_lines-0-code": "HT-9",
        "returned_lines-0-quantity": "10",
        "returned_lines-0-unit_price": "120",
        "delivered_lines-0-code": "DR-3",
        "delivered_lines-0-quantity": "10",
        "delivered_lines-0-unit_price": "135",
    }
    answer = desk.accountant.send(address, {**form, **lines}, page=address)

    assert "Give the amount, or lines with an amount" in words_of(nothing.text)
    assert 'name="delivered_lines-5-code"' in more.text
    assert answer.status_code == 303, words_of(answer.text)
    assert owed(desk) == "550.00"
    with db.reading() as session:
        invoice = session.scalars(select(Document).where(Document.number == "INV-0701")).one()
        note = session.get_one(Document, invoice.id - 1)
        assert [(one.description, one.amount_minor) for one in note.lines] == [
            ("Claw hammer", -120000)
        ]
        assert [(one.description, one.amount_minor) for one in invoice.lines] == [("Drill", 135000)]
        assert invoice.lines[0].product_id is not None
        there = f"/desk/documents/{invoice.id}"
    back = {"reason": "Never left the store."}
    assert desk.accountant.send(f"{there}/reverse", back, page=there).status_code == 303
    assert owed(desk) == "400.00"


def test_credit_moves_to_another_account(desk: Desk, one_person: None) -> None:
    address = f"/desk/documents/transfer?account={desk.account_id}"
    form = {"issued_on": "2026-06-20", "amount": "50.00", "customer": "M-0300", "currency": "cny"}

    unknown = desk.accountant.send(address, {**form, "currency": "EUR"}, page=address)
    assert unknown.status_code in (400, 404)
    assert "Other Trading has no account in EUR" in words_of(unknown.text)
    assert desk.accountant.send(address, form, page=address).status_code == 303

    assert owed(desk) == "450.00"


def test_a_draft_is_kept_changed_handed_in_or_dropped(desk: Desk) -> None:
    address = f"/desk/documents/new?account={desk.account_id}"
    form = {**ENTRY, "amount": "250.00", "step": "keep"}
    kept = desk.accountant.send(address, form, page=address).location
    assert "INV-0700" in desk.accountant.open("/desk/drafts").text

    edited = desk.accountant.send(
        f"{kept}/edit", {**ENTRY, "amount": "260.00", "step": "keep"}, page=f"{kept}/edit"
    )
    assert edited.status_code == 303
    assert "CNY 260.00" in words_of(desk.accountant.open(kept).text)
    assert desk.accountant.send(f"{kept}/submit", page=kept).status_code == 303
    assert desk.accountant.send(f"{kept}/submit", page=kept).status_code == 409
    assert desk.accountant.send(f"{kept}/drop", {"note": ""}, page=kept).status_code == 400
    assert desk.accountant.send(f"{kept}/drop", {"note": "wrong"}, page=kept).status_code == 303

    with db.reading() as session:
        draft = session.get_one(DocumentDraft, last(DocumentDraft))
        assert (draft.state, draft.decision_note) == (drafts.REJECTED, "wrong")


def test_taking_back_waits_for_a_second_person_or_happens_at_once(desk: Desk) -> None:
    page = f"/desk/documents/{desk.invoice_id}"

    assert desk.accountant.send(f"{page}/reverse", {"reason": " "}, page=page).status_code == 400
    answer = desk.accountant.send(f"{page}/reverse", {"reason": "entered twice"}, page=page)

    assert answer.location == f"/desk/drafts/{last(DocumentDraft)}"
    draft = words_of(desk.accountant.open(answer.location).text)
    assert "Takes back Invoice INV-0588 of 1 May 2026." in draft
    again = desk.accountant.send(f"{page}/reverse", {"reason": "again"}, page=page)
    assert again.status_code == 409
    assert owed(desk) == "400.00"


def test_taking_back_where_one_person_is_enough(desk: Desk, one_person: None) -> None:
    page = f"/desk/documents/{desk.invoice_id}"

    answer = desk.accountant.send(f"{page}/reverse", {"reason": "entered twice"}, page=page)

    assert answer.status_code == 303
    assert owed(desk) == "-600.00"
    assert "Reversed" in words_of(desk.accountant.open(page).text)


def test_certain_proposals_are_accepted_and_undone(desk: Desk) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, desk.account_id)
        post(session, account, "invoice", "INV-0701", "2026-06-01", "70.00")
        post(session, account, "payment", "PAY-2", "2026-06-12", "-70.00", description="INV-0701")
        post(session, account, "payment", "PAY-3", "2026-04-12", "-400.00")
    page = f"/desk/customers/{desk.customer_id}/settle"

    shown = words_of(desk.accountant.open(page).text)
    assert "1 settlement is certain" in shown
    assert "Payment PAY-2 12 Jun 2026 Invoice INV-0701" in shown
    assert "It names INV-0701." in shown
    assert "not certain: look at it" in shown
    assert desk.accountant.send(f"{page}/certain", page=page).status_code == 303

    with db.reading() as session:
        made = session.scalars(select(Allocation).order_by(Allocation.id.desc())).first()
        assert made is not None
        assert (made.amount_minor, made.rule) == (7000, "reference")
    form = {"allocation": str(made.id)}
    assert desk.accountant.send(f"{page}/undo", form, page=page).status_code == 303
    assert desk.accountant.send(f"{page}/undo", form, page=page).status_code == 409
    assert "INV-0701 1 Jul 2026 70.00" in words_of(desk.accountant.open(page).text)


def test_one_proposal_is_accepted_while_it_stands(desk: Desk) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, desk.account_id)
        payment = post(session, account, "payment", "PAY-3", "2026-06-12", "-400.00")
        invoice = session.get_one(Document, desk.invoice_id)
        ids = (invoice.due_items[0].id, payment.due_items[0].id)
    page = f"/desk/customers/{desk.customer_id}/settle"
    form = {"debit": str(ids[0]), "credit": str(ids[1]), "minor": "40000"}

    assert desk.accountant.send(f"{page}/accept", form, page=page).status_code == 303
    late = desk.accountant.send(f"{page}/accept", form, page=page)

    assert late.status_code == 409
    assert "This is no longer proposed" in words_of(late.text)


def test_what_is_ticked_is_settled(desk: Desk) -> None:
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, desk.account_id)
        payment = post(session, account, "payment", "PAY-4", "2026-06-12", "-90.00")
        item = payment.due_items[0].id
        invoice = session.get_one(Document, desk.invoice_id).due_items[0].id
    page = f"/desk/customers/{desk.customer_id}/settle"
    form = {"debit": str(invoice), "credit": str(item), "amount": "30.00"}

    alone = desk.accountant.send(page, {"debit": str(invoice)}, page=page)
    assert alone.status_code == 400
    assert "Tick at least one open document on each side." in words_of(alone.text)
    assert desk.accountant.send(page, form, page=page).status_code == 303
    much = desk.accountant.send(page, {**form, "amount": "61.00"}, page=page)
    assert "at most CNY 60.00 can be settled" in words_of(much.text)


def test_an_approver_locks_and_lifts(desk: Desk) -> None:
    approver = desk.world.staff(Role.APPROVER)
    page = "/desk/periods"
    assert desk.accountant.send(page, {"through": "2026-05-31"}, page=page).status_code == 403

    assert approver.send(page, {"through": "2026-05-31"}, page=page).status_code == 303
    assert "Locked through 31 May 2026" in words_of(approver.open(page).text)
    assert approver.send(page, {"through": "2026-05-30"}, page=page).status_code == 409
    entry = f"/desk/documents/new?account={desk.account_id}"
    refused = desk.accountant.send(
        entry, {**ENTRY, "issued_on": "2026-05-20", "amount": "5.00"}, page=entry
    )
    assert "The first open day is 1 June 2026" in words_of(refused.text)

    with db.reading() as session:
        lock = session.scalar(select(func.max(PeriodLock.id)))
    lift = f"{page}/{lock}/lift"
    assert approver.send(lift, {"reason": ""}, page=lift).status_code == 400
    assert approver.send(lift, {"reason": "May credit note"}, page=lift).status_code == 303
    with db.reading() as session:
        assert locks.locked_through(session) == day("2025-12-31")


def test_one_box_finds_everything(desk: Desk) -> None:
    found = {
        text: words_of(desk.accountant.open(f"/desk/search?q={text}").text)
        for text in ("明远", "0588", "ST-2026", "D-2026", "x", "zzz9")
    }

    assert "明远五金 C-0001" in found["明远"]
    assert "PAY-0101" in found["明远"]
    assert "Invoice INV-0588" in found["0588"]
    assert "ST-2026-" in found["ST-2026"]
    assert "D-2026-" in found["D-2026"]
    assert "Two characters are enough" in found["x"]
    assert "Nothing is called “zzz9”." in found["zzz9"]


def test_products_are_listed_added_and_changed(desk: Desk) -> None:
    page = "/desk/products/new"
    form = {"code": "HT-1", "name": "Hammer", "unit": "pcs", "price": "12.50"}

    assert desk.accountant.send(page, form, page=page).status_code == 303
    assert desk.accountant.send(page, form, page=page).status_code == 409
    with db.reading() as session:
        product = session.scalars(select(Product).where(Product.code == "HT-1")).one()
    change = f"/desk/products/{product.id}"
    assert 'value="12.5"' in desk.accountant.open(change).text
    assert desk.accountant.send(change, {**form, "price": "x"}, page=change).status_code == 400
    changed = desk.accountant.send(change, {**form, "name": "Claw hammer"}, page=change)
    assert changed.status_code == 303
    assert "HT-1 Claw hammer pcs 12.5" in words_of(desk.accountant.open("/desk/products?q=ht").text)


def test_entering_begins_with_whose_document_it_is(desk: Desk) -> None:
    page = words_of(desk.accountant.open("/desk/documents/new").text)

    assert "Whose document is it?" in page
    assert "明远五金 C-0001 CNY, Receivable 400.00" in page
    only = desk.accountant.open("/desk/documents/new?q=明远")
    assert only.status_code == 302
    assert only.location.endswith(f"?account={desk.account_id}")
    other = desk.accountant.open("/desk/documents/new?account=999999")
    assert other.status_code == 404


def test_what_is_wrong_is_said_at_its_field(desk: Desk) -> None:
    """A name nobody has, a number that is taken: the page stays, with all that was typed."""
    path = f"/desk/documents/transfer?account={desk.account_id}"
    given = {"customer": "Nobody Ltd.", "currency": "CNY", "amount": "5.00"}

    answer = desk.accountant.send(path, {**given, "issued_on": "2026-06-30"})

    assert answer.status_code == 400
    assert 'id="customer-error"' in answer.text
    assert "There is no customer “Nobody Ltd.”" in words_of(answer.text)
    assert 'value="Nobody Ltd."' in answer.text


def test_all_that_is_missing_is_said_at_once(desk: Desk) -> None:
    path = f"/desk/documents/exchange?account={desk.account_id}"

    page = desk.accountant.send(path, {"issued_on": "", "returned_lines-1-quantity": "a few"}).text

    for field in ("issued_on", "returned", "delivered", "delivered_number"):
        assert (f'id="{field}-error"' in page) is (field != "returned")
    assert "Quantity, row 2: This is no number" in words_of(page)
