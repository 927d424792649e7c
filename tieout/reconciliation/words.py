"""Every difference in an accountant's words, made from the stored numbers of its proof.

`what` says it, the document first; `why` proves it with the rows of their file and says what has
to be done; `item` is its line on the balance reconciliation statement; `because` is why a
proposal was made. `staff` is who reads: the company's people, or the customer.
"""

from collections.abc import Mapping
from decimal import Decimal

from tieout.i18n import Sentence
from tieout.matching import Detail, Difference
from tieout.money import Money
from tieout.reconciliation import deadlines, numbers_apart, priced_words
from tieout.reconciliation import sentences as say
from tieout.reconciliation.names import document, figure
from tieout.reconciliation.shown import ALONE, WRONG_AMOUNT, ShownGroup, ShownLine
from tieout.reconciliation.vocabulary import BY_HAND, ITSELF

_TRANSIT = (Difference.INVOICE_IN_TRANSIT, Difference.PAYMENT_IN_TRANSIT)
_OTHER_AMOUNT = Difference.PRICE_OR_QUANTITY_DIFFERENCE
_DETAILS = {detail.name.lower(): detail for detail in Detail}


def what(group: ShownGroup, *, staff: bool = False) -> Sentence:
    """Say what the difference is."""
    facts = _facts(group, staff=staff)
    if group.found_by == BY_HAND and group.difference is Difference.UNEXPLAINED:
        return Sentence(say.BY_HAND, facts)
    if group.difference in _TRANSIT:
        return Sentence(_in_transit(group), facts)
    if group.difference in ALONE and not group.is_free:
        return Sentence(say.SAME_SIDE, facts)
    if group.priced:
        return Sentence(priced_words.what(group), facts)
    if group.found_by == say.BY_BEING_LEFT and group.difference is _OTHER_AMOUNT:
        return Sentence(say.ONLY_ONES_LEFT, facts)
    number = _number(group)
    if number is not None:
        return Sentence(numbers_apart.IS_WRITTEN, {**facts, **number})
    finer = say.WHAT_BY_DETAIL.get(_detail(group))
    return Sentence(finer or say.WHAT[group.difference], facts)


def _number(group: ShownGroup) -> Mapping[str, object] | None:
    """How the numbers of a pair differ, where that is all that differs and can be seen."""
    numbered = group.difference in (Difference.REF_MISMATCH, Difference.REF_FORMAT)
    if not (numbered and group.ours and group.theirs):
        return None
    theirs = group.theirs[0].number
    note = numbers_apart.note(group.ours[0].number, theirs)
    return None if note is None else {"number": theirs, "note": note}


def why(group: ShownGroup, *, staff: bool = False) -> Sentence | None:
    """Prove it, and say what has to be done."""
    facts = _facts(group, staff=staff)
    told = [Sentence(text, facts) for text in _evidence(group)]
    told += priced_words.items(group, staff=staff)
    if group.reason:
        told.append(Sentence(say.REASON, {"reason": group.reason}))
    remedy = _remedy(group)
    if remedy is not None:
        told.append(Sentence(remedy[staff], facts))
        if group.difference in WRONG_AMOUNT and _repeats(group):
            ours = bool(group.our_repeats)
            again = say.WE_REVERSE_AGAIN if ours else say.REVERSE_AGAIN
            told.append(Sentence(again[staff], facts))
    return _one_after_another(told)


def _repeats(group: ShownGroup) -> int:
    """How often its line was entered again."""
    return len(group.our_repeats) + len(group.their_repeats)


def because(group: ShownGroup, *, staff: bool = True) -> Sentence | None:
    """Why its lines are taken to belong together."""
    facts = _facts(group, staff=staff)
    told = [Sentence(text, facts) for text in _evidence(group)]
    told += priced_words.items(group, staff=staff)
    return _one_after_another([*told, *(Sentence(text, facts) for text in _together(group))])


def _together(group: ShownGroup) -> list[str]:
    """What brought the lines of both books together, and whether anything else would."""
    told: list[str] = []
    if group.ours and group.theirs:
        if group.shared:
            told.append(say.SHARED)
        elif not group.residual and len(group.ours) + len(group.theirs) == 2:
            told.append(say.NEAR if group.gap else say.SAME_DAY)
        elif len(group.ours) + len(group.theirs) > 2:
            told.append(say.ONLY_SUM)
        told.append(say.RIVALS if group.rivals else say.ONLY_ONE)
    return told


def by_when(group: ShownGroup) -> Sentence | None:
    """Until when something is awaited that clears by itself."""
    return deadlines.expected(group.acts, group.until, is_cleared=group.cleared is not None)


def item(group: ShownGroup, *, staff: bool = False) -> Sentence:
    """Its line on the balance reconciliation statement."""
    return Sentence(_item(group), _facts(group, staff=staff))


def _item(group: ShownGroup) -> str:
    match group.difference:
        case Difference.INVOICE_IN_TRANSIT | Difference.PAYMENT_IN_TRANSIT:
            return _item_in_transit(group)
        case Difference.MISSING_IN_THEIRS:
            return say.ITEM_NOT_IN_THEIRS
        case Difference.MISSING_IN_OURS:
            return say.ITEM_NOT_IN_OURS
        case Difference.DUPLICATE_IN_OURS | Difference.DUPLICATE_IN_THEIRS:
            return say.ITEM_TWICE
        case Difference.WRONG_CUSTOMER:
            return say.ITEM_OTHER_ACCOUNT
        case Difference.AMOUNT_TRANSPOSITION | Difference.AMOUNT_TYPO | Difference.SIGN_REVERSED:
            return say.ITEM_VALUE
    return say.ITEM_APART


def _item_in_transit(group: ShownGroup) -> str:
    if _waits_for_theirs(group):
        return say.ITEM_THEIRS_SINCE if group.cleared else say.ITEM_ON_WAY
    if group.difference is Difference.PAYMENT_IN_TRANSIT:
        return say.ITEM_PAYMENT_SINCE if group.cleared else say.ITEM_PAYMENT_ON_WAY
    return say.ITEM_OURS_SINCE if group.cleared else say.ITEM_ON_WAY


def _in_transit(group: ShownGroup) -> str:
    if _waits_for_theirs(group):
        return say.IN_THEIRS_SINCE if group.cleared else say.NOT_IN_THEIRS_YET
    if group.difference is Difference.PAYMENT_IN_TRANSIT:
        return say.PAYMENT_IN_OURS_SINCE if group.cleared else say.PAYMENT_NOT_IN_OURS_YET
    return say.IN_OURS_SINCE if group.cleared else say.NOT_IN_OURS_YET


def _waits_for_theirs(group: ShownGroup) -> bool:
    """Whether our book has it and theirs has not."""
    return any(line.on <= group.as_at for line in group.ours)


def _evidence(group: ShownGroup) -> list[str]:
    """What the two books say, and the numbers that prove the cause."""
    difference = group.difference
    if difference in _TRANSIT:
        if _waits_for_theirs(group):
            return [say.CLEARED_IN_THEIRS if group.cleared else say.ON_ITS_WAY_OURS]
        return [say.CLEARED_IN_OURS if group.cleared else say.ON_ITS_WAY_THEIRS]
    if not group.theirs:
        return [say.ONLY_OURS] if group.is_free else []
    if not group.ours:
        return [_only_theirs(group)] if group.is_free else []
    if difference is Difference.DUPLICATE_IN_THEIRS:
        return [say.TWICE_IN_THEIRS]
    if difference is Difference.DUPLICATE_IN_OURS:
        return [say.TWICE_IN_OURS]
    if difference is Difference.WRONG_PERIOD:
        return [say.DAYS_APART]
    if not group.residual and not _apart(group).minor:
        return [say.IN_PARTS] if len(group.ours) + len(group.theirs) > 2 else []
    return [say.BOTH_SAY, *_numbers(group)]


def _only_theirs(group: ShownGroup) -> str:
    is_elsewhere = group.difference is Difference.WRONG_CUSTOMER
    return say.OTHER_ACCOUNT if is_elsewhere else say.ONLY_THEIRS


def _numbers(group: ShownGroup) -> list[str]:
    if group.priced:
        return []
    match _detail(group):
        case Detail.DISCOUNT:
            return [say.DISCOUNT_OF]
        case Detail.TAX:
            return [say.TAX_IN_OURS if group.numbers[2] == 1 else say.TAX_IN_THEIRS]
        case Detail.WITHHELD:
            return [say.WITHHELD_OF]
        case Detail.TOLERATED:
            return [say.TOLERATED]
        case Detail.FEE:
            return [say.FEE_OF]
        case Detail.EXCHANGE:
            return [say.FOREIGN]
        case Detail.DECIMAL_SLIP:
            return [say.TENFOLD]
        case Detail.OTHER_SIDE:
            return [say.HALF]
    if group.difference is Difference.AMOUNT_TRANSPOSITION:
        return [say.SWAPPED] if _digits(group) is not None else []
    if group.difference in (Difference.UNEXPLAINED, Difference.PRICE_OR_QUANTITY_DIFFERENCE):
        return _hints(group)
    return []


def swapped(ours: str, theirs: str) -> tuple[str, str] | None:
    """The two neighbouring digits of ours that have changed places in theirs."""
    apart = [at for at, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]]
    if len(ours) != len(theirs) or len(apart) != 2 or apart[1] != apart[0] + 1:
        return None
    first, second = ours[apart[0]], ours[apart[1]]
    return (first, second) if theirs[apart[0]] == second and theirs[apart[1]] == first else None


def _digits(group: ShownGroup) -> tuple[str, str] | None:
    ours, theirs = _sum(group, group.ours), _sum(group, group.theirs)
    return swapped(str(abs(ours.minor)), str(abs(theirs.minor)))


def _hints(group: ShownGroup) -> list[str]:
    """What a person may look for where nothing proves anything; a hint is no proof."""
    apart = abs(_apart(group).minor)
    amounts = {abs(line.amount.minor) for line in (*group.ours, *group.theirs)}
    hints = [say.HINT_HALF] if apart % 2 == 0 and apart // 2 in amounts else []
    return [*hints, say.HINT_NINE] if apart % 9 == 0 else hints


def _remedy(group: ShownGroup) -> tuple[str, str] | None:
    if group.acts == ITSELF:
        return say.WAIT
    if group.priced:
        return say.COMPARE
    if group.difference is Difference.MISSING_IN_THEIRS:
        if group.is_payable:
            return say.BOOK_MORE_OF_OURS if group.residual.minor > 0 else say.BOOK_LESS_OF_OURS
        if group.residual.minor > 0:
            return say.BOOK_MORE
        return say.BOOK_PAYMENT if group.main.kind == "payment" else say.BOOK_LESS
    if group.difference in WRONG_AMOUNT:
        if group.acts != "you":
            return say.COMPARE
        opposite = group.opposite
        apart = _wrong_by(group)
        grows = opposite is not None and (apart.minor > 0) == (opposite.amount.minor > 0)
        return say.RAISE_LINE if grows else say.LOWER_LINE
    if _repeats(group) > 1 and group.difference is Difference.DUPLICATE_IN_OURS:
        return say.WE_REVERSE_OTHERS
    if _repeats(group) > 1 and group.difference is Difference.DUPLICATE_IN_THEIRS:
        return say.REVERSE_OTHERS
    if _detail(group) is Detail.WITHHELD:
        return say.ASK_FOR_RECEIPT
    return say.REMEDIES.get(group.difference)


def _wrong_by(group: ShownGroup) -> Money:
    """What the group leaves; where a wrong line was entered again, what the line itself leaves."""
    wrong = group.difference in WRONG_AMOUNT and _repeats(group)
    return _apart(group) if wrong else group.residual


def _facts(group: ShownGroup, *, staff: bool) -> Mapping[str, object]:
    main, opposite = group.main, group.opposite
    other = opposite or main
    payment = Sentence(say.THEIR_PAYMENT if staff else say.YOUR_PAYMENT, {"day": _day(group)})
    rate, whole = _rate(group)
    first, second = _digits(group) or ("", "")
    rows = [str(line.row_no) for line in sorted(group.theirs, key=_row)]
    return {
        "first": first,
        "second": second,
        "document": document(main),
        "payment": payment,
        "day": _day(group),
        "later": group.cleared or other.on,
        "days": _days(group),
        "book": Sentence(say.THEIR_BOOK if staff else say.YOUR_BOOK),
        "file": Sentence(say.THEIR_FILE if staff else say.YOUR_FILE),
        "where": Sentence(say.LINES if len(group.theirs) > 1 else say.LINE, {"rows": rows}),
        "rows": rows,
        "ours": figure(_sum(group, group.ours)),
        "theirs": figure(_sum(group, group.theirs)),
        "amount": figure(abs(_wrong_by(group))),
        "gap": figure(abs(_apart(group))),
        "times": _times(_repeats(group)),
        "count": group.rivals if group.rivals else group.numbers[0],
        "rate": rate,
        "whole": whole,
        "original": _original(group),
        "tax": _tax(group),
    }


def _times(repeats: int) -> Sentence:
    return Sentence(say.TIMES, {"count": repeats + 1}) if repeats > 1 else Sentence(say.TWICE)


def _row(line: ShownLine) -> int:
    return line.row_no


def _day(group: ShownGroup) -> object:
    """The day the sentence names: of the line that is within the cut-off."""
    known = [line.on for line in (*group.ours, *group.theirs) if line.on <= group.as_at]
    return group.main.on if group.main.on <= group.as_at or not known else min(known)


def _days(group: ShownGroup) -> object:
    if group.difference is Difference.DUPLICATE_IN_OURS:
        return [line.on for line in group.ours]
    return abs(group.gap)


def _sum(group: ShownGroup, lines: tuple[ShownLine, ...]) -> Money:
    """What the lines come to, repeats left aside where they are the difference."""
    currency = group.residual.currency
    return Money.total(
        (
            line.amount
            for line in lines
            if line.id not in (group.their_repeats if line.row_no else group.our_repeats)
        ),
        currency,
    )


def _apart(group: ShownGroup) -> Money:
    """By how much the lines of both books differ, whatever their days."""
    if not group.ours or not group.theirs:
        return group.residual
    return _sum(group, group.ours) - _sum(group, group.theirs)


def _rate(group: ShownGroup) -> tuple[str, str]:
    if _detail(group) not in (Detail.DISCOUNT, Detail.WITHHELD, Detail.TAX):
        return "", ""
    rate, _, whole = group.numbers
    percent = (Decimal(rate) / 10_000).normalize()
    return f"{percent:f}", figure(Money(whole, group.residual.currency))


def _tax(group: ShownGroup) -> str:
    if _detail(group) is not Detail.TAX:
        return ""
    return figure(Money(abs(group.numbers[1]), group.residual.currency))


def _original(group: ShownGroup) -> str:
    """The common amount on the paper; its currency stands with the lines."""
    if _detail(group) is not Detail.EXCHANGE:
        return ""
    return figure(Money(group.numbers[0], group.residual.currency))


def _detail(group: ShownGroup) -> Detail:
    return _DETAILS.get(group.detail, Detail.NONE)


def _one_after_another(told: list[Sentence]) -> Sentence | None:
    joined = told[0] if told else None
    for sentence in told[1:]:
        joined = Sentence(say.TOGETHER, {"one": joined, "other": sentence})
    return joined
