"""The company's people decide what of two books belongs together."""

import io
import re

import pytest

from tests.factories import AT
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout.audit import SYSTEM
from tieout.db import transaction
from tieout.identity.permissions import Role
from tieout.reconciliation import rule_sets
from tieout.settings import company

#: The document of "own" is of 3 June; the same amount months before has no number.
FAR = "Date,Reference,Amount\n2026-03-20,,4040.00\n2026-06-09,TT-1,-640.00\n"


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who may match."""
    return world.staff(Role.ACCOUNTANT)


@pytest.fixture
def comparison(world: World, accountant: Visitor) -> str:
    """The address of a comparison with one proposal."""
    path = f"/desk/matching/new?customer={world.ids['customer_id']}"
    data = {
        "file": (io.BytesIO(FAR.encode()), "theirs.csv"),
        "account": world.ids["account_id"],
        "as_at": "2026-06-30",
    }
    answer = accountant.send(path, data, page=path)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def act(page: str, name: str) -> str:
    """The address of the first button of that kind on a page."""
    found = re.search(rf'action="([^"]+/{name})"', page)
    assert found, page
    return found[1]


def test_a_proposal_waits_and_says_why(accountant: Visitor, comparison: str) -> None:
    page = words_of(accountant.open(comparison).text)

    assert "1 proposal, 1 line" in page
    assert "The same amount, " in page
    assert "Accept" in page


def test_an_accepted_proposal_counts_as_matched(accountant: Visitor, comparison: str) -> None:
    accept = act(accountant.open(comparison).text, "accept")

    assert accountant.send(accept, page=comparison).status_code == 303

    page = words_of(accountant.open(f"{comparison}?view=matched").text)
    assert "by hand, Chen Accountant" in page


def test_a_rejected_one_is_not_proposed_again(accountant: Visitor, comparison: str) -> None:
    reject = act(accountant.open(comparison).text, "reject")

    assert accountant.send(reject, page=comparison).status_code == 303

    assert "0 proposals, 3 lines" in words_of(accountant.open(comparison).text)
    assert "Match after all" in accountant.open(f"{comparison}?view=rejected").text


def test_what_somebody_else_has_decided_is_said(accountant: Visitor, comparison: str) -> None:
    accept = act(accountant.open(comparison).text, "accept")
    accountant.send(accept, page=comparison)

    answer = accountant.send(accept, page=comparison)

    assert answer.status_code == 409
    assert "These lines have been decided meanwhile." in words_of(answer.text)


def test_lines_are_matched_by_hand_with_a_reason(accountant: Visitor, comparison: str) -> None:
    accountant.send(act(accountant.open(comparison).text, "reject"), page=comparison)
    page = accountant.open(comparison).text
    [ours] = re.findall(r'name="ours" value="(\d+)"', page)
    theirs = re.findall(r'name="theirs" value="(\d+)"', page)[-1]
    ticked = {"ours": ours, "theirs": theirs}

    refused = accountant.send(f"{comparison}/match", ticked, page=comparison)
    done = accountant.send(
        f"{comparison}/match", {**ticked, "reason": "paid in part"}, page=comparison
    )

    assert refused.status_code == 400
    assert "Say why they belong together all the same." in words_of(refused.text)
    assert done.status_code == 303
    differences = words_of(accountant.open(f"{comparison}?view=differences").text)
    assert "Reason given: paid in part" in differences


def test_the_last_decision_is_undone(accountant: Visitor, comparison: str) -> None:
    accountant.send(act(accountant.open(comparison).text, "reject"), page=comparison)

    accountant.send(f"{comparison}/undo", page=comparison)

    assert "1 proposal, 1 line" in words_of(accountant.open(comparison).text)


def test_whoever_only_reads_sees_no_buttons(world: World, comparison: str) -> None:
    auditor = world.staff(Role.AUDITOR)

    page = auditor.open(comparison).text

    assert "/accept" not in page
    assert auditor.send(f"{comparison}/undo", page="/desk/sign-in").status_code in (400, 403)


def test_the_list_shows_what_waits(accountant: Visitor, comparison: str) -> None:
    page = words_of(accountant.open("/desk/matching?state=open").text)

    assert "Own Trading" in page
    assert "1 proposal" in page


def test_a_ledger_is_never_compared_with_anothers_account(
    world: World, accountant: Visitor
) -> None:
    path = f"/desk/matching/new?customer={world.ids['customer_id']}"
    data = {
        "file": (io.BytesIO(FAR.encode()), "theirs.csv"),
        "account": world.others["account_id"],
        "as_at": "2026-06-30",
    }

    assert accountant.send(path, data, page=path).status_code == 400


def test_their_book_may_be_read_with_the_other_sign(accountant: Visitor, comparison: str) -> None:
    before = words_of(accountant.open(comparison).text)

    accountant.send(f"{comparison}/turn", page=comparison)

    assert "Their book 3,400.00" in before
    assert "Their book −3,400.00" in words_of(accountant.open(comparison).text)


def test_what_is_looked_at_is_narrowed(accountant: Visitor, comparison: str) -> None:
    def found(query: str) -> str:
        return words_of(accountant.open(f"{comparison}?{query}").text)

    assert "TT-1" in found("q=tt-1")
    assert "The same amount" not in found("q=tt-1")
    assert "The same amount" in found("least=4000")
    assert "TT-1" not in found("least=4000")
    assert "The same amount" in found("age=90")
    assert "TT-1" not in found("age=90")
    assert "The same amount" not in found("type=missing_in_ours")
    assert "All lines are decided" not in found("q=nobody")
    assert "None of these matches what you look for." in found("q=nobody")


@pytest.mark.parametrize("name", ["accept", "reject", "undo", "match"])
def test_what_is_looked_at_stays_when_something_is_decided(
    accountant: Visitor, comparison: str, name: str
) -> None:
    there = f"{comparison}?least=500&q=0"
    if name == "undo":
        accountant.send(act(accountant.open(comparison).text, "reject"), page=comparison)
    page = accountant.open(there).text
    found = re.search(rf'action="([^"]+/{name}[?][^"]+)"', page)
    assert found, page
    free = re.findall(r'name="(ours|theirs)" value="(\d+)"', page)
    data = {"reason": "so", **(dict(free) if name == "match" else {})}

    answer = accountant.send(found[1].replace("&amp;", "&"), data, page=there)

    if name == "match":  # one line alone is no match: the same page again, narrowed as it was
        assert answer.status_code == 400
        assert 'value="500"' in answer.text
        assert 'maxlength="500" autofocus' in answer.text
    else:
        assert answer.status_code == 303
        assert answer.location.endswith("?least=500&q=0")


def test_all_of_one_kind_are_looked_at_before_they_are_accepted(
    accountant: Visitor, comparison: str
) -> None:
    page = accountant.open(f"{comparison}/accept-all").text
    groups = re.findall(r'name="groups" value="([^"]+)"', page)

    answer = accountant.send(f"{comparison}/accept-all", {"groups": groups}, page=comparison)

    assert "What would be accepted" in words_of(page)
    assert answer.status_code == 303
    after = words_of(accountant.open(comparison).text)
    assert "1 proposal accepted." in after
    assert "0 proposals" in after


def test_nothing_ticked_is_nothing_accepted(accountant: Visitor, comparison: str) -> None:
    path = f"{comparison}/accept-all"

    answer = accountant.send(path, page=path)

    assert answer.status_code == 400
    assert "Nothing was ticked." in words_of(answer.text)


def test_a_proposal_that_moved_meanwhile_accepts_none(accountant: Visitor, comparison: str) -> None:
    path = f"{comparison}/accept-all"

    answer = accountant.send(path, {"groups": ["1:" + "0" * 64]}, page=path)

    assert answer.status_code == 409
    assert "1 proposal, 1 line" in words_of(accountant.open(comparison).text)


def test_over_time_shows_the_chart_and_what_is_old(accountant: Visitor, comparison: str) -> None:
    page = accountant.open(f"{comparison}?view=time").text

    assert '<svg class="to-running-chart"' in page
    assert "How old what is open is" in words_of(page)
    assert "Open in all" in words_of(page)


def test_a_match_that_leaves_something_waits_for_a_second_person(
    world: World, accountant: Visitor, comparison: str
) -> None:
    with transaction() as session:
        company(session).two_people = ["match"]
    accountant.send(act(accountant.open(comparison).text, "reject"), page=comparison)
    page = accountant.open(comparison).text
    [ours] = re.findall(r'name="ours" value="(\d+)"', page)
    theirs = re.findall(r'name="theirs" value="(\d+)"', page)[-1]
    data = {"ours": ours, "theirs": theirs, "reason": "paid in part"}
    accountant.send(f"{comparison}/match", data, page=comparison)

    waiting = accountant.open(comparison).text
    approver = world.staff(Role.APPROVER)
    today, listed = approver.open("/desk/").text, approver.open("/desk/approvals").text
    done = approver.send(act(approver.open(comparison).text, "approve"), page=comparison)

    assert "A second person has to approve it." in words_of(waiting)
    assert "matches by hand: 1" in words_of(today)
    assert "Match by hand in" in words_of(listed)
    assert "paid in part" in words_of(listed)
    assert comparison in listed
    assert "Match by hand in" not in words_of(approver.open("/desk/approvals").text)
    assert done.status_code == 303
    assert "0 proposals" in words_of(approver.open(comparison).text)


def test_whoever_matched_it_does_not_approve_it(world: World, comparison: str) -> None:
    with transaction() as session:
        company(session).two_people = ["match"]
    approver = world.staff(Role.APPROVER)
    approver.send(act(approver.open(comparison).text, "reject"), page=comparison)
    page = approver.open(comparison).text
    [ours] = re.findall(r'name="ours" value="(\d+)"', page)
    theirs = re.findall(r'name="theirs" value="(\d+)"', page)[-1]
    data = {"ours": ours, "theirs": theirs, "reason": "paid in part"}
    approver.send(f"{comparison}/match", data, page=comparison)

    answer = approver.send(act(approver.open(comparison).text, "approve"), page=comparison)

    assert answer.status_code == 403
    assert "You prepared this yourself" in words_of(answer.text)


def test_a_proposal_of_several_lines_is_split_into_lines_to_tick(
    world: World, accountant: Visitor
) -> None:
    with transaction() as session:
        chosen = {"pass_sums_by_date": "propose"}
        rule_sets.write(session, chosen, by=SYSTEM, at=AT)
    path = f"/desk/matching/new?customer={world.ids['customer_id']}"
    parts = "Date,Reference,Amount\n2026-06-05,,1517.31\n2026-06-05,,2522.69\n"
    data = {
        "file": (io.BytesIO(parts.encode()), "theirs.csv"),
        "account": world.ids["account_id"],
        "as_at": "2026-06-30",
    }
    comparison = str(accountant.send(path, data, page=path).location)
    page = accountant.open(comparison).text
    [split] = re.findall(r'href="([^"]*split=\d+[^"]*)"', page)

    opened = accountant.open(split.replace("&amp;", "&").partition("#")[0]).text

    assert len(re.findall(r'name="(?:ours|theirs)" value="\d+"[^>]* checked>', opened)) == 3


def test_all_is_compared_again_by_one_press(accountant: Visitor, comparison: str) -> None:
    accept = act(accountant.open(comparison).text, "accept")
    accountant.send(accept, page=comparison)

    again = act(accountant.open(comparison).text, "again")
    answer = accountant.send(again, page=comparison)

    assert answer.status_code == 303
    page = words_of(accountant.open(comparison).text)
    assert "compared again, with what was decided since" in page
    assert "1 proposal" not in page


def test_lists_of_a_page_in_answer_to_a_refused_form_lead_to_its_own_address(
    accountant: Visitor, comparison: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("internal.matching.MOST_FREE", 1)
    page = accountant.open(comparison).text
    reject = act(page, "reject")
    accountant.send(reject, page=comparison)

    answer = accountant.send(act(accountant.open(comparison).text, "match"), page=comparison)

    assert answer.status_code == 400
    assert f'href="{comparison}?page_theirs=2' in answer.text
