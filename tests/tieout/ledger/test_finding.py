"""Whatever two characters somebody types find the same documents as reading all would."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, make_customer, make_staff
from tests.support.books import day, post, settle
from tieout.catalog import ProductInput, add_product
from tieout.customers.models import Customer, CustomerAccount
from tieout.customers.names import folded
from tieout.ledger import finding, queries, reversing, search_index, search_terms
from tieout.ledger.inputs import LineInput, ReferenceInput
from tieout.ledger.models import Document
from tieout.ledger.queries import DocumentSearch
from tieout.ledger.search import search
from tieout.ledger.search_models import DocumentText
from tieout.ledger.search_words import plain, words
from tieout.money import Money
from tieout.periods import Period

TODAY = day("2026-07-02")
#: What people write into their documents.
WRITTEN = (
    "INV-2026-0611",
    "送货单 0043",
    "明远五金 冲击钻",
    "ＰＯ ８８／０１２",
    "Straße 5",
    "100% wool",
    "a_b\\c'd\"e",
    "NEAR(x OR y) * -z",
    "🔧🔩 repair",
    "",
)


@pytest.fixture
def books(session: Session, account: CustomerAccount) -> list[Document]:
    """A document for each text, over three years, and some of another customer."""
    other = make_customer(session, "M-0300")
    return [
        post(
            session,
            account if at % 3 else other,
            "invoice" if at % 4 else "payment",
            f"N-{at}",
            f"{2023 + at % 4}-0{1 + at % 9}-15",
            f"{10 + at}.00" if at % 4 else f"-{10 + at}.00",
            references=(ReferenceInput("po", words_written[:60]),) if at % 2 else (),
            description=words_written if not at % 2 else "",
        )
        for at, words_written in enumerate(WRITTEN * 3)
    ]


def found(session: Session, **asked: object) -> list[str]:
    search = DocumentSearch(today=TODAY, **asked)  # type: ignore[arg-type]
    ids = finding.find(session, search, limit=500)
    numbers = {one.id: one.number for one in session.scalars(select(Document))}
    return [numbers[one] for one in ids]


def by_reading(session: Session, text: str) -> list[str]:
    """The plain way: every document whose text, or customer, holds every word."""
    wanted = words(text)
    rows = session.execute(
        select(Document.number, DocumentText.text, Customer.search_key)
        .join(DocumentText, DocumentText.document_id == Document.id)
        .join(Customer, Customer.id == Document.customer_id)
        .order_by(Document.issued_on.desc(), Document.id.desc())
    )
    return [
        number
        for number, said, called in rows
        if wanted and all(word.plain in said or folded(word.written) in called for word in wanted)
    ]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    text=strategies.one_of(
        strategies.sampled_from(WRITTEN).flatmap(
            lambda said: strategies.tuples(
                strategies.integers(0, max(len(said) - 1, 0)), strategies.integers(1, 12)
            ).map(lambda cut: said[cut[0] : cut[0] + cut[1]])
        ),
        strategies.text(max_size=8),
    )
)
def test_the_index_finds_what_reading_everything_finds(
    session: Session, books: list[Document], text: str
) -> None:
    if text.strip():
        assert found(session, keyword=text) == by_reading(session, text)


def test_the_same_is_found_where_a_few_are_read_at_once(
    session: Session, books: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in large books: past the first look, month by month, a part of what is common."""
    for number in range(12):
        one = make_customer(session, f"K-{number:02}")
        post(session, one, "invoice", f"OF-{number}", f"20{10 + number}-03-01", "7.00")
    for name, few in (("_LOOK", 2), ("_LONG_LOOK", 3), ("_ENOUGH", 2), ("_MONTHS", 5)):
        monkeypatch.setattr(search_terms, name, few)
    for module in (search_terms, finding):
        monkeypatch.setattr(module, "LARGEST", 4)
        monkeypatch.setattr(module, "FIRST", 1)

    for text in ("in", "43", "明远 五金", "customer", "customer of", "OF-1", "er K-", "zz"):
        wanted = by_reading(session, text)
        assert found(session, keyword=text) == wanted, text
        assert sorted(found(session, keyword=text, sort="date")) == sorted(wanted), text
        assert found(session, keyword=text, sort="date")[:1] == wanted[-1:], text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("明远", 3),
        ("43", 3),
        ("in", 3),
        ("po88", 3),
        ("PO 8", 3),
        ("冲击钻 五金", 3),
        ("STRASSE", 3),
        ("🔧🔩", 3),
        ("100%", 3),
        ("%", 0),
        ("__", 0),
        ("*", 0),
        ("\\", 0),
        ('"', 0),
        ("' OR 1=1 --", 0),
        ("near(x", 3),
        ("x OR y", 3),
        ("43\0", 3),
        ("\x1f43\x85", 3),
        ("", 0),
        ("明", 0),
        ("9" * 200, 0),
        ("明远" * 100, 0),
    ],
)
def test_what_a_text_finds(
    session: Session, books: list[Document], text: str, numbers: int
) -> None:
    if words(text):
        assert len(found(session, keyword=text)) == numbers, text
    else:
        assert search(session, text) == search(session, "")


def test_pages_lead_through_every_document_and_back(
    session: Session, books: list[Document]
) -> None:
    for sort in ("-date", "date", "-amount", "amount", "number", "-number"):
        for keyword in ("", "Customer"):
            asked = DocumentSearch(sort=sort, keyword=keyword)
            everything = finding.find(session, asked, limit=500)
            assert len(everything) == len(books)
            pages = [finding.page(session, asked, size=7)]
            assert pages[0].total == len(books)
            while pages[-1].has_next:
                pages.append(finding.page(session, asked, after=pages[-1].ids[-1], size=7))
            assert [one for page in pages for one in page.ids] == everything
            back = finding.page(session, asked, before=pages[2].ids[0], size=7)
            assert back.ids == pages[1].ids
            assert (back.has_previous, back.has_next) == (True, True)
            first = finding.page(session, asked, before=pages[1].ids[0], size=7)
            assert first.ids == pages[0].ids
            assert not first.has_previous


@pytest.mark.parametrize("sample", [1, 10**6], ids=["along", "gathered"])
@pytest.mark.parametrize("stretch", [3, 10**6], ids=["given-up", "whole"])
@pytest.mark.parametrize("kinds", [("payment",), ("invoice",), ("invoice", "payment"), ()])
def test_the_order_of_amounts_is_the_plain_one_whichever_way_is_gone(
    session: Session,
    books: list[Document],
    monkeypatch: pytest.MonkeyPatch,
    kinds: tuple[str, ...],
    stretch: int,
    sample: int,
) -> None:
    """What takes a document back has its kind and the other sign."""
    for document in books[::5]:
        reversing.reverse(session, document, reason="wrong", by=BY, at=AT)
    monkeypatch.setattr(finding, "FIRST", 2)
    monkeypatch.setattr(finding, "_STRETCH", stretch)
    monkeypatch.setattr(finding, "_SAMPLE", sample)
    monkeypatch.setattr(finding, "LARGEST", 3 if sample == 1 else 20_000)
    everything = list(session.scalars(select(Document)))
    customer_id = books[1].customer_id
    for sort in ("amount", "-amount"):
        asked = DocumentSearch(sort=sort, kinds=kinds, customer_id=customer_id)
        plain = sorted(
            (one for one in everything if one.customer_id == customer_id),
            key=lambda one: (one.amount_minor, one.id),
            reverse=sort == "-amount",
        )
        wanted = [one.id for one in plain if not kinds or one.kind in kinds]

        assert finding.find(session, asked, limit=500) == wanted
        assert finding.find(session, asked, limit=4) == wanted[:4]
        assert [one for some in finding.everything(session, asked) for one in some] == wanted
        pages = [finding.page(session, asked, size=4)]
        while pages[-1].has_next:
            pages.append(finding.page(session, asked, after=pages[-1].ids[-1], size=4))
        assert [one for page in pages for one in page.ids] == wanted


def test_amounts_are_found_by_range_whatever_their_sign(
    session: Session, books: list[Document]
) -> None:
    asked = {"least": Decimal(14), "most": Decimal(15)}

    assert set(found(session, **asked)) == {"N-4", "N-5"}
    assert found(session, **asked, kinds=("payment",)) == ["N-4"]
    assert found(session, **asked, period=Period.year(2020)) == []
    assert found(session, least=Decimal(14), keyword="N-5", sort="amount") == ["N-5"]


def test_part_paid_is_open_but_not_whole(session: Session, books: list[Document]) -> None:
    debit = next(one for one in books if one.number == "N-9")
    credit = next(
        one for one in books if one.kind == "payment" and one.account_id == debit.account_id
    )
    settle(session, debit, credit, "3.00")

    assert set(found(session, status="part_paid")) == {debit.number, credit.number}
    assert debit.number in found(session, status="open")
    assert debit.number in found(session, status="overdue")


@pytest.mark.parametrize("few", [0, 1, 2000])
@pytest.mark.parametrize("status", ["", "open", "overdue", "part_paid", "settled"])
@pytest.mark.parametrize(
    "of",
    [
        {},
        {"least": Decimal(12)},
        {"most": Decimal(30), "period": Period.year(2025)},
        {"keyword": "inv"},
    ],
)
def test_few_that_have_a_status_are_those_that_have_it(
    session: Session,
    books: list[Document],
    few: int,
    status: str,
    of: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    debit = next(one for one in books if one.number == "N-9")
    credit = next(
        one for one in books if one.kind == "payment" and one.account_id == debit.account_id
    )
    settle(session, debit, credit, "3.00")
    monkeypatch.setattr(finding, "_FEW", few)
    monkeypatch.setattr(finding, "_FAR", 0)
    for customer in {one.customer_id for one in books}:
        asked = DocumentSearch(today=TODAY, status=status, customer_id=customer, **of)  # type: ignore[arg-type]
        plainly = [one.id for one in session.scalars(queries.documents(asked))]
        assert finding.find(session, asked, limit=500) == plainly
        assert finding.find(session, asked, limit=2) == plainly[:2]


def test_sums_of_all_are_those_of_the_rows(session: Session, books: list[Document]) -> None:
    asked = DocumentSearch(keyword="repair")
    ids = finding.find(session, asked, limit=100)

    [one] = finding.sums_of_all(session, asked)
    assert [one] == finding.sums(session, ids)
    assert one.documents == 3


def test_a_document_is_found_by_what_its_products_were_called(
    session: Session, account: CustomerAccount
) -> None:
    product = add_product(session, ProductInput("DR-18", "冲击钻"), by=BY)
    line = LineInput(Money.of("5.00", "CNY"), product_id=product.id)
    post(session, account, "invoice", "P-1", "2026-06-01", "5.00", lines=(line,))
    product.name = "Drill"
    session.flush()

    assert found(session, keyword="冲击") == ["P-1"]
    assert [hit.code for hit in search(session, "drill").products] == ["DR-18"]


def test_a_word_that_names_many_customers_finds_the_documents_of_all(
    session: Session, books: list[Document]
) -> None:
    for number in range(12):
        one = make_customer(session, f"K-{number:02}")
        post(session, one, "invoice", f"OF-{number}", f"20{10 + number}-03-01", "7.00")
    named = [f"OF-{number}" for number in reversed(range(12))]

    assert found(session, keyword="K-") == []
    assert found(session, keyword="er K-") == named
    assert found(session, keyword="customer k-0 of-") == named[2:]
    assert found(session, keyword="er K-", sort="date") == named[::-1]
    assert found(session, keyword="er K-", period=Period.year(2012)) == ["OF-2"]


def test_sales_find_nothing_of_customers_they_do_not_see(
    session: Session, books: list[Document], account: CustomerAccount
) -> None:
    seller, nobody = (make_staff(session, "sales", name=name) for name in ("Lin Jie", "Xu An"))
    session.get_one(Customer, account.customer_id).owner_id = seller.id
    session.flush()

    theirs = {one.number for one in books if one.customer_id == account.customer_id}
    assert set(found(session, keyword="Customer", owner_id=seller.id)) == theirs
    assert found(session, keyword="Customer", owner_id=nobody.id) == []
    assert found(session, owner_id=nobody.id) == []


def test_made_anew_the_index_finds_the_same(session: Session, books: list[Document]) -> None:
    before = {text: found(session, keyword=text) for text in WRITTEN}
    kept = dict(session.execute(select(DocumentText.document_id, DocumentText.text)).all())

    search_index.clear(session)
    assert found(session, keyword="明远") == []
    assert search_index.index_more(session)[-1] == max(kept)
    search_index.index_all(session)

    assert dict(session.execute(select(DocumentText.document_id, DocumentText.text)).all()) == kept
    assert {text: found(session, keyword=text) for text in WRITTEN} == before


def test_what_differs_only_in_how_it_is_written_is_the_same() -> None:
    assert plain("ＩＮＶ－２０２６／０６１１") == plain("inv 2026_0611") == "inv20260611"
    assert plain("Straße") == plain("STRASSE")
    assert [word.plain for word in words("a  b cd e")] == ["ab", "cde"]
    assert words(" \t%-_' ") == []
