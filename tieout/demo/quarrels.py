"""What customers do not agree with, and how far each of it has come."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.demo import cast
from tieout.demo.books import Books
from tieout.demo.cast import Partner
from tieout.demo.chapters import Chapter
from tieout.demo.dates import ZONE, Dates
from tieout.demo.setting_up import Cast
from tieout.disputes import raising, resolving, thread
from tieout.disputes.models import Dispute
from tieout.identity.models import StaffUser
from tieout.ledger import drafts
from tieout.ledger.models import Document, DocumentDraft
from tieout.money import Money
from tieout.statements.evidence import Evidence
from tieout.statements.models import StatementLine

_WORDING = {"en": "I do not agree with this line.", "zh": "本人对此行有异议。"}


class Quarrels:
    """The disputes of the sample company, by the document they are about."""

    def __init__(self, dates: Dates, made: Cast, books: Books) -> None:
        self.dates, self.cast, self.books = dates, made, books
        self.found: dict[str, int] = {}

    def chapters(self) -> Iterator[Chapter]:
        """Each step at its moment."""
        dates = self.dates
        yield from self._accepted(dates.at(dates.day(0, 3), 11), dates.at(dates.day(0, 5), 15))
        yield from self._rejected(dates.at(dates.day(0, 4), 16), dates.at(dates.day(0, 9), 10))
        yield from self._answered(dates.at(dates.day(0, 12), 14), dates.at(dates.day(0, 13), 9))
        yield from self._waiting(dates.answered(1, 11), dates.answered(1, 15))
        yield self._raise(
            "wrong price", cast.DONGFANG, dates.answered(1, 10, 40), "price",
            "Agreed were 45.00 for the wrench, see your quotation of May.", expected="5400.00",
        )  # fmt: skip

    def _accepted(self, raised: datetime, decided: datetime) -> Iterator[Chapter]:
        """An allowance was promised; both people have done their part."""
        yield self._raise(
            "allowance due", cast.LIANYI, raised, "price", "5 % allowance was agreed by phone.",
            expected="4104.00",
        )  # fmt: skip

        def decide(session: Session) -> None:
            dispute = self._dispute(session, "allowance due")
            draft = resolving.accept(
                session, dispute, text="You are right; a credit note follows.",
                by=self.cast.chen, on=self._on(decided), at=decided,
            )  # fmt: skip
            assert draft is not None  # noqa: S101 - it is about an invoice
            self._approve(session, draft, decided)

        yield Chapter(decided, decide)

    def _rejected(self, raised: datetime, decided: datetime) -> Iterator[Chapter]:
        """Goods that were never sent back."""
        yield self._raise(
            "said returned", cast.TIANHE, raised, "returned", "We sent the pliers back in May."
        )

        def decide(session: Session) -> None:
            resolving.reject(
                session, self._dispute(session, "said returned"),
                "Our warehouse received nothing, and the carrier has no record. Please send the"
                " consignment note, then we look again.",
                by=self.cast.chen, on=self._on(decided), at=decided,
            )  # fmt: skip

        yield Chapter(decided, decide)

    def _answered(self, raised: datetime, answered: datetime) -> Iterator[Chapter]:
        """We have answered, and wait for the customer."""
        yield self._raise(
            "not received", cast.MINGYUAN, raised, "not_received", "These hammers never arrived."
        )

        def answer(session: Session) -> None:
            dispute = self._dispute(session, "not received")
            chen = session.get_one(StaffUser, self.cast.chen.id)
            thread.assign(session, dispute, chen, by=self.cast.zhou, at=answered)
            thread.note(
                session, dispute, "The carrier says somebody signed for it; ask for the scan.",
                by=self.cast.chen, at=answered,
            )  # fmt: skip
            thread.answer(
                session, dispute,
                "The carrier has a signature of 11 a.m. at gate 2. Could you ask there? The scan"
                " of the delivery note follows.",
                by=self.cast.chen, at=answered,
            )  # fmt: skip

        yield Chapter(answered, answer)

    def _waiting(self, raised: datetime, proposed: datetime) -> Iterator[Chapter]:
        """A credit note waits for its second person."""
        yield self._raise(
            "short delivery", cast.SANYOU, raised, "quantity", "实收190把，少10把。",
            expected="3002.00",
        )  # fmt: skip

        def propose(session: Session) -> None:
            resolving.accept(
                session, self._dispute(session, "short delivery"), text="情况属实，贷项单待审批。",
                by=self.cast.chen, on=self._on(proposed), at=proposed,
            )  # fmt: skip

        yield Chapter(proposed, propose)

    def _raise(
        self,
        key: str,
        partner: Partner,
        at: datetime,
        reason: str,
        note: str,
        *,
        expected: str = "",
    ) -> Chapter:
        def act(session: Session) -> None:
            actor, contact = self.cast.of(partner)
            document = session.get_one(Document, self.books.documents[key])
            claim = raising.Claim(
                document,
                line=_line(session, document),
                expected=Money.of(expected, document.currency) if expected else None,
            )
            given = Evidence(
                person=contact.name,
                position=contact.position,
                authority=True,
                method="password",
                wording=_WORDING[partner.language],
                time_zone=ZONE.key,
            )
            [made] = raising.raise_disputes(
                session, [claim], reason=reason, note=note, given=given, by=actor,
                on=self._on(at), at=at,
            )  # fmt: skip
            self.found[key] = made.id

        return Chapter(at, act)

    def _dispute(self, session: Session, key: str) -> Dispute:
        return session.get_one(Dispute, self.found[key])

    def _approve(self, session: Session, draft: DocumentDraft, at: datetime) -> None:
        digest = draft.content_digest
        drafts.approve(session, draft, digest=digest, by=self.cast.zhou, at=at)

    def _on(self, at: datetime) -> date:
        return at.astimezone(ZONE).date()


def _line(session: Session, document: Document) -> StatementLine | None:
    """The line of a statement that shows a document."""
    return session.scalars(
        select(StatementLine)
        .where(StatementLine.document_id == document.id)
        .order_by(StatementLine.id.desc())
        .limit(1)
    ).first()
