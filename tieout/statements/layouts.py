"""How a statement is printed: columns, parts and their order, grouping, wording. Pure.

A layout never touches a figure: whatever it leaves out is left out of the paper, not of the sums.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tieout.db.base import Json
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence

#: The columns of the movements.
COLUMNS: Mapping[str, str] = {
    "date": N_("Date"),
    "document": N_("Our document"),
    "reference": N_("Your reference"),
    "description": N_("Description"),
    "due": N_("Due"),
    "charge": N_("Charges"),
    "credit": N_("Credits"),
    "amount": N_("Amount"),
    "balance": N_("Balance"),
}
#: The parts of the paper.
PARTS: Mapping[str, str] = {
    "movements": N_("Movements"),
    "ageing": N_("Ageing"),
    "open_items": N_("Open items"),
    "deliveries": N_("Delivered, not invoiced"),
    "pay_to": N_("Our bank account"),
    "reply_slip": N_("Reply slip"),
}
BY_DATE, BY_MONTH, BY_KIND = "date", "month", "kind"
GROUPS: Mapping[str, str] = {
    BY_DATE: N_("By date, with the running balance"),
    BY_MONTH: N_("By month, with the running balance"),
    BY_KIND: N_("By kind of document, each with its sum"),
}
#: The wording a template may add or replace, each in both languages.
WORDS: Mapping[str, str] = {
    "title": N_("Title"),
    "before": N_("Words before the figures"),
    "after": N_("Words after the figures"),
    "foot": N_("Words at the foot of the page"),
}
LANGUAGES = ("en", "zh")
#: Characters a piece of wording may have.
LONGEST = {"title": 60, "before": 800, "after": 800, "foot": 120}


class UnknownPiece(InvalidInput):
    """A column or a part no statement has."""

    message = N_("“%(piece)s” is not known here. Known: %(known)s.")


class PieceTwice(InvalidInput):
    """A column or a part that stands there twice."""

    message = N_("“%(piece)s” stands there twice. Choose each once.")


class NoDocuments(InvalidInput):
    """Movements nobody could find again."""

    message = N_("The movements need the column “Our document”.")


class NoAmounts(InvalidInput):
    """Movements nobody could add up."""

    message = N_(
        "The movements need their amounts: the column “Amount”, or “Charges” and “Credits”."
    )


class RunningBalanceBroken(InvalidInput):
    """A running balance down rows that do not follow one another."""

    message = N_(
        "Grouped by kind the rows do not follow one another, so no running balance can stand"
        " beside them. Leave out the column “Balance”, or group by date or month."
    )


class NothingShown(InvalidInput):
    """Paper without a figure."""

    message = N_("Show the movements or the open items; a statement without either says nothing.")


class WordsTooLong(InvalidInput):
    """More words than there is room for."""

    message = N_("“%(words)s…” is longer than %(most)s characters. Shorten it.")


@dataclass(frozen=True)
class Layout:
    """What one version of a template says."""

    columns: tuple[str, ...] = ("date", "document", "reference", "due", "amount", "balance")
    parts: tuple[str, ...] = tuple(PARTS)
    group: str = BY_DATE
    #: By piece of wording and language: {"title": {"en": "…", "zh": "…"}}.
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: The language of the paper; empty: the reader's.
    language: str = ""

    def checked(self) -> "Layout":
        """Return it, when a statement can be printed by it.

        Raises:
            UnknownPiece, PieceTwice, NoDocuments, NoAmounts, RunningBalanceBroken, NothingShown,
                WordsTooLong: it cannot.
        """
        _known(self.columns, COLUMNS)
        _known(self.parts, PARTS)
        _known((self.group,), GROUPS)
        _known(self.words, WORDS)
        _known((self.language,) if self.language else (), dict.fromkeys(LANGUAGES, ""))
        if "document" not in self.columns:
            raise NoDocuments
        if "amount" not in self.columns and not {"charge", "credit"} <= set(self.columns):
            raise NoAmounts
        if self.group == BY_KIND and "balance" in self.columns:
            raise RunningBalanceBroken
        if not {"movements", "open_items"} & set(self.parts):
            raise NothingShown
        for name, said in self.words.items():
            _known(said, dict.fromkeys(LANGUAGES, ""))
            for text in said.values():
                if len(text) > LONGEST[name]:
                    raise WordsTooLong(words=text[:30], most=LONGEST[name])
        return self

    def said(self, name: str, language: str) -> str:
        """A piece of wording in a language; in the other one where that is all there is."""
        given = self.words.get(name, {})
        return given.get(language) or next((text for text in given.values() if text), "")

    def to_json(self) -> Json:
        """What is stored."""
        return {
            "columns": list(self.columns),
            "parts": list(self.parts),
            "group": self.group,
            "words": {name: dict(said) for name, said in self.words.items()},
            "language": self.language,
        }

    @classmethod
    def from_json(cls, kept: Json) -> "Layout":
        """What `to_json` gave."""
        return cls(
            tuple(kept["columns"]),
            tuple(kept["parts"]),
            kept["group"],
            kept["words"],
            kept["language"],
        )


def _known(pieces: "tuple[str, ...] | Mapping[str, object]", known: Mapping[str, str]) -> None:
    seen: set[str] = set()
    for piece in pieces:
        if piece not in known:
            raise UnknownPiece(piece=piece, known=", ".join(known))
        if piece in seen:
            raise PieceTwice(piece=Sentence(known[piece]) if known[piece] else piece)
        seen.add(piece)
