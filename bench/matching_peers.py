"""`tieout match` beside others, from two files to groups: quality, processor time, memory.

    .venv/bin/python bench/matching_peers.py FOLDER [--python PEERS/bin/python] [--only floor ours]

FOLDER holds what `matching_worlds.py` writes. The peers live in an environment of their own, never
among what this project needs: `pip install polars splink recordlinkage datacompy`. Each runs in a
process of its own, one after the other; children and threads count, so the ratios hold on a busy
machine. The floor (polars) reads both files and joins them once by hash, and names nothing.

Every peer is given what it needs to do well: amounts in one sign and in minor units, the digits of
the reference, blocks of customer and amount or customer and digits. What pairs one to one can find
no sums; its pairs are named by their references and amounts, all else is missing.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = ("group_id", "side", "line_id", "difference_type")


def main() -> None:
    """Measure all that was asked for, and print a table."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--python", type=Path, default=Path(sys.executable), help="of the peers")
    asked.add_argument("--only", nargs="*", choices=sorted(RUNS), default=list(RUNS))
    asked.add_argument("--run", choices=sorted(RUNS), help=argparse.SUPPRESS)
    asked.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.run:
        RUNS[given.run](given.folder, given.out)
        return
    floor = 0.0
    print(
        "| | CPU s | × floor | MB | × floor | pair F1 | groups exact | three and more | type F1 |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    first = 0.0
    with tempfile.TemporaryDirectory() as out:
        for name in given.only:
            cpu, memory = measured(name, given.folder, Path(out), given.python)
            floor, first = floor or cpu, first or memory
            found = Path(out) / f"{name}.csv"
            said = " | ".join(quality(given.folder, found)) if found.exists() else " | | | "
            print(
                f"| {name} | {cpu:.2f} | {cpu / floor:.1f} | {memory:.0f} |"
                f" {memory / first:.1f} | {said} |",
                flush=True,
            )


def measured(name: str, folder: Path, out: Path, peers: Path) -> tuple[float, float]:
    """Processor seconds and peak memory of one of them, its children included."""
    python = sys.executable if name.startswith("tieout") else str(peers)
    command = [python, "-P", __file__, str(folder), "--run", name, "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    if name.startswith("tieout"):
        # Compiled beforehand, as an installed package is, and the peers are.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPYCACHEPREFIX"] = str(out / "compiled")
        imports = "from tieout.cli import match_book, match_books, match_groups; import tieout"
        subprocess.run([python, "-P", "-c", imports], env=environment, check=True)  # noqa: S603
    before = os.times()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    _, status, used = os.wait4(process.pid, 0)
    after = os.times()
    if status:
        raise SystemExit(f"{name} ended with {os.waitstatus_to_exitcode(status)}")
    spent = after.children_user + after.children_system
    spent -= before.children_user + before.children_system
    return spent, used.ru_maxrss / 1024


# --- what is compared ---------------------------------------------------------------------------


def tieout_columns(folder: Path, _: Path) -> None:
    """From both files to the columns of the result."""
    _compared(folder)


def tieout_groups(folder: Path, out: Path) -> None:
    """The same, and `groups.csv` written."""
    outcome = _compared(folder)
    from tieout.cli.match_groups import write_groups

    write_groups(outcome, out / "tieout_groups.csv")


def _compared(folder: Path):
    from types import SimpleNamespace

    from tieout.cli import match_book, match_books
    from tieout.matching import Rules, is_mirrored, reconcile, turned

    rules = Rules.from_dict(json.loads((folder / "meta.json").read_text("utf-8")))
    customers = match_book.Customers()
    ours, theirs = (
        match_books.read_book(folder / f"{name}.csv", customers, "CNY")
        for name in ("ours", "theirs")
    )
    if is_mirrored(ours.lines, theirs.lines, rules):
        theirs.lines = turned(theirs.lines)
    groups = reconcile(ours.lines, theirs.lines, rules)
    return SimpleNamespace(ours=ours, theirs=theirs, groups=groups)


def floor(folder: Path, _: Path) -> None:
    """Read both files and join them once by hash."""
    import polars as pl

    text = {"reference": pl.String, "po_number": pl.String, "doc_amount": pl.String}
    ours, theirs = (
        pl.read_csv(folder / f"{name}.csv", schema_overrides={**text, "amount": pl.String})
        for name in ("ours", "theirs")
    )
    print(ours.join(theirs, on=["customer", "reference"], how="inner").height)


def _frames(folder: Path):
    import polars as pl

    frames = []
    for name, sign in (("ours", 1), ("theirs", -1)):
        frame = pl.read_csv(folder / f"{name}.csv", infer_schema_length=0)
        frames.append(
            frame.select(
                "line_id",
                "customer",
                pl.col("date").str.to_date().alias("day"),
                (pl.col("amount").cast(pl.Float64) * 100 * sign).round().cast(pl.Int64),
                pl.col("reference").fill_null("").str.replace_all(r"[^0-9]", "").alias("digits"),
            )
        )
    return frames


def splink(folder: Path, out: Path) -> None:
    """Probabilistic linkage on DuckDB, trained by expectation maximisation."""
    import splink.comparison_library as library
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    ours, theirs = (frame.rename({"line_id": "unique_id"}).to_pandas() for frame in _frames(folder))
    for frame in (ours, theirs):
        frame["day"] = frame["day"].astype(str)
        frame.loc[frame["digits"] == "", "digits"] = None
    blocks = [block_on("customer", "amount"), block_on("customer", "digits")]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            library.ExactMatch("amount"),
            library.LevenshteinAtThresholds("digits", 1),
            library.AbsoluteDateDifferenceAtThresholds(
                "day", input_is_string=True, metrics=["day", "day"], thresholds=[3, 15]
            ),
        ],
        blocking_rules_to_generate_predictions=blocks,
    )
    api = DuckDBAPI()
    tables = [
        api.register(frame, dataset_display_name=name)
        for frame, name in ((ours, "ours"), (theirs, "theirs"))
    ]
    linker = Linker(tables, settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match(blocks, recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for block in blocks:
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    pairs = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    pairs = pairs.sort_values("match_probability", ascending=False)
    _write_pairs(
        folder, out / "splink.csv", zip(pairs["unique_id_l"], pairs["unique_id_r"], strict=True)
    )


def recordlinkage(folder: Path, out: Path) -> None:
    """Candidate pairs by index, scored by comparisons."""
    import recordlinkage as linkage

    ours, theirs = (frame.to_pandas().set_index("line_id") for frame in _frames(folder))
    for frame in (ours, theirs):
        frame["day"] = frame["day"].astype("datetime64[ns]")
    index = linkage.Index()
    index.block(["customer", "amount"])
    index.block(["customer", "digits"])
    candidates = index.index(ours, theirs)
    compare = linkage.Compare()
    compare.exact("amount", "amount", label="amount")
    compare.exact("digits", "digits", label="digits")
    compare.date("day", "day", label="day")
    found = compare.compute(candidates, ours, theirs)
    score = 2 * found["amount"] + 2 * found["digits"] + found["day"]
    ordered = score[score >= 2].sort_values(ascending=False, kind="stable")
    _write_pairs(folder, out / "recordlinkage.csv", ordered.index)


def datacompy(folder: Path, out: Path) -> None:
    """Two tables joined on columns and compared."""
    import datacompy as compared

    ours, theirs = _frames(folder)
    compare = compared.PolarsCompare(
        ours, theirs, join_columns=["customer", "amount", "digits"], df1_name="a", df2_name="b"
    )
    both = compare.intersect_rows
    names = [name for name in both.columns if name.startswith("line_id")]
    _write_pairs(folder, out / "datacompy.csv", both.select(names[:2]).iter_rows())


def _write_pairs(folder: Path, path: Path, pairs) -> None:
    """Groups of the best pairs, no line twice; all else alone."""
    books = {}
    for side in ("ours", "theirs"):
        with (folder / f"{side}.csv").open(newline="", encoding="utf-8") as book:
            rows = csv.DictReader(book)
            books[side] = {row["line_id"]: (row["reference"], row["amount"]) for row in rows}
    used: dict[tuple[str, str], tuple[int, str]] = {}
    for number, (left, right) in enumerate(pairs):
        if ("ours", left) not in used and ("theirs", right) not in used:
            name = _named(*books["ours"][left], *books["theirs"][right])
            used["ours", left] = used["theirs", right] = (number, name)
    alone = len(used) + 10**9
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for side, absent in (("ours", "missing_in_theirs"), ("theirs", "missing_in_ours")):
            for line in books[side]:
                alone += 1
                group, name = used.get((side, line), (alone, absent))
                writer.writerow((group, side, line, name))


def _named(ours: str, amount: str, theirs: str, other: str) -> str:
    if amount.strip("+-") != other.strip("+-"):
        return "price_or_quantity_difference"
    if ours == theirs:
        return "match"
    left, right = ("".join(filter(str.isdigit, text)) for text in (ours, theirs))
    return "ref_format" if left and left == right else "ref_mismatch"


RUNS = {
    "floor": floor,
    "tieout_columns": tieout_columns,
    "tieout_groups": tieout_groups,
    "datacompy": datacompy,
    "recordlinkage": recordlinkage,
    "splink": splink,
}


# --- how good -----------------------------------------------------------------------------------


def quality(folder: Path, found: Path) -> tuple[str, str, str, str]:
    """Pair F1, groups exact, of three lines and more, F1 of the type averaged over the types."""
    truth, said = _groups(folder / "truth.csv"), _groups(found)
    lines = {line: (number, name) for number, (name, of) in said.items() for line in of}

    def pairs(sizes: "list[int]") -> int:
        return sum(size * (size - 1) // 2 for size in sizes)

    met = Counter((number, lines[line][0]) for number, (_, of) in truth.items() for line in of)
    right = pairs(list(met.values()))
    all_found = pairs([len(of) for _, of in said.values()])
    all_true = pairs([len(of) for _, of in truth.values()])
    exact = [
        (len(of), met[number, lines[of[0]][0]] == len(of) == len(said[lines[of[0]][0]][1]))
        for number, (_, of) in truth.items()
    ]
    several = [hit for size, hit in exact if size > 2]
    scores = []
    told: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for name, of in truth.values():
        for line in of:
            other = lines[line][1]
            told[name][0] += name == other
            told[name][1] += 1
            told[other][2] += 1
    for name in {name for name, _ in truth.values()}:
        hit, real, guessed = told[name]
        scores.append(2 * hit / (real + guessed))
    return (
        f"{2 * right / max(all_found + all_true, 1):.4f}",
        f"{sum(hit for _, hit in exact) / len(exact):.4f}",
        f"{sum(several) / max(len(several), 1):.4f}",
        f"{sum(scores) / len(scores):.4f}",
    )


def _groups(path: Path) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for number, side, line, name in list(csv.reader(file))[1:]:
            groups.setdefault(number, (name, []))[1].append((side, line))
    return groups


if __name__ == "__main__":
    main()
