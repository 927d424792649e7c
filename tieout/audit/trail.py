"""Writing the trail and proving that it is whole.

Entries are gathered while a transaction runs and written as its last statement. Each carries
the keyed HMAC of itself and of the one before; the key lies outside the database, so whoever
can write to the database alone cannot forge the chain. The head is printed on statements and
in backups: a cut tail shows there.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tieout import clock
from tieout.audit.actor import Actor
from tieout.audit.models import AuditEntry, AuditHead, AuditPersonal
from tieout.db import Base
from tieout.db.session import BEFORE_COMMIT
from tieout.i18n import N_, Sentence

START = "0" * 64

_key = b""


@dataclass(frozen=True)
class Head:
    """The end of the chain at some moment."""

    seq: int
    hash: str


@dataclass
class _Gathered:
    by: Actor
    action: str
    subject: Base | tuple[str, object]
    before: dict[str, object] | None
    after: dict[str, object] | None
    personal: dict[str, str] = field(default_factory=dict)


def configure(key: str) -> None:
    """Set the key the chain is signed with; done once by the roof."""
    global _key
    _key = key.encode()


def record(
    session: Session,
    by: Actor,
    action: str,
    subject: Base | tuple[str, object],
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    personal: Mapping[str, str] | None = None,
) -> None:
    """Note a change; it is written when the transaction ends, or not at all.

    `personal` holds values that say something about a person: they are kept apart, and the
    chain holds only their salted digests, so that they can be erased one day.
    """
    session.info.setdefault("audit", []).append(
        _Gathered(
            by,
            action,
            subject,
            dict(before) if before is not None else None,
            dict(after) if after is not None else None,
            dict(personal or {}),
        )
    )


class RowsDigest:
    """One digest of many rows that come in turn, for the single entry of a mass change."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, rows: Iterable[object]) -> None:
        """Take in more rows."""
        for row in rows:
            self._digest.update(canonical(row))
            self._digest.update(b"\n")

    def __str__(self) -> str:
        return self._digest.hexdigest()


def digest_of_rows(rows: Iterable[object]) -> str:
    """One digest of many rows, for the single entry of a mass change."""
    digest = RowsDigest()
    digest.add(rows)
    return str(digest)


def digest_of_lines(lines: Iterable[str]) -> str:
    """The same of rows that are written as `canonical` writes them already."""
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def canonical(value: object) -> bytes:
    """JSON that is the same for the same content: sorted keys, no spaces, UTF-8."""
    return _CANONICAL.encode(value).encode()


_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
)


def head(session: Session) -> Head:
    """Where the chain ends, as committed."""
    row = session.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
    return Head(row.seq, row.hash) if row else Head(0, START)


def noted(session: Session, by: Actor, subject: Base, actions: Collection[str]) -> bool:
    """Whether this very transaction has noted that somebody did one of these things to a row."""
    gathered: list[_Gathered] = session.info.get("audit", [])
    return any(
        (one.by.kind, one.by.id) == (by.kind, by.id)
        and one.action in actions
        and named(one.subject) == named(subject)
        for one in gathered
    )


def _write(session: Session) -> None:
    gathered: list[_Gathered] = session.info.pop("audit", [])
    if not gathered:
        return
    session.flush()
    row = session.execute(
        select(AuditHead).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if row is None:
        row = AuditHead(id=1, seq=0, hash=START)
        session.add(row)
        session.flush()
    seq, last, at = row.seq, row.hash, clock.now()
    entries: list[dict[str, Any]] = []
    personal: list[dict[str, Any]] = []
    for one in gathered:
        seq += 1
        values, kept = _personal(seq, one)
        personal += kept
        kind, key = named(one.subject)
        entry: dict[str, Any] = {
            "seq": seq,
            "at": at,
            "actor_kind": one.by.kind,
            "actor_id": one.by.id,
            "action": one.action,
            "object_type": kind,
            "object_id": key,
            "changes": _plain({"before": one.before, "after": one.after, "personal": values}),
            "previous_hash": last,
        }
        last = entry["hash"] = _sign(entry)
        entries.append(entry)
    session.execute(insert(AuditEntry), entries)
    if personal:
        session.execute(insert(AuditPersonal), personal)
    row.seq, row.hash = seq, last
    session.flush()


def named(subject: Base | tuple[str, object]) -> tuple[str, str]:
    """How the trail names a row: its kind, and its key."""
    if isinstance(subject, tuple):
        return subject[0], str(subject[1])
    key = "/".join(str(part) for part in subject.__mapper__.primary_key_from_instance(subject))
    return type(subject).__name__, key


def _personal(seq: int, one: _Gathered) -> tuple[dict[str, str], list[dict[str, Any]]]:
    values = {"actor": one.by.label, **one.personal}
    if one.by.origin is not None:
        values["address"] = one.by.origin.address
        values["user_agent"] = one.by.origin.user_agent
    if one.by.kind == "system":  # says nothing about a person
        values.pop("actor")
        one.after = {**(one.after or {}), "by": one.by.label}
    digests: dict[str, str] = {}
    kept: list[dict[str, Any]] = []
    for name, value in values.items():
        salt = secrets.token_bytes(16)
        digests[name] = _digest(salt, value)
        kept.append({"seq": seq, "name": name, "salt": salt, "value": value})
    return digests, kept


def _digest(salt: bytes, value: str) -> str:
    return hashlib.sha256(salt + value.encode()).hexdigest()


def _plain(value: object) -> Any:
    return json.loads(canonical(value))


def seal(*said: bytes) -> str:
    """Sign what Tieout keeps for itself with the key of the trail; its first words say what."""
    return hmac.new(_signing(), b"".join((b"seal:", *said)), hashlib.sha256).hexdigest()


def is_sealed(given: str, *said: bytes) -> bool:
    """Whether something was sealed here, and is as it was."""
    return hmac.compare_digest(given, seal(*said))


def _signing() -> bytes:
    if not _key:
        raise RuntimeError("tieout.audit.configure() has not been called")
    return _key


def _sign(entry: Mapping[str, Any]) -> str:
    signed = {name: value for name, value in entry.items() if name != "hash"}
    signed["at"] = entry["at"].isoformat()
    return hmac.new(_signing(), canonical(signed), hashlib.sha256).hexdigest()


BEFORE_COMMIT.append(_write)


def verify(session: Session, heads: Sequence[Head] = ()) -> list[Sentence]:
    """Read the whole chain and say what is wrong with it; an empty list means whole.

    `heads` are ends of the chain written down elsewhere, such as on statements: an entry that
    was cut off or rewritten with everything after it shows there.
    """
    problems: list[Sentence] = []
    seen: dict[int, str] = {}
    expected, last = 1, START
    query = select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=1000)
    personal = _stored_personal(session)
    for entry in session.execute(query).scalars():
        if entry.seq != expected:
            problems.append(
                Sentence(
                    N_("Audit entries %(first)s to %(last)s are missing."),
                    {"first": expected, "last": entry.seq - 1},
                )
            )
        elif entry.previous_hash != last:
            problems.append(
                Sentence(
                    N_("Audit entry %(seq)s does not follow the one before it."), {"seq": entry.seq}
                )
            )
        if _sign(_as_signed(entry)) != entry.hash:
            problems.append(
                Sentence(
                    N_("Audit entry %(seq)s was changed after it was written."), {"seq": entry.seq}
                )
            )
        problems += _check_personal(entry, personal.get(entry.seq, {}))
        expected, last = entry.seq + 1, entry.hash
        seen[entry.seq] = entry.hash
    end = head(session)
    for one in (end, *heads):
        if one.seq and seen.get(one.seq) != one.hash:
            problems.append(
                Sentence(
                    N_(
                        "The chain once ended with entry %(seq)s (%(hash)s), but that entry is no"
                        " longer there as it was: entries were cut off or rewritten."
                    ),
                    {"seq": one.seq, "hash": one.hash[:16]},
                )
            )
    if end.seq < expected - 1:
        problems.append(
            Sentence(N_("The chain goes on after its end, entry %(seq)s."), {"seq": end.seq})
        )
    return problems


def _as_signed(entry: AuditEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "actor_kind": entry.actor_kind,
        "actor_id": entry.actor_id,
        "action": entry.action,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "changes": entry.changes,
        "previous_hash": entry.previous_hash,
    }


def _stored_personal(session: Session) -> dict[int, dict[str, tuple[bytes, str | None]]]:
    stored: dict[int, dict[str, tuple[bytes, str | None]]] = {}
    for seq, name, salt, value in session.execute(
        select(AuditPersonal.seq, AuditPersonal.name, AuditPersonal.salt, AuditPersonal.value)
    ):
        stored.setdefault(seq, {})[name] = (salt, value)
    return stored


def _check_personal(
    entry: AuditEntry, stored: Mapping[str, tuple[bytes, str | None]]
) -> list[Sentence]:
    problems: list[Sentence] = []
    digests: Mapping[str, str] = entry.changes.get("personal") or {}
    for name, (salt, value) in stored.items():
        if value is not None and digests.get(name) != _digest(salt, value):
            problems.append(
                Sentence(
                    N_("A personal value of audit entry %(seq)s (%(name)s) was changed."),
                    {"seq": entry.seq, "name": name},
                )
            )
    return problems
