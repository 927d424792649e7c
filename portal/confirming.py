"""Answering a statement: the balance in two presses, another figure, or single lines."""

import hashlib
from collections.abc import Sequence
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal import words
from portal.answering import contact_of, evidence
from portal.forms import (
    AnswerForm,
    BalanceForm,
    ConfirmForm,
    FigureForm,
    LinesForm,
    PersonForm,
    Seen,
    fill,
)
from portal.proving import proven
from portal.scope import own
from portal.shown import Given, Section, Shown, shown
from portal.shown_lines import Line
from portal.statements import statement_page
from tieout import attachments, clock
from tieout.db import sessions, transaction
from tieout.disputes.files import ACCEPTED, MOST, File, TooManyFiles
from tieout.identity.permissions import Permission
from tieout.money import Money
from tieout.reconciliation import attaching
from tieout.reconciliation.models import Reconciliation
from tieout.rendering.translation import gettext, reader, reading
from tieout.statements import confirm, drafting
from tieout.statements.confirm import Answer, NoLines, NoSuchLine, NoSuchSection
from tieout.statements.drafting import BLANK
from tieout.statements.evidence import Evidence, is_kept
from tieout.statements.models import Statement
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.pages import page
from tieout.web.viewer import viewer

bp = Blueprint("confirming", __name__)

#: Lines confirmed with one press after a comparison; the next press takes the next ones.
MOST_AT_ONCE = 200

F = TypeVar("F", bound=PersonForm)


@bp.post("/statements/<int:statement_id>/<int:section_id>/confirm")
@requires(Permission.ANSWER)
@proven
def confirm_balance(statement_id: int, section_id: int) -> ResponseReturnValue:
    """Agree to the balance of a currency."""
    _asked_about(statement_id, section_id)
    form = ConfirmForm.checked(lambda given: statement_page(statement_id, (section_id, given)))
    return _record(statement_id, section_id, form, agrees=True)


@bp.get("/statements/<int:statement_id>/<int:section_id>/answer")
@requires(Permission.ANSWER)
@proven
def ask(statement_id: int, section_id: int) -> ResponseReturnValue:
    """Ask for the same as somebody else, with a note, or after a change of mind."""
    made_ready, section = _asked_about(statement_id, section_id)
    if made_ready.statement.request == BLANK:
        return redirect(url_for(".ask_figure", statement_id=statement_id, section_id=section_id))
    return _answer_page(_filled(AnswerForm), made_ready, section)


@bp.post("/statements/<int:statement_id>/<int:section_id>/answer")
@requires(Permission.ANSWER)
@proven
def answer(statement_id: int, section_id: int) -> ResponseReturnValue:
    """Agree to the balance of a currency, as whoever says who they are."""
    _asked_about(statement_id, section_id)
    form = AnswerForm.checked(
        lambda given: _answer_page(given, *_asked_about(statement_id, section_id))
    )
    return _record(statement_id, section_id, form, agrees=True)


@bp.get("/statements/<int:statement_id>/<int:section_id>/figure")
@requires(Permission.ANSWER)
@proven
def ask_figure(statement_id: int, section_id: int) -> ResponseReturnValue:
    """Ask which balance the customer's own books show."""
    made_ready, section = _asked_about(statement_id, section_id)
    form = _filled(FigureForm, currency=section.currency)
    return _answer_page(form, made_ready, section)


@bp.post("/statements/<int:statement_id>/<int:section_id>/figure")
@requires(Permission.ANSWER)
@proven
def figure(statement_id: int, section_id: int) -> ResponseReturnValue:
    """Record the balance in the customer's own books."""
    _made_ready, section = _asked_about(statement_id, section_id)
    form = FigureForm.checked(
        lambda given: _answer_page(given, *_asked_about(statement_id, section_id)),
        currency=section.currency,
    )
    return _record(statement_id, section_id, form, agrees=False)


@bp.get("/statements/<int:statement_id>/lines")
@requires(Permission.ANSWER)
@proven
def ask_lines(statement_id: int) -> ResponseReturnValue:
    """Show the lines that were ticked once more, before they are confirmed."""
    return _lines_page(_filled(LinesForm), statement_id)


@bp.post("/statements/<int:statement_id>/lines")
@requires(Permission.ANSWER)
@proven
def confirm_lines(statement_id: int) -> ResponseReturnValue:
    """Agree to single lines; that is no answer to the balance."""
    own(sessions(), Statement, statement_id)
    form = LinesForm.checked(lambda given: _lines_page(given, statement_id))
    with transaction() as session:
        statement = own(session, Statement, statement_id)
        with reading(form.language, reader.get().zone):
            made_ready = shown(session, statement, viewer())
            lines = _chosen(made_ready)
            label = words.lines_label(line.amount for line in lines)
            wording = words.lines_wording(
                (f"{line.kind} {line.number} {line.amount.plain}" for line in lines),
                made_ready.customer,
                label,
            )
        receipt = confirm.confirm_lines(
            session,
            statement,
            [line.id for line in lines],
            _evidence(session, form, wording),
            version=form.seen_version,
            sha256=str(form.sha256.data),
            by=viewer().actor,
            at=clock.now(),
        )
    return redirect(url_for("portal.receipts.show", number=receipt), 303)


def _record(statement_id: int, section_id: int, form: Seen, *, agrees: bool) -> ResponseReturnValue:
    """Write an answer and its evidence, or nothing."""
    files = form.handed_in() if isinstance(form, BalanceForm) else ()
    with transaction() as session:
        statement = own(session, Statement, statement_id)
        drafting.hold(session, statement)
        with reading(form.language, reader.get().zone):
            made_ready = shown(session, statement, viewer())
            section = _of(made_ready, section_id)
            wording = _wording(made_ready, section, agrees=agrees)
        kept = _keep(session, statement, files)
        given = Answer(
            section_id=section.id,
            version=form.seen_version,
            sha256=str(form.sha256.data),
            agrees=agrees,
            evidence=_evidence(session, form, wording, kept),
            balance=form.money("balance", section.currency),
            disputed=form.money("disputed", section.currency) if agrees else None,
            stated=_stated(form, statement),
            note=str(form.note.data or "") if isinstance(form, PersonForm) else "",
            shown=form.answered.data,
        )
        made = confirm.confirm(session, statement, given, by=viewer().actor, at=clock.now())
    if section.given is not None and section.given.answer.receipt == made.receipt:
        _tell_it_was_there(section.given)
    return redirect(url_for("portal.receipts.show", number=made.receipt), 303)


def _tell_it_was_there(given: Given) -> None:
    """Say whose answer it is that counts: theirs, or their own of a moment ago."""
    facts = {"receipt": given.answer.receipt, "person": given.person}
    flash(
        gettext(
            "%(person)s answered this already, under %(receipt)s. That answer counts; nothing was"
            " recorded a second time.",
            **facts,
        )
    )


def _wording(made_ready: Shown, section: Section, *, agrees: bool) -> str:
    owed, names = section.owed.amount, (made_ready.company, made_ready.customer)
    if agrees:
        return words.balance_wording(owed, made_ready.as_at, *names, section.confirm_label)
    seen = None if made_ready.is_hidden else owed
    return words.figure_wording(seen, made_ready.as_at, *names, words.figure_label())


def _stated(form: Seen, statement: Statement) -> Money | None:
    """The customer's own balance in the sign of our books; it writes + for what it owes."""
    if not isinstance(form, FigureForm):
        return None
    stated = form.stated.money()
    return stated if statement.kind == "receivable" else -stated


def _keep(session: Session, statement: Statement, files: Sequence[File]) -> tuple[str, ...]:
    """Keep the files handed in with an answer; return their SHA-256.

    Raises:
        FileEmpty, FileTooLarge, FileKindRefused, TooManyFiles: they are not taken.
    """
    if len(files) > MOST:
        raise TooManyFiles(most=MOST)
    return tuple(_kept(session, statement.customer_id, file) for file in files)


def _kept(session: Session, customer_id: int, file: File) -> str:
    """The SHA-256 of a file, kept once however often it is sent."""
    media_type, sha256 = file.checked(), hashlib.sha256(file.content).hexdigest()
    if is_kept(session, customer_id, sha256):
        return sha256
    return attachments.store(
        session,
        file.content,
        filename=file.filename,
        media_type=media_type,
        purpose="evidence",
        customer_id=customer_id,
        by=viewer().actor,
        at=clock.now(),
    ).sha256


def _evidence(session: Session, form: Seen, wording: str, files: tuple[str, ...] = ()) -> Evidence:
    by = form if isinstance(form, PersonForm) else None
    return evidence(
        session,
        viewer(),
        wording=wording,
        authority=bool(form.authority.data),
        person=str(by.person.data) if by else "",
        position=str(by.position.data or "") if by else None,
        files=files,
    )


def _asked_about(statement_id: int, section_id: int) -> tuple[Shown, Section]:
    session = sessions()
    made_ready = shown(session, own(session, Statement, statement_id), viewer())
    return made_ready, _of(made_ready, section_id)


def _of(made_ready: Shown, section_id: int) -> Section:
    section = made_ready.section(section_id)
    if section is None:
        raise NoSuchSection
    return section


def _filled(kind: type[F], **more: Any) -> F:
    """A form with the person of this page written into it."""
    contact = contact_of(sessions(), viewer())
    return kind(person=contact.name, position=contact.position, **more)


def _answer_page(form: PersonForm, made_ready: Shown, section: Section) -> str:
    fill(form, made_ready.statement, section, is_hidden=made_ready.is_hidden)
    return page(
        "portal/answer.html",
        form=form,
        accept=ACCEPTED,
        shown=made_ready,
        section=section,
        is_figure=isinstance(form, FigureForm),
        asked_words=words.own_balance_asked(made_ready.company, made_ready.as_at),
        label=words.figure_label() if isinstance(form, FigureForm) else section.confirm_label,
        debt=words.whose_debt(section.owed.amount, made_ready.company),
    )


def _lines_page(form: LinesForm, statement_id: int) -> str:
    session = sessions()
    made_ready = shown(session, own(session, Statement, statement_id), viewer())
    fill(form, made_ready.statement)
    comparison = asked.number("comparison")
    lines = _chosen(made_ready) if request.values.getlist("line") else []
    if comparison is not None:
        lines = _matching(made_ready, comparison)
    return page(
        "portal/confirm_lines.html",
        form=form,
        shown=made_ready,
        lines=lines,
        comparison=comparison,
        label=words.lines_label(line.amount for line in lines) if lines else "",
        authority=words.authority(made_ready.person, made_ready.customer),
    )


def _chosen(made_ready: Shown) -> Sequence[Line]:
    """The lines that were ticked, in the statement's order.

    Raises:
        NoLines, NoSuchLine: none were, or one is not of this statement.
    """
    comparison = asked.number("comparison")
    if comparison is not None:
        agreeing = _matching(made_ready, comparison)
        if not agreeing:
            raise NoLines
        return agreeing
    given = request.values.getlist("line")
    wanted = {int(text) for text in given if text.isdecimal() and len(text) < 16}
    found = [line for one in made_ready.sections for line in one.lines if line.id in wanted]
    if not wanted:
        raise NoLines
    if len(found) != len(wanted):
        raise NoSuchLine
    return found


def _matching(made_ready: Shown, comparison: int) -> Sequence[Line]:
    """The lines that a comparison with the customer's own book found in both, not answered yet."""
    session = sessions()
    made = own(session, Reconciliation, comparison)
    wanted = attaching.unanswered(session, made, made_ready.statement)
    found = [line for one in made_ready.sections for line in one.lines if line.id in wanted]
    return found[:MOST_AT_ONCE]
