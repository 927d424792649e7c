"""The auditor's requests with what came back, a currency a row."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.customers.models import Customer
from tieout.money import Money
from tieout.periods import Period
from tieout.statements import answers, auditing
from tieout.statements.models import AuditorRequest, Confirmation, Statement
from tieout.statements.moves import ISSUED


@dataclass(frozen=True)
class Reply:
    """One request in one currency, and its reply."""

    request: AuditorRequest
    customer: Customer
    #: None until it is issued.
    statement: Statement | None
    balance: Money | None
    answer: Confirmation | None

    @property
    def is_answered(self) -> bool:
        """Whether a person answered; silence by contract is no answer."""
        return self.answer is not None and self.answer.outcome in answers.GIVEN


def replies(session: Session, period: Period, kind: str) -> list[Reply]:
    """Every request of the auditor's for a period, by customer."""
    issued = session.scalars(
        select(Statement).where(
            Statement.kind == kind,
            Statement.period_start == period.start,
            Statement.period_end == period.end,
            Statement.state == ISSUED,
        )
    ).all()
    by_customer = {one.customer_id: one for one in issued}
    found: list[Reply] = []
    for request, customer in session.execute(auditing.requests(period, kind)):
        statement = by_customer.get(customer.id)
        if statement is None:
            found.append(Reply(request, customer, None, None, None))
            continue
        given = answers.current_by_section(session, [one.id for one in statement.sections])
        found += [
            Reply(
                request,
                customer,
                statement,
                Money(one.closing_minor, one.currency),
                given.get(one.id),
            )
            for one in statement.sections
        ]
    return found
