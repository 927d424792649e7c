"""Products that may be one and the same: by code, by name with specification, by likeness.

Proposals only; somebody decides. Pairs that were looked at and are two stay out.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.catalog import Product, ProductMerge
from tieout.customers.duplicates import alike
from tieout.i18n import N_, Sentence

SAME_CODE = N_("codes that differ in signs or zeros alone")
SAME_GOODS = N_("the same name and specification")
SIMILAR_GOODS = N_("names that are %(value)s %% alike")

_ALIKE = 85
#: More than so many of one key are no duplicates but a habit, such as one name for a family.
_MOST = 20
_NO_WORD = re.compile(r"[\W_]+")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class ProductPair:
    """Two products that may be one, and why."""

    one: Product
    other: Product
    reasons: tuple[Sentence, ...]
    #: Of a hundred.
    score: int


def proposals(session: Session, most: int = 200) -> list[ProductPair]:
    """Find products that may be one, the surest first."""
    query = select(Product).where(Product.merged_into_id.is_(None)).order_by(Product.id)
    there = session.scalars(query).all()
    settled = {
        (min(one, other), max(one, other))
        for one, other in session.execute(
            select(ProductMerge.product_id, ProductMerge.into_id).where(
                ProductMerge.state == "apart"
            )
        )
    }
    reasons: dict[tuple[int, int], list[tuple[int, Sentence]]] = defaultdict(list)
    for score, sentence, pair in (*_sharing(there), *_similar(there)):
        if pair not in settled:
            reasons[pair].append((score, sentence))
    by_id = {one.id: one for one in there}
    pairs = [
        ProductPair(
            by_id[one],
            by_id[other],
            tuple(sentence for _, sentence in found),
            min(99, max(score for score, _ in found) + 5 * (len(found) - 1)),
        )
        for (one, other), found in reasons.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair.score, pair.one.id, pair.other.id))[:most]


def _plain(text: str) -> str:
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def _bare_code(code: str) -> str:
    return _ZEROS.sub("", _plain(code)) if any(map(str.isdigit, code)) else _plain(code)


def _goods(product: Product) -> str:
    return _plain(f"{product.name} {product.specification}")


Found = tuple[int, Sentence, tuple[int, int]]


def _sharing(there: Sequence[Product]) -> Iterator[Found]:
    for score, words, key_of in (
        (90, SAME_CODE, lambda p: _bare_code(p.code)),
        (85, SAME_GOODS, _goods),
    ):
        holders: dict[str, list[int]] = defaultdict(list)
        for one in there:
            if key := key_of(one):
                holders[key].append(one.id)
        for ids in holders.values():
            if 1 < len(ids) <= _MOST:
                for pair in combinations(ids, 2):
                    yield score, Sentence(words), pair


def _similar(there: Sequence[Product]) -> Iterator[Found]:
    """Names nearly the same, with the same figures in them: 20 mm is not 25 mm."""
    blocks: dict[tuple[str, ...], list[tuple[int, str]]] = defaultdict(list)
    for one in there:
        goods = _goods(one)
        if len(goods) >= 4:
            blocks[(goods[:3], *_DIGITS.findall(goods))].append((one.id, goods))
    for members in blocks.values():
        if len(members) > 10 * _MOST:
            continue
        for (first, its), (second, other) in combinations(members, 2):
            percent = alike(its, other)
            if its != other and percent >= _ALIKE:
                sentence = Sentence(SIMILAR_GOODS, {"value": percent})
                yield percent * 7 // 10, sentence, (first, second)
