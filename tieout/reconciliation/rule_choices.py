"""What a company may choose about comparing, in one table: what it means, how it is written.

A choice is kept as plain JSON: days as a number, amounts and rates as decimal text (2 % is
"0.02"), passes as a word each. What nobody chose keeps its usual value.
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.reconciliation.pass_names import FIXED_PASSES, PASS_NAMES

DAYS, AMOUNT, PERCENT, PERCENTS, DIRECTION, TEXTS, PASS = (
    "days",
    "amount",
    "percent",
    "percents",
    "direction",
    "texts",
    "pass",
)

#: What a pass may do.
ACCEPT, PROPOSE, OFF = "accept", "propose", "off"
PASS_MODES: Mapping[str, str] = {
    ACCEPT: N_("runs by itself"),
    PROPOSE: N_("only proposes"),
    OFF: N_("does not run"),
}
#: Which way a tolerance goes.
BOTH, LESS, MORE = "both", "less", "more"
DIRECTIONS: Mapping[str, str] = {
    BOTH: N_("more or less"),
    LESS: N_("theirs may only be less"),
    MORE: N_("theirs may only be more"),
}


@dataclass(frozen=True)
class RuleChoice:
    """One thing that may be chosen."""

    name: str
    kind: str
    words: str
    group: str
    hint: str = ""


APART, LESS_PAID, TOLERANCE, NUMBERS, PASSES_ = "apart", "less", "tolerance", "numbers", "passes"
GROUPS: Mapping[str, str] = {
    APART: N_("How far apart in days"),
    LESS_PAID: N_("Causes that are known"),
    TOLERANCE: N_("What may differ without a cause"),
    NUMBERS: N_("Numbers"),
    PASSES_: N_("Which steps run, in this order"),
}
#: A pass is chosen under this name and its own.
_STEP = "pass_"

CHOICES: Mapping[str, RuleChoice] = {
    one.name: one
    for one in (
        RuleChoice(
            "transit_days",
            DAYS,
            N_("Days a document or a payment may be on its way"),
            APART,
            N_("Around the cut-off; after that it counts as missing."),
        ),
        RuleChoice(
            "date_window",
            DAYS,
            N_("Days apart for lines without a common number"),
            APART,
            N_("Where a customer's habit is known, that counts instead."),
        ),
        RuleChoice(
            "wrong_period_min_days", DAYS, N_("Days apart that make it another period"), APART
        ),
        RuleChoice(
            "discount_rates",
            PERCENTS,
            N_("Discounts agreed, in percent"),
            LESS_PAID,
            N_("Separated by commas, such as 1, 2, 3."),
        ),
        RuleChoice(
            "tax_rates",
            PERCENTS,
            N_("Rates of tax, in percent"),
            LESS_PAID,
            N_("One book has the tax in its amount, the other has not: such as 6, 9, 13."),
        ),
        RuleChoice(
            "withholding_rates",
            PERCENTS,
            N_("Tax withheld from payments, in percent"),
            LESS_PAID,
            N_("Separated by commas, such as 5, 10."),
        ),
        RuleChoice(
            "max_bank_fee",
            AMOUNT,
            N_("Most a bank keeps as its fee"),
            LESS_PAID,
            N_("In whole units of each currency."),
        ),
        RuleChoice(
            "tax_rounding_max",
            AMOUNT,
            N_("Most that rounding of tax makes"),
            LESS_PAID,
            N_("Such as 0.05."),
        ),
        RuleChoice(
            "tolerance",
            AMOUNT,
            N_("Tolerance, as an amount"),
            TOLERANCE,
            N_("The same document, nothing proves why it differs: up to here it is written off."),
        ),
        RuleChoice(
            "tolerance_rate",
            PERCENT,
            N_("Tolerance, in percent of our amount"),
            TOLERANCE,
            N_("The larger of both counts."),
        ),
        RuleChoice(
            "tolerance_cap",
            AMOUNT,
            N_("At most"),
            TOLERANCE,
            N_("However large the document; nothing means no limit."),
        ),
        RuleChoice("tolerance_direction", DIRECTION, N_("Which way"), TOLERANCE),
        RuleChoice(
            "clean",
            TEXTS,
            N_("Left out of references"),
            NUMBERS,
            N_("Parts others put into numbers, separated by commas, such as RE/2026/, SAP-."),
        ),
        *(
            RuleChoice(f"{_STEP}{name}", PASS, words, PASSES_)
            for name, words in PASS_NAMES.items()
            if name not in FIXED_PASSES
        ),
    )
}

#: What holds where nobody has chosen, as it is kept.
USUAL: Mapping[str, object] = {
    "transit_days": 10,
    "date_window": 12,
    "wrong_period_min_days": 25,
    "discount_rates": ["0.01", "0.02", "0.03"],
    "tax_rates": [],
    "withholding_rates": [],
    "max_bank_fee": "50",
    "tax_rounding_max": "0.05",
    "tolerance": "0",
    "tolerance_rate": "0",
    "tolerance_cap": "0",
    "tolerance_direction": BOTH,
    "clean": [],
    **{f"{_STEP}{name}": ACCEPT for name in PASS_NAMES},
}


class NotARule(InvalidInput):
    """A value a rule cannot take."""

    message = N_("“%(text)s” cannot be taken for “%(choice)s”. %(hint)s")


def read(name: str, text: str) -> object:
    """What was typed, as it is kept.

    Raises:
        NotARule: it cannot be taken.
    """
    choice = CHOICES[name]
    try:
        return _READERS[choice.kind](unicodedata.normalize("NFKC", text).strip())
    except (ValueError, InvalidOperation) as error:
        raise NotARule(
            text=text, choice=Sentence(choice.words), hint=Sentence(_HINTS[choice.kind])
        ) from error


def as_text(name: str, value: object) -> str:
    """What is kept, as it is typed."""
    kind = CHOICES[name].kind
    if kind == PERCENT:
        return _percent(str(value))
    if isinstance(value, list):
        return ", ".join(_percent(one) if kind == PERCENTS else str(one) for one in value)
    return str(value)


def modes(chosen: Mapping[str, object], mode: str) -> frozenset[str]:
    """The passes that are to do something else than to run by themselves."""
    return frozenset(name for name in PASS_NAMES if chosen.get(f"{_STEP}{name}", ACCEPT) == mode)


_HINTS = {
    DAYS: N_("Write a number of days from 0 to 366."),
    AMOUNT: N_("Write an amount such as 50 or 0.05, at most a million."),
    PERCENT: N_("Write a percentage from 0 to 50, such as 0.5."),
    PERCENTS: N_("Write up to ten percentages above 0 and up to 50, such as 1, 2, 3."),
    DIRECTION: N_("Choose one of the three."),
    TEXTS: N_("Write up to twenty parts of 2 to 40 signs; none of digits alone."),
    PASS: N_("Choose one of the three."),
}
_MOST_AMOUNT, _MOST_PERCENT = Decimal(1_000_000), Decimal(50)


def _days(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 366:
        raise ValueError(text)
    return value


def _amount(text: str) -> str:
    value = Decimal(text)
    if not value.is_finite() or not 0 <= value <= _MOST_AMOUNT:
        raise ValueError(text)
    return f"{value:f}"


def _fraction(text: str) -> str:
    value = Decimal(text.removesuffix("%").strip())
    if not value.is_finite() or not 0 <= value <= _MOST_PERCENT or value != round(value, 4):
        raise ValueError(text)
    return f"{(value / 100).normalize():f}"


def _fractions(text: str) -> list[str]:
    found = sorted({_fraction(part) for part in _parts(text)}, key=Decimal)
    if len(found) > 10 or (found and Decimal(found[0]) == 0):
        raise ValueError(text)
    return found


def _texts(text: str) -> list[str]:
    found = sorted({part.upper() for part in _parts(text)})
    if len(found) > 20 or any(not 2 <= len(part) <= 40 or part.isdigit() for part in found):
        raise ValueError(text)
    return found


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("、", ",").split(",") if part.strip()]


def _one_of(known: Mapping[str, str], text: str) -> str:
    if text not in known:
        raise ValueError(text)
    return text


def _percent(fraction: object) -> str:
    return f"{(Decimal(str(fraction)) * 100).normalize():f}"


_READERS: Mapping[str, Callable[[str], object]] = {
    DAYS: _days,
    AMOUNT: _amount,
    PERCENT: _fraction,
    PERCENTS: _fractions,
    TEXTS: _texts,
    DIRECTION: lambda text: _one_of(DIRECTIONS, text),
    PASS: lambda text: _one_of(PASS_MODES, text),
}
