"""Our own source, for the tests that guard the whole house."""

import ast
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("tieout", "portal", "internal", "notifications")


@cache
def kept() -> tuple[Path, ...]:
    """List the files that git keeps or is about to, relative to the root."""
    if not shutil.which("git"):
        pytest.skip("there is no git here to say what belongs to the project")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is no checkout that git can read")
    return tuple(Path(line) for line in listed.stdout.splitlines() if (ROOT / line).is_file())


def modules(places: Iterable[str] = PACKAGES) -> Iterator[tuple[str, ast.Module]]:
    """Go through the Python files of packages or modules, each with its syntax tree."""
    for place in places:
        path = ROOT / place
        files = path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]
        for file in sorted(file for file in files if file.is_file()):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text("utf-8"))


def calls(tree: ast.AST, method: str) -> Iterator[int]:
    """Find the lines on which a method of that name is called."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == method
        ):
            yield node.lineno
