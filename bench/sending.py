"""Messages a second to a mail server on this machine, beside a bare loop with the same mails.

    .venv/bin/python bench/sending.py [--messages 200] [--pdf] [--database URL]

One worker hands statements over as it always does: each claimed, worked out, recorded before the
wire and after it. The bare loop writes the same mails from the same figures and gives them to
`smtplib` over one connection, and keeps nothing. With --pdf both make a PDF for each mail, as every
customer has one of its own: what was made for the mail before is forgotten. On SQLite, or in an
empty database at a URL. Processor time is that of this process and its children: PostgreSQL's own
is not in it.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from notifications import leaving, writing  # noqa: E402 - the path is set first
from notifications.channels.mail import compose  # noqa: E402
from notifications.delivery import Deliverer  # noqa: E402
from notifications.kinds.statements import ATTACH_PDF  # noqa: E402
from notifications.writing import made, write  # noqa: E402
from tests.notifications import world  # noqa: E402
from tests.support.smtp import mail_server  # noqa: E402
from tieout import attachments, audit, clock, db, settings  # noqa: E402
from tieout.identity import keys  # noqa: E402
from tieout.messages.models import Message  # noqa: E402
from tieout.rendering import pool  # noqa: E402


def main() -> None:
    """Measure, and print both."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--messages", type=int, default=200)
    asked.add_argument("--pdf", action="store_true", help="with the PDF attached")
    asked.add_argument("--database", default="", help="an empty database, SQLite otherwise")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, mail_server() as server:
        place = Path(folder)
        house = prepared(place, server.port, given.messages, given.pdf, given.database)
        pool.configure(1)
        warm = house.deliverer()
        warm.deliver_one()
        whole = timed(lambda: one_by_one(warm))
        warm.close()
        arrived = len(server.mails)
        bare = timed(lambda: by_hand(house, server.port, given.messages - 1))
        pool.close()
        if arrived != given.messages:
            raise SystemExit(f"{arrived} of {given.messages} mails arrived")
        told(given.messages - 1, whole, bare, given.pdf)


def prepared(place: Path, port: int, number: int, pdf: bool, url: str = "") -> world.House:
    """A house with so many statements to send."""
    from tests.notifications.test_killed import copies
    from tests.support.visitor import KEYS
    from tieout.operations import migrate

    url = url or f"sqlite:///{place / 'tieout.db'}"
    audit.configure(KEYS.audit)
    attachments.configure(KEYS.fields)
    keys.configure(KEYS.links)
    db.connect(url)
    migrate.upgrade(db.engine())
    house = world.build(
        url, place, smtp_host="127.0.0.1", smtp_port=port, keys=KEYS, render_processes=1
    )
    house.change(lambda session: settings.write(session, ATTACH_PDF, pdf, by=audit.SYSTEM))
    house.june()
    house.issue()
    copies(number - 1)
    return house


def one_by_one(worker: Deliverer) -> None:
    """Let a worker hand over all there is, each with a PDF of its own."""

    def forget() -> bool:
        writing.forget()
        return False

    worker.deliver_all(forget)


def by_hand(house: world.House, port: int, number: int) -> None:
    """Write and send the same mail so many times, with nothing kept."""
    import smtplib

    with db.transaction() as session:
        message = session.query(Message).order_by(Message.id.desc()).limit(1).one()
        message.state = "sending"
        task = leaving.work_out(session, message, "email", house.settings.base_url, at=clock.now())
        if task is None:
            raise SystemExit("the statement has nothing to say")
        session.rollback()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for _ in range(number):
            writing.forget()
            parcel = write(
                task.parcel,
                "email",
                frozen=task.frozen,
                links=dict(task.addresses),
                files=made(task.prints),
            )
            mail = compose(parcel, house.settings.mail_from, "", clock.now())
            line.sendmail("books@harbour.example", [parcel.to], mail.as_bytes())


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds that passed, and seconds processors of ours worked."""
    began, worked = time.perf_counter(), busy()
    act()
    return time.perf_counter() - began, busy() - worked


def busy() -> float:
    """Processor seconds of this process and its children."""
    return sum(
        one.ru_utime + one.ru_stime
        for one in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def told(number: int, whole: tuple[float, float], bare: tuple[float, float], pdf: bool) -> None:
    """Print what was measured."""
    kind = "with the PDF attached" if pdf else "without PDF"
    print(f"{number} messages {kind}")
    for name, (passed, worked) in (("one worker", whole), ("bare smtplib", bare)):
        print(f"  {name:<13} {number / passed:6.1f}/s   {1000 * worked / number:6.1f} ms processor")
    print(f"  time {whole[0] / bare[0]:.2f} x, processor {whole[1] / bare[1]:.2f} x")


if __name__ == "__main__":
    main()
