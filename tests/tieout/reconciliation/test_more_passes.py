"""A pass that an installed package brings runs, is named, and stands among the settings."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tieout.matching import PASSES as BUILT_IN
from tieout.matching import Rules
from tieout.matching.passes import in_order
from tieout.reconciliation.pass_names import PASS_NAMES, PASSES, more_passes

ROOT = Path(__file__).parents[3]
HEADINGS = "line_id,customer,date,doc_type,reference,amount\n"
OURS = f"{HEADINGS}1,C1,2026-03-02,invoice,INV-2026-004711,99.50\n"
THEIRS = f"{HEADINGS}1,C1,2026-06-30,Bill,4711,-99.50\n"
ASKED = """
import json
from tieout.reconciliation.pass_names import PASS_NAMES, PASSES
from tieout.reconciliation.rule_choices import CHOICES, USUAL
print(json.dumps({
    "order": list(PASS_NAMES), "words": PASS_NAMES["last_four"],
    "chosen": CHOICES["pass_last_four"].words, "usual": USUAL["pass_last_four"],
}))
"""


def test_the_names_are_those_of_the_registry_and_of_the_engine() -> None:
    assert list(PASS_NAMES) == list(PASSES) == [rule.name for rule in BUILT_IN]
    assert [PASSES[name] for name in PASSES] == list(BUILT_IN)
    assert more_passes() == Rules().more_passes == ()


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """The example of the guide, installed as a package of its own."""
    code = (ROOT / "docs/examples/pass_last_four.py").read_text("utf-8")
    (tmp_path / "our_passes.py").write_text(code, "utf-8")
    known = tmp_path / "our_passes-1.0.dist-info"
    known.mkdir()
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: our-passes\nVersion: 1.0\n")
    (known / "entry_points.txt").write_text("[tieout.passes]\nlast_four = our_passes:LAST_FOUR\n")
    return {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", "LANG": "C.UTF-8"}


def test_an_installed_pass_stands_among_rules_and_settings(installed: dict[str, str]) -> None:
    asked = (sys.executable, "-P", "-c", ASKED)
    said = json.loads(subprocess.run(asked, env=installed, check=True, capture_output=True).stdout)

    place = said["order"].index("last_four")
    assert said["order"][place - 1] == "sums_by_number"
    assert said["words"] == said["chosen"] == "Same amount, last four digits"
    assert said["usual"] == "accept"


def test_an_installed_pass_finds_what_ours_do_not(
    installed: dict[str, str], tmp_path: Path
) -> None:
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text(OURS, "utf-8")
    theirs.write_text(THEIRS, "utf-8")
    for environment, groups in ((installed, 1), ({**installed, "PYTHONPATH": str(ROOT)}, 2)):
        command = (sys.executable, "-P", "-m", "tieout", "match", str(ours), str(theirs))
        out = tmp_path / f"out{groups}"
        subprocess.run(
            (*command, "--out", str(out)), env=environment, check=True, capture_output=True
        )
        rows = (out / "groups.csv").read_text("utf-8").splitlines()[1:]
        assert len({row.split(",")[0] for row in rows}) == groups


def test_a_pass_that_names_no_other_runs_last() -> None:
    class Alone:
        name = "alone"

        def find(self, board: object) -> None:
            """Find nothing."""

    rule = Alone()

    assert in_order([rule]) == (*BUILT_IN, rule)
