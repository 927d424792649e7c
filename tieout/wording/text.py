"""The text of a template: taken apart and checked before it is kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.wording.places import blocks_of, places_of

PLACE = re.compile(r"\{([^{}\n]*)\}")
LONGEST_SUBJECT, LONGEST_MAIL, LONGEST_CHAT = 200, 10_000, 1_500


class NothingSaid(InvalidInput):
    """A template without words."""

    message = N_("Write what the message is to say, or go back to the built-in words.")


class SubjectMissing(InvalidInput):
    """A mail without a subject."""

    message = N_("A mail needs a subject.")


class TooMuchSaid(InvalidInput):
    """More than a message of its channel should hold."""

    message = N_("This holds at most %(limit)s characters. Shorten it.")


class UnknownPlaceholder(InvalidInput):
    """Something in braces that nothing is known about."""

    message = N_("“{%(place)s}” cannot be filled in. Known are: %(known)s.")


class UnknownInSubject(InvalidInput):
    """Something in braces that cannot stand in a subject."""

    message = UnknownPlaceholder.message


class BraceInSubject(InvalidInput):
    """A brace in a subject that belongs to no placeholder."""

    message = N_(
        "The subject holds a brace that belongs to no placeholder. Write placeholders as {person},"
        " and no other braces."
    )


class BraceAlone(InvalidInput):
    """A brace that belongs to no placeholder."""

    message = N_(
        "Line %(line)s holds a brace that belongs to no placeholder. Write placeholders as"
        " {person}, and no other braces."
    )


class BlockInsideLine(InvalidInput):
    """A placeholder of several lines inside a sentence."""

    message = N_("“{%(place)s}” takes lines of its own: put it on a line with nothing else.")


class ButtonMissing(InvalidInput):
    """A mail nobody could act on."""

    message = N_("Put {button} on a line of its own: without it nobody finds the page.")


@dataclass(frozen=True)
class Own:
    """What a template says."""

    subject: str
    body: str

    @property
    def names(self) -> set[str]:
        """What stands in its braces."""
        return set(PLACE.findall(self.subject)) | set(PLACE.findall(self.body))


@dataclass(frozen=True)
class Paragraph:
    """Lines of words that stand together."""

    lines: tuple[str, ...]
    #: Whether an empty line stands before it.
    is_apart: bool = True


@dataclass(frozen=True)
class Standing:
    """A block on a line of its own."""

    name: str
    is_apart: bool = True


def tidied(text: str) -> str:
    """A text with plain ends of lines, and without blanks at them."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip()


def check(own: Own, kind: str, channel: str) -> None:
    """See that a template can be filled in for every message of a kind.

    Raises:
        NothingSaid, SubjectMissing, TooMuchSaid: it is too little or too much.
        BraceAlone, UnknownPlaceholder, BlockInsideLine: something in it means nothing.
        BraceInSubject, UnknownInSubject: something in its subject does not.
        ButtonMissing: a mail leads nowhere.
    """
    is_mail = channel == "email"
    if not own.body:
        raise NothingSaid
    if is_mail and not own.subject:
        raise SubjectMissing
    for text, most in (
        (own.subject, LONGEST_SUBJECT),
        (own.body, LONGEST_MAIL if is_mail else LONGEST_CHAT),
    ):
        if len(text) > most:
            raise TooMuchSaid(limit=most)
    places, blocks = places_of(kind), blocks_of(kind, channel)
    for at, line in enumerate([own.subject, *own.body.split("\n")]):
        inside = set(places) if at == 0 else {*places, *blocks}
        for name in PLACE.findall(line):
            if name not in inside:
                unknown = UnknownPlaceholder if at else UnknownInSubject
                raise unknown(place=name, known=_listed(inside))
            if name in blocks and line.strip() != f"{{{name}}}":
                raise BlockInsideLine(place=name)
        if any(sign in PLACE.sub("", line) for sign in "{}"):
            raise BraceAlone(line=at) if at else BraceInSubject
    if is_mail and "button" not in own.names:
        raise ButtonMissing


def parts(body: str, kind: str) -> Iterator[Paragraph | Standing]:
    """The paragraphs and blocks of a mail, in their order."""
    blocks = blocks_of(kind, "email")
    lines: list[str] = []
    is_apart = begins_apart = True
    for line in [*body.split("\n"), ""]:
        found = PLACE.fullmatch(line.strip())
        is_block = found is not None and found[1] in blocks
        if (is_block or not line.strip()) and lines:
            yield Paragraph(tuple(lines), begins_apart)
            lines = []
        if found is not None and is_block:
            yield Standing(found[1], is_apart)
        elif line.strip():
            begins_apart = begins_apart if lines else is_apart
            lines.append(line)
        is_apart = not line.strip()


def _listed(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
