"""What is written and what is looked for, made alike: the pure half of searching.

A text loses case, width, spaces and punctuation, and is kept as its overlapping pairs of
characters: whatever two characters somebody types, Chinese or not, are one such pair. Numbers
are kept in threes besides, for any two digits stand together in every other document.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

#: Shorter words would find nearly everything.
SHORTEST = 2
#: So much of a document's text can be searched.
LONGEST = 20_000
#: Who asks for more words pasted something that is no search; nothing is found.
_MOST_WORDS = 100
#: Pieces of a long word that are looked up; the text itself is compared after that.
_PIECES = 12
#: Stands between two texts of one document; no word reaches across.
BETWEEN = "\n"

_ASCII = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"[0-9]")
#: What nobody types, and no database keeps: NUL, halves of a character (from a command line).
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LEFT_OUT = frozenset("ZPC")


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """Return a text without case, width, spaces and punctuation; letters and signs stay."""
    if text.isascii():
        return _ASCII.sub("", text.lower())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in folded if _stays(c))


def _stays(character: str) -> bool:
    if character.isascii():
        return character.isalnum()
    return unicodedata.category(character)[0] not in _LEFT_OUT


def joined(texts: Iterable[str]) -> str:
    """Return the texts of one document as they are kept for searching, each of them once."""
    return BETWEEN.join(dict.fromkeys(filter(None, map(plain, texts))))[:LONGEST]


#: Names of products come again and again; numbers do not, and a kilobyte each is much to keep.
@lru_cache(maxsize=5_000)
def _pieces(text: str) -> tuple[str, ...]:
    found = list(map("".join, pairwise(text)))
    if not _NUMBER.search(text):
        return tuple(dict.fromkeys(found))
    threes = _threes(text)
    found += filter(_NUMBER.search if text.isascii() else _is_of_number, threes)
    return tuple(dict.fromkeys(found))


def _threes(text: str) -> Iterator[str]:
    return map("".join, zip(text, text[1:], text[2:], strict=False))


def _is_of_number(three: str) -> bool:
    return three.isascii() and _NUMBER.search(three) is not None


def pieces(text: str) -> set[str]:
    """Return the pairs, and threes with a digit, of a text made by `joined`."""
    return set[str]().union(*map(_pieces, text.split(BETWEEN)))


def pieces_of_word(word: str) -> tuple[str, ...]:
    """Return pieces that whatever holds a word has, evenly spread over a long one."""
    found: list[str] = []
    for three in _threes(word):
        found += (three,) if _is_of_number(three) else (three[:2], three[1:])
    found = list(dict.fromkeys(found)) or [word]
    if len(found) <= _PIECES:
        return tuple(found)
    return tuple(found[at * (len(found) - 1) // (_PIECES - 1)] for at in range(_PIECES))


class Word(NamedTuple):
    """One word of a question."""

    #: Made alike, as texts are kept.
    plain: str
    #: As it was written, for what is kept as it stands.
    written: str


def words(text: str) -> list[Word]:
    """Return the words of a question; whatever is found holds each of them somewhere.

    A single character belongs to the word after it, or before it where none follows: "PO 8".
    Nothing is returned where there are not two characters to go by.
    """
    parts = unicodedata.normalize("NFKC", typed(text)).split()
    found = list(dict.fromkeys(_words((plain(part), part) for part in parts)))
    return found if len(found) <= _MOST_WORDS else []


def typed(text: str) -> str:
    """Return a question as somebody can type it: control characters count as spaces."""
    return _CONTROL.sub(" ", text).strip()


def _words(parts: Iterable[tuple[str, str]]) -> Iterator[Word]:
    ready, short = Word("", ""), Word("", "")
    for made, written in parts:
        if not made:
            continue
        short = _with(short, Word(made, written))
        if len(short.plain) >= SHORTEST:
            if ready.plain:
                yield ready
            ready, short = short, Word("", "")
    last = _with(ready, short)
    if len(last.plain) >= SHORTEST:
        yield last


def _with(word: Word, more: Word) -> Word:
    return Word(word.plain + more.plain, f"{word.written} {more.written}".strip())
