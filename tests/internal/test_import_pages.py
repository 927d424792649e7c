"""A file on the workbench: handed in, its columns looked at, put right, approved by another."""

import re
from collections import Counter
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from internal import imports_files
from internal.imports_files import cause_and_remedy
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.identity.permissions import Role
from tieout.intake.controls import Control
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch
from tieout.intake.templates import KINDS, template
from tieout.intake.uploads import inspect
from tieout.ledger.models import Document

SALES = (
    "Number,Date,Type,Customer code,Amount\n"
    "N-1,2026-06-01,Invoice,M-0217,100.00\n"
    "N-2,2026-06-31,Invoice,M-0217,200.00\n"
    "N-3,2026-06-03,XQ,M-0217,50.00\n"
    "N-4,2026-06-04,Invoice,Brightwater,75.00\n"
    "N-5,2026-06-05,Invoice,Brightwater,25.00\n"
    "Total,,,,450.00\n"
)


@pytest.fixture
def accountant(world: World) -> Visitor:
    """Somebody who prepares."""
    return world.staff(Role.ACCOUNTANT)


#: A mapping form as a browser sends it.
AS_FOUND = {
    "header_row": "1",
    "encoding": "",
    "currency": "CNY",
    "document_kind": "",
    "customer_code": "",
    "mark": "",
    "order": "",
}


def hand_in(person: Visitor, text: str = SALES, kind: str = "documents", name: str = "") -> str:
    """Hand a file in; the address of its import is returned."""
    answer = sent(person, text.encode(), kind, name or "june.csv")
    assert answer.status_code == 303, words_of(answer.text)
    assert answer.location.endswith("/mapping")
    return answer.location.removesuffix("/mapping")


def sent(person: Visitor, content: bytes, kind: str, name: str) -> TestResponse:
    """The answer to a file that is handed in."""
    return person.send(
        "/desk/imports/new",
        {"kind": kind, "file": (BytesIO(content), name)},
        page="/desk/imports/new",
        content_type="multipart/form-data",
    )


def posted() -> int:
    """How many documents stand in the books."""
    with db.reading() as session:
        return session.scalar(select(func.count(Document.id))) or 0


def rows_by_state(person: Visitor, address: str) -> dict[str, int]:
    """How many rows are called what, on the page of the rows."""
    found = re.findall(
        r'class="to-state [^"]*">.*?<span>([^<]+)</span>', person.open(f"{address}/rows").text
    )
    return dict(Counter(found))


def digest_of(address: str) -> str:
    """What somebody who looks at the page approves."""
    with db.reading() as session:
        batch = session.get_one(ImportBatch, int(address.rpartition("/")[2]))
        return batch.content_digest or ""


def test_the_columns_are_shown_with_what_they_say(accountant: Visitor) -> None:
    address = hand_in(accountant)

    page = accountant.open(f"{address}/mapping")

    words = words_of(page.text)
    assert "Columns of june.csv" in words
    assert '<option value="customer_code" selected>' in page.text
    assert "N-1 · N-2 · N-3" in words


def test_a_file_goes_the_whole_way_into_the_books(world: World, accountant: Visitor) -> None:
    before = posted()
    address = hand_in(accountant)
    page = words_of(accountant.open(address).text)
    assert "4 rows stand in the way" in page
    assert "1 + 2 + 2 + 1 = 6" in page
    assert "“june.csv”, row 3, column B: “2026-06-31”: there is no such day." in page

    # what XQ means is said once, in the mapping
    mapping = f"{address}/mapping"
    answer = accountant.send(mapping, {**AS_FOUND, "meaning-0": "credit_note"}, page=mapping)
    assert answer.status_code == 303
    # whose Brightwater's rows are is said once, for both
    answer = accountant.send(
        f"{address}/assign",
        {"text": "Brightwater", "customer": "M-0300", "keep_name": "y"},
        page=address,
    )
    assert answer.status_code == 303, words_of(answer.text)
    # and the day is corrected
    row = f"{address}/rows/3"
    assert "there is no such day" in words_of(accountant.open(row).text)
    answer = accountant.send(row, {"field-date": "2026-06-30"}, page=row)
    assert answer.status_code == 303, words_of(answer.text)

    page = words_of(accountant.open(address).text)
    assert "Submit 5 rows" in page
    assert "5 + 1 = 6" in page
    digest = digest_of(address)
    answer = accountant.send(f"{address}/submit", {"digest": digest}, page=address)
    assert answer.status_code == 303, words_of(answer.text)
    assert "Waits for a second person" in words_of(accountant.open(address).text)
    assert posted() == before

    approver = world.staff(Role.APPROVER)
    assert "Approve and post 5 rows" in words_of(approver.open(address).text)
    answer = approver.send(f"{address}/approve", {"digest": digest}, page=address)
    assert answer.status_code == 303, words_of(answer.text)
    assert "5 documents are posted" in words_of(approver.open(address).text)
    assert posted() == before + 5
    assert "N-3" in words_of(approver.open(f"{address}/rows?state=posted").text)

    assert rows_by_state(approver, address) == {"Posted": 5, "Left out": 1}

    answer = approver.send(f"{address}/undo", {"reason": "Wrong month"}, page=address)
    assert answer.status_code == 303, words_of(answer.text)
    assert posted() == before + 10
    assert rows_by_state(approver, address) == {"Reversed": 5, "Left out": 1}
    assert "N-3" in words_of(approver.open(f"{address}/rows?state=posted").text)


def test_rows_of_a_discarded_import_are_ready_no_more(accountant: Visitor) -> None:
    address = hand_in(accountant)
    assert rows_by_state(accountant, address)["Ready to post"] == 1

    answer = accountant.send(f"{address}/discard", {}, page=address)
    assert answer.status_code == 303, words_of(answer.text)

    assert rows_by_state(accountant, address) == {
        "Discarded": 1,
        "Discarded undecided": 2,
        "Cannot be taken": 2,
        "Left out": 1,
    }
    page = words_of(accountant.open(address).text)
    assert "Ready to post" not in page
    assert "To be decided" not in page


def test_who_prepared_does_not_approve(world: World) -> None:
    approver = world.staff(Role.APPROVER)
    address = hand_in(approver, SALES.split("N-2")[0])
    digest = digest_of(address)
    approver.send(f"{address}/submit", {"digest": digest}, page=address)

    answer = approver.send(f"{address}/approve", {"digest": digest}, page=address)

    assert answer.status_code == 403
    assert "somebody else has to approve it" in words_of(answer.text)


def test_a_submitted_import_is_sent_back_with_a_reason(world: World, accountant: Visitor) -> None:
    address = hand_in(accountant, SALES.split("N-2")[0])
    accountant.send(f"{address}/submit", {"digest": digest_of(address)}, page=address)
    approver = world.staff(Role.APPROVER)

    refused = approver.send(f"{address}/send-back", {"note": ""}, page=address)
    answer = approver.send(f"{address}/send-back", {"note": "May is missing."}, page=address)

    assert refused.status_code == 400
    assert "Say why it is sent back" in words_of(refused.text)
    assert answer.status_code == 303
    assert "May is missing." in words_of(accountant.open(address).text)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "empty.csv", "“empty.csv” is empty."),
        (b"Number,Date,Amount\n", "june.csv", "“june.csv” has no rows below its headings."),
        (b"%PDF-1.7 x", "june.pdf", "“june.pdf” is a PDF;"),
        (b"\x89PNG\r\n", "june.png", "“june.png” is a picture."),
        (b"PK\x03\x04broken", "june.xlsx", "“june.xlsx” is damaged or cut off."),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(
    accountant: Visitor, content: bytes, name: str, sentence: str
) -> None:
    answer = sent(accountant, content, "documents", name)

    assert answer.status_code == 400
    assert sentence in words_of(answer.text)


def test_what_cannot_be_read_is_said_in_chinese_too(world: World) -> None:
    answer = sent(world.staff(Role.ACCOUNTANT, "zh"), b"", "documents", "空.csv")

    assert "“空.csv”" in answer.text
    assert "is empty" not in answer.text


def test_a_missing_column_waits_to_be_named(accountant: Visitor) -> None:
    text = "Customer code,Remark,Amount,When\nM-0217,N-9,5.00,2026-06-09\n"
    address = hand_in(accountant, text)
    mapping = f"{address}/mapping"
    assert "No column is said to be" in words_of(accountant.open(mapping).text)

    answer = accountant.send(
        mapping,
        {
            **AS_FOUND,
            "column-0": "customer_code",
            "column-1": "number",
            "column-2": "amount",
            "column-3": "date",
        },
        page=mapping,
    )

    assert answer.status_code == 303, words_of(answer.text)
    assert "Submit 1 row" in words_of(accountant.open(address).text)


def test_two_columns_cannot_say_the_same(accountant: Visitor) -> None:
    address = hand_in(accountant)
    mapping = f"{address}/mapping"

    answer = accountant.send(
        mapping, {**AS_FOUND, "column-0": "number", "column-1": "number"}, page=mapping
    )

    assert answer.status_code == 400
    assert "Columns A and B are both said to be “Number”" in words_of(answer.text)


def test_rows_are_ticked_and_left_out_and_taken_back(accountant: Visitor) -> None:
    address = hand_in(accountant)
    rows = f"{address}/rows"

    accountant.send(rows, {"row": "3", "act": "leave_out"}, page=rows)
    assert "Left out by Chen Accountant" in words_of(accountant.open(f"{rows}?state=left_out").text)
    accountant.send(rows, {"row": "3", "act": "take_back"}, page=rows)

    assert "Left out by" not in words_of(accountant.open(f"{rows}?state=left_out").text)


def test_rows_not_taken_are_handed_out_with_their_reasons(accountant: Visitor) -> None:
    address = hand_in(accountant)

    content = accountant.open(f"{address}/refused.xlsx").data

    sheet = load_workbook(BytesIO(content)).worksheets[0]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert lines[0][:5] == ["Number", "Date", "Type", "Customer code", "Amount"]
    assert lines[1][0] == "N-2"
    assert lines[0][5:] == ["Import", "Row of the file", "What is wrong", "How to put it right"]
    assert lines[1][6] == 3
    assert "Column B: “2026-06-31”: there is no such day." in str(lines[1][7])
    assert "Correct the date" in str(lines[1][8])
    assert len(lines) == 5


def test_many_rows_not_taken_are_written_as_few_are(
    accountant: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = hand_in(accountant)
    few = handed_out(accountant, address).worksheets[0]

    monkeypatch.setattr(imports_files, "LONG", 2)
    many = handed_out(accountant, address).worksheets[0]

    assert many.title == few.title
    assert list(many.values) == list(few.values)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_can_be_handed_in_as_it_is(world: World, kind: BatchKind, language: str) -> None:
    person = world.staff(Role.ACCOUNTANT, language)

    content = person.open(f"/desk/imports/templates/{kind}").data

    inspected = inspect(content, "template.xlsx", kind)
    assert inspected.missing is None
    assert len(inspected.rows) == 1
    said = {column.field for column in inspected.mapping.columns}
    assert said == {field.name for field in template(kind).fields}


def test_the_same_file_twice_is_refused_while_it_waits(accountant: Visitor) -> None:
    hand_in(accountant)

    answer = sent(accountant, SALES.encode(), "documents", "june.csv")

    assert answer.status_code == 409
    assert "was handed in already" in words_of(answer.text)


def test_the_list_shows_where_each_file_stands(accountant: Visitor) -> None:
    hand_in(accountant)

    words = words_of(accountant.open("/desk/imports").text)

    assert "june.csv" in words
    assert "In preparation" in words


def handed_out(person: Visitor, address: str) -> Workbook:
    """The workbook of the rows that were not taken."""
    return load_workbook(BytesIO(person.open(f"{address}/refused.xlsx").data))


def as_file(book: Workbook) -> bytes:
    """The workbook as it is saved."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_corrected_rows_come_back_to_their_places(accountant: Visitor) -> None:
    address = hand_in(accountant)
    book = handed_out(accountant, address)
    sheet = book.worksheets[0]
    corrections = {"N-2": ("B", "2026-06-30"), "N-3": ("C", "Credit note"), "N-4": ("D", "M-0300")}
    for row in sheet.iter_rows(min_row=2):
        if (change := corrections.get(str(row[0].value))) is not None:
            sheet[f"{change[0]}{row[0].row}"] = change[1]

    answer = sent(accountant, as_file(book), "customers", "june not taken.xlsx")

    assert answer.status_code == 303, words_of(answer.text)
    assert answer.location.endswith(address)
    page = words_of(accountant.open(address).text)
    assert "3 corrected rows are back in their places. 1 is as it was." in page
    assert "4 + 1 + 1 = 6" in page
    assert "“Brightwater”" in page
    # the same workbook once more says that there is nothing new in it
    again = sent(accountant, as_file(book), "documents", "june not taken.xlsx")
    assert again.status_code == 400
    assert "just as they were handed out" in words_of(again.text)


def test_corrected_rows_of_an_import_that_is_done_are_a_new_one(accountant: Visitor) -> None:
    address = hand_in(accountant)
    book = handed_out(accountant, address)
    book.worksheets[0]["B2"] = "2026-06-30"
    accountant.send(f"{address}/discard", {}, page=address)

    answer = sent(accountant, as_file(book), "documents", "june not taken.xlsx")

    assert answer.status_code == 303, words_of(answer.text)
    fresh = answer.location.removesuffix("/mapping")
    assert fresh != address
    with db.reading() as session:
        batch = session.get_one(ImportBatch, int(fresh.rpartition("/")[2]))
        fields = [column["field"] for column in batch.mapping["columns"]]
    assert fields == ["number", "date", "kind", "customer_code", "amount"]
    assert batch.totals["read"] == 4
    assert batch.totals["ready"] == 1


def test_a_full_stop_within_a_name_ends_no_sentence() -> None:
    words = "There is no customer “Brightwater Co. Ltd. ”. Choose the customer here."

    assert cause_and_remedy(words) == (
        "There is no customer “Brightwater Co. Ltd. ”.",
        "Choose the customer here.",
    )
    assert cause_and_remedy("没有“甲. 乙”这个客户。请选择客户。") == (
        "没有“甲. 乙”这个客户。",
        "请选择客户。",
    )


def test_all_rows_of_one_name_are_decided_on_their_page(accountant: Visitor) -> None:
    address = hand_in(accountant)
    problem = f"{address}/problems/customer_unknown"
    page = accountant.open(f"{problem}?about=Brightwater")
    assert "2 rows, CNY 100.00" in words_of(page.text)

    with db.reading() as session:
        seen = session.get_one(ImportBatch, int(address.rpartition("/")[2])).version
    nobody = accountant.send(
        f"{problem}/assign", {"about": "Brightwater", "seen": str(seen)}, page=address
    )
    answer = accountant.send(
        f"{problem}/assign",
        {"about": "Brightwater", "seen": str(seen), "customer": "M-0300"},
        page=address,
    )

    assert nobody.status_code == 400
    assert "Choose one of the customers" in words_of(nobody.text)
    assert answer.status_code == 303, words_of(answer.text)
    assert "2 rows have a customer" in words_of(accountant.open(address).text)
    late = accountant.send(
        f"{problem}/leave_out", {"about": "Brightwater", "seen": str(seen)}, page=address
    )
    assert late.status_code == 409
    assert "No row has this problem" in words_of(
        accountant.open(f"{problem}?about=Brightwater").text
    )


def test_rows_without_a_customer_go_to_clearing_by_one_press(accountant: Visitor) -> None:
    address = hand_in(accountant, "Number,Date,Customer,Amount\nN-1,2026-06-01,,5.00\n")
    problem = f"{address}/problems/customer_missing"
    assert "Send 1 row, CNY 5.00 to clearing" in words_of(accountant.open(problem).text)

    with db.reading() as session:
        seen = session.get_one(ImportBatch, int(address.rpartition("/")[2])).version
    answer = accountant.send(f"{problem}/clear", {"seen": str(seen), "remember": "y"}, page=problem)

    assert answer.status_code == 303, words_of(answer.text)
    assert "Submit 1 row" in words_of(accountant.open(address).text)
    other = hand_in(accountant, "Number,Date,Customer,Amount\nN-2,2026-06-02,,6.00\n", name="2.csv")
    assert "Submit 1 row" in words_of(accountant.open(other).text)


def test_a_file_that_does_not_tie_is_taken_with_a_name(accountant: Visitor) -> None:
    address = hand_in(accountant, "Number,Date,Customer code,Amount\nN-1,2026-06-01,M-0217,5.00\n")
    control = Control("total", "Total", "CNY", Decimal("6.00"), Decimal("5.00"), row=3)
    with db.transaction() as session:
        batch = session.get_one(ImportBatch, int(address.rpartition("/")[2]))
        batch.reading = {**batch.reading, "controls": [control.to_json()]}
    page = accountant.open(address).text
    assert "the file says 6.00 CNY, its rows come to 5.00 CNY" in words_of(page)
    assert "Submit 1 row" not in words_of(page)
    said = page.partition('name="said" value="')[2].partition('"')[0]

    answer = accountant.send(
        f"{address}/take-file",
        {"check": "control_totals", "said": said, "note": "One row was void."},
        page=address,
    )

    assert answer.status_code == 303, words_of(answer.text)
    words = words_of(accountant.open(address).text)
    assert "Taken as it is by Chen Accountant" in words
    assert "Submit 1 row" in words


def test_customers_nobody_knows_are_handed_in_as_a_list(world: World, accountant: Visitor) -> None:
    text = (
        "Number,Date,Customer code,Customer,Amount\n"
        "N-1,2026-06-01,C-901,Northern Lights,5.00\n"
        "N-2,2026-06-01,C-902,Harbour Cafe,6.00\n"
        "N-3,2026-06-02,C-901,Northern Lights,7.00\n"
    )
    address = hand_in(accountant, text)
    assert "Several customers of this file are not in the books." in words_of(
        accountant.open(address).text
    )
    content = accountant.open(f"{address}/newcomers.xlsx").data

    answer = sent(accountant, content, "customers", "customers.xlsx")

    added = answer.location.removesuffix("/mapping")
    accountant.send(f"{added}/submit", {"digest": digest_of(added)}, page=added)
    world.staff(Role.APPROVER).send(f"{added}/approve", {"digest": digest_of(added)}, page=added)
    accountant.send(f"{address}/again", {}, page=address)
    assert "Submit 3 rows" in words_of(accountant.open(address).text)


def test_corrected_rows_come_back_in_chinese_too(world: World) -> None:
    person = world.staff(Role.ACCOUNTANT, "zh")
    address = hand_in(person)
    book = handed_out(person, address)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][5:] == ["导入编号", "文件行号", "问题", "如何更正"]
    sheet["B2"] = "2026-06-30"

    answer = sent(person, as_file(book), "documents", "未导入.xlsx")

    assert answer.location.endswith(address)
    assert "1 行更正已回到原位" in words_of(person.open(address).text)


def test_text_in_the_workbook_stays_text(accountant: Visitor) -> None:
    text = "Number,Date,Customer code,Amount\n0007,2026-06-31,=1+1,5.00\n"
    address = hand_in(accountant, text + "0008,2026-06-30,M-0217,5.00\n")

    sheet = handed_out(accountant, address).worksheets[0]

    [number, _, customer, *_] = sheet[2]
    assert (number.value, number.data_type) == ("0007", "s")
    assert (customer.value, customer.data_type) == ("=1+1", "s")


def test_days_that_cannot_be_read_are_given_at_once(accountant: Visitor) -> None:
    address = hand_in(accountant)
    problem = f"{address}/problems/readable"
    page = accountant.open(f"{problem}?about=date")
    assert "Cells that cannot be read “Date”" in words_of(page.text)
    with db.reading() as session:
        seen = session.get_one(ImportBatch, int(address.rpartition("/")[2])).version

    given = {"about": "date", "seen": str(seen), "day": "2026-06-30"}
    answer = accountant.send(f"{problem}/day", given, page=address)

    assert answer.status_code == 303, words_of(answer.text)
    assert "1 row has its date." in words_of(accountant.open(address).text)
