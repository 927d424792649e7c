"""How long comparing two books takes, against the least any program could do.

    .venv/bin/python bench/matching.py [LINES ...]        books made up on the spot (seeded)
    .venv/bin/python bench/matching.py --files OURS THEIRS [--rules FILE]
    .venv/bin/python bench/matching.py --warm [300 20000]      the engine alone, beside a bare join
    .venv/bin/python bench/matching.py --passes FOLDER         where its time goes
    .venv/bin/python bench/matching.py --from sqlite postgresql    see `matching_stored.py`

The floor reads both files and joins them once by hash, on customer, amount and the digits of the
reference: it names no difference and finds no sum. Both run in processes of their own, one after
the other, so that the ratio holds on a busy or a slow machine, too. FOLDER is one that
`matching_worlds.py` writes; quality and cost in one table are those of `matching_peers.py`.
"""

import argparse
import csv
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).parents[1]
HEADINGS = ("customer", "date", "doc_type", "reference", "description", "amount")
#: Turns of what is measured warm; the least of them counts.
_TURNS = 5
FLOOR = """
import csv, re, sys
def keys(path, sign):
    with open(path, newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            digits = re.sub(r"[^0-9]", "", row["reference"])
            yield row.get("customer", ""), sign * round(float(row["amount"]) * 100), digits
ours = {}
for key in keys(sys.argv[1], 1):
    ours[key] = ours.get(key, 0) + 1
met = 0
for key in keys(sys.argv[2], -1):
    if ours.get(key):
        ours[key] -= 1
        met += 1
print(met)
"""


@dataclass(frozen=True)
class Cost:
    """What a process took."""

    cpu: float
    megabytes: float


def main() -> None:
    """Measure, and print a table."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("lines", type=int, nargs="*", default=[1_000, 20_000, 100_000])
    asked.add_argument("--files", nargs=2, type=Path)
    asked.add_argument("--rules", type=Path)
    asked.add_argument("--warm", type=int, nargs="*")
    asked.add_argument("--passes", type=Path, metavar="FOLDER")
    asked.add_argument("--from", nargs="+", choices=("sqlite", "postgresql"), dest="stored")
    given = asked.parse_args()
    if given.warm is not None or given.passes or given.stored:
        sys.path.insert(0, str(ROOT))
    if given.warm is not None:
        warm(given.warm or [300, 20_000])
    elif given.passes:
        passes(given.passes)
    elif given.stored:
        from bench import matching_stored

        matching_stored.run(given.stored, 20_000)
    else:
        from_files(given.lines, given.files, given.rules)


def from_files(counts: list[int], files: list[Path] | None, rules: Path | None) -> None:
    """The whole command on files, beside reading them and joining them once."""
    print(f"{'lines':>12} {'floor':>8} {'tieout match':>13} {'ratio':>7} {'memory':>9}  explained")
    with tempfile.TemporaryDirectory() as folder:
        if files:
            measure(files[0], files[1], Path(folder), rules)
        for count in [] if files else counts:
            measure(*make(Path(folder), count), Path(folder), None)


def warm(counts: list[int]) -> None:
    """The engine alone, its columns filled, beside one join of the same lines in a dictionary."""
    from tieout.cli import match_book, match_books
    from tieout.matching import Rules, is_mirrored, reconcile, turned

    print(f"{'lines':>8} {'join ms':>9} {'engine ms':>10} {'ratio':>7} {'whose sign ms':>14}")
    for count in counts:
        customers = match_book.Customers()
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = (
                match_books.read_book(path, customers, "CNY") for path in make(Path(folder), count)
            )
            numbers = [list(book.numbers) for book in (ours, theirs)]
        theirs.lines = turned(theirs.lines)
        columns = [
            (book.lines.customer.tolist(), book.lines.amount.tolist(), digits)
            for book, digits in zip((ours, theirs), numbers, strict=True)
        ]
        join = least(lambda columns=columns: joined(*columns))
        engine = least(lambda both=(ours.lines, theirs.lines): reconcile(*both, Rules()))
        sign = least(lambda both=(ours.lines, theirs.lines): is_mirrored(*both, Rules()))
        print(
            f"{count:>8,} {join * 1e3:9.2f} {engine * 1e3:10.1f} {engine / join:6.1f}×"
            f" {sign * 1e3:14.1f}",
            flush=True,
        )


def joined(ours: tuple[list[object], ...], theirs: tuple[list[object], ...]) -> int:
    """How many lines have the customer, the amount and the digits of one of the other book."""
    there = {}
    for customer, amount, number in zip(*ours, strict=True):
        key = customer, amount, re.sub(r"[^0-9]", "", str(number))
        there[key] = there.get(key, 0) + 1
    met = 0
    for customer, amount, number in zip(*theirs, strict=True):
        key = customer, amount, re.sub(r"[^0-9]", "", str(number))
        if there.get(key):
            there[key] -= 1
            met += 1
    return met


def least(act: Callable[[], object]) -> float:
    """The least processor seconds of several turns, the first of which only warms up."""
    taken = []
    for _ in range(_TURNS + 1):
        began = time.process_time()
        act()
        taken.append(time.process_time() - began)
    return min(taken[1:])


def passes(folder: Path) -> None:
    """What each pass takes and finds, and what surrounds them, the least of several turns."""
    from tieout.cli import match_book, match_books
    from tieout.matching import Rules, is_mirrored, turned
    from tieout.matching.board import Board
    from tieout.matching.engine import play
    from tieout.matching.passes import PASSES

    rules = Rules.from_dict(json.loads((folder / "meta.json").read_text("utf-8")))
    taken, found = defaultdict[str, list[float]](list), Counter[str]()

    @dataclass(frozen=True)
    class Timed:
        rule: Any
        name: str

        def find(self, board: Board) -> None:
            before = len(board.found_by)
            timed(self.name, lambda: self.rule.find(board))
            found[self.name] = len(board.found_by) - before

    def timed(name: str, act: Callable[[], Any]) -> Any:
        began = time.process_time()
        result = act()
        taken[name].append(time.process_time() - began)
        return result

    rows = tuple(Timed(rule, rule.name) for rule in PASSES)
    for _ in range(_TURNS):
        customers = match_book.Customers()
        ours, theirs = timed("(reading, keys)", lambda customers=customers: tuple(
            match_books.read_book(folder / f"{name}.csv", customers, "CNY").lines
            for name in ("ours", "theirs")
        ))  # fmt: skip
        both = ours, theirs
        mirrored = timed("(whose sign)", lambda both=both: is_mirrored(*both, rules))
        both = ours, turned(theirs) if mirrored else theirs
        board = timed("(edges, ranks)", lambda both=both: Board.of(*both, rules))
        with patch("tieout.matching.engine.in_order", lambda more: rows):
            timed("all passes, with learning", lambda board=board: play(board))
    print(f"{'':>28} {'ms':>8} {'groups':>9}")
    for name, seconds in sorted(taken.items(), key=lambda item: -min(item[1])):
        print(f"{name:>28} {min(seconds) * 1e3:8.1f} {found.get(name, '') or '':>9}")


def measure(ours: Path, theirs: Path, folder: Path, rules: Path | None) -> None:
    """Run both, and print a line."""
    python = (sys.executable, "-P")
    floor = cost((*python, "-c", FLOOR, str(ours), str(theirs)))
    words = ("match", str(ours), str(theirs), "--out", str(folder / "out"))
    more = ("--rules", str(rules)) if rules else ()
    whole = cost((*python, "-m", "tieout", *words, *more))
    said = json.loads((folder / "out" / "summary.json").read_text("utf-8"))
    with ours.open(encoding="utf-8") as one, theirs.open(encoding="utf-8") as other:
        lines = f"{sum(1 for _ in one) - 1:,}+{sum(1 for _ in other) - 1:,}"
    explained = f"{said['difference']} but for {said['unexplained']}"
    print(
        f"{lines:>12} {floor.cpu:7.2f}s {whole.cpu:12.2f}s {whole.cpu / floor.cpu:6.1f}×"
        f" {whole.megabytes:6.0f} MB  {explained}"
    )


def cost(command: tuple[str, ...]) -> Cost:
    """Run a command to its end, and say what it took; its children count."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawn(command[0], command, environment, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    if status:
        raise SystemExit(
            f"{' '.join(command[:6])} … ended with {os.waitstatus_to_exitcode(status)}"
        )
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def make(folder: Path, count: int) -> tuple[Path, Path]:
    """Write two books of about so many lines, with the usual differences between them."""
    chance = random.Random(count)  # noqa: S311 - seeded on purpose
    ours, theirs = [], []
    for number in range(count):
        customer = f"C{number % max(1, count // 300):05d}"
        on = date(2026, 1, 1) + timedelta(days=chance.randrange(180))
        pays = chance.random() < 0.35
        amount = chance.randint(2_000, 900_000) * (-1 if pays else 1)
        reference = f"{'RC' if pays else 'INV'}-2026-{number:07d}"
        kind = "payment" if pays else "invoice"
        ours.append((customer, on, kind, reference, "", amount))
        theirs += _theirs(chance, customer, on, kind, reference, amount)
    chance.shuffle(theirs)
    paths = folder / f"ours-{count}.csv", folder / f"theirs-{count}.csv"
    for path, rows, sign in ((paths[0], ours, 1), (paths[1], theirs, -1)):
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            writer.writerows((*row[:5], f"{sign * row[5] / 100:.2f}") for row in rows)
    return paths


Row = tuple[str, date, str, str, str, int]


def _theirs(
    chance: random.Random, customer: str, on: date, kind: str, reference: str, amount: int
) -> list[Row]:
    """What the other book makes of one of our lines."""
    later = on + timedelta(days=chance.randint(0, 4))
    what = chance.random()
    row = (customer, later, kind, reference, "", amount)
    if what < 0.60:
        return [row]
    if what < 0.85:  # the number in another style
        return [(*row[:3], reference.lower().replace("-", " "), "", amount)]
    if what < 0.90:  # the number only in the words
        return [(*row[:3], f"V{chance.randrange(10**6)}", f"re {reference}", amount)]
    if what < 0.93:  # in two parts
        part = amount // 3
        return [(*row[:5], part), (*row[:3], f"{reference}/2", "", amount - part)]
    if what < 0.95:  # mistyped
        return [(*row[:5], amount + chance.choice((9, 900, -900, 100)))]
    if what < 0.97:  # twice
        return [row, row]
    return []  # not at all


if __name__ == "__main__":
    main()
