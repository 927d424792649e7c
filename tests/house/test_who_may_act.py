"""Who may do which act about answers, disputes and an auditor's requests: the table by hand.

Nothing here is read from the code that decides: what is written down is what the company wants.
"yes" is whatever is no refusal of the person: an empty form may be refused for what is missing.
"""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.support.route_world import OTHER, World
from tests.support.visitor import Visitor
from tieout import db, settings
from tieout.audit.models import AuditEntry
from tieout.disputes.models import Dispute, DisputeEntry
from tieout.disputes.templates import FIRST
from tieout.identity.permissions import PortalRole, Role
from tieout.month_end.models import AuditSample
from tieout.statements.models import AuditorRequest, Confirmation, LineAnswer, Statement

#: Of a customer: who may look, answer, manage; somebody who manages another customer.
PORTAL = """
                                                      look  answer  manage  another
GET  /statements/{statement_id}                       yes   yes     yes     404
GET  /statements/{statement_id}/statement.csv         yes   yes     yes     404
GET  /receipts/R-2026-900001                          yes   yes     yes     404
GET  /receipts/R-2026-900001/certificate.pdf          yes   yes     yes     404
GET  /statements/{statement_id}/{section_id}/answer   403   yes     yes     404
GET  /statements/{statement_id}/{section_id}/figure   403   yes     yes     404
GET  /statements/{statement_id}/lines?line={line_id}  403   yes     yes     404
POST /statements/{statement_id}/{section_id}/confirm  403   yes     yes     404
POST /statements/{statement_id}/{section_id}/answer   403   yes     yes     404
POST /statements/{statement_id}/{section_id}/figure   403   yes     yes     404
POST /statements/{statement_id}/lines?line={line_id}  403   yes     yes     404
GET  /disputes                                        yes   yes     yes     yes
GET  /disputes/{dispute_id}                           yes   yes     yes     404
GET  /disputes/{dispute_id}/files/{entry_id}          yes   yes     yes     404
GET  /disputes/sent?dispute={dispute_id}              yes   yes     yes     404
GET  /disputes/new?document={document_id}             403   yes     yes     404
POST /disputes/new?document={document_id}             403   yes     yes     404
POST /disputes/{dispute_id}/answer                    403   yes     yes     404
POST /disputes/{dispute_id}/withdraw                  403   yes     yes     404
POST /disputes/{dispute_id}/reopen                    403   yes     yes     404
GET  /promises/new?document={document_id}             403   yes     yes     404
POST /promises/new?document={document_id}             403   yes     yes     404
GET  /promises/{promise_id}                           yes   yes     yes     404
"""

#: Of the company; sales see the customers they look after, and “others” is one of somebody else's.
DESK = """
                                             accountant approver sales others auditor administrator
GET  /disputes                               yes        yes      yes   yes    yes     yes
GET  /disputes/{dispute_id}                  yes        yes      yes   404    yes     yes
GET  /disputes/{dispute_id}/files/{entry_id} yes        yes      yes   404    yes     yes
POST /disputes/{dispute_id}/answer           yes        yes      yes   404    403     403
POST /disputes/{dispute_id}/note             yes        yes      yes   404    403     403
POST /disputes/{dispute_id}/care             yes        yes      yes   404    403     403
POST /disputes/{dispute_id}/accept           yes        yes      yes   404    403     403
POST /disputes/{dispute_id}/reject           yes        yes      yes   404    403     403
POST /disputes/{dispute_id}/take-up          yes        yes      yes   404    403     403
GET  /disputes/assign?dispute={dispute_id}   yes        yes      yes   404    403     403
POST /disputes/assign?dispute={dispute_id}   yes        yes      yes   404    403     403
GET  /disputes/answer?{ticked}               yes        yes      yes   404    403     403
POST /disputes/answer?{ticked}               yes        yes      yes   404    403     403
GET  /disputes/templates                     yes        yes      yes   yes    403     403
POST /disputes/templates                     yes        yes      yes   yes    403     403
GET  /statements/{statement_id}              yes        yes      yes   404    yes     yes
POST /statements/{statement_id}/issue        403        yes      403   403    403     403
POST /statements/{statement_id}/refresh      yes        yes      403   403    403     403
GET  /statements/{statement_id}/excuse       yes        yes      403   403    403     403
POST /statements/{statement_id}/excuse       yes        yes      403   403    403     403
GET  /statements/{statement_id}/supersede    yes        yes      403   403    403     403
POST /statements/{statement_id}/supersede    yes        yes      403   403    403     403
POST /statements/{statement_id}/send-to-new  yes        yes      403   403    403     403
POST /month-end/bulk/remind                  yes        yes      403   403    403     403
GET  /reports/auditor                        403        yes      403   403    yes     yes
GET  /reports/sample                         yes        yes      yes   yes    yes     yes
POST /reports/sample                         403        yes      403   403    yes     yes
GET  /reports/samples/{sample_id}            403        yes      403   403    yes     yes
POST /reports/samples/{sample_id}/requests   403        403      403   403    yes     403
POST /reports/auditor/release                403        403      403   403    yes     403
"""

#: One of the answers written beforehand that every company begins with.
TEMPLATE = quote(FIRST[0].name)


def table(text: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The rows of a table: method, address, and what each column says."""
    head, *rows = text.strip("\n").splitlines()
    face = "/desk" if text == DESK else ""
    for row in rows:
        method, path, *says = row.split()
        yield method, face + path, dict(zip(head.split(), says, strict=True))


def filled(path: str, ids: dict[str, int]) -> str:
    """An address of the table with the records it is about."""
    ticked = f"dispute={ids['dispute_id']}&template={TEMPLATE}"
    return path.format(**ids, ticked=ticked)


def sent(visitor: Visitor, method: str, path: str) -> TestResponse:
    """Open a page, or send a form that is empty but for its token."""
    return visitor.send(path) if method == "POST" else visitor.open(path)


def verdict(answer: TestResponse) -> str:
    """What became of it: yes, or the number of the refusal."""
    refused = answer.status_code in (401, 403, 404) or answer.status_code >= 500
    to_sign_in = "/sign-in" in (answer.location or "")
    return str(answer.status_code) if refused or to_sign_in else "yes"


def as_it_stands() -> object:
    """Everything that such an act may change."""
    counted = (Dispute, DisputeEntry, Confirmation, LineAnswer, Statement, AuditEntry)
    with db.reading() as session:
        numbers = [
            session.scalar(select(func.count()).select_from(one))
            for one in (*counted, AuditSample, AuditorRequest)
        ]
        states = session.execute(select(Dispute.id, Dispute.state).order_by(Dispute.id)).all()
        return numbers, [tuple(row) for row in states]


def differing(
    text: str, column: str, visitor: Visitor, ids: dict[str, int]
) -> list[tuple[str, ...]]:
    """The rows in which a person gets something else than the table says."""
    found: list[tuple[str, ...]] = []
    for method, path, says in table(text):
        before = as_it_stands() if says[column] != "yes" else None
        got = verdict(sent(visitor, method, filled(path, ids)))
        if got != says[column]:
            found.append((method, path, column, got))
        if before is not None and as_it_stands() != before:
            found.append((method, path, column, "changed something"))
    return found


@pytest.mark.parametrize("role", [*PortalRole, "another"])
def test_what_customers_may_do(world: World, role: str) -> None:
    own = role != "another"
    person = world.customer(role) if own else world.customer(PortalRole.MANAGE, OTHER)

    assert differing(PORTAL, str(role), person, world.ids) == []


@pytest.mark.parametrize("role", [*Role, "others"])
def test_what_staff_may_do(world: World, role: str) -> None:
    """In a company that wants a second person to approve what leaves."""
    with db.transaction() as session:
        settings.company(session).two_people = ["statement", "credit_note"]
    person = world.staff(Role.SALES if role == "others" else role)
    ids = world.others if role == "others" else world.ids

    assert differing(DESK, str(role), person, ids) == []


def test_each_face_knows_its_own_people_alone(world: World) -> None:
    """Staff are nobody in the portal, and a customer is nobody on the workbench."""
    people = ((world.staff(Role.APPROVER), PORTAL), (world.customer(PortalRole.MANAGE), DESK))
    before = as_it_stands()
    for visitor, text in people:
        for method, path, _says in table(text):
            answer = sent(visitor, method, filled(path, world.ids))
            assert (answer.status_code, "/sign-in" in answer.location) == (303, True), path
    assert as_it_stands() == before


def test_a_link_opens_nothing_of_another_customer(world: World) -> None:
    visitor = world.by_link()
    before = as_it_stands()

    for method, path, says in table(PORTAL):
        if says["another"] == "404" and "R-2026-900001" not in path:  # its own receipt
            answer = sent(visitor, method, filled(path, world.others))
            assert verdict(answer) != "yes", path
    assert as_it_stands() == before
