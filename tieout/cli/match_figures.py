"""Days and amounts as a program writes them, read where they stand among the bytes of a file."""

import numpy as np
import numpy.typing as npt

from tieout.matching.text import Bytes, Ints, eight_digits, first_bytes, rows_of, words_at

Words = npt.NDArray[np.uint64]
#: Places in a file; four bytes each where that is enough.
Places = npt.NDArray[np.int32] | npt.NDArray[np.int64]
_DAY_LENGTH = 10
#: Amounts of more characters are read the exact way.
LONGEST_AMOUNT = 18
_AMOUNT_ROW = 24
#: Bytes that are looked at as one number.
_WORD = 8
_ZERO = np.uint8(ord("0"))
_MONTHS_TO_1970, _DAYS_TO_1970 = 1970 * 12, 719_163
_HIGH_BITS, _MORE_THAN_NINE = np.uint64(0x8080808080808080), np.uint64(0x7676767676767676)
_ONE_BYTE, _TWO_BYTES, _ZEROS = np.uint64(0xFF), np.uint64(0xFFFF), np.uint64(0x3030303030303030)
_BYTE, _TEN = np.uint64(8), np.uint64(10)
#: A day as two words, and where the dashes of the first one stand.
_DAY_SHAPE, _DASHES = np.frombuffer(b"0000-00-00000000", "<u8"), np.uint64(0xFF0000FF00000000)


class NotPlain(Exception):
    """Something that has to be read cell by cell."""


def days_of(data: Bytes, begin: Places, end: Places) -> Ints:
    """Days like 2026-06-30 as ordinals."""
    if (end - begin != _DAY_LENGTH).any():
        raise NotPlain
    # The year and the month with their dashes, and the day.
    cells = rows_of(data, begin, 2 * _WORD).view("<u8")
    first, last = cells[:, 0].copy(), cells[:, 1] & _TWO_BYTES
    # Books are mostly in the order of days: the same as in the row before is read once.
    fresh = np.ones(len(first), bool)
    fresh[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1])
    rows = np.flatnonzero(fresh)
    return np.repeat(_days_written(first[rows], last[rows]), np.diff(rows, append=len(first)))


def _days_written(first: Words, last: Words) -> Ints:
    first, last = first ^ _DAY_SHAPE[0], last ^ (_DAY_SHAPE[1] & _TWO_BYTES)
    if (_no_digits(first) | _no_digits(last) | (first & _DASHES)).any():
        raise NotPlain
    # In each byte the number it makes with the next one.
    first, last = (word * _TEN + (word >> _BYTE) for word in (first, last))
    year = (first & _ONE_BYTE) * np.uint64(100) + (first >> np.uint64(16) & _ONE_BYTE)
    month = (first >> np.uint64(40) & _ONE_BYTE).view(np.int64)
    day = (last & _ONE_BYTE).view(np.int64)
    if ((month < 1) | (month > 12) | (day < 1) | (year < 1)).any():
        raise NotPlain
    which = year.view(np.int64) * 12 + month
    which -= 1
    earliest = int(which.min(initial=1 << 20))
    begins = _month_begins(np.arange(earliest, int(which.max(initial=0)) + 2))
    which -= earliest
    day += begins[which]
    if (day > begins[which + 1]).any():
        raise NotPlain
    result: Ints = day
    return result


def _no_digits(words: Words) -> Words:
    """A bit where a byte is more than nine."""
    bits: Words = ((words + _MORE_THAN_NINE) | words) & _HIGH_BITS
    return bits


def _month_begins(month: Ints) -> Ints:
    """The ordinal before the first day of a month, counted from the year 0."""
    since_1970 = (month - _MONTHS_TO_1970).astype("datetime64[M]").astype("datetime64[D]")
    result: Ints = since_1970.astype(np.int64) + _DAYS_TO_1970 - 1
    return result


def in_minor(data: Bytes, begin: Places, end: Places, decimals: int) -> Ints:
    """Amounts by where they begin and end; those with all their decimals eight bytes at once."""
    if not decimals:
        return _minor(data, begin, end, decimals)
    first = data.take(begin)
    minus = first == ord("-")
    length = end - begin - (minus | (first == ord("+")))
    usual = (length > decimals + 1) & (length <= 2 * _WORD)
    low = words_at(data, end - _WORD) ^ _ZEROS
    low &= ~first_bytes(_WORD - length)
    point = np.uint64(8 * (_WORD - 1 - decimals))
    usual &= low >> point & _ONE_BYTE == ord(".") ^ ord("0")
    # The point is closed up: what stands before it moves one place to the right.
    behind = ~_ONE_BYTE << point
    low = (low & behind) | ((low & ~behind & ~(_ONE_BYTE << point)) << _BYTE)
    usual &= _no_digits(low) == 0
    value: Ints = eight_digits(low)
    long = np.flatnonzero(length > _WORD)
    if len(long):
        high = words_at(data, end[long] - 2 * _WORD) ^ _ZEROS
        high &= ~first_bytes(2 * _WORD - length[long])
        usual[long] &= _no_digits(high) == 0
        value[long] += eight_digits(high) * 10 ** (_WORD - 1)
    value[minus] *= -1
    others = np.flatnonzero(~usual)
    if len(others):
        value[others] = _minor(data, begin[others], end[others], decimals)
    return value


def _minor(data: Bytes, begin: Places, end: Places, decimals: int) -> Ints:
    """Amounts by where they begin and end, digit by digit."""
    length = (end - begin).astype(np.uint8)
    # One byte more than the longest, so that the point can be closed up.
    width = 16 if int(length.max(initial=0)) < 16 else _AMOUNT_ROW
    rows = rows_of(data, end - width, width)
    inside = np.arange(width, 0, -1, dtype=np.uint8) <= length[:, None]
    digits = rows - _ZERO
    digit = (digits <= 9) & inside
    points = (rows == ord(".")) & inside
    first = data[begin]
    minus = first == ord("-")
    signed = minus | (first == ord("+"))
    pointed = points.sum(axis=1, dtype=np.uint8)
    written = digit.sum(axis=1, dtype=np.uint8)
    if ((written + pointed + signed != length) | (pointed > 1)).any():
        raise NotPlain
    digits *= digit
    value = np.zeros(len(rows), np.int64)
    left = pointed == 0
    value[left] = _whole(digits[left]) * 10**decimals
    for after in range(decimals + 1):
        column = width - 1 - after
        here = points[:, column]
        left |= here
        if here.all():
            here = slice(None)
        # The point is closed up: what stands before it moves one place to the right.
        closed = digits[here]
        closed[:, 1 : column + 1] = closed[:, :column].copy()
        value[here] = _whole(closed) * 10 ** (decimals - after)
        # ".5" is for somebody else to read.
        if (written[here] <= after).any():
            raise NotPlain
    if not left.all() or (written == 0).any():
        raise NotPlain
    value[minus] *= -1
    return value


def _whole(digits: Bytes) -> Ints:
    """Rows of digits as numbers, the last one standing at the right."""
    words = eight_digits(np.ascontiguousarray(digits).view(np.uint64))
    value = words[:, 0]
    for column in range(1, words.shape[1]):
        value = value * 10**8 + words[:, column]
    return value
