"""What checks ask about an entry, and how a person answers on the same form."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import ClassVar

from flask import flash, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.documents import entered
from tieout import settings
from tieout.audit import Actor
from tieout.i18n import Sentence
from tieout.intake import by_hand
from tieout.intake.by_hand import DecisionNeeded, Question
from tieout.intake.judging.checks import CHECKS
from tieout.ledger.inputs import DocumentInput
from tieout.ledger.locks import PeriodLocked
from tieout.ledger.models import Document, DocumentDraft
from tieout.ledger.rules import NoSuchDay
from tieout.rendering.translation import reader
from tieout.web.forms import Form, ToldAt

KEEP = "keep"


class EntryWithChecks(Form):
    """A form whose documents are held against the checks of files."""

    told_at: ClassVar[ToldAt] = {PeriodLocked: "issued_on", NoSuchDay: "issued_on"}
    questions: Sequence[Question] = ()

    @property
    def taken(self) -> set[str]:
        """The checks somebody has answered: take it as it is."""
        return set(request.form.getlist("taken")) & set(CHECKS)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Keep what the checks ask, so that the form can show it."""
        try:
            yield
        except DecisionNeeded as error:
            self.questions = error.questions
            raise

    def enter(
        self, session: Session, *documents: DocumentInput, by: Actor, at: datetime
    ) -> tuple[Document | DocumentDraft, list[Sentence]]:
        """Enter what the form says, once the checks agree.

        Raises:
            as `by_hand.enter`.
        """
        only_draft = request.form.get("step") == KEEP
        on: date = settings.today(session)
        return by_hand.enter(
            session, *documents, taken=self.taken, only_draft=only_draft, on=on, by=by, at=at
        )


def answered(made: Document | DocumentDraft, warnings: Sequence[Sentence]) -> ResponseReturnValue:
    """Lead to what was entered, and say what is worth a look."""
    for words in warnings:
        flash(reader.get().sentence(words), "warning")
    return entered(made)
