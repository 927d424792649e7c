"""The passes of a comparison: which there are, and what they are called.

Built-ins and others' stand in one registry; a package adds one as an entry point of the group
`tieout.passes` (see docs/examples/pass_last_four.py). The engine knows them by a name alone.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from tieout.i18n import N_
from tieout.registry import Registry

if TYPE_CHECKING:  # numpy is loaded when something is compared
    from tieout.matching.passes import MoreRule, Rule

#: In the order in which they run; each looks only at what the ones before have left.
_BUILT_IN: Mapping[str, str] = {
    "same_number": N_("Same number, same amount"),
    "repeated_number": N_("The same document entered twice"),
    "sums_by_number": N_("Several lines that name one number"),
    "similar_number": N_("A number written almost the same"),
    "same_number_other_amount": N_("Same number, another amount, and a cause"),
    "same_number_other_account": N_("Same number in another account"),
    "amount_and_date": N_("Same amount, about the same day"),
    "one_voucher": N_("All of one voucher, by their sum"),
    "near_amount": N_("Nearly the same amount, and a cause"),
    "sums_by_date": N_("One line against several, by their sum"),
    "sums_less_fee": N_("One line against several, less a fee"),
    "common_amounts": N_("Amounts that come again and again"),
    "amount_and_date_again": N_("Same amount, its number settled elsewhere"),
    "order_against_some": N_("All of an order against some lines"),
    "lines_beside_one_another": N_("Several lines against several, by their sum"),
    "sums_by_period": N_("All of some days against one line"),
    "near_amount_at_last": N_("Nearly the same amount, among what is left"),
    "repeated_amount": N_("The same amount entered twice"),
    "same_number_unproven": N_("Same number, another amount, no cause"),
    "amount_and_far_date": N_("Same amount, far apart"),
    "repeated_at_last": N_("Entered twice, among what is left"),
    "order_against_some_late": N_("All of an order against some later lines"),
    "amount_in_other_account": N_("Same amount in another account"),
    "only_ones_left": N_("The only ones left of their days, with another amount"),
}
PASSES: "Registry[Rule]" = Registry(
    "tieout.passes", **{name: f"tieout.matching.passes:{name.upper()}" for name in _BUILT_IN}
)


class _Names(Mapping[str, str]):
    """The words of every pass there is, others' behind the one they run behind."""

    def __getitem__(self, name: str) -> str:
        if name in _BUILT_IN:
            return _BUILT_IN[name]
        if name not in PASSES:
            raise KeyError(name)
        return cast("MoreRule", PASSES[name]).words

    def __iter__(self) -> Iterator[str]:
        if len(PASSES.names()) == len(_BUILT_IN):
            return iter(_BUILT_IN)
        from tieout.matching.passes import in_order

        return iter([rule.name for rule in in_order(more_passes())])

    def __len__(self) -> int:
        return len(PASSES.names())


PASS_NAMES: Mapping[str, str] = _Names()
#: Everything else rests on what this one finds.
FIXED_PASSES = frozenset({"same_number"})


def pass_name(name: str) -> str:
    """What a pass is called; its own name where it is new."""
    return PASS_NAMES.get(name, name)


def more_passes() -> "tuple[Rule, ...]":
    """The passes that are not built in."""
    return tuple(PASSES[name] for name in PASSES.names() if name not in _BUILT_IN)
