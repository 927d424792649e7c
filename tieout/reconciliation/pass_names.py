"""What the passes of a comparison are called; the engine knows them by a name alone."""

from collections.abc import Mapping

from tieout.i18n import N_

#: In the order in which they run; each looks only at what the ones before have left.
PASS_NAMES: Mapping[str, str] = {
    "same_number": N_("Same number, same amount"),
    "repeated_number": N_("The same document entered twice"),
    "sums_by_number": N_("Several lines that name one number"),
    "similar_number": N_("A number written almost the same"),
    "same_number_other_amount": N_("Same number, another amount, and a cause"),
    "same_number_other_account": N_("Same number in another account"),
    "amount_and_date": N_("Same amount, about the same day"),
    "near_amount": N_("Nearly the same amount, and a cause"),
    "sums_by_date": N_("One line against several, by their sum"),
    "sums_less_fee": N_("One line against several, less a fee"),
    "amount_and_date_again": N_("Same amount, its number settled elsewhere"),
    "order_against_some": N_("All of an order against some lines"),
    "lines_beside_one_another": N_("Several lines against several, by their sum"),
    "near_amount_at_last": N_("Nearly the same amount, among what is left"),
    "repeated_amount": N_("The same amount entered twice"),
    "same_number_unproven": N_("Same number, another amount, no cause"),
    "amount_and_far_date": N_("Same amount, far apart"),
    "order_against_some_late": N_("All of an order against some later lines"),
    "amount_in_other_account": N_("Same amount in another account"),
}
#: Everything else rests on what this one finds.
FIXED_PASSES = frozenset({"same_number"})


def pass_name(name: str) -> str:
    """What a pass is called; its own name where it is new."""
    return PASS_NAMES.get(name, name)
