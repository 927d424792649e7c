"""What is done twice, by a second click, a second window or the back button: once, and said so."""

import pytest

from tests.internal.conftest import Desk
from tests.support.route_world import World
from tests.support.visitor import words_of
from tieout.identity.permissions import Role

#: The act, and what is said of it the second time.
ACTS = [
    ("approvals/drafts/{draft_id}/reject", "This draft is rejected meanwhile."),
    ("drafts/{draft_id}/drop", "This draft is rejected meanwhile."),
    ("drafts/{draft_id}/submit", "This draft is"),
    ("imports/{batch_id}/discard", "This import is discarded meanwhile."),
    ("deliveries/{delivery_id}/withdraw", "was withdrawn already"),
    ("documents/{document_id}/reverse", "is being prepared already"),
    ("customers/merges/{merge_id}/undo", "This was decided meanwhile."),
    ("products/merges/{product_merge_id}/undo", "This merge was undone already."),
]
GIVEN = {"note": "Because it is.", "reason": "Because it is.", "why": "Because it is."}


@pytest.mark.parametrize(("act", "said"), ACTS)
def test_the_second_time_nothing_happens_and_the_page_says_so(
    world: World, act: str, said: str
) -> None:
    role = Role.APPROVER if "approvals" in act or "customers" in act else Role.ACCOUNTANT
    somebody, path = world.staff(role), f"/desk/{act.format(**world.ids)}"

    first = somebody.send(path, GIVEN)
    second = somebody.send(path, GIVEN)

    assert first.status_code == 303, words_of(first.text)[:300]
    assert second.status_code == 409
    assert said in words_of(second.text)


def test_a_document_sent_twice_is_drafted_once(desk: Desk) -> None:
    """The browser asks whether to send the form again; whoever says yes reads what stands there."""
    path = f"/desk/documents/new?account={desk.account_id}"
    given = {"kind": "payment", "number": "PAY-9", "issued_on": "2026-06-30", "amount": "5.00"}

    first = desk.accountant.send(path, given)
    second = desk.accountant.send(path, given)

    assert first.status_code == 303
    assert second.status_code == 409
    assert "Exactly this was entered already by Chen Accountant" in words_of(second.text)
