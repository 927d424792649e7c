"""What is said beside the buttons of an answer: shown on the page, and kept as evidence."""

from collections.abc import Iterable
from datetime import date

from tieout.money import Money
from tieout.rendering import formats
from tieout.rendering.translation import gettext, in_a_row, reader


def whose_debt(owed: Money, company: str) -> str:
    """Say whose debt a balance is; + is the customer's."""
    if owed.minor == 0:
        return gettext("Nothing is owed")
    if owed.minor < 0:
        return gettext("%(company)s owes you", company=company)
    return gettext("You owe %(company)s", company=company)


def confirm_label(owed: Money, disputed: Money, as_at: date, *, named: bool = False) -> str:
    """What the main button says: the act with its figures; `named` says the currency too."""
    turned = -1 if owed.minor < 0 else 1
    if disputed:
        rest = owed - disputed
        return gettext(
            "Confirm %(amount)s, dispute %(disputed)s",
            amount=figure(rest if turned > 0 else -rest, named=named),
            disputed=figure(disputed, named=named),
        )
    return gettext(
        "Confirm %(amount)s as at %(day)s",
        amount=figure(abs(owed), named=named),
        day=formats.monthday(as_at, reader.get().language),
    )


def figure_label() -> str:
    """What the button says where a customer states its own balance."""
    return gettext("Send this balance")


def lines_label(amounts: Iterable[Money]) -> str:
    """What the button for single lines says: how many, and their sum in each currency."""
    sums: dict[str, Money] = {}
    count = 0
    for amount in amounts:
        count += 1
        sums[amount.currency] = sums.get(amount.currency, Money.zero(amount.currency)) + amount
    named = len(sums) > 1
    together = in_a_row(*(figure(one, named=named) for one in sums.values()))
    if count == 1:
        return gettext("Confirm %(sum)s", sum=together)
    return gettext("Confirm %(count)s lines, %(sum)s", count=count, sum=together)


def authority(person: str, customer: str) -> str:
    """What is ticked: that whoever answers may sign for the customer."""
    return gettext(
        "I am %(person)s and may sign for %(customer)s", person=person, customer=customer
    )


def balance_wording(owed: Money, as_at: date, company: str, customer: str, label: str) -> str:
    """Everything a person saw where they agreed to a balance, but for their own name."""
    asked = gettext("Do you agree with this balance?")
    return _seen(_balance(owed, as_at, company), asked, authority("…", customer), label)


def figure_wording(owed: Money | None, as_at: date, company: str, customer: str, label: str) -> str:
    """The same where they stated their own; None where ours was not shown."""
    ours = "" if owed is None else _balance(owed, as_at, company)
    return _seen(ours, own_balance_asked(company, as_at), authority("…", customer), label)


def lines_wording(lines: Iterable[str], customer: str, label: str) -> str:
    """Everything a person saw where they confirmed lines, but for their own name."""
    return _seen("; ".join(lines), authority("…", customer), label)


def own_balance_asked(company: str, as_at: date) -> str:
    """What is asked where the customer states its own balance first."""
    return gettext(
        "What do you owe %(company)s as at %(day)s by your own books?",
        company=company,
        day=formats.longday(as_at, reader.get().language),
    )


def figure(amount: Money, *, named: bool = False) -> str:
    """An amount on a button; its currency where two could be meant, and always in Chinese."""
    language = reader.get().language
    if named or language == "zh":
        return formats.amount(amount, language)
    return formats.money(amount, language)


def _balance(owed: Money, as_at: date, company: str) -> str:
    language = reader.get().language
    day = gettext("as at %(day)s", day=formats.longday(as_at, language))
    return f"{whose_debt(owed, company)} {formats.amount(abs(owed), language)} {day}"


def _seen(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
