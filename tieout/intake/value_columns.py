"""Columns told by their values alone, where nobody wrote words for the headings of a list.

Days, the numbers of documents, names and sums look like what they are in any language.
"""

from collections import Counter
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tieout.chinese import compiled
from tieout.errors import TieoutError
from tieout.intake.fields import Reads, vocabulary
from tieout.intake.fields.field import headings as headings_of
from tieout.intake.headings import variants
from tieout.intake.kinds import BatchKind
from tieout.intake.profile import Profile
from tieout.intake.reading.cells import is_blank
from tieout.intake.values.dates import DateOrder, read_date
from tieout.intake.values.text import shown

Numbers = list[Decimal | None]

_CENT = Decimal("0.01")
#: Of ten rows, so many prove what a column is.
_MOST = 8
#: Headings of days that are not the day something is due.
_OTHER_DAYS = compiled(
    r"pa(y|id)|receiv|ship|deliver|creat|updat|modif|clos|post|book|enter|period|from|start|end|to$"
    r"|settl|complet|valu|print|sent|bezahlt|gezahlt|liefer|erstellt|付|收|发货|交货|送|创建|更新|修改|录入|记账"
    r"|入账|审核|打印|开始|结束|结算|完成|成交"
)
#: Headings over words that are nobody's name.
_NOT_A_NAME = compiled(
    r"method|status|state|channel|type|kind|mode|category|warehouse|store|shop"
    r"|sales ?(man|person|rep)"
    r"|方式|状态|渠道|类型|类别|仓库|店铺|门店|业务员|销售员|经办|操作员|审核|制单"
)
#: Words most of which name a kind of document are nobody's name either.
_KINDS = 0.7
#: Days between a document and the day it is due: no more than a year, and few different ones.
_LONGEST, _DIFFERENT = 370, 4


def fill_by_values(
    kind: BatchKind, uses: dict[int, str], profiles: Sequence[Profile], headings: Sequence[str]
) -> None:
    """Find by their values what a list of documents must say, where no heading told."""
    if kind not in (BatchKind.DOCUMENTS, BatchKind.THEIR_LEDGER) or not any(headings):
        return
    free = [index for index, seen in enumerate(profiles) if index not in uses and seen.filled]
    if not free or len(profiles[free[0]].cells) < 2:
        return
    days = [index for index in free if _are_days(profiles[index])]
    if "date" not in uses.values() and days:
        first = min(days, key=lambda index: (_early(profiles[index]), index))
        uses[first] = "date"
        days.remove(first)
    if kind == BatchKind.THEIR_LEDGER:
        _fill_sums(uses, profiles, [i for i in free if i not in uses], headings)
        return
    if (
        "due_date" not in uses.values()
        and (due := _due(uses, profiles, days, headings)) is not None
    ):
        uses[due] = "due_date"
    if "number" not in uses.values():
        codes = [i for i in free if i not in uses and _are_codes(profiles[i])]
        if codes:
            uses[codes[0]] = "number"
    if not {"customer_code", "customer_name", "tax_id"} & set(uses.values()):
        names = [
            i
            for i in free
            if i not in uses
            and profiles[i].looks_like_names
            and profiles[i].fit[Reads.KIND] < _KINDS
            and not _NOT_A_NAME.search(variants(headings[i])[0])
        ]
        names = [i for i in names if profiles[i].share_filled > 0.9 and not profiles[i].is_constant]
        if len(names) == 1:
            uses[names[0]] = "customer_name"
    _fill_sums(uses, profiles, [i for i in free if i not in uses], headings)
    if "currency" not in uses.values():
        money = [i for i in free if i not in uses and profiles[i].fit[Reads.CURRENCY] == 1]
        money = [i for i in money if profiles[i].share_filled > 0.9]
        if len(money) == 1:
            uses[money[0]] = "currency"


#: What an account holds after an entry is never what the entry came to.
_BALANCES = frozenset(headings_of(vocabulary.BALANCE))
_SUMS = frozenset({"amount", "debit", "credit", "line_amount", "net_amount", "unit_price"})


def _fill_sums(
    uses: dict[int, str],
    profiles: Sequence[Profile],
    free: Sequence[int],
    headings: Sequence[str],
) -> None:
    """The one sum there is; or of three the one that the two others add up to."""
    if _SUMS & set(uses.values()):
        return
    sums = [
        i
        for i in free
        if profiles[i].looks_like_money
        and profiles[i].share_filled > 0.9
        and not _BALANCES.intersection(variants(headings[i])[:2])
    ]
    if len(sums) == 1:
        uses[sums[0]] = "amount"
        return
    numbers = {i: seen.figures for i, seen in enumerate(profiles)}
    for whole in sums:
        for net in sums:
            for tax in [_column(uses, "tax")] if "tax" in uses.values() else sums:
                if (
                    tax is not None
                    and len({whole, net, tax}) == 3
                    and _adds_up(numbers[whole], numbers[net], numbers[tax])
                ):
                    uses[whole], uses[net], uses[tax] = "amount", "net_amount", "tax"
                    return


def _adds_up(wholes: Numbers, nets: Numbers, taxes: Numbers) -> bool:
    rows = [
        abs(net + tax - whole) <= _CENT and abs(tax) < abs(net)
        for whole, net, tax in zip(wholes, nets, taxes, strict=True)
        if whole and net and tax
    ]
    return len(rows) > 1 and _proved(rows)


def _due(
    uses: Dictionary[int, str],
    profiles: Sequence[Profile],
    days: Sequence[int],
    headings: Sequence[str],
) -> int | None:
    """A day that always follows that of the document, by a few terms of payment."""
    issued = _column(uses, "date")
    if issued is None or profiles[issued].fit[Reads.DATE] < 1:
        return None
    starts = _days(profiles[issued])
    for index in days:
        way = variants(headings[index])[0] if headings[index] else ""
        if _OTHER_DAYS.search(way):
            continue
        terms = [
            (end - start).days
            for start, end in zip(starts, _days(profiles[index]), strict=True)
            if start and end
        ]
        few = Counter(terms)
        if (
            len(terms) > 1
            and min(terms) >= 0
            and max(terms) <= _LONGEST
            and sum(terms) >= 7 * len(terms)
            and len(few) <= min(_DIFFERENT, max(1, len(terms) // 2))
        ):
            return index
    return None


def _are_days(seen: Profile) -> bool:
    return seen.fit[Reads.DATE] > 0.95 and seen.share_filled > 0.9 and not seen.looks_like_money


def _early(seen: Profile) -> date:
    return min((day for day in _days(seen) if day), default=date.max)


def _days(seen: Profile) -> list[date | None]:
    order = seen.order.order or DateOrder.YEAR_FIRST
    found: list[date | None] = []
    for cell in seen.cells:
        try:
            found.append(None if is_blank(cell) else read_date(cell, order))
        except TieoutError:
            found.append(None)
    return found


def _are_codes(seen: Profile) -> bool:
    """One way of writing numbers, every one of them another: the numbers of documents."""
    texts = [shown(cell).strip() for cell in seen.filled]
    if seen.share_filled < 1 or len(set(texts)) < len(texts) or seen.fit[Reads.DATE] > 0.5:
        return False
    if seen.fit[Reads.IDENTIFIER] < 0.95 or seen.looks_like_money or seen.looks_like_names:
        return False
    return all(any(letter.isdigit() for letter in text) for text in texts) and any(
        len(text) > 2 for text in texts
    )


def _proved(rows: Sequence[bool]) -> bool:
    return bool(rows) and sum(rows) * 10 >= len(rows) * _MOST


def _column(uses: Dictionary[int, str], field: str) -> int | None:
    return next((column for column, name in uses.items() if name == field), None)
