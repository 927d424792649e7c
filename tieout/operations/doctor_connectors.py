"""Whether connectors come by what they pull, and whether their secrets can be opened."""

from collections.abc import Iterator

from sqlalchemy import select

from tieout import db
from tieout.config import Settings
from tieout.i18n import N_, Sentence
from tieout.intake.connectors import sealing
from tieout.intake.connectors.models import Connector
from tieout.intake.connectors.queries import failing

CLOSED = N_("No key opens the secrets of: %(names)s. Put the key back, or enter them again.")
OLDER = N_("Closed with an older key: %(names)s. Run: tieout keys --renew")
FAILED = N_("The last pull failed: %(names)s. The page of connectors says why.")
WELL = N_("Connectors: %(count)s; none of them fails.")


def connectors(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Each connector's secrets and its last pull."""
    with db.reading() as session:
        found = session.scalars(select(Connector).where(Connector.deleted_at.is_(None))).all()
        failed = [one.name for one, _pull in failing(session)]
    closed = [one.name for one in found if not sealing.opens(one)]
    older = [one.name for one in found if sealing.is_older(one, given.keys.fields)]
    for state, words, names in (
        ("wrong", CLOSED, closed),
        ("note", OLDER, [name for name in older if name not in closed]),
        ("note", FAILED, failed),
    ):
        if names:
            yield state, Sentence(words, {"names": ", ".join(names)})
    if not (closed or older or failed):
        yield "well", Sentence(WELL, {"count": len(found)})
