"""Sample files beside the project: what a right program finds in them."""

import json
import os
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import AT
from tieout.i18n import Sentence
from tieout.intake.report import trial_report
from tieout.intake.trying import tried
from tieout.intake.uploads import inspect

#: Stands for the files where there are none, so that a test is there to be left out.
NONE = "(no sample files)"


def names(folder: str) -> list[str]:
    """The files of a folder that have expected numbers."""
    path = Path(os.environ.get("TIEOUT_SAMPLE_DATA", ""), folder, "expected.json")
    if not os.environ.get("TIEOUT_SAMPLE_DATA") or not path.is_file():
        return [NONE]
    return sorted(json.loads(path.read_text("utf-8"))["files"])


def expected(samples: Path, folder: str) -> dict[str, Any]:
    """What a right program finds in the files of a folder."""
    found: dict[str, Any] = json.loads((samples / folder / "expected.json").read_text("utf-8"))
    return found


def report(session: Session, path: Path) -> dict[str, Any]:
    """What the intake of pages and commands makes of a file, as data."""
    inspected = inspect(path.read_bytes(), path.name, None, may_be_empty=True)
    return trial_report(tried(session, inspected, on=AT.date()), _plain)


def _plain(sentence: Sentence) -> str:
    return str(sentence)
