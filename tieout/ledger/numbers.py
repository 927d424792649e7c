"""Document numbers as people write them, and as they are compared."""

import re
import unicodedata

_SEPARATORS = re.compile(r"[\W_]+")
_LETTERS = re.compile(r"^([^\W\d_]+)")


def number_key(number: str) -> str:
    """Return a number without case, width and separators; letters stay."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", number).upper())


def number_form(number: str) -> str:
    """Return a number in one case and width, each run of separators written as one hyphen."""
    return _SEPARATORS.sub("-", unicodedata.normalize("NFKC", number).upper()).strip("-")


def same_number(one: str, other: str) -> bool:
    """Whether two forms (of `number_form`) mean the same number.

    INV-2024-001 is INV2024001, for who leaves separators out leaves them all out;
    it is not INV-20240-01.
    """
    if one == other:
        return True
    if "-" in one and "-" in other:
        return False
    return one.replace("-", "") == other.replace("-", "")


def prefix(form: str) -> str:
    """Return the letters a number begins with: "INV" of "INV-1043", "" of "1043"."""
    found = _LETTERS.match(form)
    return found[1] if found else ""
