"""Rows of products: added, or changed where the file says something else."""

from collections.abc import Sequence
from decimal import Decimal

from tieout.catalog import Product
from tieout.customers.names import folded
from tieout.i18n import N_, Sentence
from tieout.intake.judging.books import Books
from tieout.intake.judging.plans import ProductPlan
from tieout.intake.judging.rows import Group, Judged
from tieout.intake.mapping import Mapping
from tieout.intake.places import Problem
from tieout.intake.states import RowState
from tieout.money import rounded

CODE_TWICE = N_(
    "Product %(code)s stands in row %(row)s already with other content. Correct the code, or leave "
    "one row out."
)
ROW_TWICE = N_("The same row stands above, in row %(row)s.")
NOTHING_NEW = N_("Product %(code)s stands in the books just so. Nothing to do.")
TOO_LONG = N_("“%(text)s…” is longer than %(limit)s characters. Shorten it.")
MERGED = N_("Product %(code)s was merged into another. Use that one’s code, or leave the row out.")
BELOW_ZERO = N_("A price cannot be below zero. Correct it.")
_KEPT_AS = {"unit_price": "price_micro"}
_LIMITS = {"code": 120, "name": 200, "specification": 200, "unit": 40}


def groups_of(_mapping: Mapping, rows: Sequence[Judged], books: Books) -> list[Group]:
    """Work out each product."""
    groups, first = [], dict[str, Judged]()
    for row in rows:
        key = folded(row.row.text("code"))
        row.group_key = f"product:{key}"[:120]
        group = Group(row.group_key, [row])
        groups.append(group)
        if row.state != RowState.READY:
            continue
        if key in first:
            _say_twice(row, first[key])
            continue
        first[key] = row
        _plan(group, books.catalog.get(key))
    return groups


def _say_twice(row: Judged, above: Judged) -> None:
    facts: dict[str, object] = {"code": row.row.text("code"), "row": above.number}
    if row.fingerprint == above.fingerprint:
        row.say(RowState.REPEATED, Problem(Sentence(ROW_TWICE, {"row": above.number})))
    else:
        row.refuse(Problem(Sentence(CODE_TWICE, facts), "code", check="master_data"))


def _plan(group: Group, there: Product | None) -> None:
    row = group.first
    for field, limit in _LIMITS.items():
        text = row.row.text(field)
        if len(text) > limit:
            row.refuse(
                Problem(
                    Sentence(TOO_LONG, {"text": text[:40], "limit": limit}),
                    field,
                    check="master_data",
                )
            )
            return
    if there is not None and there.merged_into_id is not None:
        merged = Sentence(MERGED, {"code": there.code})
        row.refuse(Problem(merged, "code", check="master_data"))
        return
    price = row.row.number_of("unit_price")
    if price is not None and price < 0:
        row.refuse(Problem(Sentence(BELOW_ZERO), "unit_price", check="master_data"))
        return
    plan = ProductPlan(
        product_id=there.id if there else 0,
        code=there.code if there else row.row.text("code"),
        name=row.row.text("name"),
        specification=row.row.text("specification"),
        unit=row.row.text("unit"),
        price=price,
        clears=tuple(sorted(row.row.cleared)),
    )
    if there is not None and not _changes(plan, there):
        row.say(RowState.REPEATED, Problem(Sentence(NOTHING_NEW, {"code": there.code})))
        return
    group.plan = plan


def _changes(plan: ProductPlan, there: Product) -> bool:
    said = (
        (plan.name, there.name),
        (plan.specification, there.specification),
        (plan.unit, there.unit),
    )
    if any(new and new != old for new, old in said):
        return True
    if any(getattr(there, _KEPT_AS.get(field, field)) for field in plan.clears):
        return True
    return plan.price is not None and rounded(plan.price * Decimal(1_000_000)) != there.price_micro
