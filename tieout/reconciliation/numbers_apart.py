"""How two numbers of one document differ, where it can be seen: swapped, mistyped or misread."""

import unicodedata

from tieout.i18n import N_, Sentence

SWAPPED = N_("the %(first)s and the %(second)s have changed places in the number")
ONE_DIGIT = N_("one digit of the number differs")
MISREAD = N_("letters stand for figures in the number")
#: The whole, about a document.
IS_WRITTEN = N_("%(document)s is %(number)s in %(book)s: %(note)s.")

#: Fewer figures differ in one or two whatever they are.
_FEWEST = 4
#: As `tieout.matching.misread` has them; said here once more, because telling needs no numpy.
_READ_AS = str.maketrans("OILSBZ", "011582")


def note(ours: str, theirs: str) -> Sentence | None:
    """Say how two numbers differ; None where they are the same, or have little in common."""
    mine, other = _cleaned(ours), _cleaned(theirs)
    if mine == other or len(mine) != len(other):
        return None
    if mine.translate(_READ_AS) == other.translate(_READ_AS):
        return Sentence(MISREAD)
    apart = [at for at in range(len(mine)) if mine[at] != other[at]]
    figures = sum(each.isdecimal() for each in mine)
    if figures < _FEWEST or not all((mine[at] + other[at]).isdecimal() for at in apart):
        return None
    if len(apart) == 1:
        return Sentence(ONE_DIGIT)
    first, last = apart[0], apart[-1]
    if (
        len(apart) == 2
        and last == first + 1
        and mine[first : last + 1] == other[last] + other[first]
    ):
        return Sentence(SWAPPED, {"first": mine[first], "second": mine[last]})
    return None


def _cleaned(number: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", number).upper()))
