"""From a draft to a statement that stands: numbered, frozen, corrected by a new version."""

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.factories import BY, OTHER
from tests.tieout.statements.conftest import FIRST, JULY, JUNE, LATER, MAY, Books, SecondAccount
from tieout import audit, events, settings
from tieout.audit.models import AuditEntry
from tieout.db.session import BEFORE_COMMIT
from tieout.settings import BankAccount
from tieout.statements import drafting, issuing, moves
from tieout.statements.freeze import NotFrozen, frozen, is_genuine
from tieout.statements.models import StatementDelivery, StatementLine
from tieout.statements.prepare import EarlierEntriesCameLate
from tieout.statements.verification import verification


def test_an_issued_statement_has_a_number_a_hash_and_its_lines(june: Books) -> None:
    issued = june.issue()

    assert (issued.number, issued.version, issued.state) == ("ST-2026-0001", 1, "issued")
    said = frozen(issued)
    assert said["period"] == {"start": "2026-06-01", "end": "2026-06-30"}
    [section] = said["sections"]
    assert (section["opening"], section["closing"]) == (150000, 404000)
    assert [line["balance"] for line in section["lines"]] == [250000, 190000, 178000, 404000]
    assert [line.balance_minor for line in issued.sections[0].lines] == [
        250000,
        190000,
        178000,
        404000,
    ]
    assert is_genuine(issued)


def test_the_end_of_the_audit_chain_is_printed_on_it(june: Books) -> None:
    head = audit.head(june.session)

    said = frozen(june.issue())

    assert said["audit_head"] == {"seq": head.seq, "hash": head.hash}


def test_numbers_have_no_gaps(june: Books) -> None:
    first = june.issue(JUNE)
    second = june.issue(JULY, LATER)

    assert [first.number, second.number] == ["ST-2026-0001", "ST-2026-0002"]


def test_it_is_queued_for_every_contact_and_told(june: Books) -> None:
    told: list[events.Event] = []

    def listen(_session: object, event: events.StatementIssued) -> None:
        told.append(event)

    events.subscribe([(events.StatementIssued, listen)])
    try:
        issued = june.issue()
    finally:
        events.forget()

    assert told == [events.StatementIssued(issued.id)]
    [delivery] = june.session.scalars(select(StatementDelivery))
    assert (delivery.contact_id, delivery.state) == (june.contact.id, "queued")


def test_a_contact_who_wants_none_gets_none(june: Books) -> None:
    june.contact.receives_statements = False

    june.issue()

    assert june.session.scalars(select(StatementDelivery)).all() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE statements SET frozen = '{}'",
        "UPDATE statements SET sha256 = 'x'",
        "UPDATE statements SET period_end = '2026-05-31'",
        "DELETE FROM statements",
        "UPDATE statement_sections SET closing_minor = 0",
        "UPDATE statement_lines SET amount_minor = 0",
        "DELETE FROM statement_lines",
    ],
)
def test_what_is_issued_never_changes(june: Books, change: str) -> None:
    june.issue()

    with pytest.raises(DBAPIError, match="frozen"):
        june.session.execute(text(change))


def test_a_draft_has_no_fixed_figures(june: Books) -> None:
    with pytest.raises(NotFrozen):
        frozen(june.draft())


def test_a_draft_shows_the_books_as_they_were_when_it_was_drafted(june: Books) -> None:
    draft = june.draft()
    june.book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)

    [section] = drafting.figures_of(june.session, draft).sections
    assert section.closing.plain == "4040.00"

    drafting.refresh(june.session, draft, by=BY, at=LATER)
    [section] = drafting.figures_of(june.session, draft).sections
    assert section.closing.plain == "4050.00"


def test_a_refreshed_statement_has_to_be_approved_again(june: Books) -> None:
    draft = june.draft()
    drafting.approve(june.session, draft, by=OTHER, at=FIRST)

    drafting.refresh(june.session, draft, by=BY, at=LATER)

    assert (draft.state, draft.approved_by) == ("draft", "")
    with pytest.raises(moves.MoveNotAllowed):
        issuing.issue(june.session, draft, by=OTHER, at=LATER)


def test_a_second_person_approves_where_the_company_says_so(june: Books) -> None:
    settings.company(june.session).two_people = ["statement"]
    draft = june.draft()

    with pytest.raises(drafting.SecondPersonNeeded):
        drafting.approve(june.session, draft, by=BY, at=FIRST)
    drafting.approve(june.session, draft, by=OTHER, at=FIRST)

    assert draft.approved_by == OTHER.label


def test_a_period_has_one_statement(june: Books) -> None:
    june.issue()

    with pytest.raises(drafting.StatementThere):
        june.draft()


def test_an_excused_customer_has_a_reason(june: Books) -> None:
    draft = june.draft()

    with pytest.raises(drafting.ReasonMissing):
        drafting.excuse(june.session, draft, reason=" ", by=BY, at=FIRST)
    drafting.excuse(june.session, draft, reason="In liquidation", by=BY, at=FIRST)

    assert (draft.state, draft.reason) == ("excused", "In liquidation")


def test_the_statement_before_comes_first(june: Books) -> None:
    may = june.draft(MAY)
    draft = june.draft(JUNE)

    with pytest.raises(drafting.EarlierStatementOpen):
        drafting.approve(june.session, draft, by=OTHER, at=FIRST)
    june.send(may)
    june.send(draft)

    assert (may.number, draft.number) == ("ST-2026-0001", "ST-2026-0002")


def test_late_entries_stand_first_in_the_next_statement(june: Books) -> None:
    june.issue(JUNE, FIRST)
    june.book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)
    june.book("2026-07-02", "payment", "PAY-2", "-1500.00", at=LATER)

    july = june.issue(JULY, LATER)

    [section] = july.sections
    assert (section.opening_minor, section.closing_minor) == (404000, 255000)
    assert [(line.number, line.is_late) for line in section.lines] == [
        ("INV-4", True),
        ("PAY-2", False),
    ]


def test_an_entry_that_bears_the_moment_of_freezing_is_not_lost(june: Books) -> None:
    june.issue(JUNE, FIRST)
    june.book("2026-06-30", "invoice", "INV-4", "10.00", at=FIRST)

    july = june.issue(JULY, LATER)

    assert [line.number for line in july.sections[0].lines if line.is_late] == ["INV-4"]


def test_a_late_entry_stands_once(june: Books) -> None:
    june.issue(MAY, FIRST)
    june.book("2026-05-25", "invoice", "INV-0", "10.00", at=FIRST)
    june.issue(JUNE, LATER)

    july = june.issue(JULY, LATER)

    assert july.sections[0].lines == []


def test_days_between_two_statements_are_not_lost(june: Books) -> None:
    june.issue(MAY, FIRST)
    june.book("2026-07-05", "fee", "FE-1", "5.00", at=LATER)

    july = june.issue(JULY, LATER)

    [section] = july.sections
    assert (section.opening_minor, section.closing_minor) == (150000, 404500)
    assert [line.number for line in section.lines if not line.is_late] == ["FE-1"]


def test_late_entries_may_be_refused(june: Books) -> None:
    june.issue(JUNE, FIRST)
    june.book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)
    july = june.draft(JULY, LATER)

    with pytest.raises(EarlierEntriesCameLate):
        drafting.approve(june.session, july, take_late=False, by=OTHER, at=LATER)


def test_a_correction_is_a_new_version_of_the_same_number(june: Books) -> None:
    first = june.issue(JUNE, FIRST)
    said = first.frozen
    june.book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)

    second = issuing.supersede(june.session, first, reason="INV-4", by=BY, at=LATER)
    assert first.state == "issued"
    june.send(second, LATER)

    assert (second.number, second.version) == (first.number, 2)
    assert (first.state, first.superseded_by_id) == ("superseded", second.id)
    assert second.sections[0].closing_minor == 405000
    assert first.frozen == said
    assert is_genuine(first)
    assert june.session.scalar(select(StatementLine.id).where(StatementLine.number == "INV-4"))


def test_the_next_opening_is_the_closing_of_the_last_version(june: Books) -> None:
    first = june.issue(JUNE, FIRST)
    june.book("2026-06-25", "invoice", "INV-4", "10.00", at=LATER)
    second = issuing.supersede(june.session, first, reason="INV-4", by=BY, at=LATER)
    june.send(second, LATER)

    july = june.issue(JULY, LATER)

    assert july.sections[0].opening_minor == second.sections[0].closing_minor
    assert july.sections[0].lines == []


def test_a_statement_others_build_on_is_not_replaced(june: Books) -> None:
    first = june.issue(JUNE, FIRST)
    june.issue(JULY, LATER)

    with pytest.raises(issuing.LaterStatementIssued):
        issuing.supersede(june.session, first, reason="late", by=BY, at=LATER)


def test_one_correction_at_a_time(june: Books) -> None:
    first = june.issue(JUNE, FIRST)
    draft = issuing.supersede(june.session, first, reason="late", by=BY, at=LATER)

    with pytest.raises(issuing.CorrectionThere):
        issuing.supersede(june.session, first, reason="late", by=BY, at=LATER)
    drafting.excuse(june.session, draft, reason="not needed", by=BY, at=LATER)
    again = issuing.supersede(june.session, first, reason="needed", by=BY, at=LATER)

    assert again.version == 3


def test_anyone_with_the_code_can_check_a_statement(june: Books) -> None:
    issued = june.issue()
    assert issued.verify_code is not None

    told = verification(june.session, issued.verify_code.replace("-", " ").lower())

    assert told is not None
    assert (told.number, told.version, told.is_genuine) == ("ST-2026-0001", 1, True)
    assert told.sha256 == issued.sha256
    assert verification(june.session, "AAAA-AAAA-AAAA") is None
    assert verification(june.session, "") is None


def test_where_to_pay_stands_on_it_by_currency(june: Books, second_account: SecondAccount) -> None:
    june.book("2026-06-03", "invoice", "E-1", "100.00", account=second_account("EUR"))
    for number, approved in (("111", 2), ("222", None)):
        june.session.add(
            BankAccount(
                currency="CNY",
                bank="Bank of Hangzhou",
                holder="Harbour Tools",
                number=number,
                valid_from=JUNE.start,
                approved_by=approved,
            )
        )

    said = frozen(june.issue())

    cny, eur = said["sections"]
    assert (cny["pay_to"]["number"], cny["pay_to"]["since"]) == ("111", "2026-06-01")
    assert eur["pay_to"] is None


def test_each_step_stands_in_the_trail_once(june: Books) -> None:
    june.issue()
    for write in BEFORE_COMMIT:
        write(june.session)

    steps = june.session.scalars(
        select(AuditEntry.action).where(AuditEntry.action.like("statement.%"))
    ).all()
    assert sorted(steps) == ["statement.approved", "statement.drafted", "statement.issued"]


def test_what_is_frozen_is_canonical(june: Books) -> None:
    issued = june.issue()

    again = json.dumps(
        json.loads(issued.frozen), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert again == issued.frozen


def test_an_earlier_one_issued_late_must_close_where_the_later_one_opens(june: Books) -> None:
    later = june.issue(JULY, LATER)  # it opens with what June's documents came to
    june.book("2026-06-22", "invoice", "INV-LATE", "10.00", at=LATER)

    with pytest.raises(issuing.LaterOneOpensElsewhere):
        june.issue(JUNE, LATER)

    assert later.sections[0].opening_minor == 404000


def test_an_earlier_one_issued_late_that_closes_there_is_issued(june: Books) -> None:
    later = june.issue(JULY, LATER)

    earlier = june.issue(JUNE, LATER)

    assert earlier.sections[0].closing_minor == later.sections[0].opening_minor


def test_a_period_that_is_not_over_is_not_issued(june: Books) -> None:
    statement = june.draft(JULY)
    drafting.approve(june.session, statement, by=OTHER, at=FIRST)

    with pytest.raises(issuing.PeriodNotOver):
        issuing.issue(june.session, statement, by=OTHER, at=FIRST)

    assert statement.state == "approved"
