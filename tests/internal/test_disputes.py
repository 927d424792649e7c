"""The dispute desk, and what a second person decides."""

import io
import re

import pytest
from sqlalchemy import select, update

from tests.factories import AT
from tests.support.books import post
from tests.support.route_world import World, staff_email
from tests.support.visitor import Visitor, token_on, words_of
from tests.tieout.disputes.conftest import SAYS
from tieout import db
from tieout.audit import Actor
from tieout.customers.models import CustomerAccount
from tieout.disputes import raising, thread
from tieout.disputes.models import Dispute
from tieout.disputes.raising import Claim
from tieout.identity import people
from tieout.intake.models import ImportBatch
from tieout.ledger.models import Document, DocumentDraft
from tieout.money import Money
from tieout.settings import BankAccount
from tieout.statements.models import PeriodClose


@pytest.fixture
def dispute_id(world: World) -> int:
    """120.00 of an invoice of 1,000.00, disputed by the customer of the sales person."""
    with db.transaction() as session:
        account = session.get_one(CustomerAccount, world.ids["account_id"])
        invoice = post(session, account, "invoice", "INV-77", "2026-06-20", "1000.00")
        who = Actor("contact", world.ids["contact_id"], "Wang Manage")
        [made] = raising.raise_disputes(
            session,
            [Claim(invoice, expected=Money.of("880.00", "CNY"))],
            reason="quantity",
            note="Twelve pieces were missing.",
            given=SAYS,
            by=who,
            on=AT.date(),
            at=AT,
        )
        return made.id


def send(visitor: Visitor, where: str, act: str, **given: object) -> tuple[int, str]:
    """Fill in one of the forms of a page as it is shown, and send it."""
    shown = visitor.open(where).text
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', shown)
    form = {"csrf_token": token_on(shown), "seen": seen.group(1) if seen else "", **given}
    answer = visitor.open(f"{where}/{act}", method="POST", data=form)
    return answer.status_code, answer.text


def there(dispute_id: int) -> Dispute:
    with db.reading() as session:
        return session.get_one(Dispute, dispute_id)


def approve(visitor: Visitor, draft_id: int) -> tuple[int, str]:
    """Approve a draft as its page shows it."""
    where = f"/desk/approvals/drafts/{draft_id}"
    shown = visitor.open(where).text
    digest = re.search(r'name="digest"[^>]*value="(\w+)"', shown)
    form = {"csrf_token": token_on(shown), "digest": digest.group(1) if digest else ""}
    answer = visitor.open(f"{where}/approve", method="POST", data=form)
    return answer.status_code, answer.text


def test_the_list_is_narrowed_by_the_address(world: World, dispute_id: int) -> None:
    accountant = world.staff("accountant")
    receipt = there(dispute_id).receipt

    for asked in ("", "?group=with_us", "?reason=quantity", "?q=INV-77", "?assignee=none"):
        assert receipt in accountant.open(f"/desk/disputes{asked}").text, asked
    for asked in ("?group=ended", "?reason=price", "?q=nobody", "?assignee=me", "?group=late"):
        assert receipt not in accountant.open(f"/desk/disputes{asked}").text, asked
    for order in ("age", "-age", "-amount", "customer", "answer_by"):
        assert receipt in accountant.open(f"/desk/disputes?sort={order}").text, order
    assert accountant.open(f"/desk/disputes?customer={world.ids['customer_id']}").status_code == 200


def test_what_narrows_the_list_stays_in_sight_on_a_phone(world: World, dispute_id: int) -> None:
    del dispute_id
    page = '<details class="to-filters-more"'

    assert f"{page}>" in world.staff("accountant").open("/desk/disputes").text
    for given in ("least=100", "most=900", "reason=price", "assignee=me", "age=30"):
        shown = world.staff("accountant").open(f"/desk/disputes?{given}").text
        assert f"{page} open>" in shown, given


def test_sales_see_disputes_of_their_own_customers(world: World, dispute_id: int) -> None:
    salesman = world.staff("sales")
    others = world.others["dispute_id"]

    listed = salesman.open("/desk/disputes").text

    assert there(dispute_id).receipt in listed
    assert there(others).receipt not in listed
    assert salesman.open(f"/desk/disputes/{others}").status_code == 404


def test_it_is_answered_with_a_file_and_noted_for_staff(world: World, dispute_id: int) -> None:
    accountant, where = world.staff("accountant"), f"/desk/disputes/{dispute_id}"

    file = (io.BytesIO(b"%PDF-1.7 delivery"), "delivery.pdf")
    assert send(accountant, where, "answer", text="Here is the note.", files=file)[0] == 303
    assert send(accountant, where, "note", text="Check the lorry.")[0] == 303

    page = accountant.open(where).text
    assert "Here is the note." in page
    assert "Check the lorry." in page
    assert "only staff see this" in page
    found = re.search(rf"{where}/files/\d+", page)
    assert found
    assert accountant.open(found.group()).data == b"%PDF-1.7 delivery"
    seen_by_customer = world.customer("look").open(f"/disputes/{dispute_id}").text
    assert "Here is the note." in seen_by_customer
    assert "lorry" not in seen_by_customer


def test_somebody_cares_for_it_by_a_day(world: World, dispute_id: int) -> None:
    accountant, where = world.staff("accountant"), f"/desk/disputes/{dispute_id}"
    with db.reading() as session:
        chen = people.find_staff(session, staff_email("accountant")).id

    kept = send(accountant, where, "care", assignee=str(chen), answer_by="2026-07-20")[0]

    assert kept == 303
    assert there(dispute_id).assignee_id == chen
    assert str(there(dispute_id).answer_by) == "2026-07-20"
    assert there(dispute_id).receipt in accountant.open("/desk/disputes?assignee=me").text
    status, page = send(accountant, where, "care", assignee=str(chen), answer_by="2026-01-01")
    assert status == 400
    assert "1 January 2026 is over" in words_of(page)
    with db.reading() as session:
        auditor = people.find_staff(session, staff_email("auditor")).id
    assert send(accountant, where, "care", assignee=str(auditor), answer_by="2026-07-20")[0] == 400


def test_accepted_by_one_and_posted_by_another(world: World, dispute_id: int) -> None:
    accountant, approver = world.staff("accountant"), world.staff("approver")
    where = f"/desk/disputes/{dispute_id}"

    assert send(accountant, where, "accept", amount="120.00", text="You are right.")[0] == 303

    made = there(dispute_id)
    assert made.state == "accepting"
    assert made.draft_id
    draft_page = f"/desk/approvals/drafts/{made.draft_id}"
    assert draft_page in approver.open("/desk/approvals").text
    shown = words_of(approver.open(draft_page).text)
    assert "Balance CNY" in shown
    assert made.receipt in shown
    assert approve(approver, made.draft_id)[0] == 303
    assert there(dispute_id).state == "accepted"
    with db.reading() as session:
        note = session.scalars(select(Document).where(Document.kind == "credit_note")).one()
        assert (note.amount_minor, note.due_items[0].open_minor) == (-12000, 0)
        number = note.number
    customer = words_of(world.customer("look").open(f"/disputes/{dispute_id}").text)
    assert "You are right." in customer
    assert number in customer


def test_the_preparer_is_refused_with_a_clear_sentence(world: World, dispute_id: int) -> None:
    approver = world.staff("approver")
    send(approver, f"/desk/disputes/{dispute_id}", "accept", amount="120.00")
    draft_id = there(dispute_id).draft_id
    assert draft_id
    with db.reading() as session:
        digest = session.get_one(DocumentDraft, draft_id).content_digest
    where = f"/desk/approvals/drafts/{draft_id}"

    page = words_of(approver.open(where).text)
    assert "Ask somebody else to approve it" in page
    assert "Approve and post" not in page

    refused = approver.send(
        f"{where}/approve", {"digest": digest}, page=f"/desk/disputes/{dispute_id}"
    )
    assert refused.status_code == 403
    assert "You prepared this yourself" in words_of(refused.text)


def test_what_was_changed_meanwhile_is_not_approved(world: World, dispute_id: int) -> None:
    send(world.staff("accountant"), f"/desk/disputes/{dispute_id}", "accept", amount="120.00")
    draft_id = there(dispute_id).draft_id
    where = f"/desk/approvals/drafts/{draft_id}"

    approver = world.staff("approver")
    refused = approver.send(f"{where}/approve", {"digest": "0" * 64}, page=where)

    assert refused.status_code == 409
    assert "changed after you looked at it" in words_of(refused.text)


def test_turned_down_it_comes_back_with_the_note(world: World, dispute_id: int) -> None:
    accountant, approver = world.staff("accountant"), world.staff("approver")
    send(accountant, f"/desk/disputes/{dispute_id}", "accept", amount="120.00")
    where = f"/desk/approvals/drafts/{there(dispute_id).draft_id}"

    assert approver.send(f"{where}/reject", page=where).status_code == 400
    turned = approver.send(f"{where}/reject", {"note": "The scale was right."}, page=where)

    assert turned.status_code == 303
    assert there(dispute_id).state == "open"
    assert "The scale was right." in accountant.open(f"/desk/disputes/{dispute_id}").text
    assert "The scale" not in world.customer("look").open(f"/disputes/{dispute_id}").text


def test_two_people_decide_at_once_and_one_of_them_reads_why_not(
    world: World, dispute_id: int
) -> None:
    send(world.staff("accountant"), f"/desk/disputes/{dispute_id}", "accept", amount="120.00")
    draft_id = there(dispute_id).draft_id
    assert draft_id
    approver = world.staff("approver")

    assert approve(approver, draft_id)[0] == 303
    with db.reading() as session:
        digest = session.get_one(DocumentDraft, draft_id).content_digest
    where = f"/desk/approvals/drafts/{draft_id}"
    second = approver.send(
        f"{where}/approve", {"digest": digest}, page=f"/desk/disputes/{dispute_id}"
    )

    assert second.status_code == 409
    assert "posted meanwhile" in words_of(second.text)


def test_more_than_is_disputed_is_refused(world: World, dispute_id: int) -> None:
    accountant, where = world.staff("accountant"), f"/desk/disputes/{dispute_id}"

    status, page = send(accountant, where, "accept", amount="120.01")

    assert status == 400
    assert "Only CNY 120.00 is disputed. Accept at most that." in words_of(page)


def test_rejected_with_a_reason_and_taken_up_again(world: World, dispute_id: int) -> None:
    accountant, where = world.staff("accountant"), f"/desk/disputes/{dispute_id}"

    assert send(accountant, where, "reject")[0] == 400
    assert send(accountant, where, "reject", text="All were there.")[0] == 303
    assert there(dispute_id).state == "rejected"
    assert send(accountant, where, "take-up", text="We check once more.")[0] == 303
    assert there(dispute_id).state == "open"


def test_who_decides_has_seen_the_last_word(world: World, dispute_id: int) -> None:
    accountant, where = world.staff("accountant"), f"/desk/disputes/{dispute_id}"
    shown = accountant.open(where).text
    with db.transaction() as session:
        who = Actor("contact", world.ids["contact_id"], "Wang Manage")
        thread.answer(session, session.get_one(Dispute, dispute_id), "And more.", by=who, at=AT)
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', shown)
    assert seen
    form = {"csrf_token": token_on(shown), "seen": seen.group(1), "text": "No."}

    answer = accountant.open(f"{where}/reject", method="POST", data=form)

    assert answer.status_code == 409
    page = words_of(answer.text)
    assert "after you opened it" in page
    assert "And more." in page
    assert "No." in page


def test_an_auditor_reads_and_is_offered_nothing(world: World, dispute_id: int) -> None:
    page = world.staff("auditor").open(f"/desk/disputes/{dispute_id}").text

    assert "Twelve pieces were missing." in page
    assert "Send this answer" not in page


def test_nothing_to_approve_says_what_would_stand_here(world: World) -> None:
    with db.transaction() as session:
        session.execute(update(DocumentDraft).values(state="rejected"))
        session.execute(update(ImportBatch).values(state="discarded"))
        session.execute(update(BankAccount).values(approved_by=1))
        session.execute(update(PeriodClose).values(state="refused"))

    page = words_of(world.staff("approver").open("/desk/approvals").text)

    assert "Nothing waits for a second person." in page


def test_many_are_given_to_somebody_after_a_look(world: World, dispute_id: int) -> None:
    accountant = world.staff("accountant")
    with db.reading() as session:
        sales = people.find_staff(session, staff_email("sales")).id
    asked = f"?to={sales}&dispute={dispute_id}&dispute={world.others['dispute_id']}"

    shown = accountant.open(f"/desk/disputes/assign{asked}")

    page = words_of(shown.text)
    assert "1 dispute would change" in page
    assert "they cannot answer disputes of this customer" in page
    assert there(dispute_id).assignee_id is None
    form = {"csrf_token": token_on(shown.text)}
    answer = accountant.open(f"/desk/disputes/assign{asked}", method="POST", data=form)
    assert answer.status_code == 303
    assert there(dispute_id).assignee_id == sales
    assert there(world.others["dispute_id"]).assignee_id is None


def test_without_a_tick_nothing_is_given(world: World) -> None:
    accountant = world.staff("accountant")

    answer = accountant.open("/desk/disputes/assign?to=0")

    assert answer.status_code == 303
    assert "Tick the disputes first." in accountant.open(answer.location).text
