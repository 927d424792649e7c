"""References without the parts that one side puts into them, before numbers are compared.

Keys are stored with each line; they are worked out again only for lines whose number holds one
of the parts a company has named.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tieout.matching import Keys, Lines


@dataclass(frozen=True, slots=True)
class Texts:
    """What the keys of a line are made from."""

    number: str
    po: str
    description: str


@dataclass(frozen=True)
class Cleaning:
    """Parts to be left out of references, in capitals, the longest first."""

    parts: tuple[str, ...] = ()
    #: Numbers of their book are vouchers of its own: they say nothing about ours.
    drops_theirs: bool = False

    @classmethod
    def of(cls, chosen: Mapping[str, object]) -> "Cleaning":
        """As it was chosen."""
        parts = chosen.get("clean", ())
        given = parts if isinstance(parts, Sequence) and not isinstance(parts, str) else ()
        return cls(tuple(sorted(map(str, given), key=lambda part: (-len(part), part))))

    def cleaned(self, number: str) -> str:
        """A number without these parts; as it is where nothing would be left."""
        text = unicodedata.normalize("NFKC", number).upper()
        for part in self.parts:
            text = text.replace(part, " ")
        return text.strip() if any(sign.isalnum() for sign in text) else number

    def touches(self, number: str) -> bool:
        """Whether a number holds one of the parts."""
        text = unicodedata.normalize("NFKC", number).upper()
        return any(part in text for part in self.parts)


def with_clean_numbers(lines: Lines, texts: Mapping[int, Texts], cleaning: Cleaning) -> Lines:
    """The same lines, with keys of their cleaned numbers; `texts` are those it touches, by id."""
    if not texts:
        return lines
    ids = list(texts)
    keys = Keys.of(
        [cleaning.cleaned(texts[one].number) for one in ids],
        [texts[one].po for one in ids],
        [texts[one].description for one in ids],
    ).rows()
    again = dict(zip(ids, keys, strict=True))
    return replace(lines, keys=Keys.from_rows(_rows(lines, again)))


def _rows(lines: Lines, again: Mapping[int, bytes]) -> Iterable[bytes]:
    return [
        again.get(line_id, stored)
        for line_id, stored in zip(lines.id.tolist(), lines.keys.rows(), strict=True)
    ]


#: Nothing is left out.
AS_WRITTEN = Cleaning()
