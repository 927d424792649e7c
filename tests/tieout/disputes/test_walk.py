"""Disputes walked at random: a dispute goes where its table says, and nowhere else.

After each step the ledger holds the disputed part exactly while the table says so, the statement
is what it was, and what was refused has changed nothing.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.tieout.disputes.conftest import JUNE, LATER, LATER_ON, Desk, cny
from tests.tieout.disputes.test_moves import ALLOWED
from tieout.disputes import holding, moves, resolving, thread
from tieout.disputes.models import Dispute
from tieout.errors import Conflict
from tieout.ledger import ageing, disputed, drafts
from tieout.ledger.models import Document, DocumentDraft
from tieout.statements.freeze import is_genuine
from tieout.statements.models import Statement

#: Where each act leads; what stays where it is says nothing.
LEADS = {
    "answer": {"open": "answered"},
    "write": {"answered": "open"},
    "propose": dict.fromkeys(("open", "answered", "reopened"), "accepting"),
    "propose a part": dict.fromkeys(("open", "answered", "reopened"), "accepting"),
    "send_back": {"accepting": "open"},
    "approve": {},
    "reject": dict.fromkeys(("open", "answered", "reopened"), "rejected"),
    "withdraw": dict.fromkeys(("open", "answered", "accepting", "reopened"), "withdrawn"),
    "reopen": {"rejected": "reopened"},
    "take_up": dict.fromkeys(("rejected", "reopened"), "open"),
    "note": {},
    "assign": {},
    "promise": {},
}
ACTS = tuple(LEADS)


class Walk:
    """One dispute, and everything that can be done with it."""

    def __init__(self, desk: Desk, dispute: Dispute) -> None:
        self.desk, self.dispute, self.session = desk, dispute, desk.session

    def act(self, name: str) -> None:
        """Do it as the people of the house do."""
        desk, dispute, session = self.desk, self.dispute, self.session
        staff: dict[str, Any] = {"by": desk.chen, "at": LATER}
        theirs: dict[str, Any] = {"by": desk.who, "at": LATER}
        acts: dict[str, Callable[[], object]] = {
            "answer": lambda: thread.answer(session, dispute, "We look.", **staff),
            "write": lambda: thread.answer(session, dispute, "Please do.", **theirs),
            "note": lambda: thread.note(session, dispute, "Ask the depot.", **staff),
            "assign": lambda: thread.assign(session, dispute, None, **staff),
            "promise": lambda: thread.promise(session, dispute, LATER_ON, on=LATER_ON, **staff),
            "propose": lambda: resolving.accept(session, dispute, on=LATER_ON, **staff),
            "propose a part": lambda: resolving.accept(
                session, dispute, cny("20.00"), text="Only these.", on=LATER_ON, **staff
            ),
            "send_back": self._send_back,
            "approve": self._approve,
            "reject": lambda: resolving.reject(session, dispute, "No.", on=LATER_ON, **staff),
            "withdraw": lambda: resolving.withdraw(session, dispute, on=LATER_ON, **theirs),
            "reopen": lambda: resolving.reopen(session, dispute, "But yes.", **theirs),
            "take_up": lambda: resolving.take_up(session, dispute, on=LATER_ON, **staff),
        }
        acts[name]()

    def _draft(self) -> DocumentDraft:
        draft = self.session.get(DocumentDraft, self.dispute.draft_id or 0)
        if draft is None or draft.state != drafts.SUBMITTED:
            raise moves.MoveNotAllowed(receipt=self.dispute.receipt, state=self.dispute.state)
        return draft

    def _send_back(self) -> None:
        drafts.reject(self.session, self._draft(), note="No.", by=self.desk.zhou, at=LATER)

    def _approve(self) -> None:
        draft = self._draft()
        drafts.approve(
            self.session, draft, digest=draft.content_digest, by=self.desk.zhou, at=LATER
        )


def expected(state: str, act: str, *, is_part: bool) -> str | None:
    """The state after an act; None where the table refuses it."""
    if act == "approve":
        ended = "part_accepted" if is_part else "accepted"
        return ended if state == "accepting" else None
    if act == "send_back":
        return "open" if state == "accepting" else None
    allowed = "propose" if act == "propose a part" else act
    if allowed not in ALLOWED[state].split():
        return None
    return LEADS[act].get(state, state)


@settings(
    max_examples=6,
    phases=(Phase.explicit, Phase.generate),  # a walk is read as it is; shrinking takes minutes
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=12))
def test_a_dispute_goes_where_its_table_says(desk: Desk, acts: list[str]) -> None:
    session = desk.session
    savepoint = session.begin_nested()
    try:
        dispute = desk.dispute_120()
        statement = session.scalars(select(Statement)).one()
        walk, is_part = Walk(desk, dispute), False
        for act in acts:
            before = dispute.state
            wanted = expected(before, act, is_part=is_part)
            step = session.begin_nested()
            try:
                walk.act(act)
                step.commit()
            except Conflict:
                step.rollback()
                session.refresh(dispute)
                assert wanted is None, (before, act)
                assert dispute.state == before
            else:
                # giving it to whom it belongs already is nothing, in whatever state
                idle = wanted is None and act in ("assign", "promise")
                assert dispute.state == (before if idle else wanted), (before, act)
                if act.startswith("propose"):
                    is_part = act == "propose a part"
            _holds(desk, dispute, statement, is_part=is_part)
    finally:
        savepoint.rollback()
        session.expire_all()


def _holds(desk: Desk, dispute: Dispute, statement: Statement, *, is_part: bool) -> None:
    """What is true after every step."""
    session = desk.session
    parts = disputed.parts_of(session, holding.ref(dispute))
    assert sum(one.amount_minor for one in parts) == (
        12000 if dispute.state in moves.HOLDS else 0
    ), dispute.state
    told = ageing.account_ageing(session, desk.account.id, LATER_ON)
    assert told.disputed.minor == sum(one.amount_minor for one in parts)
    notes = session.scalars(select(Document).where(Document.kind == "credit_note")).all()
    posted = {"accepted": -12000, "part_accepted": -2000}.get(dispute.state)
    assert [one.amount_minor for one in notes] == ([] if posted is None else [posted])
    assert told.total.minor == 100000 + (posted or 0)
    assert is_genuine(statement)
    assert (statement.state, statement.period_end) == ("issued", JUNE.end)
