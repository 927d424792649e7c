"""Which credit settles which debit: pure rules that never guess.

1. Remittance: a credit that says how much is for which document settles exactly that.
2. Reference: a credit that names a document settles it, and never another one.
3. Exact amount: one debit and one credit, each the only one of that amount.
4. Exact subset: the only documents that add up to exactly what came in.
5. Oldest first: what is left, only where the company's policy says so.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.ledger.numbers import number_form, prefix, same_number
from tieout.ledger.subsets import Steps, Subset, only_subset
from tieout.money import Money

_WORDS = re.compile(r"[\s,;，；、。()（）\[\]【】<>《》:：\"'“”|]+")
#: A number shorter than this is found in any text: it names nothing.
_TELLING = 4
#: The same, but a comma within 1,234.50 stays.
_BETWEEN = re.compile(r"(?:[\s;，；、。()（）\[\]【】<>《》:：=\"'“”|]|,(?!\d{3}\b))+")
_DIGITS = re.compile(r"\d")
#: An amount in a remittance text, with its two or three decimals: 1,234.50.
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})*\.\d{2,3}|\d+\.\d{2,3}")


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

    def settle(
        self,
        debit: Side,
        credit: Side,
        rule: str,
        reason: Sentence,
        certain: bool,
        most: Money | None = None,
    ) -> None:
        amount = min(self.open[debit.item_id], self.open[credit.item_id])
        if most is not None:
            amount = min(amount, most)
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
    known = _Known(known_numbers)
    left = _Left({side.item_id: side.open for side in (*debits, *credits)})
    numbered = _Numbered(debits)
    free = []
    for credit in credits:
        mentions = mentioned(credit.says)
        named = numbered.named(credit, mentions)
        if named:
            if not _by_remittance(left, credit, named):
                _by_reference(left, credit, named)
        elif credit.related_id is None and not known.has_any_of(mentions):
            free.append(credit)
    _by_exact_amount(left, debits, free)
    _by_exact_subset(left, debits, free)
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


class _Numbered:
    """The debits by their numbers, so that a thousand payments find theirs at once."""

    def __init__(self, debits: Sequence[Side]) -> None:
        self._debits = debits
        self._by_key: dict[str, list[tuple[str, Side]]] = defaultdict(list)
        self._linked: dict[int, list[Side]] = defaultdict(list)
        for debit in debits:
            form = number_form(debit.number)
            if len(form) >= _TELLING:
                self._by_key[form.replace("-", "")].append((form, debit))
            if debit.related_id is not None:
                self._linked[debit.related_id].append(debit)
            self._linked[debit.document_id].append(debit)

    def named(self, credit: Side, mentions: Sequence[str]) -> list[Side]:
        """What a credit belongs to or, where it belongs to nothing, what it names."""
        linked = [
            debit
            for debit in self._linked.get(credit.document_id, ())
            if debit.related_id == credit.document_id
        ]
        if credit.related_id is not None:
            linked += [
                debit
                for debit in self._linked.get(credit.related_id, ())
                if debit.document_id == credit.related_id
            ]
        if linked or credit.related_id is not None:
            return linked
        named: dict[int, Side] = {}
        for mention in mentions:
            for form, debit in self._by_key.get(mention.replace("-", ""), ()):
                if same_number(mention, form):
                    named.setdefault(debit.item_id, debit)
        return list(named.values())


class _Known:
    """All numbers of an account, be what they number open or settled, and what they begin with."""

    def __init__(self, numbers: Iterable[str]) -> None:
        forms = {number_form(number) for number in numbers if number}
        self._keys = {form.replace("-", "") for form in forms if len(form) >= _TELLING}
        self._prefixes = {prefix(form) for form in forms} - {""}

    def has_any_of(self, mentions: Iterable[str]) -> bool:
        """Whether any is a number of the account, or looks like one of them."""
        return any(
            mention.replace("-", "") in self._keys or prefix(mention) in self._prefixes
            for mention in mentions
        )


def _by_remittance(left: _Left, credit: Side, named: Sequence[Side]) -> bool:
    """Settle as the payer's list says, where it says an amount for each and they add up."""
    said = remitted(credit.says, credit.open.currency)
    parts: list[tuple[Side, Money]] = []
    for debit in named:
        form = number_form(debit.number)
        amounts = [amount for number, amount in said if same_number(number, form)]
        if len(amounts) != 1 or amounts[0] > left.open[debit.item_id]:
            return False
        parts.append((debit, amounts[0]))
    documents = {debit.document_id for debit in named}
    total = Money.total((amount for _, amount in parts), credit.open.currency)
    if len(documents) < len(named) or total != left.open[credit.item_id]:
        return False
    for debit, amount in parts:
        facts = {"amount": amount, "number": debit.number}
        reason = Sentence(N_("It says %(amount)s for %(number)s."), facts)
        left.settle(debit, credit, "remittance", reason, True, most=amount)
    return True


def remitted(texts: Iterable[str], currency: str) -> list[tuple[str, Money]]:
    """Return each number in a remittance text that an amount follows, with that amount."""
    found: list[tuple[str, Money]] = []
    for text in texts:
        words = [
            word
            for word in _BETWEEN.split(unicodedata.normalize("NFKC", text))
            if word and word.upper() != currency
        ]
        for before, word, after in zip(["", *words], words, words[1:], strict=False):
            figure = after.removeprefix(currency)
            if not _DIGITS.search(word) or _AMOUNT.fullmatch(word) or not _AMOUNT.fullmatch(figure):
                continue
            try:
                amount = Money.of(figure.replace(",", ""), currency)
            except InvalidInput:
                continue  # finer than the currency: no amount of it
            found.append((number_form(word), amount))
            if before:
                found.append((number_form(f"{before}-{word}"), amount))  # "INV 1043"
    return found


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


def _by_exact_subset(left: _Left, debits: Sequence[Side], credits: Sequence[Side]) -> None:
    """Settle with what adds up, where one set alone does and no other money wants any of it."""
    open_debits = left.of(debits)
    amounts = [left.open[debit.item_id].minor for debit in open_debits]
    wanted: list[tuple[Side, Subset]] = []
    steps = Steps()
    for credit in left.of(credits):
        found = only_subset(amounts, left.open[credit.item_id].minor, steps)
        if found is not None and len(found.places) > 1:
            wanted.append((credit, found))
    takers = Counter(place for _, found in wanted for place in found.places)
    for credit, found in wanted:
        if any(takers[place] > 1 for place in found.places):
            continue
        chosen = [open_debits[place] for place in found.places]
        reason = Sentence(
            N_("%(numbers)s are the only open documents that add up to exactly %(amount)s."),
            {
                "numbers": ", ".join(dict.fromkeys(debit.number for debit in chosen)),
                "amount": left.open[credit.item_id],
            },
        )
        in_time = all(debit.issued_on <= credit.issued_on for debit in chosen)
        for debit in chosen:
            left.settle(debit, credit, "exact_subset", reason, found.is_telling and in_time)


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
