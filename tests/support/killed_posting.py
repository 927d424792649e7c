"""A process that approves an import and is killed while it writes the import into the books.

    python -m tests.support.killed_posting URL FOLDER BATCH

It dies by SIGKILL when the second piece is to be written, the first one being there.
"""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.factories import AT, OTHER
from tests.support.visitor import settings_for
from tieout import app, db
from tieout.intake import approving, posting
from tieout.intake.models import ImportBatch
from tieout.ledger.mass_posting import MassPosting
from tieout.ledger.writing import Drawn


class Dying(MassPosting):
    """Writes one piece and no more."""

    pieces = 0

    def add_drawn(self, drawn: Drawn) -> Sequence[int]:
        """Write the first piece, and die before the next."""
        if self.pieces:
            os.kill(os.getpid(), signal.SIGKILL)
        self.pieces += 1
        return super().add_drawn(drawn)


def main() -> None:
    """Prepare and post, as a page does."""
    url, folder, batch_id = sys.argv[1:4]
    app.compose(settings_for(url, Path(folder)))
    posting.MassPosting = Dying  # type: ignore[attr-defined]
    with db.reading() as session:
        batch = session.get_one(ImportBatch, int(batch_id))
        digest = str(batch.content_digest)
        prepared = approving.prepare(session, batch, digest=digest)
    with prepared, db.transaction() as session:
        batch = session.get_one(ImportBatch, int(batch_id))
        approving.approve(session, batch, digest=digest, by=OTHER, at=AT, prepared=prepared)


if __name__ == "__main__":
    main()
