"""Customers that may be one and the same: found by tax number, name, mail address or phone.

Proposals only; somebody decides. Pairs that were looked at and are two stay out.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import Contact, Customer, CustomerMerge
from tieout.customers.names import folded
from tieout.i18n import N_, Sentence

SAME_TAX_ID = N_("the same tax number, %(value)s")
SAME_NAME = N_("the same name")
SIMILAR_NAME = N_("names that are %(value)s %% alike")
SAME_MAIL = N_("the same mail address, %(value)s")
SAME_PHONE = N_("the same phone number, %(value)s")

#: How telling each reason is, of a hundred.
_WEIGHT = {SAME_TAX_ID: 95, SAME_NAME: 90, SAME_MAIL: 70, SAME_PHONE: 60}
#: Names less alike than this are two names.
_ALIKE = 80
#: More than so many of one key are no duplicates but a habit, such as a shared mailbox.
_MOST = 20
#: What companies have in their names whatever they are called.
_FORMS = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|集团|公司|\b(co|company|ltd|limited|llc|inc|corp|gmbh|ag|kg|sa|"
    r"sarl|bv|plc|group|holding)\b)"
)
_NO_WORD = re.compile(r"[\W_]+")
_NO_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True)
class Pair:
    """Two customers that may be one, and why."""

    one_id: int
    other_id: int
    reasons: tuple[Sentence, ...]
    #: Of a hundred.
    score: int


@dataclass(frozen=True)
class _Called:
    """What a customer is known by, as far as two can share it."""

    id: int
    tax_id: str
    names: frozenset[str]
    mails: frozenset[str]
    phones: frozenset[str]


def proposals(session: Session, *, owner_id: int | None = None, most: int = 200) -> list[Pair]:
    """Find customers that may be one, the surest first; sales people see their own alone."""
    called = _everybody(session, owner_id)
    settled = _settled(session)
    found = [pair for pair in _pairs(called) if (pair.one_id, pair.other_id) not in settled]
    return sorted(found, key=lambda pair: (-pair.score, pair.one_id, pair.other_id))[:most]


def core(name: str) -> str:
    """A name without its legal form, spaces and signs: what tells it from another."""
    plain = folded(unicodedata.normalize("NFKC", name))
    stripped = _NO_WORD.sub("", _FORMS.sub(" ", plain))
    return stripped or _NO_WORD.sub("", plain)


def alike(one: str, other: str) -> int:
    """How alike two names are, of a hundred: the pairs of letters they share."""
    first, second = _letters(one), _letters(other)
    if not first or not second:
        return 100 if one == other else 0
    return 200 * len(first & second) // (len(first) + len(second))


def _letters(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _everybody(session: Session, owner_id: int | None) -> dict[int, _Called]:
    query = select(Customer.id, Customer.name, Customer.aliases, Customer.tax_id).where(
        Customer.merged_into_id.is_(None)
    )
    if owner_id is not None:
        query = query.where(Customer.owner_id == owner_id)
    mails: dict[int, set[str]] = defaultdict(set)
    phones: dict[int, set[str]] = defaultdict(set)
    people = select(Contact.customer_id, Contact.email, Contact.phone).where(Contact.is_active)
    for customer_id, mail, phone in session.execute(people):
        if mail:
            mails[customer_id].add(mail.strip().casefold())
        digits = _NO_DIGIT.sub("", phone)
        if len(digits) >= 7:
            phones[customer_id].add(digits[-11:])
    return {
        customer_id: _Called(
            customer_id,
            folded(tax_id),
            frozenset(core(one) for one in (name, *aliases) if core(one)),
            frozenset(mails.get(customer_id, ())),
            frozenset(phones.get(customer_id, ())),
        )
        for customer_id, name, aliases, tax_id in session.execute(query)
    }


def _settled(session: Session) -> set[tuple[int, int]]:
    """Pairs that are being merged, or that somebody has said are two."""
    query = select(CustomerMerge.customer_id, CustomerMerge.into_id).where(
        CustomerMerge.state.in_(("proposed", "turned_down"))
    )
    return {(min(one, other), max(one, other)) for one, other in session.execute(query)}


def _pairs(called: Mapping[int, _Called]) -> Iterator[Pair]:
    reasons: dict[tuple[int, int], list[tuple[int, Sentence]]] = defaultdict(list)
    for words, keys in (
        (SAME_TAX_ID, {one.id: [one.tax_id] if one.tax_id else [] for one in called.values()}),
        (SAME_NAME, {one.id: one.names for one in called.values()}),
        (SAME_MAIL, {one.id: one.mails for one in called.values()}),
        (SAME_PHONE, {one.id: one.phones for one in called.values()}),
    ):
        for key, pair in _sharing(keys):
            sentence = Sentence(words) if words == SAME_NAME else Sentence(words, {"value": key})
            reasons[pair].append((_WEIGHT[words], sentence))
    for pair, percent in _similar(called):
        if not any(sentence.text == SAME_NAME for _, sentence in reasons.get(pair, ())):
            reasons[pair].append((percent * 7 // 10, Sentence(SIMILAR_NAME, {"value": percent})))
    for (one, other), found in reasons.items():
        best = max(weight for weight, _ in found)
        yield Pair(
            one,
            other,
            tuple(sentence for _, sentence in sorted(found, key=lambda it: -it[0])),
            min(99, best + 5 * (len(found) - 1)),
        )


def _sharing(keys: Mapping[int, Iterable[str]]) -> Iterator[tuple[str, tuple[int, int]]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for customer_id, found in keys.items():
        for key in found:
            holders[key].append(customer_id)
    for key, ids in holders.items():
        if 1 < len(ids) <= _MOST:
            for one, other in combinations(sorted(ids), 2):
                yield key, (one, other)


def _similar(called: Mapping[int, _Called]) -> Iterator[tuple[tuple[int, int], int]]:
    """Names that are nearly the same; compared only where they begin or end alike."""
    blocks: dict[str, set[tuple[int, str]]] = defaultdict(set)
    for one in called.values():
        for name in one.names:
            if len(name) >= 3:
                blocks[f"<{name[:3]}"].add((one.id, name))
                blocks[f"{name[-3:]}>"].add((one.id, name))
    seen: set[tuple[int, int]] = set()
    for members in blocks.values():
        if len(members) > 10 * _MOST:
            continue
        for (first, name), (second, its) in combinations(sorted(members), 2):
            pair = (min(first, second), max(first, second))
            if first == second or pair in seen or name == its:
                continue
            percent = alike(name, its)
            if percent >= _ALIKE:
                seen.add(pair)
                yield pair, percent
