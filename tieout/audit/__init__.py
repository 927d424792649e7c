"""The audit trail: every change, who made it, chained so that tampering shows."""

from tieout.audit.actor import SYSTEM, Actor, Origin
from tieout.audit.trail import (
    Head,
    RowsDigest,
    configure,
    digest_of_lines,
    digest_of_rows,
    head,
    is_sealed,
    record,
    seal,
    verify,
)

__all__ = [
    "SYSTEM",
    "Actor",
    "Head",
    "Origin",
    "RowsDigest",
    "configure",
    "digest_of_lines",
    "digest_of_rows",
    "head",
    "is_sealed",
    "record",
    "seal",
    "verify",
]
