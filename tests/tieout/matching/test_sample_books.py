"""Books with a known truth: how much of it the engine finds."""

import csv
import importlib.util
import json
import os
from datetime import date
from pathlib import Path
from typing import Protocol, cast

import pytest

from tieout.matching import DIFFERENCES, Groups, Line, Lines, Rules, kind_of, reconcile


class Scorer(Protocol):
    """The script beside the sample data."""

    def score(self, data: str, predicted: str) -> dict[str, float]:
        """Compare with the truth."""


#: What the engine must not fall below; it stands a little above each of them.
FLOORS = {
    "plain-3k": {
        "pair_f1": 0.997, "group_exact": 0.997, "multi_exact": 0.97,
        "type_macro_f1": 0.98, "explained": 0.999,
    },
    "hard-3k": {
        "pair_f1": 0.99, "group_exact": 0.995, "multi_exact": 0.97,
        "type_macro_f1": 0.98, "explained": 0.995,
    },
    "odd-20k": {
        "pair_f1": 0.994, "group_exact": 0.996, "multi_exact": 0.978,
        "type_macro_f1": 0.983, "explained": 0.995,
    },
}  # fmt: skip


@pytest.fixture
def samples() -> Path:
    """The folder with the books whose truth is known."""
    found = os.environ.get("TIEOUT_SAMPLE_DATA")
    if not found or not (Path(found).parent / "matching").is_dir():
        pytest.skip("TIEOUT_SAMPLE_DATA does not point to sample books")
    return Path(found).parent / "matching"


@pytest.mark.parametrize("name", FLOORS)
def test_the_known_truth_is_found(samples: Path, name: str, tmp_path: Path) -> None:
    folder = samples / name
    rules = Rules.from_dict(json.loads((folder / "meta.json").read_text()))
    names_ours, ours = read(folder / "ours.csv", 1)
    names_theirs, theirs = read(folder / "theirs.csv", -1)

    groups = reconcile(ours, theirs, rules)

    write(tmp_path / "groups.csv", groups, names_ours, names_theirs)
    found = scorer(samples).score(str(folder), str(tmp_path / "groups.csv"))
    assert found["tie_out"] == 1
    assert found["lines_absent"] == found["lines_twice"] == found["lines_unknown"] == 0
    short = {
        figure: found[figure] for figure, floor in FLOORS[name].items() if found[figure] < floor
    }
    assert not short


def scorer(samples: Path) -> Scorer:
    """Load the script that knows the truth."""
    spec = importlib.util.spec_from_file_location("score", samples / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast(Scorer, module)


def read(path: Path, sign: int) -> tuple[list[str], Lines]:
    """A book, turned into our sign."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["line_id"] for row in rows], Lines.of(
        Line(
            id=number,
            customer=int(row["customer"][1:]),
            on=date.fromisoformat(row["date"]),
            amount=sign * minor(row["amount"]),
            kind=kind_of(row["doc_type"], row["description"]),
            reference=row["reference"],
            po=row["po_number"],
            description=row["description"],
            currency=row["doc_currency"],
            doc_amount=sign * minor(row["doc_amount"]) if row["doc_amount"] else None,
        )
        for number, row in enumerate(rows)
    )


def minor(amount: str) -> int:
    """A decimal amount in cents."""
    whole, _, cents = amount.lstrip("-").partition(".")
    value = int(whole) * 100 + int(cents.ljust(2, "0"))
    return -value if amount.startswith("-") else value


def write(path: Path, groups: Groups, ours: list[str], theirs: list[str]) -> None:
    """The form the script reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["group_id", "side", "line_id", "difference_type"])
        for side, names, numbers in (
            ("ours", ours, groups.ours),
            ("theirs", theirs, groups.theirs),
        ):
            rows.writerows(
                [number, side, name, DIFFERENCES[groups.type[number]]]
                for name, number in zip(names, numbers.tolist(), strict=True)
            )
