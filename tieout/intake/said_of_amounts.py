"""What headings, titles and number formats say of the amounts: their currency, and 万元."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tieout.chinese import compiled
from tieout.i18n import N_, Sentence
from tieout.intake.fields import FIELDS, Reads
from tieout.intake.guessing import Guess
from tieout.intake.layout import Layout
from tieout.intake.mapping import Mapping as Columns
from tieout.intake.reading import Row
from tieout.intake.reading.cells import is_blank
from tieout.intake.values.currencies import currency_in
from tieout.intake.values.text import one_width, shown

COUNTED_IN = N_(
    "The figures of column %(column)s are taken times %(factor)s, as its heading or title says. "
    "Look at the preview."
)
CURRENCY_SAID = N_("The amounts are taken as %(currency)s, as “%(text)s” says.")
CURRENCY_SHOWN = N_(
    "The amounts are taken as %(currency)s, as the cells of column %(column)s show."
)
SIGN_SHARED = N_(
    "The cells of column %(column)s are shown with “%(sign)s”, which several currencies share. "
    "Choose the currency."
)
_PRICES = ("unit_price", "net_price")
#: Codes that are no other word at the end of a heading.
_CODES = frozenset(
    "EUR USD CNY RMB CNH GBP JPY HKD TWD CHF AUD CAD NZD SGD SEK NOK DKK PLN CZK HUF INR KRW THB"
    " MYR IDR PHP VND ZAR BRL MXN AED SAR ILS MOP RUB".split()
)
_WORD = compiled(r"[A-Za-z]{3}|[€£₹₩₽₫฿]|US\$|HK\$|[\u4e00-\u9fff]{2,6}")
_BRACKETS = compiled(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_ABOVE = compiled(
    r"(?:account\s+)?(?:currency|币\s*[种别]|货币|本位币|记账币种)\s*[:：]\s*(?P<code>.*)"
    r"|.*(?:amounts?|figures|values)\s+(?:are\s+)?(?:shown\s+)?in\s+(?P<in>[A-Za-z$€£]+).*"
    r"|.*(?:金额)?单位\s*[:：]\s*(?P<unit>[^\s,，;；)）]+).*",
    re.IGNORECASE | re.DOTALL,
)
#: What a figure counts in.
_TIMES = (
    (100_000_000, compiled(r"亿")),
    (1_000_000, compiled(r"百万|in\s+millions|\b(mio|mln)\b", re.IGNORECASE)),
    (10_000, compiled(r"万")),
    (
        1_000,
        compiled(r"千|in\s+thousands|\(\s*'?0{3}s?\s*\)|\b(tsd|teur|tusd|k€|k\$)\b", re.IGNORECASE),
    ),
)


def currency_of_heading(heading: str) -> str:
    """The currency a heading names, in brackets or at its end; empty for none."""
    text = one_width(heading)
    outside = _BRACKETS.sub(" ", text).split()
    places = [*_BRACKETS.findall(text), *outside[-1:], *outside[:1]]
    for place in places:
        for word in _WORD.findall(place):
            if word.isascii() and word.isalpha() and word not in _CODES:
                continue
            if found := currency_in(word):
                return found
        if not place.isalpha() and (found := currency_in(place)):
            return found
    return ""


def currency_above(rows: Iterable[Row]) -> tuple[str, str]:
    """The currency that a line above the headings names, and that line; empty for none."""
    for row in rows:
        filled = [shown(cell).strip() for cell in row.cells if not is_blank(cell)]
        for place, text in enumerate(filled):
            found = _ABOVE.fullmatch(one_width(text)[:300]) if len(text) < 300 else None
            if found is None:
                continue
            said = found["code"] or found["in"] or found["unit"] or ""
            if not said and place + 1 < len(filled):
                said = filled[place + 1]
            words = _TIMES_WORDS.sub("", said).split("(")[0].strip()
            if words and (code := currency_in(words)):
                return code, text
    return "", ""


_TIMES_WORDS = compiled(r"[百千]?[万千亿]")


def factor_of_heading(heading: str) -> int:
    """10,000 for 金额(万元), 1,000 for “in thousands”; otherwise 1."""
    text = one_width(heading)
    inner = " ".join(f"({one})" for one in _BRACKETS.findall(text))
    tail = (
        text
        if re.search(
            r"[万千亿]元$|in\s+(thousands|millions)\s*$|\btsd\b|\bteur\b", text, re.IGNORECASE
        )
        else ""
    )
    return _factor(f"{inner} {tail}") if inner or tail else 1


def factor_above(rows: Iterable[Row]) -> int:
    """The same of a line above the headings: 单位：万元."""
    for row in rows:
        for cell in row.cells:
            if isinstance(cell, str) and len(cell) < 300:
                found = _ABOVE.fullmatch(one_width(cell))
                if found and found["unit"]:
                    return _factor(found["unit"])
                if re.search(
                    r"(amounts?|figures|values)\b.*\bin\s+(thousands|millions)", cell, re.IGNORECASE
                ):
                    return _factor(cell)
    return 1


def _factor(text: str) -> int:
    return next((times for times, words in _TIMES if words.search(text)), 1)


def with_amounts(
    guess: Guess, layout: Layout, head: Sequence[Row], formats: Mapping[int, str]
) -> Guess:
    """The proposal, with what headings, titles and number formats say of its amounts."""
    above = [row for row in head if row.number < layout.header_row]
    mapping, factor = guess.mapping, factor_above(above)
    table, notes = FIELDS[mapping.kind], list(guess.notes)
    columns = []
    for column in mapping.columns:
        if table[column.field].reads == Reads.AMOUNT or column.field in _PRICES:
            times = factor_of_heading(column.heading)
            if times == 1 and table[column.field].reads == Reads.AMOUNT:
                times = factor
            if times > 1:
                notes.append(
                    Sentence(COUNTED_IN, {"column": column.letters, "factor": f"{times:,}"})
                )
                column = replace(column, factor=times)
        columns.append(column)
    mapping = replace(mapping, columns=tuple(columns))
    if not mapping.has("currency"):
        currency, sentence = _currency(mapping, above, formats)
        mapping = replace(mapping, currency=currency)
        notes += [sentence] if sentence else []
    return replace(guess, mapping=mapping, notes=tuple(notes))


def _currency(
    mapping: Columns, above: Sequence[Row], formats: Mapping[int, str]
) -> tuple[str, Sentence | None]:
    table = FIELDS[mapping.kind]
    amounts = [
        column
        for column in mapping.columns
        if table[column.field].reads == Reads.AMOUNT and column.field != "original_amount"
    ]
    headed = {currency_of_heading(column.heading) for column in amounts}
    if len(headed) == 1 and (code := headed.pop()):
        return code, Sentence(CURRENCY_SAID, {"currency": code, "text": amounts[0].heading})
    code, text = currency_above(above)
    if code:
        return code, Sentence(CURRENCY_SAID, {"currency": code, "text": text})
    shown_as = {formats[column.index] for column in amounts if column.index in formats}
    if len(shown_as) != 1:
        return "", None
    first = next(column for column in amounts if column.index in formats)
    sign = shown_as.pop()
    if code := currency_in(sign) or "":
        return code, Sentence(CURRENCY_SHOWN, {"currency": code, "column": first.letters})
    return "", Sentence(SIGN_SHARED, {"column": first.letters, "sign": sign})
