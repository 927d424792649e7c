"""How customers are asked: in any case, only if they disagree, or for their own balance."""

from datetime import date, timedelta

import pytest

from tests.factories import BY
from tests.tieout.statements.conftest import FIRST, JULY, LATER, Books
from tieout import audit
from tieout.customers.models import CustomerGroup
from tieout.i18n import Sentence
from tieout.money import Money
from tieout.statements import answers, asking, confirm, delivery, drafting, issuing, silence
from tieout.statements.asking import Clause
from tieout.statements.freeze import frozen
from tieout.statements.models import Statement

CLAUSE = Clause("Contract HT-2026-14, § 7", 30)


def in_a_group(books: Books) -> CustomerGroup:
    group = CustomerGroup(name="Dealers")
    books.session.add(group)
    books.session.flush()
    books.customer.group_id = group.id
    books.session.flush()
    return group


def delivered(books: Books, statement: Statement) -> None:
    """A delivery notice of the mail server has come on 1 July."""
    row = delivery.delivery_to(books.session, statement, books.contact)
    delivery.mark_delivered(books.session, row, proof="dsn", by=audit.SYSTEM, at=FIRST)


def asked_negatively(books: Books) -> Statement:
    asking.file_clause(books.session, books.customer, CLAUSE, by=BY)
    return books.issue(request="negative")


def test_the_narrower_choice_holds(june: Books) -> None:
    group = in_a_group(june)
    assert asking.request_for(june.session, june.customer) == "positive"

    asking.choose_request(june.session, "company", 0, "blank", by=BY)
    assert asking.request_for(june.session, june.customer) == "blank"

    asking.choose_request(june.session, "group", group.id, "positive", by=BY)
    assert asking.request_for(june.session, june.customer) == "positive"

    asking.choose_request(june.session, "customer", june.customer.id, "blank", by=BY)
    assert june.draft().request == "blank"


def test_silence_may_not_count_without_a_clause_on_file(june: Books) -> None:
    asking.choose_request(june.session, "company", 0, "negative", by=BY)

    assert june.draft().request == "positive"
    with pytest.raises(drafting.NoClause):
        june.draft(JULY, request="negative")


def test_a_clause_taken_off_the_file_stops_the_issue(june: Books) -> None:
    asking.file_clause(june.session, june.customer, CLAUSE, by=BY)
    draft = june.draft(request="negative")
    asking.file_clause(june.session, june.customer, None, by=BY)

    with pytest.raises(drafting.NoClause):
        june.send(draft)


def test_a_negative_request_names_its_clause_and_no_day_to_answer_by(june: Books) -> None:
    statement = asked_negatively(june)

    said = frozen(statement)
    assert said["silence"] == {"clause": CLAUSE.words, "days": 30}
    assert said["request"] == "negative"
    assert statement.answer_by is None


def test_silence_counts_a_month_after_proven_delivery_and_is_no_agreement(june: Books) -> None:
    statement = asked_negatively(june)
    delivered(june, statement)  # on 1 July, so 31 July is the last day to object

    assert silence.counts_from(june.session, statement) == date(2026, 8, 1)
    assert silence.deem(june.session, at=FIRST + timedelta(days=30)) == []
    [deemed] = silence.deem(june.session, at=FIRST + timedelta(days=31))

    assert deemed.outcome == answers.DEEMED
    assert deemed.outcome not in answers.GIVEN
    assert "not confirmed" in deemed.evidence["wording"]
    assert silence.deem(june.session, at=FIRST + timedelta(days=40)) == []


def test_sending_alone_proves_nothing(june: Books) -> None:
    statement = asked_negatively(june)
    delivery.mark_sent(june.session, delivery.delivery_to(june.session, statement, june.contact))

    assert silence.deem(june.session, at=FIRST + timedelta(days=90)) == []


def test_a_bounce_stops_the_clock(june: Books) -> None:
    statement = asked_negatively(june)
    row = delivery.delivery_to(june.session, statement, june.contact)
    delivery.mark_sent(june.session, row)
    delivery.mark_failed(june.session, row, Sentence("The mailbox is unknown."))

    assert silence.deem(june.session, at=FIRST + timedelta(days=90)) == []


def test_who_answers_is_never_deemed_and_a_later_answer_takes_its_place(june: Books) -> None:
    statement = asked_negatively(june)
    delivered(june, statement)
    [deemed] = silence.deem(june.session, at=FIRST + timedelta(days=31))

    said = confirm.confirm(
        june.session,
        statement,
        june.answer(statement, agrees=False, stated=Money.of("4000.00", "CNY")),
        by=june.who,
        at=FIRST + timedelta(days=35),
    )

    assert said.outcome == answers.DISAGREED
    assert deemed.replaced_by_id == said.id
    assert silence.deem(june.session, at=FIRST + timedelta(days=90)) == []


def test_what_has_changed_since_is_not_deemed(june: Books) -> None:
    statement = asked_negatively(june)
    delivered(june, statement)
    statement.changed_since_at = LATER

    assert silence.deem(june.session, at=FIRST + timedelta(days=90)) == []


def test_nobody_is_deemed_who_was_asked_in_any_case(june: Books) -> None:
    asking.file_clause(june.session, june.customer, CLAUSE, by=BY)
    statement = june.issue(request="positive")
    delivered(june, statement)

    assert silence.deem(june.session, at=FIRST + timedelta(days=90)) == []
    assert silence.counts_from(june.session, statement) is None


def test_a_correction_asks_the_same_way_and_silence_starts_anew(june: Books) -> None:
    statement = asked_negatively(june)
    delivered(june, statement)
    again = issuing.supersede(june.session, statement, reason="A typing error", by=BY, at=LATER)
    june.send(again, LATER)

    assert again.request == "negative"
    assert silence.deem(june.session, at=FIRST + timedelta(days=90)) == []


@pytest.mark.parametrize(
    ("clause", "error"),
    [
        (Clause(" ", 30), asking.ClauseIncomplete),
        (Clause("§ 7", 0), asking.DaysOutOfRange),
        (Clause("§ 7", 366), asking.DaysOutOfRange),
    ],
)
def test_a_clause_says_where_it_stands_and_a_time_that_is_one(
    june: Books, clause: Clause, error: type[Exception]
) -> None:
    with pytest.raises(error):
        asking.file_clause(june.session, june.customer, clause, by=BY)
