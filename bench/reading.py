"""How long reading takes, child process included, beside a bare read with the same library.

    .venv/bin/python bench/reading.py [--rows 50000] [--csv-rows 1000000] [--times 3]

The workbooks have ten columns of numbers, dates, texts and amounts. The bare read asks calamine,
or the csv module, for all rows in a process of its own and throws them away; ours starts a child,
limits it, looks for errors, formulas without a value and currencies in number formats, and hands
exact rows over, one after the other. The text file shows that memory stays flat, whatever the
length. On a busy machine the clock lies; what processors worked says more, though two of them
work side by side here.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import zipfile
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

ROOT = Path(__file__).parents[1]

BARE = """
import sys, time
from python_calamine import CalamineWorkbook
began = time.perf_counter()
with CalamineWorkbook.from_path(sys.argv[1]) as book:
    count = len(book.get_sheet_by_index(0).to_python())
print(time.perf_counter() - began, time.process_time())
"""
BARE_TEXT = """
import csv, sys, time
began = time.perf_counter()
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    count = sum(1 for _ in csv.reader(file))
print(time.perf_counter() - began, time.process_time())
"""
OURS = """
import sys, time, resource, json
from pathlib import Path
from tieout.intake.reading import open_file
began = time.perf_counter()
with open_file(Path(sys.argv[1])) as reading:
    count = sum(1 for _ in reading.rows())
seconds = time.perf_counter() - began
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
own, child = (one.ru_maxrss // 1024 for one in used)
worked = sum(one.ru_utime + one.ru_stime for one in used)
print(json.dumps([seconds, count, own, child, worked]))
"""
HEADINGS = "Number Date Due Customer Name Product Quantity Price Amount Text".split()
FIRST = date(2026, 1, 1)


def write_workbook(path: Path, rows: int) -> None:
    """Write a workbook of sales, the same one each time."""
    chance = random.Random(7)  # noqa: S311 - figures, no secrets
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sales")
    sheet.append(HEADINGS)
    for number in range(1, rows + 1):
        quantity, price = chance.randint(1, 90), chance.randint(100, 99_999)
        day = FIRST + timedelta(days=number % 400)
        customer = chance.randint(1, 400)
        sheet.append(
            [
                f"INV-{number:07}",
                day,
                day + timedelta(days=30),
                f"C-{customer:04}",
                f"Customer {customer} Ltd",
                f"P-{chance.randint(1, 900)}",
                quantity,
                price / 100,
                quantity * price / 100,
                "Goods as ordered, delivered to the yard",
            ]
        )
    book.save(path)


def write_ods(path: Path, rows: int) -> None:
    """Write the same kind of rows as an OpenDocument spreadsheet."""
    names = ("office", "table", "text")
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        kind = zipfile.ZipInfo("mimetype")
        packed.writestr(kind, "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest'
            ':1.0">'
            '<manifest:file-entry manifest:full-path="/"/></manifest:manifest>',
        )
        with packed.open("content.xml", "w") as content:
            content.write(
                f"<office:document-content{spaces}><office:body><office:spreadsheet>"
                '<table:table table:name="Sales">'.encode()
            )
            content.write(_ods_row([(heading, "string", heading) for heading in HEADINGS]))
            for number in range(1, rows + 1):
                day = (FIRST + timedelta(days=number % 400)).isoformat()
                texts = [f"INV-{number:07}", f"C-{number % 400:04}", "Customer Ltd", "P-7", "Goods"]
                cells = [(text, "string", text) for text in texts]
                cells[1:1] = [(day, "date", day), (day, "date", day)]
                cells += [(str(n), "float", str(n)) for n in (number % 90, 12.5, number / 100)]
                content.write(_ods_row(cells))
            content.write(
                b"</table:table></office:spreadsheet></office:body></office:document-content>"
            )


def _ods_row(cells: list[tuple[str, str, str]]) -> bytes:
    values = {"string": "string-value", "date": "date-value", "float": "value"}
    inner = "".join(
        f'<table:table-cell office:value-type="{kind}" office:{values[kind]}="{value}">'
        f"<text:p>{text}</text:p></table:table-cell>"
        for value, kind, text in cells
    )
    return f"<table:table-row>{inner}</table:table-row>".encode()


def write_text(path: Path, rows: int) -> None:
    """Write the same as text."""
    chance = random.Random(7)  # noqa: S311 - figures, no secrets
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(HEADINGS) + "\n")
        for number in range(1, rows + 1):
            quantity, price = chance.randint(1, 90), chance.randint(100, 99_999)
            file.write(
                f"INV-{number:07},2026-06-{number % 28 + 1:02},2026-07-15,C-{number % 400:04},"
                f"Customer {number % 400} Ltd,P-{number % 900},{quantity},{price / 100},"
                f"{quantity * price / 100},Goods as ordered\n"
            )


def _asked(program: str, path: Path) -> str:
    return subprocess.run(  # noqa: S603 - our own interpreter and programs
        [sys.executable, "-P", "-c", program, str(path)],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    ).stdout


def main() -> None:
    """Measure, and print a line for each."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=50_000)
    options.add_argument("--csv-rows", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="tieout-bench-") as folder:
        for name, write in (("sales.xlsx", write_workbook), ("sales.ods", write_ods)):
            write(Path(folder, name), given.rows)
            _tell(Path(folder, name), given.rows, BARE, "calamine", given.times)
        for rows in (given.csv_rows // 10, given.csv_rows):
            if rows:
                write_text(Path(folder, "sales.csv"), rows)
                _tell(Path(folder, "sales.csv"), rows, BARE_TEXT, "the csv module", 1)


def _tell(path: Path, rows: int, floor_by: str, library: str, times: int) -> None:
    bare, ours = [], []
    for _ in range(times):  # one after the other, so that a busy machine is fair
        bare.append([float(figure) for figure in _asked(floor_by, path).split()])
        ours.append(json.loads(_asked(OURS, path)))
    if ours[-1][1] != rows + 1:
        raise SystemExit(f"{ours[-1][1]} rows of {rows + 1} were read")
    floor, least = (statistics.median(one[place] for one in bare) for place in (0, 1))
    seconds, worked = (statistics.median(one[place] for one in ours) for place in (0, 4))
    print(f"{path.name} of {rows:,} rows, {path.stat().st_size / 1e6:.1f} MB")
    print(f"  bare read with {library:<14} {floor:6.2f} s")
    print(f"  ours, child process included {seconds:6.2f} s   {seconds / floor:.2f} times")
    print(f"  processors, Python started {least:8.2f} s beside {worked:.2f} s of both processes")
    print(f"{worked / least:44.2f} times")
    print(f"  memory: ours {ours[-1][2]} MB, the child {ours[-1][3]} MB", flush=True)


if __name__ == "__main__":
    main()
