"""What a check is shown of one document or payment, and how all of them are asked."""

from dataclasses import dataclass

from tieout.intake.judging.books import Books
from tieout.intake.judging.check import Severity
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


def look(group: Group, mapping: Mapping, books: Books) -> None:
    """Hold what is to be posted against every check that is on.

    What the books could never take ends it: the other checks would only say the same once more.
    """
    if not group.is_ready or not isinstance(given := group.plan, DocumentInput):
        return
    case = Case(group, given, mapping, books)
    for active in books.active:
        if active.check.look is None:
            continue
        found = False
        for finding in active.check.look(case, active.limit):
            active.say(finding.row or group.first, finding)
            found = True
        if found and active.severity is Severity.REFUSE and active.check.is_essential:
            return
