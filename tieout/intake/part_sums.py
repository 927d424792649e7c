"""What the parts of a batch come to, and all of them together: counts that tie, sums, digests."""

from collections import Counter
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from json.encoder import encode_basestring as _text
from typing import Any

from tieout import audit
from tieout.audit.trail import canonical
from tieout.intake.judging import Judgement
from tieout.intake.models import ImportBatch
from tieout.intake.states import RowState
from tieout.ledger.inputs import DocumentInput


@dataclass(frozen=True)
class PartSum:
    """What one part of a batch comes to."""

    #: Rows read, and by state.
    counts: Dictionary[str, int]
    #: Documents, customers or products that would be posted.
    things: int
    #: By currency, in minor units.
    sums: Dictionary[str, int]
    #: Customer and currency of accounts that would be opened.
    opens: tuple[str, ...]
    #: Of what would be posted.
    digest: str

    @classmethod
    def of(cls, judgement: Judgement) -> "PartSum":
        """Sum one part up."""
        ready = judgement.ready()
        sums: Counter[str] = Counter()
        opens: set[str] = set()
        for group in ready:
            if isinstance(group.plan, DocumentInput):
                sums[group.currency] += group.plan.amount.minor
                if not group.account_id:
                    opens.add(f"{group.customer_id}:{group.currency}")
        counts = {"read": len(judgement.rows), **judgement.counts()}
        return cls(counts, len(ready), sums, tuple(sorted(opens)), digest_of(judgement))

    def to_json(self) -> dict[str, Any]:
        """As a batch keeps it."""
        return {
            "counts": dict(self.counts),
            "things": self.things,
            "sums": dict(self.sums),
            "opens": list(self.opens),
            "digest": self.digest,
        }

    @classmethod
    def from_json(cls, stored: Dictionary[str, Any]) -> "PartSum":
        """Read back what `to_json` wrote."""
        return cls(
            stored["counts"],
            stored["things"],
            stored["sums"],
            tuple(stored["opens"]),
            stored["digest"],
        )


class Summary:
    """What the page of a batch shows, gathered part by part: counts that tie, sums, a digest."""

    def __init__(self) -> None:
        self._parts: list[PartSum] = []

    def add(self, judgement: Judgement) -> None:
        """Take the next part, in the order of the parts."""
        self.take(PartSum.of(judgement))

    def take(self, part: PartSum) -> None:
        """Take the next part as it was summed up before."""
        self._parts.append(part)

    @property
    def counts(self) -> dict[str, int]:
        """Rows read, and by state: they tie."""
        counts: Counter[str] = Counter()
        for part in self._parts:
            counts.update(part.counts)
        return {name: counts[name] for name in ("read", *map(str, RowState))}

    @property
    def digest(self) -> str:
        """Of all that would be posted: of its only part, or of the digests of its parts."""
        digests = [part.digest for part in self._parts]
        return digests[0] if len(digests) == 1 else audit.digest_of_rows(digests)

    def keep(self, batch: ImportBatch) -> None:
        """Keep it with the batch."""
        sums: Counter[str] = Counter()
        opens: set[str] = set()
        for part in self._parts:
            opens.update(part.opens)
            for currency, minor in part.sums.items():
                sums[currency] += minor
        batch.totals = {
            **self.counts,
            "things": sum(part.things for part in self._parts),
            "sums": dict(sorted(sums.items())),
            "opens": sorted(opens),
        }
        batch.part_sums = [part.to_json() for part in self._parts]
        batch.content_digest = self.digest


def digest_of(judgement: Judgement) -> str:
    """One digest of all that would be posted, whatever accounts are opened meanwhile."""
    return audit.digest_of_lines(
        f"[[{','.join([str(row.row.number) for row in group.rows])}],"
        f"{'null' if group.customer_id is None else group.customer_id},"
        f"{_text(group.currency)},{_content(group.plan)}]"
        for group in judgement.ready()
    )


def rows_digest(judgement: Judgement, source: str) -> str:
    """The digest of every row of a part and what posting makes of it, for the trail."""
    return audit.digest_of_lines(
        f'[{row.number},"{RowState.POSTED}","{row.fingerprint}","{source}:{row.first_row}"]'
        if row.first_row is not None
        else f'[{row.number},"{row.state}","{row.fingerprint}",null]'
        for row in judgement.rows
    )


def _content(plan: Any) -> str:
    if isinstance(plan, DocumentInput):
        return plan.content()
    content = plan.to_json()
    content.pop("account_id", None)
    return canonical(content).decode()
