"""What we keep of others is what we say it is, and carries its licence."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LISTS = ("tieout/web/static/vendor/VENDOR.md", "tieout/rendering/fonts/VENDOR.md")
#: What stands beside the files without being one of them.
OURS = {"VENDOR.md", "LICENSE", "OFL.txt", "make_fonts.py"}


@pytest.mark.parametrize("listed", LISTS)
def test_every_file_is_listed_with_its_digest(listed: str) -> None:
    folder = (ROOT / listed).parent
    rows = re.findall(r"^\| `([^`]+)` .* `([0-9a-f]{64})` \|$", (ROOT / listed).read_text(), re.M)
    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in OURS and "__pycache__" not in path.parts
    }

    assert found == dict(rows)


@pytest.mark.parametrize("listed", LISTS)
def test_every_licence_named_is_there(listed: str) -> None:
    folder = (ROOT / listed).parent
    licences = re.findall(r"\(`([^`]+)`\)", (ROOT / listed).read_text())

    assert licences
    assert [name for name in licences if not (folder / name).is_file()] == []
