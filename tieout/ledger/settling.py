"""Which credit settles which debit: pure rules that never guess.

1. Reference: a credit that names a document settles it, and never another one.
2. Exact amount: one debit and one credit, each the only one of that amount.
3. Oldest first: what is left, only where the company's policy says so.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from tieout.i18n import N_, Sentence
from tieout.ledger.numbers import number_form, prefix, same_number
from tieout.money import Money

_WORDS = re.compile(r"[\s,;，；、。()（）\[\]【】<>《》:：\"'“”|]+")
#: A number shorter than this is found in any text: it names nothing.
_TELLING = 4
_DIGITS = re.compile(r"\d")


@dataclass(frozen=True)
class Side:
    """An open item as far as settling looks at it."""

    item_id: int
    document_id: int
    number: str
    issued_on: date
    due_on: date
    open: Money
    #: All a credit says about what it is for: remittance numbers and description.
    says: tuple[str, ...] = ()
    #: What it hangs together with: a credit note's invoice, a bounced payment's payment.
    related_id: int | None = None


@dataclass(frozen=True)
class Proposal:
    """A settlement that a rule suggests."""

    debit_item_id: int
    credit_item_id: int
    amount: Money
    rule: str
    #: Why, to be shown beside it.
    reason: Sentence
    #: Safe to be made without anybody looking.
    is_certain: bool


@dataclass
class _Left:
    """What is still open while proposals are gathered."""

    open: dict[int, Money]
    proposals: list[Proposal] = field(default_factory=list)

    def settle(self, debit: Side, credit: Side, rule: str, reason: Sentence, certain: bool) -> None:
        amount = min(self.open[debit.item_id], self.open[credit.item_id])
        if not amount:
            return
        self.open[debit.item_id] -= amount
        self.open[credit.item_id] -= amount
        self.proposals.append(
            Proposal(debit.item_id, credit.item_id, amount, rule, reason, certain)
        )

    def of(self, sides: Iterable[Side]) -> list[Side]:
        return [side for side in sides if self.open[side.item_id]]


def propose(
    debits: Sequence[Side],
    credits: Sequence[Side],
    known_numbers: Iterable[str],
    *,
    oldest_first: bool = False,
) -> list[Proposal]:
    """Suggest settlements of one account; the order of the items changes nothing.

    `known_numbers` are all numbers the account ever had: who names one of them, or one that
    looks like them, names something.
    """
    debits = sorted(debits, key=_by_age)
    credits = sorted(credits, key=_by_age)
    forms = {number_form(number) for number in known_numbers if number}
    prefixes = {prefix(form) for form in forms} - {""}
    left = _Left({side.item_id: side.open for side in (*debits, *credits)})
    free = []
    for credit in credits:
        mentions = mentioned(credit.says)
        named = _named(debits, credit, mentions)
        if named:
            _by_reference(left, credit, named)
        elif credit.related_id is None and not _names_something(mentions, forms, prefixes):
            free.append(credit)
    _by_exact_amount(left, debits, free)
    if oldest_first:
        _oldest_first(left, debits, free)
    return left.proposals


def mentioned(texts: Iterable[str]) -> list[str]:
    """Return the forms of all that could be a number in what a credit says, in order."""
    found: dict[str, None] = {}
    for text in texts:
        words = [number_form(word) for word in _WORDS.split(unicodedata.normalize("NFKC", text))]
        words = [word for word in words if word]
        for word in words:
            found.setdefault(word)
        for one, other in pairwise(words):  # "INV 1043"
            found.setdefault(f"{one}-{other}")
    return [form for form in found if len(form) >= _TELLING and _DIGITS.search(form)]


def _by_age(side: Side) -> tuple[date, date, int]:
    return (side.due_on, side.issued_on, side.item_id)


def _named(debits: Sequence[Side], credit: Side, mentions: Sequence[str]) -> list[Side]:
    linked = [
        debit
        for debit in debits
        if debit.document_id == credit.related_id or debit.related_id == credit.document_id
    ]
    if linked or credit.related_id is not None:
        return linked
    forms = {debit.item_id: number_form(debit.number) for debit in debits}
    named: dict[int, Side] = {}
    for mention in mentions:
        for debit in debits:
            form = forms[debit.item_id]
            if len(form) >= _TELLING and same_number(mention, form):
                named.setdefault(debit.item_id, debit)
    return list(named.values())


def _names_something(mentions: Sequence[str], forms: set[str], prefixes: set[str]) -> bool:
    """Whether a credit names a document, be it one we do not have or that is settled."""
    keys = {form.replace("-", "") for form in forms if len(form) >= _TELLING}
    return any(
        mention.replace("-", "") in keys or (prefix(mention) in prefixes) for mention in mentions
    )


def _by_reference(left: _Left, credit: Side, named: Sequence[Side]) -> None:
    """Settle what is named, the earliest due first; sure unless it is unclear what is short."""
    documents = {debit.document_id for debit in named}
    wanted = Money.total((left.open[debit.item_id] for debit in named), credit.open.currency)
    same_number_twice = len({number_form(debit.number) for debit in named}) < len(documents)
    enough = wanted <= left.open[credit.item_id]
    certain = enough or (len(documents) == 1 and not same_number_twice)
    for debit in sorted(named, key=_by_age):
        reason = Sentence(N_("It names %(number)s."), {"number": debit.number})
        if credit.document_id == debit.related_id or credit.related_id == debit.document_id:
            reason = Sentence(N_("It belongs to %(number)s."), {"number": debit.number})
        left.settle(debit, credit, "reference", reason, certain)


def _by_exact_amount(left: _Left, debits: Sequence[Side], credits: Sequence[Side]) -> None:
    by_amount: dict[Money, list[Side]] = defaultdict(list)
    for debit in left.of(debits):
        by_amount[left.open[debit.item_id]].append(debit)
    times = Counter(left.open[credit.item_id] for credit in left.of(credits))
    for credit in left.of(credits):
        amount = left.open[credit.item_id]
        candidates = by_amount.get(amount, [])
        if len(candidates) != 1 or times[amount] != 1:
            continue
        [debit] = candidates
        reason = Sentence(
            N_("%(number)s is the only open document of exactly %(amount)s."),
            {"number": debit.number, "amount": amount},
        )
        # money that came before the document was written may be meant for another
        left.settle(debit, credit, "exact_amount", reason, debit.issued_on <= credit.issued_on)


def _oldest_first(left: _Left, debits: Sequence[Side], credits: Sequence[Side]) -> None:
    for debit, credit in _in_turn(left, debits, credits):
        reason = Sentence(
            N_("%(number)s is the oldest one open, and this customer's rule is oldest first."),
            {"number": debit.number},
        )
        left.settle(debit, credit, "oldest_first", reason, True)


def _in_turn(
    left: _Left, debits: Sequence[Side], credits: Sequence[Side]
) -> Iterator[tuple[Side, Side]]:
    for credit in credits:
        for debit in debits:
            if left.open[credit.item_id] and left.open[debit.item_id]:
                yield debit, credit


def by_credit(proposals: Iterable[Proposal]) -> Mapping[int, list[Proposal]]:
    """Group proposals by the credit they would use."""
    grouped: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        grouped[proposal.credit_item_id].append(proposal)
    return grouped
