"""What shows later who answered, how, and to what.

The evidence stands for ever beside the answer. What it says about a person is kept apart, and the
evidence holds only salted digests of it, so that a person can be erased without breaking it.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tieout.attachments import Attachment
from tieout.audit import Origin
from tieout.db.base import Json
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.statements.models import EvidenceValue

#: What files handed in with an answer are kept for.
PURPOSE = "evidence"


class NoAuthority(InvalidInput):
    """Nobody said that they may answer for the company."""

    message = N_("Tick that you may answer for your company, then send again.")


class NoPerson(InvalidInput):
    """An answer that nobody gives."""

    message = N_("Say who answers: your name is missing.")


class NoWording(InvalidInput):
    """An answer to words nobody kept."""

    message = N_("The words that were agreed to are missing. Open the page again and send it anew.")


@dataclass(frozen=True)
class Evidence:
    """Who answers, by which way, and the exact words they agreed to."""

    person: str
    position: str = ""
    #: The person ticked that they may answer for the company.
    authority: bool = False
    #: How they came in: link, password, one_time_link, telegram, staff, paper.
    method: str = "link"
    #: Where it was said: portal, telegram, paper, staff.
    channel: str = "portal"
    #: The words shown beside the button, without the person's name.
    wording: str = ""
    time_zone: str = "UTC"
    origin: Origin = field(default_factory=Origin)
    #: SHA-256 of the files handed in with it.
    files: tuple[str, ...] = ()

    def checked(self) -> "Evidence":
        """Return it, when it shows something.

        Raises:
            NoPerson, NoAuthority, NoWording: what it would have to show is missing.
        """
        if not self.person.strip():
            raise NoPerson
        if not self.authority:
            raise NoAuthority
        if not self.wording.strip():
            raise NoWording
        return self


def keep(
    session: Session,
    evidence: Evidence,
    *,
    receipt: str,
    contact_id: int | None,
    at: datetime,
    **bound_to: object,
) -> Json:
    """Keep what says something about a person apart, and return what stands for ever."""
    personal = {
        "person": evidence.person,
        "position": evidence.position,
        "address": evidence.origin.address,
        "user_agent": evidence.origin.user_agent,
    }
    rows = [
        {
            "receipt": receipt,
            "contact_id": contact_id,
            "name": name,
            "salt": secrets.token_bytes(16),
            "value": value,
        }
        for name, value in personal.items()
    ]
    session.execute(insert(EvidenceValue), rows)
    return {
        "authority": evidence.authority,
        "method": evidence.method,
        "channel": evidence.channel,
        "wording": evidence.wording,
        "utc": at.isoformat(),
        "local_time": at.astimezone(ZoneInfo(evidence.time_zone)).isoformat(),
        "time_zone": evidence.time_zone,
        "files": list(evidence.files),
        "personal": {str(row["name"]): _digest(row["salt"], row["value"]) for row in rows},
        **bound_to,
    }


def told(session: Session, receipt: str, kept: Mapping[str, object]) -> Json:
    """Return evidence with what it says about the person, where that was not erased."""
    values = session.execute(
        select(EvidenceValue.name, EvidenceValue.value).where(EvidenceValue.receipt == receipt)
    )
    return {**kept, "personal": {row.name: row.value for row in values}}


def is_genuine(session: Session, receipt: str, kept: Mapping[str, object]) -> bool:
    """Whether what is kept about the person is what the evidence was made from."""
    digests = kept.get("personal")
    if not isinstance(digests, dict):
        return False
    stored = session.scalars(select(EvidenceValue).where(EvidenceValue.receipt == receipt)).all()
    return {row.name for row in stored} == set(digests) and all(
        row.value is None or digests[row.name] == _digest(row.salt, row.value) for row in stored
    )


def files(session: Session, customer_id: int, kept: Mapping[str, object]) -> list[Attachment]:
    """The signed or sealed copies handed in with an answer; each is what its hash says."""
    hashes = kept.get("files")
    if not isinstance(hashes, list) or not hashes:
        return []
    query = select(Attachment).where(
        Attachment.customer_id == customer_id,
        Attachment.purpose == PURPOSE,
        Attachment.sha256.in_(hashes),
    )
    found = {one.sha256: one for one in session.scalars(query.order_by(Attachment.id))}
    return [found[sha256] for sha256 in hashes if sha256 in found]


def is_kept(session: Session, customer_id: int, sha256: str) -> bool:
    """Whether a copy is kept already, such as of a form that is sent twice."""
    query = select(Attachment.id).where(
        Attachment.customer_id == customer_id,
        Attachment.purpose == PURPOSE,
        Attachment.sha256 == sha256,
    )
    return session.scalar(query.limit(1)) is not None


def erase(session: Session, contact_ids: Iterable[int]) -> int:
    """Empty what evidence says about people; digests and answers stay."""
    erased = session.scalars(
        update(EvidenceValue)
        .where(EvidenceValue.contact_id.in_(list(contact_ids)), EvidenceValue.value.is_not(None))
        .values(value=None)
        .returning(EvidenceValue.id)
    )
    return len(erased.all())


def _digest(salt: object, value: object) -> str:
    assert isinstance(salt, bytes)  # noqa: S101 - made right above, or read from its column
    return hashlib.sha256(salt + str(value).encode()).hexdigest()
