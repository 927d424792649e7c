"""The core runs without Flask, and matching without anything but numpy."""

import json
import subprocess
import sys

from tests.house.source import ROOT

#: Imports every module of the core and tells which of them brought what it must not.
WALK = """
import importlib, json, pkgutil, sys
import tieout
from pathlib import Path

roof = ("tieout.web", "tieout.app", "tieout.cli", "tieout.db.extension")
foreign = ["flask", "werkzeug", "wtforms", "apscheduler", "telegram"]
brought, seen = set(), []
for module in pkgutil.walk_packages(tieout.__path__, "tieout."):
    name = module.name
    if name.endswith("__main__") or any(f"{name}.".startswith(f"{part}.") for part in roof):
        continue
    importlib.import_module(name)
    seen.append(name)
    new = [package for package in foreign if package in sys.modules]
    brought |= {f"{name} imports {package}" for package in new}
    foreign = [package for package in foreign if package not in new]
print(json.dumps({"seen": seen, "brought": sorted(brought)}))
"""

#: Imports matching and tells what came with it, beside Python's own modules.
MATCHING = """
import json, sys
before = set(sys.modules)
import tieout.matching
came = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps({
    "others": sorted(came - set(sys.stdlib_module_names) - {"tieout"}),
    "ours": sorted(n for n in sys.modules if n.startswith("tieout.")),
}))
"""


def told(script: str) -> dict[str, list[str]]:
    """Run a script in a Python of its own and read what it prints."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{script}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, list[str]] = json.loads(done.stdout)
    return answer


def test_no_module_of_the_core_brings_the_web_with_it() -> None:
    answer = told(WALK)

    assert "tieout.db.session" in answer["seen"]
    assert answer["brought"] == []


def test_matching_needs_numpy_alone() -> None:
    answer = told(MATCHING)

    assert set(answer["others"]) <= {"numpy"}
    assert [name for name in answer["ours"] if not name.startswith("tieout.matching")] == []
