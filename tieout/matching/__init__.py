"""Two books in, every line of both in exactly one named group.

Pure: columns of integers in, columns of integers out; no database, no framework, no clock. The
outcome follows from what the lines say, never from the order in which they are given.

    keys = keys_of("INV-2026-000042", "PO-77", "Sale of goods")    # once, stored with the line
    ours = Lines.of([Line(1, customer=7, on=..., amount=100_00, kind=Kind.INVOICE, keys=keys)])
    groups = reconcile(ours, theirs, Rules(cutoff=date(2026, 12, 31)))
    groups.ours[0], groups.difference(0)                           # group of the first line, type
    bridge(groups, ours, theirs, rules).accounts                   # both balances, tied together

Amounts are minor units in our sign: + means the customer owes more (on a payable account, that
we do), in both books. What is brought in: `Lines` (a million of them: fill `Keys.of` and the
columns at once), `Rules`. What comes back: `Groups`, with the type, the finer cause (`Detail`) and
the numbers that prove it, for sentences in the reader's language. A residual is the sum of a
group's lines in one account, so the residuals always add up to the difference of the balances;
`bridge` sorts them into only ours, only theirs and value differences and says who acts, for today
or any earlier day; `last_day_agreed` finds since when the books disagree.

The passes stand in one table, `passes.PASSES`, strictest first. They only bring lines together;
what a group is called is decided afterwards, in `naming`, from its lines alone.
"""

from tieout.matching.bridge import Account, Bridge, Items, bridge, who_acts
from tieout.matching.difference import CODE, DIFFERENCES, Actor, Confidence, Difference
from tieout.matching.engine import reconcile
from tieout.matching.groups import Groups
from tieout.matching.keys import Keys, keys_of
from tieout.matching.kinds import Kind, kind_of
from tieout.matching.lines import NO_AMOUNT, Line, Lines, currency_code
from tieout.matching.mirror import is_mirrored, turned
from tieout.matching.passes import PASSES
from tieout.matching.proofs import Detail
from tieout.matching.replay import Agreement, Residuals, last_day_agreed, residuals
from tieout.matching.rules import FixedGroup, KnownHabit, Rules

__all__ = [
    "CODE",
    "DIFFERENCES",
    "NO_AMOUNT",
    "PASSES",
    "Account",
    "Actor",
    "Agreement",
    "Bridge",
    "Confidence",
    "Detail",
    "Difference",
    "FixedGroup",
    "Groups",
    "Items",
    "Keys",
    "Kind",
    "KnownHabit",
    "Line",
    "Lines",
    "Residuals",
    "Rules",
    "bridge",
    "currency_code",
    "is_mirrored",
    "keys_of",
    "kind_of",
    "last_day_agreed",
    "reconcile",
    "residuals",
    "turned",
    "who_acts",
]
