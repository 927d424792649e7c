"""What a file says beside the columns that are read, and nobody may overlook."""

import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from decimal import Decimal

from tieout.chinese import compiled
from tieout.i18n import N_, Sentence
from tieout.intake.fields import vocabulary
from tieout.intake.fields.field import headings as headings_of
from tieout.intake.headings import variants
from tieout.intake.mapping import letters
from tieout.intake.profile import Profile
from tieout.intake.values.numbers import DecimalMark
from tieout.intake.values.text import shown

PAID_BACK = N_(
    "Column %(column)s (“%(heading)s”) says what was paid back later; the amounts are read without "
    "it. Enter these refunds, too, or hand in the list of them."
)
LEFT_OF_EACH = N_(
    "The balance adds up what is left of each entry (column %(column)s, “%(heading)s”), not the "
    "amounts, which are read in full; payments made on them are missing. Hand in a list of every "
    "entry."
)
ZONE_SAID = N_(
    "The times of column %(column)s are those of another time zone (“%(zone)s”); each entry is "
    "given the day that is written."
)
#: Headings over a running balance, and over what is left of an amount.
_BALANCES = frozenset(headings_of(vocabulary.BALANCE))
_LEFT = compiled(r"\b(open|outstanding|remaining|unpaid)\b|未[收付结清核]|尚欠")
_PAID_BACK = compiled(
    r"\b(amount|total|partial|partially) refund(s|ed)\b|\brefunded( (amount|value|total))?$"
    r"|^refund(s|ed)? (amount|total|value)$|成功退款|^(已|累计)退款|退款金额"
)
_WHAT_REFUNDS_ARE = compiled(r"\bconverted\b|reason|status|date|id$|no$|批次|单号|状态|时间")
_ZONE = compiled(
    r"\d\s*(?P<zone>Z|[+-]\d\d:?\d\d|UTC|GMT(?:[+-]\d+)?|[ECMP][SD]T|CES?T|BST)\s*$", re.IGNORECASE
)
_IN_HEADING = compiled(r"\b(UTC|GMT)\b")
_ZONES = compiled(r"time ?zone|时区")


def beside(
    uses: Dictionary[int, str], headings: Sequence[str], profiles: Sequence[Profile]
) -> list[Sentence]:
    """Sentences on columns that say more than is read, and on days of other time zones."""
    return [
        *_paid_back(uses, headings, profiles),
        *_left_of_each(uses, headings, profiles),
        *_zones(uses, headings, profiles),
    ]


def _left_of_each(
    uses: Dictionary[int, str], headings: Sequence[str], profiles: Sequence[Profile]
) -> list[Sentence]:
    """A list of open items: its balance adds up what is left of each, and not its amount."""
    ways = [variants(heading)[0] if heading else "" for heading in headings]
    amount = next((place for place, name in uses.items() if name in ("amount", "debit")), None)
    balance = next((place for place, way in enumerate(ways) if way in _BALANCES), None)
    if amount is None or balance is None or _LEFT.search(ways[amount]):
        return []
    for place, way in enumerate(ways):
        if place in (amount, balance) or not _LEFT.search(way) or not profiles[place].filled:
            continue
        if _adds_up(profiles[place], profiles[balance]) and not _adds_up(
            profiles[amount], profiles[balance]
        ):
            facts: dict[str, object] = {"column": letters(place), "heading": headings[place]}
            return [Sentence(LEFT_OF_EACH, facts)]
    return []


def _adds_up(parts: Profile, sums: Profile) -> bool:
    total, seen = Decimal(0), 0
    for part, held in zip(parts.figures, sums.figures, strict=True):
        if held is None:
            continue
        total += part or 0
        if total != held:
            return False
        seen += 1
    return seen > 1


def _paid_back(
    uses: Dictionary[int, str], headings: Sequence[str], profiles: Sequence[Profile]
) -> list[Sentence]:
    found = []
    for column, heading in enumerate(headings):
        way = variants(heading)[0] if heading else ""
        if column in uses or not _PAID_BACK.search(way) or _WHAT_REFUNDS_ARE.search(way):
            continue
        seen = profiles[column]
        if any(seen.numbers(seen.mark.mark or DecimalMark.POINT)):
            facts: dict[str, object] = {"column": letters(column), "heading": heading}
            found.append(Sentence(PAID_BACK, facts))
    return found


def _zones(
    uses: Dictionary[int, str], headings: Sequence[str], profiles: Sequence[Profile]
) -> list[Sentence]:
    column = next((place for place, name in uses.items() if name == "date"), None)
    if column is None or not profiles[column].filled:
        return []
    said = [_ZONE.search(shown(cell)) for cell in profiles[column].filled]
    zone = next((one["zone"] for one in said if one), "")
    if not zone and (named := _IN_HEADING.search(headings[column])):
        zone = named[1]
    if not zone:
        zone = next(
            (
                shown(profiles[place].filled[0]).strip()
                for place, heading in enumerate(headings)
                if heading and _ZONES.search(variants(heading)[0]) and profiles[place].filled
            ),
            "",
        )
    if not zone:
        return []
    return [Sentence(ZONE_SAID, {"column": letters(column), "zone": zone})]
