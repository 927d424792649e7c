"""PDFs: our own figures in our own fonts, and nothing from anywhere else."""

import io
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tieout.money import Money
from tieout.rendering import lettering
from tieout.rendering.pdf import NotRendered, pdf_of
from tieout.rendering.tables import (
    Carried,
    Column,
    Kind,
    Row,
    Style,
    SumsDiffer,
    TableDefinition,
)
from tieout.rendering.translation import reading

FACES = (
    f'@font-face {{ font-family: R; src: url("{lettering.FONTS}/NotoSansSC-Regular.ttf"); }}'
    f'@font-face {{ font-family: F; src: url("{lettering.FONTS}/NotoSansSC-Regular.ttf"); }}'
    "title { font-family: R, F; } body { font-family: R, F; }"
    "@page { size: a4 portrait; margin: 15mm; }"
)


def page(body: str, style: str = "") -> str:
    """A page in our fonts."""
    head = f"<title>A</title><style>{FACES}{style}</style>"
    return f"<html><head>{head}</head><body>{body}</body></html>"


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages]


def rows(count: int) -> TableDefinition:
    """A table of so many ones, with a running balance."""
    return TableDefinition(
        name="Lines",
        columns=(
            Column("number", "Document", width=40),
            Column("amount", "Amount", Kind.MONEY, width=20, carried=Carried.SUM),
            Column("balance", "Balance", Kind.MONEY, width=20, carried=Carried.LAST),
        ),
        rows=[
            Row((f"INV-{no:04}", Money(100, "CNY"), Money(no * 100, "CNY")))
            for no in range(1, count + 1)
        ],
        totals={"amount": Money(count * 100, "CNY")},
    )


def table(definition: TableDefinition) -> bytes:
    """A page with nothing but a table."""
    body = '<ledgerrows key="it" title="Every line"></ledgerrows>'
    return pdf_of(page(body), {"it": definition})


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that writes down what it is asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    running = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}", asked
    running.shutdown()
    thread.join()
    running.server_close()


def test_what_is_elsewhere_is_never_fetched(server: tuple[str, list[str]]) -> None:
    address, asked = server
    asking = [
        page(f'<img src="{address}/picture.png">'),
        page("x", f'@font-face {{ font-family: X; src: url("{address}/font.ttf"); }}'),
        page(f'<p style="background-image: url({address}/paper.png)">x</p>'),
    ]
    for asks in asking:
        with pytest.raises(NotRendered):
            pdf_of(asks, {})
    # after other rules an import counts for nothing, so nothing has to be refused
    pdf_of(page("x", f'@import url("{address}/style.css");'), {})

    assert asked == []


@pytest.mark.parametrize("address", ["{path}", "file://{path}", "../../../../../../../..{path}"])
def test_files_beside_our_fonts_are_never_read(tmp_path: Path, address: str) -> None:
    secret = tmp_path / "secret.png"
    shutil.copy(Path(__file__).parents[3] / "LICENSE", secret)

    with pytest.raises(NotRendered):
        pdf_of(page(f'<img src="{address.format(path=secret)}">'), {})


def test_a_character_without_a_glyph_is_an_error_that_names_it() -> None:
    definition = TableDefinition("T", (Column("a", "A"),), (Row(("Shop 🙂",)),))

    with pytest.raises(lettering.NotPrintable) as caught:
        table(definition)

    assert caught.value.facts == {"character": "🙂", "code": "U+1F642", "text": "Shop 🙂"}


def test_marks_without_a_shape_do_no_harm() -> None:
    definition = TableDefinition("T", (Column("a", "A"),), (Row(("\ufeffINV\u200b-1\x07",)),))

    assert "INV-1" in pages(table(definition))[0]


def test_chinese_is_embedded_and_can_be_copied() -> None:
    words = "截至2026年6月30日，贵方应付人民币 4,040.00 元；镕喆堃龘淼"
    made = pdf_of(page(f"<p>{words}</p>"), {})
    fonts = [
        found
        for found in (PdfReader(io.BytesIO(made)).get_object(n) for n in range(1, 60))
        if isinstance(found, DictionaryObject) and found.get("/Type") == "/FontDescriptor"
    ]

    assert words in pages(made)[0]
    assert fonts
    assert all("/FontFile2" in font for font in fonts if "Noto" in str(font["/FontName"]))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_another_reader_finds_the_same_text(tmp_path: Path) -> None:
    path = tmp_path / "it.pdf"
    path.write_bytes(table(rows(3)))

    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout

    assert [line.split() for line in text.splitlines() if "INV" in line] == [
        ["INV-0001", "1.00", "1.00"],
        ["INV-0002", "1.00", "2.00"],
        ["INV-0003", "1.00", "3.00"],
    ]


def test_the_same_figures_are_the_same_file() -> None:
    assert table(rows(80)) == table(rows(80))


def test_heads_repeat_and_sums_are_carried() -> None:
    found = pages(table(rows(100)))
    carried = [text.count("Carried forward") for text in found]
    brought = [text.count("Brought forward") for text in found]

    assert len(found) == 3
    assert carried == [1, 1, 0]
    assert brought == [0, 1, 1]
    assert all("Document" in text and "Balance" in text for text in found)
    assert found[0].count("Every line") == 1
    assert "Every line" not in found[1]
    for before, after in pairwise(found):
        last = before.split("Carried forward\n")[1].split("\n")[:2]
        assert last[0] == last[1] == after.split("Brought forward\n")[1].split("\n")[0]
    assert re.findall(r"INV-\d+", "".join(found)) == [f"INV-{no:04}" for no in range(1, 101)]


@pytest.mark.parametrize("count", range(34, 44))
def test_a_total_never_stands_alone(count: int) -> None:
    for text in pages(table(rows(count))):
        assert "INV-" in text


def test_a_total_that_is_not_the_sum_is_refused() -> None:
    wrong = rows(3)
    wrong.totals["amount"] = Money(301, "CNY")

    with pytest.raises(SumsDiffer, match=r"add up to CNY 3\.01"):
        pdf_of(page("x"), {"it": wrong.checked()})


def test_a_long_table_is_quick() -> None:
    started = time.process_time()
    made = table(rows(5000))

    assert time.process_time() - started < 15  # a general table takes minutes; this one 2 seconds
    assert len(PdfReader(io.BytesIO(made)).pages) > 100


def test_a_figure_is_never_broken_however_long() -> None:
    huge = Money(123456789012345678, "CNY")
    definition = TableDefinition(
        "T",
        (Column("a", "A", width=90), Column("b", "B", Kind.MONEY, width=10)),
        (Row(("x", huge)), Row(("y", huge), Style.CLOSING)),
    )

    assert pages(table(definition))[0].count("1,234,567,890,123,456.78") == 2


def test_lines_end_where_each_language_lets_them() -> None:
    room = 60.0
    chinese = lettering.lines("往来账户明细，余额调节表。", lettering.REGULAR, 10, room)
    latin = lettering.lines("Invoice INV-2026-000000000000001", lettering.REGULAR, 10, room)

    for lines in (chinese, latin):
        assert all(lettering.line_width(line, 10) <= room for line in lines)
    starts = ["".join(text for _, text in line)[0] for line in chinese]
    assert not set(starts) & set(lettering.NOT_FIRST)
    assert "".join(text for _, text in latin[0]) == "Invoice"


def test_bold_falls_back_where_its_face_lacks_a_character() -> None:
    assert lettering.runs("王镕", lettering.BOLD) == [
        (lettering.BOLD, "王"),
        (lettering.FALLBACK, "镕"),
    ]


def test_words_of_a_page_turn_are_the_readers() -> None:
    with reading("zh"):
        assert "过次页" in pages(table(rows(60)))[0]
