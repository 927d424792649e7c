"""Families: who gets statements, who answers, and that the whole is the sum of its members."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import BY, make_customer
from tests.tieout.statements.conftest import FIRST, JUNE, Books
from tieout.customers.models import Contact, Customer
from tieout.money import Money
from tieout.statements import delivery, drafting, family
from tieout.statements.family import BOTH, EACH, HEAD, Choice
from tieout.statements.models import Statement, StatementSection


def branch(books: Books, code: str = "M-0218") -> Customer:
    """A branch of the customer, with an account and a contact of its own."""
    account = make_customer(books.session, code)
    account.customer.parent_id = books.customer.id
    books.book("2026-06-05", "invoice", f"INV-{code}", "800.00", account=account)
    books.session.flush()
    return account.customer


def issued(books: Books, customer: Customer) -> Statement:
    draft = drafting.draft(books.session, customer, JUNE, by=BY, at=FIRST)
    return books.send(draft)


def names(people: list[Contact]) -> list[int]:
    return [one.customer_id for one in people]


def test_who_gets_the_statements_of_a_branch_is_chosen_with_the_head(june: Books) -> None:
    child, head = branch(june), june.customer
    assert names(family.getters(june.session, child.id)) == [child.id]

    family.choose(june.session, head, Choice(gets=HEAD), by=BY)
    assert names(family.getters(june.session, child.id)) == [head.id]
    assert names(family.getters(june.session, head.id)) == [head.id]

    family.choose(june.session, head, Choice(gets=BOTH), by=BY)
    assert sorted(names(family.getters(june.session, child.id))) == sorted([head.id, child.id])


def test_a_branch_of_a_branch_belongs_to_the_same_head(june: Books) -> None:
    child = branch(june)
    grandchild = branch(june, "M-0219")
    grandchild.parent_id = child.id
    june.session.flush()
    family.choose(june.session, june.customer, Choice(gets=HEAD), by=BY)

    assert names(family.getters(june.session, grandchild.id)) == [june.customer.id]
    assert [one.code for one in family.below(june.session, june.customer.id)] == [
        "M-0218",
        "M-0219",
    ]


def test_the_choice_is_made_with_the_head_alone(june: Books) -> None:
    child = branch(june)

    with pytest.raises(family.NotTheHead):
        family.choose(june.session, child, Choice(gets=HEAD), by=BY)
    with pytest.raises(family.UnknownChoice):
        family.choose(june.session, june.customer, Choice(gets="nobody"), by=BY)


def test_a_run_sends_the_branch_statement_to_the_head(june: Books) -> None:
    child = branch(june)
    family.choose(june.session, june.customer, Choice(gets=HEAD, answers=HEAD), by=BY)

    statement = issued(june, child)

    row = delivery.find(june.session, statement.id, june.contact.id)
    assert row is not None
    assert row.customer_id == child.id


def test_the_family_statement_is_the_sum_of_issued_ones(june: Books) -> None:
    child = branch(june)
    own, theirs = june.issue(), issued(june, child)

    [total] = family.family_statement([own, theirs])

    assert total.opening == Money.of("1500.00", "CNY")
    assert total.closing == Money.of("4840.00", "CNY")
    assert total.ties
    assert [row.statement for row in total.rows] == [own, theirs]


AMOUNT = st.integers(min_value=-(10**12), max_value=10**12)
CURRENCIES = st.sampled_from(["CNY", "EUR", "JPY", "KWD"])


@given(st.lists(st.lists(st.tuples(CURRENCIES, AMOUNT, AMOUNT, AMOUNT), max_size=4), max_size=6))
def test_the_sum_of_members_is_the_family_in_every_figure(
    members: list[list[tuple[str, int, int, int]]],
) -> None:
    statements = [
        Statement(
            customer=Customer(code=f"M-{no}", name=f"Member {no}"),
            sections=[
                StatementSection(
                    currency=currency,
                    opening_minor=opening,
                    charges_minor=abs(charges),
                    credits_minor=-abs(credits_),
                    closing_minor=opening + abs(charges) - abs(credits_),
                    disputed_minor=0,
                )
                for currency, opening, charges, credits_ in sections
            ],
        )
        for no, sections in enumerate(members)
    ]

    totals = family.family_statement(statements)

    everything = [section for one in statements for section in one.sections]
    assert {one.currency for one in totals} == {one.currency for one in everything}
    for total in totals:
        own = [one for one in everything if one.currency == total.currency]
        assert total.closing.minor == sum(one.closing_minor for one in own)
        assert total.opening.minor == sum(one.opening_minor for one in own)
        assert len(total.rows) == len(own)
        assert total.ties


def test_nothing_chosen_is_each_for_itself(june: Books) -> None:
    branch(june)

    assert family.choice_of(june.session, june.customer.id) == Choice(EACH, EACH)
    assert family.led(june.session) == {}
