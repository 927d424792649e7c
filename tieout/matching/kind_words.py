"""Kinds of documents written out where others write a series: Invoice 532, 发票号 532, INV-532.

A word for an invoice before its number says what INV says: both name invoice 532. What stands
between the word and the number (No., Nr., 号码) says nothing. An invoice in red (红字发票) is a
credit note; a pro forma invoice has numbers of its own.
"""

import numpy as np

from tieout.matching.text import Bools, Ints, Texts

#: Letters of the longest of the words, and what the letters of a word are multiplied with.
LONGEST = 15
LETTER = 1_000_003
_INVOICE, _CREDIT, _DEBIT, _PRO_FORMA = "INV", "CN", "DN", "PF"
_WORDS = {
    _INVOICE: (
        "INV", "INVOICE", "INVOICES", "INVOICENO", "INVOICENR", "INVOICENUMBER", "INVNO", "INVNR",
        "RECHNUNG", "RECHNUNGEN", "RECHNUNGS", "RECHNUNGNR", "RECHNUNGSNR", "RECHNUNGSNUMMER",
        "RECHNR",
        "FACTURE", "FACTURES", "FACTURA", "FACTURAS", "FATTURA", "FATTURE", "FAKTURA", "FACTUUR",
        "发票", "發票",
    ),
    _CREDIT: (
        "CN", "CREDITNOTE", "CREDITNOTENO", "CREDITMEMO", "GUTSCHRIFT", "GUTSCHRIFTEN",
        "GUTSCHRIFTNR",
        "贷项", "貸項", "红字", "紅字",
    ),
    _DEBIT: ("DN", "DEBITNOTE", "DEBITNOTENO", "DEBITMEMO"),
}  # fmt: skip
#: Two words, the second one first.
_PAIRS = {
    ("NOTE", "CREDIT"): _CREDIT,
    ("MEMO", "CREDIT"): _CREDIT,
    ("NOTE", "DEBIT"): _DEBIT,
    ("MEMO", "DEBIT"): _DEBIT,
    ("INVOICE", "FORMA"): _PRO_FORMA,
    ("INVOICE", "PROFORMA"): _PRO_FORMA,
    ("发票", "红字"): _CREDIT,
    ("發票", "紅字"): _CREDIT,
    ("发票", "负数"): _CREDIT,
    ("發票", "負數"): _CREDIT,
}
#: Between a kind and its number: a word, or characters.
_NUMBER_WORDS = ("N", "NO", "NOS", "NR", "NUM", "NUMBER", "NUMMER")
NUMBER_CHARACTERS = np.array([ord(each) for each in "号號码碼编編单單通知第"])
#: Behind a number, what makes it an amount, a count or a day: 发票 500 元, 发票 100 张.
COUNTED = np.array([ord(each) for each in "元圆圓块塊张張份万萬件年月日天%"])


def word_value(word: str) -> int:
    """The letters of a word as one number, read from its end."""
    value = 0
    for letter in reversed(word):
        value = (value * LETTER + ord(letter)) & _FULL
    return value - (1 << 64) if value >> 63 else value


_FULL = (1 << 64) - 1


def _table(said: dict[int, int]) -> tuple[Ints, Ints]:
    known = sorted(said)
    return np.array(known, np.int64), np.array([said[each] for each in known], np.int64)


_KINDS = _table(
    {word_value(word): word_value(series) for series, words in _WORDS.items() for word in words}
)
_NUMBERED = np.array(sorted(word_value(word) for word in _NUMBER_WORDS), np.int64)
_SECOND = np.array(sorted({word_value(second) for second, _ in _PAIRS}), np.int64)


def is_kind(value: Ints) -> Bools:
    """Words that stand for a series."""
    return _among(value, _KINDS[0])


def is_number_word(value: Ints) -> Bools:
    """Words that stand between a kind and its number."""
    return _among(value, _NUMBERED)


def may_be_second(value: Ints) -> Bools:
    """Words that say another kind with the right word before them."""
    return _among(value, _SECOND)


def series_of(value: Ints) -> Ints:
    """The series words stand for; other words as they are."""
    place = np.minimum(np.searchsorted(_KINDS[0], value), len(_KINDS[0]) - 1)
    return np.where(_KINDS[0][place] == value, _KINDS[1][place], value)


def series_of_two(value: Ints, before: Ints) -> Ints:
    """The series a word stands for with another one before it; else the word as it is."""
    result = value.copy()
    for (second, first), series in _PAIRS.items():
        both = (value == word_value(second)) & (before == word_value(first))
        result[both] = word_value(series)
    return result


def _among(value: Ints, known: Ints) -> Bools:
    place = np.minimum(np.searchsorted(known, value), len(known) - 1)
    result: Bools = known[place] == value
    return result


def _letters(words: list[str]) -> Ints:
    texts = Texts.of(words)
    return texts.hashes(texts.characters != 0)


def _prefix(series: str) -> int:
    value = 0
    for letter in reversed(series):
        value = value * 27 + ord(letter) - ord("A") + 1
    return value


def _said() -> tuple[Ints, Ints, Ints]:
    """All letters of a reference that is a kind and a number; its prefix and letters instead."""
    said = [(word, series) for series, words in _WORDS.items() for word in words if word.isascii()]
    known, letters = (_letters([each[at] for each in said]) for at in (0, 1))
    prefix = np.array([_prefix(series) for _, series in said], np.int64)
    order = np.argsort(known)
    return known[order], prefix[order], letters[order]


_LETTERS, _PREFIXES, _INSTEAD = _said()


def as_series(prefix: Ints, letters: Ints) -> tuple[Ints, Ints]:
    """Prefix and letters of references, a kind written out taken for its series."""
    place = np.minimum(np.searchsorted(_LETTERS, letters), len(_LETTERS) - 1)
    kind = (_LETTERS[place] == letters) & (prefix != 0)
    if not kind.any():
        return prefix, letters
    return np.where(kind, _PREFIXES[place], prefix), np.where(kind, _INSTEAD[place], letters)
