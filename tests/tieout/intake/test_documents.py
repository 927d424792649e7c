"""Sales files on their way into the books: what is posted, what is not, and why."""

from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import AT, BY, OTHER, make_company, make_customer
from tests.support.imports import post, rows, sentences, states, submit, upload
from tieout import audit, db, settings
from tieout.audit.models import AuditEntry
from tieout.events import DocumentPosted
from tieout.identity.permissions import SamePerson
from tieout.intake import approving, correcting, forgetting, queries, undoing, uploads
from tieout.intake.approving import NothingReady, RowsInTheWay
from tieout.intake.batches import BatchChanged, BatchMovedOn
from tieout.intake.kinds import BatchKind
from tieout.intake.mapping import Mapping
from tieout.intake.models import ImportBatch
from tieout.intake.staging import FileWaiting
from tieout.ledger import locks, reversing
from tieout.ledger.models import AccountTotal, Document, DocumentLine

SALES = """Number,Date,Due date,Type,Customer code,Currency,Amount,Customer order
INV-1043,2026-06-29,2026-07-29,Invoice,M-0217,CNY,25000.00,PO-7781
CN-77,2026-06-30,,Credit note,M-0217,CNY,2000.00,
"""

LINES = """Invoice No,Invoice Date,Customer Code,Product Code,Quantity,Unit Price
INV-1,2026-06-01,M-0217,P-100,250,100
INV-1,2026-06-01,M-0217,P-200,3,0.335
INV-2,2026-06-02,M-0217,P-100,-2,100
"""


@pytest.fixture
def books(session: Session) -> Session:
    """A company that wants two people, and one customer."""
    make_company(session)
    make_customer(session)
    return session


def total(session: Session) -> int:
    """What all accounts come to."""
    return session.scalar(select(func.coalesce(func.sum(AccountTotal.balance_minor), 0))) or 0


def documents(session: Session) -> list[Document]:
    """What stands in the books."""
    return list(session.scalars(select(Document).order_by(Document.id)))


def test_a_sales_file_is_posted_at_once_by_two_people(books: Session) -> None:
    batch = upload(books, SALES)

    assert states(books, batch) == ["ready", "ready"]
    assert documents(books) == []
    post(books, batch)

    assert [(one.kind, one.number, one.amount_minor) for one in documents(books)] == [
        ("invoice", "INV-1043", 2_500_000),
        ("credit_note", "CN-77", -200_000),
    ]
    assert batch.state == "posted"
    staged = rows(books, batch)
    became = queries.documents_of(books, batch, staged)
    assert [became[row.row_no] for row in staged] == documents(books)
    assert total(books) == 2_300_000


def test_rows_of_one_number_make_one_document_with_lines(books: Session) -> None:
    batch = post(books, upload(books, LINES))

    invoice, credit = documents(books)
    # rounded once, for the document: 25,000.00 + 1.005
    assert (invoice.amount_minor, credit.kind, credit.amount_minor) == (
        2_500_101,
        "credit_note",
        -20_000,
    )
    lines = books.scalars(select(DocumentLine).where(DocumentLine.document_id == invoice.id)).all()
    assert [(line.code, line.amount_minor) for line in lines] == [
        ("P-100", 2_500_000),
        ("P-200", 101),
    ]
    assert batch.totals["posted"] == 3


def test_the_same_file_again_is_nothing_new(books: Session) -> None:
    post(books, upload(books, SALES))

    again = upload(books, SALES)

    assert states(books, again) == ["repeated", "repeated"]
    assert again.totals["read"] == again.totals["repeated"]
    assert queries.posted_before(books, again) is not None
    with pytest.raises(NothingReady):
        submit(books, again)


def test_new_rows_in_a_longer_file_are_posted_alone(books: Session) -> None:
    post(books, upload(books, SALES))

    longer = upload(books, SALES + "INV-1044,2026-06-30,,Invoice,M-0217,CNY,10.00,\n")

    assert states(books, longer) == ["repeated", "repeated", "ready"]


def test_a_number_with_other_content_is_named(books: Session) -> None:
    post(books, upload(books, SALES))

    other = upload(books, SALES.replace("25000.00", "26000.00"), name="june.csv")

    assert states(books, other) == ["refused", "repeated"]
    assert sentences(books, other)[0] == (
        "“june.csv”, row 2, column A: Invoice INV-1043 stands in the ledger already with other"
        " content: CNY 25,000.00 of 2026-06-29; handed in was CNY 26,000.00 of 2026-06-29. Correct"
        " the number, or reverse the one that is there first."
    )
    with pytest.raises(RowsInTheWay):
        submit(books, other)


def test_a_number_twice_in_one_file_is_named(books: Session) -> None:
    batch = upload(books, SALES + "INV-1043,2026-06-29,,Invoice,M-0217,CNY,1.00,\n")

    assert states(books, batch) == ["refused", "ready", "refused"]
    assert "stands in row 4 already" in sentences(books, batch)[0]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "M-0217,CNY,25",
            "M-9999,CNY,25",
            (
                "“sales.csv”, row 2, column E: There is no customer “M-9999”. Choose the customer"
                " here, or add it first and check the rows again."
            ),
        ),
        (
            "2026-06-29,2026",
            "2026-02-31,2026",
            (
                "“sales.csv”, row 2, column B: “2026-02-31”: there is no such day. Correct the"
                " date, or the order of its parts."
            ),
        ),
        (
            "25000.00",
            "about 25",
            (
                "“sales.csv”, row 2, column G: “about 25” is not a number. Write it like 1234.56,"
                " without words."
            ),
        ),
        (
            "25000.00",
            "25000.005",
            (
                "“sales.csv”, row 2, column G: 25000.005 has more decimals than CNY knows (2)."
                " Round it first."
            ),
        ),
        (
            "INV-1043,",
            ",",
            "“sales.csv”, row 2, column A: “Number” is empty. Fill it in, in the file or here.",
        ),
        (
            "2026-07-29",
            "2026-05-29",
            (
                "“sales.csv”, row 2, column C: The due date 2026-05-29 lies before the date"
                " 2026-06-29. Correct one of them."
            ),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    books: Session, old: str, new: str, sentence: str
) -> None:
    batch = upload(books, SALES.replace(old, new, 1))

    assert sentences(books, batch) == [sentence]
    with pytest.raises(RowsInTheWay):
        submit(books, batch)
    assert documents(books) == []


def test_an_amount_too_fine_is_rounded_where_the_mapping_says_so(books: Session) -> None:
    batch = upload(books, SALES.replace("25000.00", "25000.005"), rounds=True)

    post(books, batch)

    assert documents(books)[0].amount_minor == 2_500_001


def test_a_locked_day_names_the_first_open_one(books: Session) -> None:
    locks.lock(books, date(2026, 6, 30), by=BY, at=AT)

    batch = upload(books, SALES)

    assert states(books, batch) == ["refused", "refused"]
    assert "The first open day is 2026-07-01" in sentences(books, batch)[0]


def test_a_row_is_corrected_by_hand_and_the_file_stays(books: Session) -> None:
    batch = upload(books, SALES.replace("2026-06-29,2026", "2026-02-31,2026"))

    correcting.correct(books, batch, 2, {"date": "2026-06-29"}, by=BY)

    assert states(books, batch) == ["ready", "ready"]
    row = rows(books, batch)[0]
    assert (row.raw[1], row.corrected_by) == ("2026-02-31", "Chen Li")
    post(books, batch)
    assert str(documents(books)[0].issued_on) == "2026-06-29"
    again = upload(books, SALES.replace("2026-06-29,2026", "2026-02-31,2026"))
    assert states(books, again) == ["repeated", "repeated"]


def test_all_rows_of_an_unknown_customer_are_decided_at_once(books: Session) -> None:
    make_customer(books, "M-0300")
    text = SALES.replace("M-0217", "Brightwater")
    batch = upload(books, text)
    assert states(books, batch) == ["decision", "decision"]

    count = correcting.assign_by_text(books, batch, "Brightwater", "M-0300", keep_name=True, by=BY)

    assert count == 2
    assert states(books, batch) == ["ready", "ready"]
    other = upload(books, text.replace("1043", "1044").replace("CN-77", "CN-78"))
    assert states(books, other) == ["ready", "ready"]


def test_rows_are_left_out_on_purpose_and_the_counts_tie(books: Session) -> None:
    batch = upload(books, SALES.replace("2000.00", "nothing") + "Total,,,,,,25000.00,\n")

    assert correcting.leave_out_problems(books, batch, by=BY) == 1
    post(books, batch)

    counts = batch.totals
    assert counts["read"] == 3 == counts["posted"] + counts["left_out"]
    assert [one.number for one in documents(books)] == ["INV-1043"]


def test_one_bad_line_keeps_its_whole_document_out(books: Session) -> None:
    batch = upload(books, LINES.replace("3,0.335", "three,0.335"))

    assert states(books, batch) == ["refused", "refused", "ready"]
    assert "Row 3 of the same document" in sentences(books, batch)[0]


def test_whoever_prepared_may_not_approve(books: Session) -> None:
    batch = upload(books, SALES)
    submit(books, batch)

    with pytest.raises(SamePerson):
        approving.approve(books, batch, digest=batch.content_digest or "", by=BY, at=AT)
    assert not approving.may_approve(books, batch, BY)
    assert approving.may_approve(books, batch, OTHER)


def test_one_person_is_enough_where_the_company_says_so(session: Session) -> None:
    make_company(session, two_people=())
    make_customer(session)
    batch = upload(session, SALES)
    submit(session, batch)

    approving.approve(session, batch, digest=batch.content_digest or "", by=BY, at=AT)

    assert not settings.needs_two_people(session, "import")
    assert len(documents(session)) == 2


def test_approval_is_bound_to_what_was_looked_at(books: Session) -> None:
    batch = upload(books, SALES)
    submit(books, batch)
    digest = batch.content_digest or ""
    correcting.correct(books, batch, 2, {"amount": "26000.00"}, by=BY)
    submit(books, batch)

    with pytest.raises(BatchChanged):
        approving.approve(books, batch, digest=digest, by=OTHER, at=AT)


def test_what_was_sent_back_says_why(books: Session) -> None:
    batch = upload(books, SALES)
    submit(books, batch)

    approving.send_back(books, batch, note="The due dates are missing.", by=OTHER)

    assert batch.state == "staged"
    assert batch.totals["sent_back"]["note"] == "The due dates are missing."


def test_an_import_is_undone_by_reversal_and_may_come_again(books: Session) -> None:
    batch = post(books, upload(books, SALES))

    undoing.undo(books, batch, reason="Wrong month", by=OTHER, at=AT)

    assert batch.state == "undone"
    assert total(books) == 0
    assert len(documents(books)) == 4
    again = upload(books, SALES)
    assert states(books, again) == ["ready", "ready"]
    post(books, again)
    assert total(books) == 2_300_000


def test_a_file_that_is_waiting_is_not_taken_twice(books: Session) -> None:
    upload(books, SALES)

    with pytest.raises(FileWaiting):
        upload(books, SALES)


def test_an_account_in_a_new_currency_is_opened_when_it_is_posted(books: Session) -> None:
    batch = post(books, upload(books, SALES.replace("CNY", "EUR")))

    assert {one.currency for one in documents(books)} == {"EUR"}
    assert batch.totals["opens"]


def test_a_missing_column_waits_for_a_person(books: Session) -> None:
    text = "Customer code,Whatever,Sum of it\nM-0217,x,1.00\n"

    batch = upload(books, text)

    assert (batch.state, batch.totals) == ("uploaded", {"read": 1})


def test_the_mapping_is_remembered_for_the_same_headings(books: Session) -> None:
    upload(books, SALES, rounds=True)

    other = upload(books, SALES.replace("1043", "1050"), name="july.csv")

    assert Mapping.from_json(other.mapping).rounds


def test_a_kind_of_its_own_word_is_explained_in_the_mapping(books: Session) -> None:
    text = SALES.replace("Credit note", "ZZ")
    batch = upload(books, text)
    assert states(books, batch) == ["ready", "refused"]

    other = upload(books, text.replace("77", "78"), meanings=(("ZZ", "credit_note"),))

    assert states(books, other) == ["ready", "ready"]


def test_their_ledger_is_never_posted(books: Session) -> None:
    from tieout.intake import posting

    batch = ImportBatch(kind="their_ledger")
    with pytest.raises(posting.NotForTheBooks):
        posting.post(books, batch, digest="", by=OTHER, at=AT)


def test_what_was_approved_is_not_approved_again(books: Session) -> None:
    batch = upload(books, SALES)
    submit(books, batch)
    digest = batch.content_digest or ""
    approving.approve(books, batch, digest=digest, by=OTHER, at=AT)

    with pytest.raises(BatchMovedOn):
        approving.approve(books, batch, digest=digest, by=OTHER, at=AT)
    assert len(documents(books)) == 2


def test_what_moved_on_meanwhile_is_not_posted_as_it_was(books: Session) -> None:
    batch = upload(books, SALES)
    submit(books, batch)
    locks.lock(books, date(2026, 6, 29), by=BY, at=AT)

    with pytest.raises(BatchChanged):
        approving.approve(books, batch, digest=batch.content_digest or "", by=OTHER, at=AT)

    assert documents(books) == []


def test_a_file_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_ROWS", 2)

    with pytest.raises(uploads.TooManyRows) as refused:
        uploads.inspect(SALES.encode(), "sales.csv", BatchKind.DOCUMENTS)

    assert str(refused.value) == (
        "“sales.csv” has more than 2 rows. Split it by period or customer and hand in the parts."
    )


def test_a_reversed_document_may_come_again(books: Session) -> None:
    post(books, upload(books, SALES))
    first = documents(books)[0]
    reversing.reverse(books, first, by=BY, at=AT)
    forgetting.when_reversed(books, DocumentPosted(documents(books)[-1].id))

    again = upload(books, SALES)

    assert states(books, again) == ["ready", "repeated"]


def test_every_change_of_an_import_stands_in_the_trail(database: Engine) -> None:
    with db.transaction() as session:
        make_company(session)
        make_customer(session)
        batch = upload(session, SALES)
        post(session, batch)

    with db.reading() as session:
        actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
        assert audit.verify(session) == []
    assert actions.count("documents.posted") == 1
    assert [one for one in actions if one.startswith("import.")] == [
        "import.uploaded",
        "import.submitted",
        "import.posted",
    ]
