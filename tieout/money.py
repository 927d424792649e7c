"""Exact money: an integer of the currency's minor unit, and the currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache

from tieout.errors import InvalidInput
from tieout.i18n import N_, stored_as

#: ISO 4217's code where no currency is known; two decimals are kept.
NO_CURRENCY = "XXX"
#: Decimals that are not two. Source: ISO 4217 list one.
_DECIMALS = {
    **dict.fromkeys(
        ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF").split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


class UnknownCurrency(InvalidInput):
    """A code that ISO 4217 does not know."""

    message = N_("“%(code)s” is not a currency. Use its three letters, such as CNY or EUR.")


class NotAnAmount(InvalidInput):
    """Text where an amount should be."""

    message = N_("“%(text)s” is not an amount. Write it like 1234.56.")


class TooManyDecimals(InvalidInput):
    """An amount finer than its currency."""

    message = N_(
        "%(amount)s has more decimals than %(currency)s knows (%(decimals)s). Round it first."
    )


class CurrenciesDiffer(InvalidInput):
    """Amounts of two currencies were to be added or compared."""

    message = N_("%(one)s and %(other)s cannot be added: they are different currencies.")


@cache
def _known() -> frozenset[str]:
    # Loaded only where a code is asked about.
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


def checked_currency(code: str) -> str:
    """Return the code in capitals.

    Raises:
        UnknownCurrency: ISO 4217 does not know it.
    """
    code = code.strip().upper()
    if code not in _known():
        raise UnknownCurrency(code=code)
    return code


def decimals_of(currency: str) -> int:
    """Return how many decimals a currency has (ISO 4217)."""
    return _DECIMALS.get(currency, 2)


def rounded(value: Decimal) -> int:
    """Round half away from zero to a whole number."""
    return int(value.to_integral_value(ROUND_HALF_UP))


def plain(value: Decimal) -> str:
    """The same text for 12, 12.0 and 12.00."""
    text = str(value)
    if "E" in text or len(text) > _EXACT:  # so is 1E+3; what is longer is rounded
        return f"{value.normalize():f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


#: Digits that are never rounded when a number is written.
_EXACT = 28


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the minor unit of its currency; never added across currencies."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> "Money":
        """Read a plain decimal amount, such as "1234.50".

        Raises:
            NotAnAmount: the text is no finite decimal number.
            TooManyDecimals: the amount is finer than the currency.
        """
        try:
            value = Decimal(amount)
        except InvalidOperation as error:
            raise NotAnAmount(text=amount) from error
        if not value.is_finite():
            raise NotAnAmount(text=amount)
        decimals = decimals_of(currency)
        scaled = value.scaleb(decimals)
        minor = int(scaled)
        if scaled != minor:
            raise TooManyDecimals(amount=amount, currency=currency, decimals=decimals)
        return cls(minor, currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Nothing, in a currency."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        """Add amounts of one currency."""
        result = cls.zero(currency)
        for amount in amounts:
            result = result + amount
        return result

    @property
    def decimal(self) -> Decimal:
        """The amount in units of the currency, exact."""
        return Decimal(self.minor).scaleb(-decimals_of(self.currency))

    @property
    def plain(self) -> str:
        """The amount for files and other programs: "-1234.50"."""
        return f"{self.decimal:.{decimals_of(self.currency)}f}"

    def times(self, factor: Decimal) -> "Money":
        """Multiply, rounding half away from zero once."""
        return Money(rounded(Decimal(self.minor) * factor), self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrenciesDiffer(one=self.currency, other=other.currency)

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor <= other.minor

    def __str__(self) -> str:
        return f"{self.currency} {self.decimal:,.{decimals_of(self.currency)}f}"


stored_as("money", Money, lambda fact: [fact.minor, fact.currency], lambda stored: Money(*stored))
