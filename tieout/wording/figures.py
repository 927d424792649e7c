"""Figures as a message keeps them, in plain JSON, and as its templates want them."""

from collections.abc import Mapping
from typing import Any

from tieout.db.base import Json
from tieout.i18n import Sentence
from tieout.money import Money


def cash(minor: int, currency: str) -> Json:
    """An amount as it is kept."""
    return {"minor": minor, "currency": currency}


def thawed(value: Any) -> Any:
    """The same figures with every amount as `Money`, every sentence as `Sentence`."""
    match value:
        case {"minor": int(minor), "currency": str(currency)} if len(value) == 2:
            return Money(minor, currency)
        case {"text": str(), "facts": Mapping()} if len(value) == 2:
            return Sentence.from_json(value)
        case Mapping():
            return {name: thawed(one) for name, one in value.items()}
        case list():
            return [thawed(one) for one in value]
    return value
