"""Sentences marked for translation, without a framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
        """Return what a row stores: the untranslated text and plain facts."""
        return {"text": self.text, "facts": {k: _plain(v) for k, v in self.facts.items()}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Sentence":
        """Read back what `to_json` wrote."""
        return cls(str(stored["text"]), dict(stored.get("facts", {})))


def _plain(fact: object) -> object:
    return fact if fact is None or isinstance(fact, str | int | bool) else str(fact)
