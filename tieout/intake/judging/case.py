"""What a check is shown of one document or payment, and how all of them are asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from tieout.intake.judging.books import Books
from tieout.intake.judging.check import Severity
from tieout.intake.judging.chosen import Active
from tieout.intake.judging.rows import Group
from tieout.intake.mapping import Mapping
from tieout.ledger.inputs import DocumentInput


@dataclass(frozen=True)
class Case:
    """One thing to be posted, as a check is shown it."""

    #: Its rows, whose it is, its currency.
    group: Group
    given: DocumentInput
    mapping: Mapping
    books: Books


def look_at_all(groups: Iterable[Group], mapping: Mapping, books: Books) -> None:
    """Hold everything that is to be posted against every check that is on.

    A check with a sieve is asked only about what that keeps; see `sieves`.
    """
    active = [one for one in books.active if one.check.look is not None]
    cases = [
        Case(group, group.plan, mapping, books)
        for group in groups
        if isinstance(group.plan, DocumentInput) and group.are_ready
    ]
    if not cases or not active:
        return
    asked: dict[int, list[Active]] = {}
    for one in active:
        for case in cases if one.check.sieve is None else one.check.sieve(cases, one.limit):
            asked.setdefault(id(case), []).append(one)
    for case in cases if asked else ():
        if (some := asked.get(id(case))) is not None:
            look(case, some)


def look(case: Case, active: Iterable[Active]) -> None:
    """Hold one of them against some checks, in their order.

    What the books could never take ends it: the other checks would only say the same once more.
    """
    for one in active:
        assert one.check.look is not None  # noqa: S101 - others are not asked
        found = False
        for finding in one.check.look(case, one.limit):
            one.say(finding.row or case.group.first, finding)
            found = True
        if found and one.severity is Severity.REFUSE and one.check.is_essential:
            return
