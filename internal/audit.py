"""The audit trail: searched, read in words, checked, handed out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from internal.audit_words import ACTORS, OBJECTS, action_words, changes, object_words
from internal.exports import check_rows, exported
from internal.hearing import unheard_answers
from internal.statement_tables import WITH_AUDITOR
from tieout import audit, settings
from tieout.audit import queries
from tieout.audit.models import AuditEntry
from tieout.audit.queries import AuditSearch
from tieout.db import sessions
from tieout.identity.permissions import Permission
from tieout.operations import verify as proofs
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, reader
from tieout.web import asked
from tieout.web.access import requires
from tieout.web.listing import count, here, listed
from tieout.web.pages import page

bp = Blueprint("audit", __name__)

FORMS = ("csv", "xlsx")


@bp.get("/audit")
@requires(Permission.SEE_AUDIT)
def show() -> ResponseReturnValue:
    """Show the entries asked for, or hand them over as a file."""
    session = sessions()
    wanted = _wanted(session)
    query = queries.entries(wanted)
    if form := asked.choice("as", FORMS):
        check_rows(count(session, query))
        return exported(_table(session, session.scalars(query).all()), form)
    found = listed(session, query)
    return page(
        "internal/audit.html",
        found=found,
        entries=_shown(session, found.rows),
        wanted=wanted,
        actors=ACTORS,
        objects=[(kind, _object(kind)) for kind in queries.object_types(session)],
        head=audit.head(session),
        here=here,
    )


@bp.get("/audit/verify")
@requires(Permission.SEE_AUDIT)
def verify() -> ResponseReturnValue:
    """Read the whole chain and the books, and say whether they are whole."""
    session = sessions()
    checks = [
        (gettext(one.what), [reader.get().sentence(problem) for problem in one.problems])
        for one in proofs.verify(session)
    ]
    return page(
        "internal/audit_verify.html",
        checks=checks,
        whole=not any(problems for _, problems in checks),
        head=audit.head(session),
    )


def _wanted(session: Session) -> AuditSearch:
    zone = ZoneInfo(settings.company(session).time_zone)
    first, last = asked.day("from"), asked.day("to")
    return AuditSearch(
        actor_kind=asked.choice("kind", ACTORS),
        who=asked.text("who"),
        action=asked.text("what"),
        object_type=asked.text("type"),
        object_id=asked.text("id"),
        since=datetime.combine(first, time.min, zone) if first else None,
        before=datetime.combine(last + timedelta(days=1), time.min, zone) if last else None,
        keyword=asked.text("q"),
    )


@dataclass(frozen=True)
class Entry:
    """An entry in words."""

    seq: int
    at: datetime
    who: str
    act: str
    action: str
    object: str
    type: str
    id: str
    #: Field, before, after.
    changes: list[tuple[str, str, str]]
    #: What it says of people, beside the actor.
    about: dict[str, str]
    hash: str


def _shown(session: Session, rows: Sequence[AuditEntry]) -> list[Entry]:
    personal = queries.personal(session, [one.seq for one in rows])
    held = unheard_answers(session, [int(one.object_id) for one in rows if _is_answer(one)])
    return [
        Entry(
            seq=one.seq,
            at=one.at,
            who=_who(one, personal.get(one.seq, {}).get("actor")),
            act=action_words(one.action),
            action=one.action,
            object=object_words(one.object_type, one.object_id),
            type=one.object_type,
            id=one.object_id,
            changes=(
                [(gettext(WITH_AUDITOR), "", "")]
                if _is_answer(one) and int(one.object_id) in held
                else changes(one.changes)
            ),
            about={
                name: value
                for name, value in personal.get(one.seq, {}).items()
                if name not in ("actor", "user_agent") and value
            },
            hash=one.hash,
        )
        for one in rows
    ]


def _is_answer(one: AuditEntry) -> bool:
    return one.action == "statement.answered"


def _who(one: AuditEntry, name: str | None) -> str:
    if one.actor_kind == "system":
        return str((one.changes.get("after") or {}).get("by") or "Tieout")
    return name or gettext("somebody who was erased")


def _object(kind: str) -> str:
    return gettext(OBJECTS[kind]) if kind in OBJECTS else kind


def _table(session: Session, rows: Sequence[AuditEntry]) -> TableDefinition:
    lines = [
        Row(
            (
                one.seq,
                one.at,
                one.who,
                one.act,
                one.action,
                one.object,
                "; ".join(f"{name}: {old} → {new}" for name, old, new in one.changes),
                one.hash,
            )
        )
        for one in _shown(session, rows)
    ]
    return TableDefinition(
        name=gettext("Audit trail"),
        columns=(
            Column("seq", gettext("Entry"), Kind.NUMBER, width=9),
            Column("at", gettext("When"), Kind.MOMENT, width=17),
            Column("who", gettext("Who"), width=20),
            Column("act", gettext("What was done"), width=30),
            Column("action", gettext("Action"), width=22),
            Column("object", gettext("Object"), width=20),
            Column("changes", gettext("Before → after"), width=60),
            Column("hash", gettext("Chain"), width=66),
        ),
        rows=lines,
    )
