"""Headings as they are compared: one case, one width, one script, no ornaments."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from tieout.chinese import simplified

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
_MARKS = re.compile(r"[^\w%#]+|_+")
_HAN_SPACE = re.compile(r"(?<=[\u2e80-\u9fff])\s+(?=[\u2e80-\u9fff])")
#: The German way of naming everybody: “Zahlungsempfänger*in”, “Kund:innen”.
_EVERYBODY = re.compile(r"(?<=[^\W\d_]{3})[*:_](?:in(?:nen)?|r|n)\b", re.IGNORECASE)
#: What is longer is no heading; only so much of it is looked at.
_LONGEST = 300
#: Words that say nothing about which column it is.
_EMPTY_WORDS = re.compile(r"(必填|选填|可选|required|optional|mandatory|\*)", re.IGNORECASE)
#: A currency or unit stuck to a heading: "Debit CHF", "金额(元)".
_CURRENCY_TAIL = re.compile(
    r"\s+(chf|eur|usd|cny|rmb|gbp|jpy|hkd|aud|cad|sgd|sek|nok|dkk|pln|inr|lcy|fcy|in eur|in usd)$"
    r"|(人民币|本位币|元|万元)$|(?<=[^\W\d_]{2})(本币|原币)$"
)
#: Figures in a heading, such as the rate of its tax: “VAT 13%”.
_DIGITS = re.compile(r"\d+(?:[.,]\d+)?\s*%?")
#: Between the languages of a heading in two: “Date 日期”, “单据号Number”.
_LANGUAGES = re.compile(
    r"(?<=[a-z.#)])\s+(?=[\u2e80-\u9fff])|(?<=[\u2e80-\u9fff)])\s+(?=[a-z])"
    r"|(?<=[a-z]{4})(?=[\u2e80-\u9fff]{2})|(?<=[\u2e80-\u9fff]{2})(?=[a-z]{4})",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[/／|、]| [-–] |(?<=[\u2e80-\u9fff])-(?=[\u2e80-\u9fff])")
_SHORTENED = {
    "nr": "no", "num": "no", "nbr": "no", "nos": "no", "#": "no", "acct": "account", "amnt": "amt",
    "descr": "description", "desc": "description", "qty.": "qty", "dt": "date", "cust.": "cust",
    "vch": "voucher",
}  # fmt: skip


@lru_cache(maxsize=4_000)
def normalised(heading: str) -> str:
    """A heading without what people write differently; what stands in brackets goes."""
    return _main(heading)[-1]


@lru_cache(maxsize=4_000)
def variants(heading: str) -> tuple[str, ...]:
    """The ways to read a heading, the most particular first."""
    found = _main(heading[:_LONGEST])
    text, ways = found[0], found[1:]
    return tuple(dict.fromkeys([*ways, *_lesser(text, ways[min(1, len(ways) - 1)])]))


def _main(heading: str) -> tuple[str, ...]:
    """The heading in one width and script, and its main ways to be read."""
    text = simplified(unicodedata.normalize("NFKC", heading))
    text = _EMPTY_WORDS.sub(" ", _EVERYBODY.sub("", text))
    whole = _plain(_BRACKETS.sub(lambda found: f" {found[1] or found[2] or found[3] or ''} ", text))
    bare = _plain(_BRACKETS.sub(" ", text)) or whole
    ways = [whole, bare]
    for way in (whole, bare):
        without = _CURRENCY_TAIL.sub("", way).strip()
        if without:
            ways.append(without)
    return (text, *dict.fromkeys(ways))


_LONG_FOR = {
    "amt": "amount", "qty": "quantity", "trx": "transaction", "txn": "transaction",
    "trans": "transaction", "tran": "transaction", "cust": "customer", "inv": "invoice",
    "doc": "document", "ref": "reference", "acct": "account", "curr": "currency",
    "bal": "balance", "pmt": "payment", "ord": "order", "prod": "product", "addr": "address",
    "tel": "phone", "descr": "description", "supp": "supplier", "pay": "payment",
}  # fmt: skip
_COMMON = (
    ("发生金额", "金额"),
    ("金额税额", "税额"),
    ("发生额", "金额"),
    ("号码", "号"),
    ("编号", "编码"),
    ("代码", "编码"),
    ("时间", "日期"),
    ("往来户", "往来单位"),
    ("客商", "客户"),
    ("姓名", "名称"),
)


#: “Unit price ex. VAT”, “Inc tax total”, “Price excluding GST”: said one way, at the end.
_TAX_WORDS = r"(?:tax|taxes|vat|gst|ust|mwst|sales tax)"
_EXCLUDED = re.compile(
    rf"\b(?:ex|exc|excl|excluding|exclusive of|exclusive|before|without|w o)\s+{_TAX_WORDS}\b"
)
_INCLUDED = re.compile(
    rf"\b(?:inc|incl|including|inclusive of|inclusive|with|after)\s+{_TAX_WORDS}\b"
)
#: What has been taken off on the way says nothing about which figure it is.
_AFTER = re.compile(r"\s+(?:after|before) (?:line |trade |all )?(?:discount|rebate)s?$")
#: “GSTIN of recipient”: what stands before is what it is.
_OF = re.compile(r"^(gstin|name|code|tax id|tax no|vat no|vat number) of (?:the )?\w+$")


#: “Date d'opération”, “fecha de emisión”: what stands between the nouns says nothing.
_LITTLE = re.compile(r"\b(?:d|de|del|della|dello|dell|di|du|des|l|la|le|les|el|of|the)\b")
#: What is left must still say something.
_LEAST = 4
#: Letters that are no others with a mark: ø is not taken apart into o and a stroke.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"})


def without_little_words(way: str) -> str:
    """A heading without articles and the like; as it was where too little is left."""
    left = " ".join(_LITTLE.sub(" ", way).split())
    return left if len(left) >= _LEAST else way


#: A heading above several columns, and the column's own: “Amount” over “Gross”, 金额 over 含税.
_GROUPED = re.compile(
    r"(amount|date|price|total|value|balance)s? ([a-z]+)|(?:(?=金额|单价)(..)(.+))"
)


def _one_wording(way: str) -> str:
    """English headings of figures with or without tax, each in one wording."""
    for pattern, words in ((_EXCLUDED, "excl tax"), (_INCLUDED, "incl tax")):
        if pattern.search(way):
            rest = " ".join(pattern.sub(" ", way).split())
            return f"{rest} {words}" if rest else words
    return _OF.sub(r"\1", _AFTER.sub("", way))


def _lesser(text: str, bare: str) -> list[str]:
    """Weaker ways: without digits, what stands in brackets, each side of a stroke."""
    ways = [" ".join(_DIGITS.sub("", bare).split())] if any(map(str.isdigit, bare)) else []
    inner = [found[1] or found[2] or found[3] or "" for found in _BRACKETS.finditer(text)]
    outer = _BRACKETS.sub(" ", text)
    parts = [one for part in _PARTS.split(outer) for one in _LANGUAGES.split(part.strip())]
    for part in [*inner, *(parts if len(parts) > 1 else ())]:
        plain = _plain(part)
        if len(plain) >= (2 if not plain.isascii() else 3):
            ways.append(plain)
    ways += [one for way in (bare, *ways) if (one := way.translate(_LETTERS)) != way]
    ways += [one for way in (bare, *ways) if (one := without_little_words(way)) != way]
    ways += [wide for way in (bare, *ways) if (wide := _spelled_out(way)) != way]
    ways += [one for way in (bare, *ways) if way.isascii() and (one := _one_wording(way)) != way]
    if found := _GROUPED.fullmatch(bare):
        above, own = (part for part in found.groups() if part)
        ways.append(f"{own} {above}" if bare.isascii() else own + above)
    return [way for way in ways if way]


def _spelled_out(way: str) -> str:
    """The same without abbreviations, and in the commoner of two Chinese words for one thing."""
    if way.isascii():
        return " ".join(_LONG_FOR.get(word, word) for word in way.split())
    for word, common in _COMMON:
        way = way.replace(word, common)
    return way


def _plain(text: str) -> str:
    text = _CAMEL.sub(" ", text.replace("#", " # "))
    text = _MARKS.sub(" ", text.lower()).strip()
    text = _HAN_SPACE.sub("", text)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(_SHORTENED.get(word, word) for word in text.split())


def signature(headings: Iterable[str]) -> str:
    """A digest by which a file with the same headings is known again."""
    plain = "\x1f".join(normalised(heading) for heading in headings)
    return hashlib.sha256(plain.encode()).hexdigest()
