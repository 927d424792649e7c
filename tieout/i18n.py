"""Sentences marked for translation, without a framework."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


def N_(sentence: str) -> str:  # noqa: N802 - the name every gettext tool knows
    """Mark a sentence for translation; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True)
class Sentence:
    """A sentence with its facts, translated when somebody reads it."""

    text: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.facts if self.facts else self.text

    def to_json(self) -> dict[str, Any]:
        """Return what a row stores: the untranslated text, and facts that stay what they are."""
        return {"text": self.text, "facts": {k: _stored(v) for k, v in self.facts.items()}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Sentence":
        """Read back what `to_json` wrote."""
        facts = stored.get("facts", {})
        return cls(str(stored["text"]), {name: _read(fact) for name, fact in facts.items()})


@dataclass(frozen=True)
class _Storing:
    """How facts of a class are stored, so that each reader still sees them written their way."""

    name: str
    stored: Callable[[Any], object]
    read: Callable[[Any], object]


_STORING: dict[type, _Storing] = {}


def stored_as(
    name: str, kind: type, stored: Callable[[Any], object], read: Callable[[Any], object]
) -> None:
    """Say how facts of a class are stored: under a name, as JSON; called once by its module."""
    _STORING[kind] = _Storing(name, stored, read)


stored_as("day", date, date.isoformat, date.fromisoformat)
stored_as("moment", datetime, datetime.isoformat, datetime.fromisoformat)
stored_as("sentence", Sentence, Sentence.to_json, Sentence.from_json)


def _stored(fact: object) -> object:
    if fact is None or isinstance(fact, str | int | bool):
        return fact
    way = _STORING.get(type(fact))
    return str(fact) if way is None else {way.name: way.stored(fact)}


def _read(fact: object) -> object:
    if isinstance(fact, dict) and len(fact) == 1:
        [(name, value)] = fact.items()
        for way in _STORING.values():
            if way.name == name:
                return way.read(value)
    return fact
