"""In which encoding a text was written: marks, then strict trials, then statistics."""

import codecs
from dataclasses import dataclass
from pathlib import Path

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 1 << 20
_SAMPLE = 1 << 18
#: What statistics may answer; its other guesses have all been wrong on tables.
_LIKELY = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "big5", "cp949", "cp932", "euc_jp",
]  # fmt: skip
#: Below this many letters beyond ASCII, statistics have nothing to go by.
_FEW = 12
#: Where a character in so many is broken, the rest is Chinese, or whatever it is, all the same.
_ONE_IN = 10
#: What stands where a character could not be read.
_UNREAD = "\ufffd"
#: Encodings in which a broken character is told from a good one.
_TELLING = ("utf-8", "gb18030")


@dataclass(frozen=True)
class Broken:
    """Characters of a text that could not be read."""

    count: int
    #: The line of the first; 0 for none.
    line: int

    @property
    def handling(self) -> str:
        """How a text with them is decoded; none is ever left out unseen."""
        return "replace" if self.count else "strict"


NONE_BROKEN = Broken(0, 0)


def encoding_of(path: Path) -> str | None:
    """Tell the encoding of a text file; None where nothing fits."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name
    zeros = sample.count(0)
    if zeros * 5 > len(sample):
        little = sample[1::2].count(0) >= sample[::2].count(0)
        name = "utf-16-le" if little else "utf-16-be"
        return name if _decodes(path, name) else None
    if _decodes(path, "utf-8"):
        return "utf-8"
    if is_cut_in_a_character(path):
        return None
    if _decodes(path, "gb18030") and _reads_as_chinese(sample):
        return "gb18030"
    for name in _TELLING:
        if _nearly(path, sample, name):
            return name
    if _reads_as_big5(sample) and _decodes(path, "big5hkscs"):
        return "big5hkscs"
    found = _by_statistics(sample)
    return None if found and found.startswith("cp125") and _is_mixed(path) else found


def broken_in(path: Path, encoding: str) -> Broken:
    """Characters that stand in a text although its encoding does not know them.

    They are few, or the text is in another encoding and left for the reader to refuse.
    """
    if encoding not in _TELLING or _decodes(path, encoding):
        return NONE_BROKEN
    count = first = good = 0
    with path.open(encoding=encoding, errors="replace", newline="\n") as text:
        for number, line in enumerate(iter(lambda: text.readline(_BLOCK), ""), 1):
            if line.isascii():
                continue
            if found := line.count(_UNREAD):
                count, first = count + found, first or number
            good += sum(1 for letter in line if letter > "\x7f") - found
    return Broken(count, first) if count * _ONE_IN <= good else NONE_BROKEN


def _nearly(path: Path, sample: bytes, encoding: str) -> bool:
    """Whether a text is in an encoding but for a few bytes that got lost or in between."""
    if encoding == "gb18030" and not _reads_as_chinese(sample):
        return False
    letters = [letter for letter in sample.decode(encoding, "replace") if letter > "\x7f"]
    unread = letters.count(_UNREAD)
    return unread * _ONE_IN < len(letters) and broken_in(path, encoding).count > 0


def _is_mixed(path: Path) -> bool:
    """Whether some lines are UTF-8 and others are not, as where two exports were joined.

    Letters of one byte hardly ever stand so that they make UTF-8 by chance.
    """
    told = set[bool]()
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(_BLOCK), b""):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                told.add(False)
            else:
                told.add(True)
            if len(told) > 1:
                return True
    return False


def nuls_in(path: Path) -> int:
    """How many NUL bytes stand in a file."""
    with path.open("rb") as file:
        return sum(block.count(0) for block in iter(lambda: file.read(_BLOCK), b""))


def is_ended(path: Path) -> bool:
    """Whether a text comes to the end of its last line."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4))
        return file.read().strip(b"\0 \t\x1a").endswith((b"\n", b"\r"))


def is_cut_in_a_character(path: Path) -> bool:
    """Whether a text is UTF-8, or Chinese in GB18030, but for the bytes it ends with."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if sample[:-3].isascii():
        return False  # one letter with an accent at the end says nothing
    if _decodes(path, "utf-8", to_the_end=False):
        return True
    is_chinese = _decodes(path, "gb18030", to_the_end=False) and _reads_as_chinese(sample)
    return is_chinese and not _decodes(path, "gb18030")


def _decodes(path: Path, encoding: str, *, to_the_end: bool = True) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=to_the_end)
    except UnicodeDecodeError:
        return False
    return True


def _reads_as_chinese(sample: bytes) -> bool:
    """Whether what decodes as GB18030 also looks like it.

    Latin text with accents often decodes too: the accent swallows the letter after it. Real
    Chinese is made of pairs with both bytes high, nearly all of them from GB2312.
    """
    pairs = common = place = 0
    while place < len(sample) - 1:
        lead, trail = sample[place], sample[place + 1]
        if lead < 0x81:
            place += 1
            continue
        if 0x30 <= trail <= 0x39:  # a character of four bytes
            place += 4
            continue
        pairs += 1
        common += trail >= 0xA1 and (0xA1 <= lead <= 0xA9 or 0xB0 <= lead <= 0xF7)
        place += 2
    return pairs == 0 or common * 10 >= pairs * 8


def _reads_as_big5(sample: bytes) -> bool:
    """Whether all that is not ASCII comes in pairs of the usual characters of Big5.

    Letters with accents stand elsewhere: as leading bytes they are none of these.
    """
    pairs = common = place = 0
    while place < len(sample) - 1:
        lead, trail = sample[place], sample[place + 1]
        if lead < 0x81:
            place += 1
            continue
        if not (0x40 <= trail <= 0x7E or 0xA1 <= trail <= 0xFE):
            return False
        pairs += 1
        common += 0xA4 <= lead <= 0xC6 or lead == 0xA1
        place += 2
    return pairs > 1 and common * 10 >= pairs * 8


def _by_statistics(sample: bytes) -> str | None:
    high = sum(1 for byte in sample if byte > 0x7F)
    if high < _FEW and _fits(sample, "cp1252"):
        return "cp1252"
    from charset_normalizer import from_bytes

    found = from_bytes(sample, cp_isolation=_LIKELY).best()
    if found is not None and _fits(sample, found.encoding):
        return found.encoding
    return "cp1252" if _fits(sample, "cp1252") else None


def _fits(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(sample)
    except UnicodeDecodeError:
        return False
    return True
