"""Whatever a program writes a table in, it comes back to the cent."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.effort import LONG
from tieout.intake.guessing import guess, known_headings
from tieout.intake.kinds import BatchKind
from tieout.intake.layout import find_layout
from tieout.intake.reading import Row
from tieout.intake.reading.delimited import records, writing_of
from tieout.intake.understanding import read_rows

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5", "cp1252")
LATIN = ("Müller & Söhne", "Café Crème", "Brook Ltd", "Hill; Sons, Ltd", 'The "Yard"')
HAN = ("上海明远贸易有限公司", "北京华泰商贸有限公司", "广州天河五金", "深圳南山机电设备")
TRADITIONAL = ("台北明遠貿易有限公司", "高雄華泰商貿有限公司", "台中五金行", "新竹機電工程")
FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")


@dataclass(frozen=True)
class Manner:
    """How a program writes."""

    encoding: str
    delimiter: str
    always_quotes: bool
    line_end: str
    comma: bool
    grouped: bool
    below_zero: str
    full_width: bool
    sides: str
    dates: str


MANNERS = st.builds(
    Manner,
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    always_quotes=st.booleans(),
    line_end=st.sampled_from(["\r\n", "\n", "\r"]),
    comma=st.booleans(),
    grouped=st.booleans(),
    below_zero=st.sampled_from(["-{}", "({})", "{}-"]),
    full_width=st.booleans(),
    sides=st.sampled_from(["", "CR/DR", "借/贷"]),
    dates=st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y年%m月%d日", "%Y%m%d"]),
)
AMOUNTS = st.lists(st.integers(-99_999_999, 99_999_999).filter(bool), min_size=8, max_size=25)


def written(minor: int, manner: Manner) -> str:
    """An amount as the program writes it."""
    whole, cents = divmod(abs(minor), 100)
    text = f"{whole:,}.{cents:02}" if manner.grouped else f"{whole}.{cents:02}"
    if manner.comma:
        text = text.translate(str.maketrans(",.", ".,"))
    if manner.sides:
        debit, credit = ("Dr", "Cr") if manner.sides == "CR/DR" else ("借", "贷")
        text = f"{text} {credit if minor < 0 else debit}"
    elif minor < 0:
        text = manner.below_zero.format(text)
    return text.translate(FULL_WIDTH) if manner.full_width else text


def table(minors: list[int], manner: Manner) -> bytes | None:
    """The file; None where the encoding cannot hold it."""
    chinese = manner.encoding == "gb18030" or manner.encoding.startswith("utf-16")
    names = HAN if chinese else TRADITIONAL if manner.encoding == "big5" else LATIN
    heads = ("Invoice No", "Date", "Customer", "Amount")
    if names is not LATIN:
        heads = (
            ("单据编号", "日期", "客户", "金额")
            if chinese
            else ("單據編號", "日期", "客戶", "金額")
        )
    first = date(2026, 6, 3)
    rows = [heads]
    for place, minor in enumerate(minors):
        day = (first + timedelta(days=place * 3)).strftime(manner.dates)
        rows.append((f"XS-{place:04}", day, names[place % len(names)], written(minor, manner)))
    lines = (manner.delimiter.join(_quoted(cell, manner) for cell in row) for row in rows)
    try:
        return "".join(line + manner.line_end for line in lines).encode(manner.encoding)
    except UnicodeEncodeError:
        return None


def _quoted(cell: str, manner: Manner) -> str:
    if manner.always_quotes or manner.delimiter in cell or '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def came_back(content: bytes) -> list[Decimal]:
    """What is read of it, as a child process and the guess read it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "any.csv")
        path.write_bytes(content)
        found = records(path, "any.csv", writing_of(path, "any.csv"), 100)
        rows = [Row(number, tuple(cells)) for number, cells in enumerate(found, 1) if any(cells)]
    layout = find_layout(rows, known_headings())
    below = rows[layout.header_row :]
    mapping = guess(BatchKind.DOCUMENTS, layout, below).mapping
    read = read_rows(mapping, below, {}, {})
    assert all(row.day("date") and row.text("number") for row in read)
    return [row.number_of("_signed") or Decimal(0) for row in read]


@given(AMOUNTS, MANNERS)
@settings(max_examples=120 if LONG else 40)
def test_what_was_written_comes_back_to_the_cent(minors: list[int], manner: Manner) -> None:
    content = table(minors, manner)
    if content is None:
        return

    assert came_back(content) == [Decimal(minor).scaleb(-2) for minor in minors]
