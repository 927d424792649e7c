"""The lock files: whole, hashed, and free of any address."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.source import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
#: An index, a file, a link or a folder of one machine.
ADDRESS = re.compile(r"://|file:|\s@\s|--(?!hash=sha256:)|(?<![\w.])/(?!run\b)|\\\\")


def pinned(name: str) -> set[str]:
    """Read which packages a lock names, at which versions."""
    return set(re.findall(r"^([a-z0-9-]+==[^ ]+)", (ROOT / name).read_text(), re.M))


@pytest.mark.parametrize("name", LOCKS)
def test_no_address_stands_in_a_lock(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()

    assert [line for line in lines if ADDRESS.search(line)] == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--find-links /srv/wheels",
        "flask @ file:///srv/flask.whl",
        "# uv pip compile -o /srv/lock/requirements.lock",
    ],
)
def test_an_address_would_be_seen(line: str) -> None:
    assert ADDRESS.search(line)


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_its_hashes(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z])", (ROOT / name).read_text())[1:]

    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_tests_run_with_the_versions_that_are_delivered() -> None:
    assert pinned("requirements.lock") - pinned("requirements-dev.lock") == set()


def test_the_locks_hold_all_that_the_project_asks_for() -> None:
    project = tomllib.loads(Path(ROOT / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    extra = project["project"]["optional-dependencies"]["postgres"]
    develop = project["dependency-groups"]["dev"]

    for name, wanted in zip(LOCKS, (runtime + extra, runtime + extra + develop), strict=True):
        have = {package.partition("==")[0] for package in pinned(name)}
        assert {re.split(r"[^\w-]", need)[0].lower() for need in wanted} - have == set(), name
