"""Who might be meant by a name or code that nobody goes by: the best few, each with the reason."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.chinese import compiled
from tieout.customers.models import Customer
from tieout.customers.names import folded
from tieout.i18n import N_, Sentence

SAME_BUT_FORM = N_("the same name but for its legal form")
SAME_CODE = N_("the same code, written differently")
SAME_TAX_ID = N_("the tax number, one character apart")
WITHIN = N_("one name is part of the other")
ALIKE = N_("%(percent)s %% of the name is the same")

#: What companies put behind or before their name; the same firm with and without it.
_FORMS = compiled(
    r"\b(co|company|corp|corporation|inc|incorporated|ltd|limited|llc|llp|lp|plc|pty|pte|gmbh|ag|kg"
    r"|ohg|ug|se|sa|sas|sarl|srl|spa|bv|nv|ab|oy|as|aps|holdings?|group|the|and)\b"
    r"|股份有限公司|有限责任公司|有限公司|责任公司|股份公司|集团|公司"
)
_SIGNS = compiled(r"[\W_]+")
#: Less of a name in common is chance.
_ENOUGH = 0.55
#: Less of a lead over the next is no lead.
_AHEAD = 0.03


@dataclass(frozen=True)
class Suggestion:
    """A customer who might be meant, and why."""

    customer_id: int
    code: str
    name: str
    reason: Sentence
    score: float


@dataclass(frozen=True)
class Known:
    """A customer by all it is called, as names are compared."""

    customer_id: int
    code: str
    name: str
    tax_id: str
    called: tuple[str, ...]


def known(session: Session) -> list[Known]:
    """Every active customer, as names are compared."""
    query = select(
        Customer.id, Customer.code, Customer.name, Customer.aliases, Customer.tax_id
    ).where(Customer.is_active)
    return [
        Known(customer_id, code, name, tax_id, tuple(core(one) for one in (name, *aliases)))
        for customer_id, code, name, aliases, tax_id in session.execute(query)
    ]


def suggestions(text: str, among: Iterable[Known], most: int = 3) -> list[Suggestion]:
    """The customers that come closest to a text, the likeliest first; pure."""
    wanted, key, pairs = core(text), _SIGNS.sub("", folded(text)), _pairs(core(text))
    found = [
        Suggestion(one.customer_id, one.code, one.name, reason, score)
        for one in among
        for score, reason in [_closeness(one, wanted, key, pairs)]
        if reason is not None
    ]
    return sorted(found, key=lambda one: (-one.score, one.code))[:most]


def core(text: str) -> str:
    """What of a name tells one firm from another: without width, case, signs and legal form."""
    plain = _SIGNS.sub(" ", folded(text)).strip()
    return _SIGNS.sub("", _FORMS.sub("", plain)) or _SIGNS.sub("", plain)


def _closeness(
    one: Known, wanted: str, key: str, pairs: Counter[str]
) -> tuple[float, Sentence | None]:
    if not key:
        return 0.0, None
    if wanted in one.called:
        return 1.0, Sentence(SAME_BUT_FORM)
    if _as_code(one.code) == _as_code(key):
        return 0.98, Sentence(SAME_CODE)
    if one.tax_id and _one_apart(folded(one.tax_id), key):
        return 0.95, Sentence(SAME_TAX_ID)
    best = max((_share(pairs, called) for called in one.called), default=0.0)
    shorter = [min(wanted, called, key=len) for called in one.called if called]
    if any(
        len(part) >= 3 and part in wanted and part in called
        for part, called in zip(shorter, [called for called in one.called if called], strict=True)
    ):
        return max(best, 0.9), Sentence(WITHIN)
    if best >= _ENOUGH:
        return best, Sentence(ALIKE, {"percent": round(best * 100)})
    return 0.0, None


def _as_code(text: str) -> str:
    """A code without signs and leading zeros: M-0217, M217 and m 217 are one."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", _SIGNS.sub("", folded(text)))


def _one_apart(one: str, other: str) -> bool:
    """Whether two long numbers of one length differ in a single character."""
    if len(one) != len(other) or len(one) < 8:
        return False
    return sum(left != right for left, right in zip(one, other, strict=True)) <= 1


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))


def _share(pairs: Counter[str], called: str) -> float:
    """How many pairs of characters two names share, of all they have (Dice)."""
    others = _pairs(called)
    size = pairs.total() + others.total()
    return 2 * (pairs & others).total() / size if size else 0.0


def outstanding(found: Sequence[Suggestion]) -> Suggestion | None:
    """The one who may be offered with a single button; none where others are as likely."""
    if not found or (len(found) > 1 and found[0].score - found[1].score < _AHEAD):
        return None
    return found[0]


def for_texts(session: Session, texts: Sequence[str]) -> dict[str, list[Suggestion]]:
    """The suggestions for each of a few texts."""
    if not texts:
        return {}
    there = known(session)
    return {text: suggestions(text, there) for text in texts if text}
