"""How many columns are understood without a touch, over header rows of other programs.

    .venv/bin/python bench/mapping.py [--wrong]

The header rows are those of accounting systems, shops and banks, with invented values, kept under
tests/tieout/intake/header_rows with the right field of every column. A column is right where the
field is, or where a column that says nothing to us is left aside. Those words and rules were made
by are told apart from those held out, which were measured before any was looked at; README.md has
those figures. All but `sixth` and `seventh` have been
learned from since.
"""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.header_rows import Expected, held_out, samples, shapes  # noqa: E402 - found by the line above

Columns = list[tuple[Expected, str]]


def main() -> None:
    """Print a line for each shape, and the share of all."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--wrong", action="store_true", help="name the columns that are wrong")
    shows_wrong = options.parse_args().wrong
    print(f"{'file':<66}{'columns':>8}{'right':>7}{'used':>6}{'right':>7}")
    for what, found in (
        ("header rows learned from", shapes()),
        ("header rows held out at first, learned from since", held_out("first")),
        ("header rows held out second, learned from since", held_out("second")),
        ("header rows held out third, learned from since", held_out("third")),
        ("header rows held out fourth, learned from since", held_out("fresh")),
        ("header rows from memory, a few words learned from since", held_out("fourth")),
        ("header rows held out fifth, learned from since", held_out("fifth")),
        ("header rows held out sixth, never learned from", held_out("sixth")),
        ("header rows held out seventh, never learned from", held_out("seventh")),
        ("header rows held out eighth, learned from since", held_out("eighth")),
        ("header rows held out ninth, learned from since", held_out("ninth")),
    ):
        _tell(what, [(f"{one.kind}: {one.name}", one.guessed()) for one in found], shows_wrong)
    if folder := os.environ.get("TIEOUT_SAMPLE_DATA"):
        _tell("sample files", samples(Path(folder)), shows_wrong)
    else:
        print("set TIEOUT_SAMPLE_DATA to the folder of the sample files to measure these, too")


def _tell(what: str, files: list[tuple[str, Columns]], shows_wrong: bool) -> None:
    totals: Counter[str] = Counter()
    for name, columns in files:
        counts = _counts(columns)
        totals += counts
        print(
            f"{name[:65]:<66}{counts['columns']:>8}{counts['right']:>7}"
            f"{counts['used']:>6}{counts['used right']:>7}"
        )
        for column, field in columns if shows_wrong else ():
            if field not in column.right:
                right = "/".join(sorted(column.right)) or "-"
                print(f"      {column.heading}: {field or '-'} instead of {right}")
    print(
        f"{len(files)} {what}: {totals['right'] / totals['columns']:.1%} of all columns, "
        f"{totals['used right'] / totals['used']:.1%} of those that say something to us\n"
    )


def _counts(columns: Columns) -> Counter[str]:
    counts: Counter[str] = Counter()
    for column, field in columns:
        is_used = "" not in column.right
        is_right = field in column.right
        counts.update({"columns": 1, "right": is_right, "used": is_used})
        counts["used right"] += is_used and is_right
    return counts


if __name__ == "__main__":
    main()
