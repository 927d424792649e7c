"""Currencies as people write them: signs, words, three letters."""

from functools import lru_cache

from tieout.chinese import simplified
from tieout.intake.reading import Cell
from tieout.intake.values.errors import UnknownCurrencyWord
from tieout.intake.values.text import one_width, read_text
from tieout.money import UnknownCurrency, checked_currency

#: A sign that several currencies share names none of them.
_SHARED = frozenset({"¥", "$", "元", "圆", "块", "KR", "₤"})
_WORDS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₫": "VND", "฿": "THB",
    "₺": "TRY", "US$": "USD", "USD$": "USD", "HK$": "HKD", "NT$": "TWD", "A$": "AUD",
    "C$": "CAD", "S$": "SGD", "CN¥": "CNY", "JP¥": "JPY", "RMB": "CNY", "CNH": "CNY",
    "RMB¥": "CNY", "¥RMB": "CNY", "人民币": "CNY", "人民币元": "CNY",
    "美元": "USD", "美金": "USD", "欧元": "EUR", "港币": "HKD", "港元": "HKD", "日元": "JPY",
    "日圆": "JPY", "英镑": "GBP", "新台币": "TWD", "台币": "TWD", "澳元": "AUD", "加元": "CAD",
    "瑞士法郎": "CHF", "新加坡元": "SGD", "新加坡币": "SGD", "韩元": "KRW", "卢布": "RUB",
    "泰铢": "THB", "澳门元": "MOP", "EURO": "EUR", "EUROS": "EUR", "US DOLLAR": "USD",
    "US DOLLARS": "USD", "YUAN": "CNY", "RENMINBI": "CNY", "FR.": "CHF", "SFR.": "CHF",
    "円": "JPY", "ZŁ": "PLN", "KČ": "CZK", "FT": "HUF",
}  # fmt: skip


@lru_cache(maxsize=1_000)
def currency_in(words: str) -> str | None:
    """The currency that words beside a number name; "" for a shared sign; None for none."""
    text = simplified(one_width(words)).strip().upper()
    if text in _SHARED:
        return ""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) == 3 and text.isascii() and text.isalpha():
        try:
            return checked_currency(text)
        except UnknownCurrency:
            return None
    parts = text.split() or [text]
    found = {currency_in(part) for part in parts} if len(parts) > 1 else {None}
    if None in found:
        return _tail(text)
    named = found - {""}
    if len(named) > 1:
        return None
    return named.pop() if named else ""


def _tail(text: str) -> str | None:
    """ "USD$" and "¥CNY": a shared sign stuck to a name."""
    for sign in ("¥", "$", "元"):
        rest = text.removeprefix(sign).removesuffix(sign).strip()
        if rest and rest != text:
            return currency_in(rest)
    return None


def read_currency(cell: Cell) -> str | None:
    """Read a cell that names a currency; a shared sign alone names none.

    Raises:
        UnknownCurrencyWord
    """
    text = read_text(cell)
    if text is None:
        return None
    found = currency_in(text.strip("()（）"))
    if found is None:  # "156-CNY", "CNY/人民币"
        for part in text.replace("/", "-").split("-"):
            if part.strip() and (found := currency_in(part)):
                return found
        raise UnknownCurrencyWord(text=text)
    return found or None
