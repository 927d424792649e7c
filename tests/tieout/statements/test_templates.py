"""Templates of statements: kept in versions, chosen for some, never touching a figure."""

import pytest

from tests.factories import BY
from tests.tieout.statements.conftest import FIRST, JULY, LATER, Books
from tieout.customers.models import CustomerGroup
from tieout.statements import issuing, templates
from tieout.statements.freeze import frozen, is_genuine
from tieout.statements.layouts import (
    BY_KIND,
    Layout,
    NoAmounts,
    NothingShown,
    PieceTwice,
    RunningBalanceBroken,
    UnknownPiece,
    WordsTooLong,
)
from tieout.statements.models import StatementTemplate
from tieout.statements.templates import TemplateInput

PLAIN = Layout(columns=("date", "document", "amount"), parts=("movements",))


def made(books: Books, name: str = "Dealers", layout: Layout = PLAIN) -> StatementTemplate:
    return templates.make(books.session, TemplateInput(name, layout), by=BY, at=FIRST)


def test_the_narrower_choice_holds_and_is_named_in_what_is_frozen(june: Books) -> None:
    group = CustomerGroup(name="Dealers")
    june.session.add(group)
    june.session.flush()
    june.customer.group_id = group.id
    everybody, dealers = made(june, "Usual"), made(june, "For dealers")
    templates.choose(june.session, "company", 0, everybody.id, by=BY)
    templates.choose(june.session, "group", group.id, dealers.id, by=BY)

    issued = june.issue()

    assert frozen(issued)["template"] == {"id": dealers.id, "name": "For dealers", "version": 1}
    assert [place.name for place in templates.places(june.session, dealers.id)] == ["Dealers"]


def test_without_a_choice_nothing_is_said_of_a_template(june: Books) -> None:
    assert "template" not in frozen(june.issue())


def test_a_change_makes_a_version_and_what_was_issued_keeps_its_own(june: Books) -> None:
    template = made(june)
    templates.choose(june.session, "customer", june.customer.id, template.id, by=BY)
    first = june.issue()
    before = (first.sha256, first.frozen)
    wider = Layout(columns=("date", "document", "reference", "amount", "balance"))

    templates.change(
        june.session, template, TemplateInput("Dealers", wider), seen=1, by=BY, at=LATER
    )
    second = june.issue(JULY, LATER)

    kept = templates.version_of(june.session, first)
    new = templates.version_of(june.session, second)
    assert kept is not None
    assert new is not None
    assert (kept.no, Layout.from_json(kept.layout)) == (1, PLAIN)
    assert (new.no, Layout.from_json(new.layout)) == (2, wider)
    assert (first.sha256, first.frozen) == before
    assert is_genuine(first)


def test_a_template_never_changes_a_figure(june: Books) -> None:
    usual = june.draft()
    plain = frozen(june.send(usual))["sections"]
    template = made(june)
    templates.choose(june.session, "company", 0, template.id, by=BY)
    again = issuing.supersede(june.session, usual, reason="In our own form", by=BY, at=LATER)

    assert frozen(june.send(again, LATER))["sections"] == plain


def test_two_people_at_one_template(june: Books) -> None:
    template = made(june)
    wider = TemplateInput("Dealers", Layout())
    templates.change(june.session, template, wider, seen=1, by=BY, at=LATER)

    with pytest.raises(templates.TemplateChanged):
        templates.change(june.session, template, wider, seen=1, by=BY, at=LATER)


def test_saving_the_same_makes_no_version(june: Books) -> None:
    template = made(june)

    templates.change(
        june.session, template, TemplateInput("Dealers", PLAIN), seen=1, by=BY, at=LATER
    )

    assert template.version == 1


def test_one_in_use_is_not_put_away_and_one_put_away_is_not_chosen(june: Books) -> None:
    template = made(june)
    templates.choose(june.session, "company", 0, template.id, by=BY)

    with pytest.raises(templates.TemplateInUse):
        templates.put_away(june.session, template, is_active=False, by=BY)
    templates.choose(june.session, "company", 0, None, by=BY)
    templates.put_away(june.session, template, is_active=False, by=BY)

    assert templates.offered(june.session) == []
    with pytest.raises(templates.TemplatePutAway):
        templates.choose(june.session, "company", 0, template.id, by=BY)


def test_two_of_one_name_are_refused(june: Books) -> None:
    made(june)

    with pytest.raises(templates.TemplateThere):
        made(june)


@pytest.mark.parametrize(
    ("layout", "error"),
    [
        (Layout(columns=("date", "document")), NoAmounts),
        (Layout(columns=("date", "document", "charge")), NoAmounts),
        (Layout(columns=("document", "amount", "amount")), PieceTwice),
        (Layout(columns=("document", "amount", "profit")), UnknownPiece),
        (Layout(group=BY_KIND), RunningBalanceBroken),
        (Layout(parts=("ageing", "reply_slip")), NothingShown),
        (Layout(words={"title": {"en": "x" * 61}}), WordsTooLong),
        (Layout(words={"title": {"fr": "x"}}), UnknownPiece),
    ],
)
def test_a_layout_nobody_could_read_is_refused(layout: Layout, error: type[Exception]) -> None:
    with pytest.raises(error):
        layout.checked()
