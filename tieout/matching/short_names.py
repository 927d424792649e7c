"""Short numbers that are telling together with their series: PAY-0670, INV 532, 发票532.

A number of three or four digits alone says nothing in a text; with the letters before it, it is
the reference of a document, if the other book has one of that series and number; a kind written
out (Invoice 532, 发票号 532) is its series (`kind_words`). Lists and ranges
of such numbers (INV 123/124, INV-123-125, 发票 0123~0125) name several documents.
"""

import numpy as np

from tieout.matching import kind_words
from tieout.matching.text import (
    Bools,
    Characters,
    Ints,
    Runs,
    Texts,
    looks_like_a_date,
    mix,
    one_of,
)

#: Digits of a short number.
_LEAST, _MOST = 3, 4
#: Letters of a series; of Chinese the last two characters count.
_LEAST_LETTERS, _MOST_LETTERS = 2, 8
#: Digits of a number in a list; documents that one list can name.
_LONGEST_LISTED, _MOST_LISTED = 8, 50
#: What may stand between a series and its number, three times at most: "Inv. 532", "INV - 532".
_MOST_BETWEEN = 3
_BETWEEN = [ord(sign) for sign in "-_./:#° "]
_RANGE = [ord(sign) for sign in "-~"]
_LIST = [ord(sign) for sign in "/,+&、"]
_CHINESE, _BEHIND_CHINESE = 0x3400, 0xA000
_HASHED = (1 << 54) - 1
_NAMED, _LISTED = 1 << 55, 1 << 56


def in_words(texts: Texts, runs: Runs) -> tuple[Ints, Ints]:
    """Lines and values of series and short numbers written in a text."""
    some = np.flatnonzero(_is_short(runs))
    some = some[_stands_alone(texts, runs, some)]
    return _named(texts, runs, some, some)


def in_references(texts: Texts, runs: Runs, several: Ints) -> tuple[Ints, Ints]:
    """The same of references that are one short number, or one behind its year.

    `several` says how many numbers each line has.
    """
    short = _is_short(runs)
    alone = np.flatnonzero(short & (several[runs.line] == 1))
    second = np.flatnonzero(short[1:] & (runs.line[1:] == runs.line[:-1])) + 1
    second = second[several[runs.line[second]] == 2]
    second = second[looks_like_a_date(runs.value[second - 1], runs.digits[second - 1])]
    second = second[runs.start[second] - runs.end[second - 1] == 1]
    second = second[runs.digits[second - 1] == _MOST]
    return _named(texts, runs, np.concatenate([alone, second]), np.concatenate([alone, second - 1]))


def listed(texts: Texts, runs: Runs) -> tuple[Ints, Ints]:
    """Lines and values of the numbers of lists and ranges that begin with a series."""
    lines, values = [], []
    for first, last, is_range in _chains(texts, runs):
        numbers = runs.value[first : last + 1]
        if is_range:
            numbers = np.arange(numbers[0], numbers[-1] + 1)
        lines.append(np.full(len(numbers), runs.line[first]))
        values.append(numbers)
    if not lines:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(lines), np.concatenate(values) | _LISTED


def number_of(listed_value: Ints) -> Ints:
    """The plain number of a value that `listed` gave."""
    result: Ints = listed_value & (_LISTED - 1)
    return result


def _chains(texts: Texts, runs: Runs) -> list[tuple[int, int, bool]]:
    """First and last number of each list or range behind a series, and whether it is a range."""
    left = _linked(texts, runs)
    if not len(left):
        return []
    head = np.ones(len(left), bool)
    head[1:] = np.diff(left) != 1
    begin = np.flatnonzero(head)
    first, last = left[begin], left[np.append(begin[1:], len(left)) - 1] + 1
    sign = one_of(texts.characters[runs.end[left]], _RANGE)
    ranges = np.add.reduceat(sign.astype(np.int64), begin)
    links = last - first
    keep = (ranges == 0) & (links < _MOST_LISTED)
    keep |= (ranges == 1) & (links == 1)
    keep &= _stands_alone(texts, runs, last)
    first, last, ranges = first[keep], last[keep], ranges[keep]
    kept, _ = _with_series(texts, runs, _behind_year(runs, first))
    return list(
        zip(first[kept].tolist(), last[kept].tolist(), (ranges[kept] == 1).tolist(), strict=True)
    )


def _linked(texts: Texts, runs: Runs) -> Ints:
    """Numbers whose neighbour stands in one list or range with them: of one length, no years."""
    alike = (runs.line[1:] == runs.line[:-1]) & (runs.start[1:] - runs.end[:-1] == 1)
    alike &= (runs.digits[1:] == runs.digits[:-1]) & (runs.digits[1:] >= _LEAST)
    left = np.flatnonzero(alike)
    left = left[runs.digits[left] <= _LONGEST_LISTED]
    for step in (0, 1):
        left = left[~looks_like_a_date(runs.value[left + step], runs.digits[left + step])]
    between = texts.characters[runs.end[left]]
    more = runs.value[left + 1] - runs.value[left]
    keep = one_of(between, _RANGE) & (more > 0) & (more < _MOST_LISTED)
    keep |= one_of(between, _LIST) & (more != 0)
    return left[keep]


def _behind_year(runs: Runs, first: Ints) -> Ints:
    """Where the series stands: before a number, or the year before it (INV-2026-0123~0125)."""
    before = np.maximum(first - 1, 0)
    dated = looks_like_a_date(runs.value[before], runs.digits[before]) & (first > 0)
    dated &= (runs.line[before] == runs.line[first]) & (runs.start[first] - runs.end[before] == 1)
    return np.where(dated & (runs.digits[before] == _MOST), before, first)


def _is_short(runs: Runs) -> Bools:
    short: Bools = (runs.digits >= _LEAST) & (runs.digits <= _MOST)
    return short


def _stands_alone(texts: Texts, runs: Runs, some: Ints) -> Bools:
    """Nothing belongs to the number behind it: no letter, no decimals, no further number."""
    result: Bools = ~_is_latin(texts.characters[runs.end[some]])
    following = np.minimum(some + 1, len(runs.line) - 1)
    close = (runs.line[following] == runs.line[some]) & (following > some)
    result &= ~(close & (runs.start[following] - runs.end[some] == 1) & ~_blank(texts, runs, some))
    return result


def _blank(texts: Texts, runs: Runs, some: Ints) -> Bools:
    result: Bools = texts.characters[runs.end[some]] == ord(" ")
    return result


def _named(texts: Texts, runs: Runs, some: Ints, anchor: Ints) -> tuple[Ints, Ints]:
    kept, series = _with_series(texts, runs, anchor)
    some = some[kept]
    return runs.line[some], (mix(series, runs.value[some]) & _HASHED) | _NAMED


def _with_series(texts: Texts, runs: Runs, some: Ints) -> tuple[Ints, Ints]:
    """Which of some numbers have a series right before them, and the series as a number."""
    begin = texts.start[runs.line[some]]
    place = _over(texts, begin, runs.start[some] - 1)
    kept = np.flatnonzero(place >= begin)
    begin, place = begin[kept], place[kept]
    value, count, before = _word(texts, begin, place)
    telling = (count >= _LEAST_LETTERS) & (count <= _MOST_LETTERS)
    kind = _kinds(texts, begin, place, value, before)
    found = np.flatnonzero(kind)
    value[found] = kind[found]
    behind = runs.end[some[kept[found]]]
    behind = behind + (texts.characters[behind] == ord(" "))
    telling[found] = ~one_of(texts.characters[behind], kind_words.COUNTED.tolist())
    return kept[telling], value[telling]


def _over(texts: Texts, begin: Ints, place: Ints) -> Ints:
    """The place before what may stand between a series and its number."""
    for _ in range(_MOST_BETWEEN):
        at = texts.characters[np.maximum(place, 0)]
        place = np.where((place >= begin) & one_of(at, _BETWEEN), place - 1, place)
    return place


def _word(texts: Texts, begin: Ints, place: Ints) -> tuple[Ints, Ints, Ints]:
    """The letters that end at each place as a number, how many, and the place before them.

    Of Chinese the last two characters.
    """
    first = texts.characters[np.maximum(place, 0)]
    latin, chinese = _is_latin(first), _is_chinese(first)
    value, count = np.zeros(len(place), np.int64), np.zeros(len(place), np.int64)
    reading = latin | chinese
    for _ in range(kind_words.LONGEST + 1):
        at = texts.characters[np.maximum(place, 0)]
        reading &= (place >= begin) & np.where(latin, _is_latin(at), _is_chinese(at))
        reading &= latin | (count < _LEAST_LETTERS)
        if not reading.any():
            break
        value = np.where(reading, value * kind_words.LETTER + at.astype(np.int64), value)
        count += reading
        place = np.where(reading, place - 1, place)
    return value, count, place


def _kinds(texts: Texts, begin: Ints, place: Ints, value: Ints, before: Ints) -> Ints:
    """The series that a kind written out stands for; 0 where there is none."""
    series = np.zeros(len(value), np.int64)
    value, before = value.copy(), before.copy()
    # Before "No." or 号码 stands the kind itself.
    numbered = np.flatnonzero(kind_words.is_number_word(value))
    chinese = np.flatnonzero(_is_number_character(texts, place))
    behind = place[chinese]
    for _ in range(_MOST_BETWEEN):
        behind = np.where(
            (behind >= begin[chinese]) & _is_number_character(texts, behind), behind - 1, behind
        )
    for rows, ends in (
        (numbered, _over(texts, begin[numbered], before[numbered])),
        (chinese, _over(texts, begin[chinese], behind)),
    ):
        if len(rows):
            value[rows], _, before[rows] = _word(texts, begin[rows], ends)
    known = np.flatnonzero(kind_words.is_kind(value) | kind_words.may_be_second(value))
    if len(known):
        start = begin[known]
        other, _, _ = _word(texts, start, _over(texts, start, before[known]))
        two = kind_words.series_of_two(value[known], other)
        one = kind_words.series_of(value[known])
        alone = np.where(kind_words.is_kind(value[known]), one, 0)
        series[known] = np.where(two != value[known], two, alone)
    return series


def _is_number_character(texts: Texts, place: Ints) -> Bools:
    if texts.characters.dtype == np.uint8:
        return np.zeros(len(place), bool)
    characters = texts.characters[np.maximum(place, 0)]
    result: Bools = one_of(characters, kind_words.NUMBER_CHARACTERS.tolist())
    return result


def _is_latin(characters: Characters) -> Bools:
    result: Bools = (characters >= ord("A")) & (characters <= ord("Z"))
    return result


def _is_chinese(characters: Characters) -> Bools:
    if characters.dtype == np.uint8:
        return np.zeros(len(characters), bool)
    result: Bools = (characters >= _CHINESE) & (characters < _BEHIND_CHINESE)
    return result
