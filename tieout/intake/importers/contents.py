"""What an importer makes of a file."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Any

from tieout.i18n import Sentence
from tieout.intake.controls import Control
from tieout.intake.kinds import BatchKind
from tieout.intake.places import stored_sentence
from tieout.intake.reading.cells import Row


@dataclass(frozen=True)
class Contents:
    """The rows of a file under headings, what they say, and how the file proves itself."""

    #: What its rows are; None where headings and values have to tell.
    kind: BatchKind | None
    headings: tuple[str, ...]
    #: For each heading the field it fills; empty where it fills none.
    fields: tuple[str, ...]
    #: Numbered as a person would count them in the file, ascending.
    rows: list[Row]
    controls: tuple[Control, ...] = ()
    #: Plain data for whoever wants to know more: the statements in it, the documents in it.
    details: Dictionary[str, Any] = field(default_factory=dict)
    encoding: str = ""
    #: What a person should look at.
    warnings: tuple[Sentence, ...] = ()

    def about(self, importer: str) -> dict[str, Any]:
        """Everything but the rows, as it travels between two processes."""
        return {
            "reader": importer,
            "encoding": self.encoding,
            "contents": {
                "importer": importer,
                "kind": str(self.kind) if self.kind else "",
                "headings": list(self.headings),
                "fields": list(self.fields),
                "controls": [control.to_json() for control in self.controls],
                "details": dict(self.details),
                "warnings": [stored_sentence(one) for one in self.warnings],
            },
        }
