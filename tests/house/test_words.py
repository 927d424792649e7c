"""The project speaks of itself alone, and leaves no note to come back to."""

import re

import pytest

from tests.house.source import ROOT, kept

#: Files whose words are not ours, or cannot be read as text; and this one.
NOT_OURS = re.compile(
    r"/vendor/|/fonts/|\.(png|jpg|ico|woff2|ttf|pdf|xlsx|xls|zip|gz)$|^LICENSE$|/test_words\.py$"
)

WORDS = {
    "a note to come back to": r"\b(TODO|FIXME|HACK)\b",
    "a path of one machine": r"(?<![\w.])/(work|root|home/[a-z]+)/",
    "the host of a package index": r"pypi\.org|pythonhosted|npmjs\.(org|com)",
    "the number of a task": r"(?i)\bissue (#|no\.? ?)?\d",
}


@pytest.mark.parametrize("meaning", WORDS)
def test_nothing_in_the_project_mentions(meaning: str) -> None:
    found = [
        f"{path}:{number}: {line.strip()[:80]}"
        for path in kept()
        if not NOT_OURS.search(str(path))
        for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), start=1)
        if re.search(WORDS[meaning], line)
    ]

    assert found == []
