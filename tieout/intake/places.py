"""Where in a file something is wrong, and what: one sentence for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tieout.i18n import N_, Sentence
from tieout.money import Money

IN_CELL_OF_SHEET = N_("“%(file)s”, sheet “%(sheet)s”, row %(row)s, column %(column)s: %(what)s")
IN_CELL = N_("“%(file)s”, row %(row)s, column %(column)s: %(what)s")
IN_ROW_OF_SHEET = N_("“%(file)s”, sheet “%(sheet)s”, row %(row)s: %(what)s")
IN_ROW = N_("“%(file)s”, row %(row)s: %(what)s")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row, and how to put it right."""

    sentence: Sentence
    #: The field it is about; empty where it is about the whole row.
    field: str = ""
    #: The letters of the column; empty where no column says it.
    column: str = ""
    #: Whether a person's decision puts it right without touching the figures.
    is_decision: bool = False
    #: The check that says so, by its name in `CHECKS`.
    check: str = ""
    #: What it is about, such as a name nobody goes by: rows with the same are put right together.
    about: str = ""
    #: Whether it is only worth a look; the row is taken all the same.
    is_warning: bool = False

    def placed(self, file: str, sheet: str, row: int) -> Sentence:
        """The whole sentence: file, sheet, row, column, cause, remedy."""
        facts = {"file": file, "sheet": sheet, "row": row, "column": self.column}
        if self.column:
            text = IN_CELL_OF_SHEET if sheet else IN_CELL
        else:
            text = IN_ROW_OF_SHEET if sheet else IN_ROW
        return Sentence(text, {**facts, "what": self.sentence})

    def to_json(self) -> dict[str, Any]:
        """Return what a row stores."""
        return {
            **stored_sentence(self.sentence),
            "field": self.field,
            "column": self.column,
            "is_decision": self.is_decision,
            "check": self.check,
            "about": self.about,
            "is_warning": self.is_warning,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Problem":
        """Read back what `to_json` wrote."""
        return cls(
            kept_sentence(stored),
            str(stored.get("field", "")),
            str(stored.get("column", "")),
            bool(stored.get("is_decision", False)),
            str(stored.get("check", "")),
            str(stored.get("about", "")),
            bool(stored.get("is_warning", False)),
        )


def stored_sentence(sentence: Sentence) -> dict[str, Any]:
    """A sentence as a row stores it, with days, amounts and sentences among its facts kept."""
    return {
        "text": sentence.text,
        "facts": {name: _stored(fact) for name, fact in sentence.facts.items()},
    }


def kept_sentence(stored: Mapping[str, Any]) -> Sentence:
    """Read back what `stored_sentence` wrote."""
    return Sentence(
        str(stored["text"]),
        {name: _kept(fact) for name, fact in stored.get("facts", {}).items()},
    )


def _stored(fact: object) -> object:
    match fact:
        case None | str() | int():
            return fact
        case Sentence():
            return stored_sentence(fact)
        case Money():
            return {"money": [fact.minor, fact.currency]}
        case datetime():
            return str(fact)
        case date():
            return {"day": fact.isoformat()}
        case list() | tuple():
            return ", ".join(str(one) for one in fact)
        case _:
            return str(fact)


def _kept(fact: object) -> object:
    match fact:
        case dict() if "text" in fact:
            return kept_sentence(fact)
        case {"money": [minor, currency]}:
            return Money(minor, currency)
        case {"day": str(day)}:
            return date.fromisoformat(day)
        case _:
            return fact
