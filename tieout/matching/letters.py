"""The letters of references, worked out once for references of one shape: INV-2026-000042."""

import numpy as np

from tieout.matching.kind_words import as_series
from tieout.matching.text import Bools, Characters, Ints, Runs, Texts, distinct, mix

_PREFIX_LETTERS = 8
#: Rows whose shapes are taken to be most there are, and how many of them are few.
_LOOKED_AT, _FEW = 1 << 12, 1 << 9
_ZERO = np.uint8(ord("0"))


def letters_of(texts: Texts, runs: Runs) -> tuple[Ints, Ints]:
    """For each reference the letters before its first number, and a number for all its letters."""
    shapes = _shapes(texts) if texts.width and len(texts) > _LOOKED_AT else None
    if shapes is None:
        return as_series(_prefixes(texts, runs), texts.hashes(_is_letter(texts.characters)))
    row, shape = shapes
    some = texts.take(row)
    prefix, letters = letters_of(some, Runs.of(some))
    return prefix[shape], letters[shape]


def _shapes(texts: Texts) -> tuple[Ints, Ints] | None:
    """A row of each shape, and the shape of each row; None where they have too many."""
    digits = texts.characters - _ZERO
    digits *= digits < 10
    blank = (texts.characters - digits).reshape(-1, texts.width)
    numbers = mix(*blank.view(np.int64).T)
    known = distinct(numbers[:_LOOKED_AT])
    if len(known) > _FEW:
        return None
    shape = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
    strange = numbers[known[shape] != numbers]
    if len(strange):
        known = distinct(np.concatenate([known, strange]))
        if len(known) > _LOOKED_AT:
            return None
        shape = np.searchsorted(known, numbers)
    row = np.empty(len(known), np.int64)
    row[shape] = np.arange(len(numbers))
    return row, shape


def _prefixes(texts: Texts, runs: Runs) -> Ints:
    """The letters right before the first number, at most one separator between."""
    prefix = np.zeros(len(texts), np.int64)
    fresh = np.ones(len(runs.line), bool)
    fresh[1:] = runs.line[1:] != runs.line[:-1]
    first = np.flatnonzero(fresh)
    line = runs.line[first]
    place = runs.start[first] - 1
    begin = texts.start[line]
    for _ in range(2):
        at = texts.characters[np.maximum(place, 0)]
        place = np.where((place >= begin) & ~_is_letter(at), place - 1, place)
    reading = np.ones(len(line), bool)
    value = np.zeros(len(line), np.int64)
    for _ in range(_PREFIX_LETTERS):
        at = texts.characters[np.maximum(place, 0)]
        reading &= (place >= begin) & _is_letter(at)
        if not reading.any():
            break
        value = np.where(reading, value * 27 + (at.astype(np.int64) - ord("A") + 1), value)
        place = place - 1
    prefix[line] = value
    return prefix


def _is_letter(characters: Characters) -> Bools:
    result: Bools = (characters >= ord("A")) & (characters <= ord("Z"))
    return result
