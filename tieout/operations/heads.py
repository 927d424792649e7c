"""Ends of the audit chain as they are printed: entry and hash, or the beginning of it."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.audit import Head
from tieout.audit.models import AuditEntry
from tieout.errors import InvalidInput
from tieout.i18n import N_

#: A whole hash, or as much of it as stands on paper.
_WHOLE, _SHORTEST = 64, 8
_PRINTED = re.compile(r"\s*(\d+)\s*[\s:：]\s*([0-9a-f\s]+)(?:(?:…|\.{3})([0-9a-f\s]*))?")


class NotAHead(InvalidInput):
    """Text that names no end of the chain."""

    message = N_(
        "“%(text)s” is no end of the trail. Write it as it is printed: the number of the entry and"
        " the letters after it, such as 1413:3f9a12cd7b04e651."
    )


def read_head(session: Session, text: str) -> Head:
    """Read "1413:3f9a…" or "1413: 3f9a 12cd 7b04 … e651" from paper; a short hash is looked up.

    Raises:
        NotAHead: it is neither.
    """
    found = _PRINTED.fullmatch(text.lower())
    if found is None:
        raise NotAHead(text=text)
    seq, begins, ends = (
        int(found[1]),
        *("".join((part or "").split()) for part in found.group(2, 3)),
    )
    if not _SHORTEST <= len(begins + ends) <= _WHOLE:
        raise NotAHead(text=text)
    stored = session.scalar(select(AuditEntry.hash).where(AuditEntry.seq == seq))
    if stored is not None and stored.startswith(begins) and stored.endswith(ends):
        return Head(seq, stored)
    return Head(seq, begins + ends)
