"""How long reading takes, child process included, beside a bare read with the same library.

    .venv/bin/python bench/reading.py [--rows 50000] [--csv-rows 1000000] [--times 3]

The workbook has ten columns of numbers, dates, texts and amounts. The bare read asks calamine for
all rows in a process of its own and throws them away; ours starts a child, limits it, looks for
errors and formulas without a value, and hands exact rows over, one after the other. The text file
shows that memory stays flat, whatever the length.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
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
print(time.perf_counter() - began)
"""
OURS = """
import sys, time, resource, json
from pathlib import Path
from tieout.intake.reading import open_file
began = time.perf_counter()
with open_file(Path(sys.argv[1])) as reading:
    count = sum(1 for _ in reading.rows())
seconds = time.perf_counter() - began
own, child = (resource.getrusage(who).ru_maxrss // 1024
              for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps([seconds, count, own, child]))
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
        book = Path(folder, "sales.xlsx")
        write_workbook(book, given.rows)
        bare, ours = [], []
        for _ in range(given.times):  # one after the other, so that a busy machine is fair
            bare.append(float(_asked(BARE, book)))
            ours.append(json.loads(_asked(OURS, book)))
        floor, seconds = statistics.median(bare), statistics.median(one[0] for one in ours)
        print(f"workbook of {given.rows:,} rows, {book.stat().st_size / 1e6:.1f} MB")
        print(f"  bare read with calamine      {floor:6.2f} s")
        print(f"  ours, child process included {seconds:6.2f} s   {seconds / floor:.2f} times")
        print(f"  memory: ours {ours[-1][2]} MB, the child {ours[-1][3]} MB")
        for rows in (given.csv_rows // 10, given.csv_rows):
            if rows:
                _tell_text(Path(folder, "sales.csv"), rows)


def _tell_text(path: Path, rows: int) -> None:
    write_text(path, rows)
    seconds, count, own, child = json.loads(_asked(OURS, path))
    if count != rows + 1:
        raise SystemExit(f"{count} rows of {rows + 1} were read")
    print(f"text of {rows:,} rows, {path.stat().st_size / 1e6:.1f} MB")
    print(f"  {seconds:6.2f} s; memory: ours {own} MB, the child {child} MB")


if __name__ == "__main__":
    main()
