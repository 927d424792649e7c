"""What a document must be before it may be posted; pure, one error a rule."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.ledger.inputs import DocumentInput, DuePart
from tieout.ledger.models import NEGATIVE, POSITIVE, DocumentKind
from tieout.ledger.words import kind_name
from tieout.money import Money, rounded

#: Kinds that nobody could speak of without a number.
_NUMBERED = frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE})
#: Kinds to which the account's days of payment apply; the others are due on their own day.
_ON_TERMS = frozenset({DocumentKind.INVOICE, DocumentKind.FEE, DocumentKind.INTEREST})
#: No amount of a real company comes near it, and every sum of amounts still fits its column.
_LARGEST = 10**15
_MICRO = Decimal(1_000_000)
#: Every quantity and every price of a line is smaller.
_MOST = _LARGEST / _MICRO
_LONGEST_REFERENCE = 120
#: Days of real documents.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_LONGEST_WORD = 40


class OtherCurrency(InvalidInput):
    """An amount in another currency than its account."""

    message = N_(
        "%(number)s is in %(currency)s, but the account is kept in %(account)s. Choose the account"
        " in %(currency)s, or open one."
    )


class WrongSign(InvalidInput):
    """An amount on the side its kind does not allow."""

    message = N_(
        "%(kind)s %(number)s cannot be %(amount)s: a document of this kind only %(side)s. Turn the"
        " sign round or choose another kind."
    )
    raises = N_("raises what is owed")
    lowers = N_("lowers what is owed")


class DuePartsDiffer(InvalidInput):
    """Instalments that are not the document."""

    message = N_(
        "The instalments of %(number)s add up to %(sum)s, but the document is %(amount)s. Correct"
        " one of them."
    )


class DuePartWrongSide(InvalidInput):
    """An instalment of nothing, or against the document's direction."""

    message = N_("Each instalment of %(number)s must be above zero. Take %(amount)s out.")


class LinesDiffer(InvalidInput):
    """Lines that are not the document."""

    message = N_(
        "The lines of %(number)s add up to %(sum)s, but the document is %(amount)s. Correct the"
        " lines or the amount."
    )


class NumberMissing(InvalidInput):
    """A document nobody could speak of."""

    message = N_("%(kind)s of %(issued_on)s over %(amount)s has no number. Give it one.")


class TextTooLong(InvalidInput):
    """A number or code longer than any real one."""

    message = N_("“%(text)s…” is longer than %(limit)s characters. Shorten it.")


class TextUnreadable(InvalidInput):
    """A character that stands for nothing."""

    message = N_("%(number)s holds a character that cannot be stored (NUL). Take it out.")


class AmountTooLarge(InvalidInput):
    """An amount that can only be a mistake."""

    message = N_("%(number)s is over %(amount)s: that cannot be right. Check the amount.")


class NoSuchDay(InvalidInput):
    """A day so far away that it can only be a mistake."""

    message = N_("%(number)s has the date %(day)s: that cannot be right. Check the year.")


def check(given: DocumentInput, currency: str, *, is_reversal: bool = False) -> None:
    """Hold a document against the rules of the books; a reversal may have any sign.

    Raises:
        OtherCurrency, WrongSign, NumberMissing, DuePartsDiffer, DuePartWrongSide, LinesDiffer,
        TextTooLong, TextUnreadable, AmountTooLarge, NoSuchDay: one rule does not hold.
    """
    _check_texts(given)
    if given.kind in _NUMBERED and not given.number.strip():
        raise NumberMissing(
            kind=kind_name(given.kind), issued_on=given.issued_on, amount=given.amount
        )
    _check_amounts(given, currency)
    if not is_reversal:
        _check_sign(given)
    _check_days(given)
    _check_due(given)
    _check_lines(given)


def doubtful(documents: Sequence[DocumentInput]) -> list[int]:
    """Which of many documents, by their places, may be against the rules for their own currency.

    All others pass `check`. It is told by what all of them say together: much faster than one by
    one.
    """
    amounts = [money for given in documents for money in _amounts(given)]
    if not _are_plain(documents, [money.minor for money in amounts]):
        return list(range(len(documents)))
    found = [place for place, given in enumerate(documents) if _may_be_wrong(given)]
    if len({money.currency for money in amounts}) > 1:
        found += [place for place, given in enumerate(documents) if _is_mixed(given)]
    return sorted(set(found))


def _amounts(given: DocumentInput) -> list[Money]:
    """Every amount of a document that is in its account's currency."""
    lines = given.lines
    found = [line.amount for line in lines]
    found += [line.tax for line in lines if line.tax is not None]
    found += [part.amount for part in given.due]
    found += [given.amount] if given.tax is None else [given.amount, given.tax]
    return found


def _is_mixed(given: DocumentInput) -> bool:
    return any(money.currency != given.amount.currency for money in _amounts(given))


def _are_plain(documents: Sequence[DocumentInput], minors: Sequence[int]) -> bool:
    """Whether no text of all these documents is too long, no figure too large, no day far away."""
    lines = [line for given in documents for line in given.lines]
    references = [one for given in documents for one in given.references]
    names = {line.code for line in lines}.union([value for _, value in references])
    words = {line.unit for line in lines}.union([kind for kind, _ in references])
    texts = {line.description for line in lines}
    for given in documents:
        names.update((given.number, given.source, given.pair))
        words.add(given.reason)
        texts.add(given.description)
    figures = [line.quantity for line in lines if line.quantity is not None]
    figures += [line.unit_price for line in lines if line.unit_price is not None]
    days = {given.issued_on for given in documents}
    days |= {part.due_on for given in documents for part in given.due}
    return (
        max(map(len, names), default=0) <= _LONGEST_REFERENCE
        and max(map(len, words), default=0) <= _LONGEST_WORD
        and "\0" not in "".join((*names, *texts))
        and min(minors, default=0) >= -_LARGEST
        and max(minors, default=0) <= _LARGEST
        and min(figures, default=0) > -_MOST
        and max(figures, default=0) < _MOST
        and min(days, default=_FIRST_DAY) >= _FIRST_DAY
        and max(days, default=_LAST_DAY) <= _LAST_DAY
    )


def _may_be_wrong(given: DocumentInput) -> bool:
    """Whether sign, number, parts or lines of a document need a look of their own."""
    minor, kind, lines, due = given.amount.minor, given.kind, given.lines, given.due
    return bool(
        (kind in _NUMBERED and not given.number.strip())
        or (minor < 0 and kind in POSITIVE)
        or (minor > 0 and kind in NEGATIVE)
        or (due and (len(due) > 1 or due[0].amount.minor != minor))
        or (lines and abs(sum([line.amount.minor for line in lines]) - minor) > len(lines))
    )


def due_parts(given: DocumentInput, terms_days: int) -> tuple[DuePart, ...]:
    """Return when a document is due: as it says, else by the account's terms."""
    if given.due:
        return given.due
    days = terms_days if given.kind in _ON_TERMS and given.amount.minor > 0 else 0
    return (DuePart(given.issued_on + timedelta(days=days), given.amount),)


def direction(given: DocumentInput) -> int:
    """Return −1 for a credit, +1 otherwise."""
    if given.amount.minor == 0:
        return -1 if given.kind in NEGATIVE else 1
    return -1 if given.amount.minor < 0 else 1


def micro(value: Decimal | None) -> int | None:
    """Return a quantity or unit price in millionths."""
    if value is None:
        return None
    scaled = value.scaleb(6)
    whole = int(scaled)
    return whole if whole == scaled else rounded(value * _MICRO)


def _check_texts(given: DocumentInput) -> None:
    references = [value for _, value in given.references]
    codes = [line.code for line in given.lines]
    names = [given.number, given.source, given.pair, *references, *codes]
    _check_length(names, _LONGEST_REFERENCE, shown=40)
    kinds = [kind for kind, _ in given.references]
    words = [given.reason, *kinds, *[line.unit for line in given.lines]]
    _check_length(words, _LONGEST_WORD, shown=20)
    texts = [given.description, *names, *[line.description for line in given.lines]]
    if "\0" in "".join(texts):
        raise TextUnreadable(number=given.number.replace("\0", ""))


def _check_length(texts: Sequence[str], limit: int, *, shown: int) -> None:
    if max(map(len, texts)) > limit:
        text = next(text for text in texts if len(text) > limit)
        raise TextTooLong(text=text[:shown], limit=limit)


def _check_amounts(given: DocumentInput, currency: str) -> None:
    lines = given.lines
    amounts = [given.amount, *[line.amount for line in lines], *[part[1] for part in given.due]]
    taxes = [given.tax, *[line.tax for line in lines]]
    for money in (*amounts, *taxes):
        if money is None:
            continue
        if money.currency != currency:
            raise OtherCurrency(number=given.number, currency=money.currency, account=currency)
        if not -_LARGEST <= money.minor <= _LARGEST:
            raise AmountTooLarge(number=given.number, amount=money)
    for value in (*[line.quantity for line in lines], *[line.unit_price for line in lines]):
        if value is not None and not -_MOST < value < _MOST:
            raise AmountTooLarge(number=given.number, amount=value)


def _check_sign(given: DocumentInput) -> None:
    side = None
    if given.kind in POSITIVE and given.amount.minor < 0:
        side = WrongSign.raises
    if given.kind in NEGATIVE and given.amount.minor > 0:
        side = WrongSign.lowers
    if side is not None:
        raise WrongSign(
            kind=kind_name(given.kind),
            number=given.number,
            amount=given.amount,
            side=Sentence(side),
        )


def _check_days(given: DocumentInput) -> None:
    for day in (given.issued_on, *(part.due_on for part in given.due)):
        if not _FIRST_DAY <= day <= _LAST_DAY:
            raise NoSuchDay(number=given.number, day=day.isoformat())


def _check_due(given: DocumentInput) -> None:
    if not given.due:
        return
    total = Money.total((part.amount for part in given.due), given.amount.currency)
    if total != given.amount:
        raise DuePartsDiffer(number=given.number, sum=total, amount=given.amount)
    for _, amount, _ in given.due:
        same_side = (amount.minor > 0) == (given.amount.minor > 0)
        if len(given.due) > 1 and (amount.minor == 0 or not same_side):
            raise DuePartWrongSide(number=given.number, amount=amount)


def _check_lines(given: DocumentInput) -> None:
    if not given.lines:
        return
    total = sum([line.amount.minor for line in given.lines])
    # each line may have been rounded by itself, the document once
    if abs(total - given.amount.minor) > len(given.lines):
        found = Money(total, given.amount.currency)
        raise LinesDiffer(number=given.number, sum=found, amount=given.amount)
