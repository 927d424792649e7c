"""`tieout demo`: the sample company, filled the first time, and its pages."""

import json
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tieout.cli import serve
from tieout.cli.words import say
from tieout.config import Settings
from tieout.errors import Conflict
from tieout.i18n import N_

if TYPE_CHECKING:
    from tieout.demo.sectors import Case

#: Marks a folder as one of a sample company, and says how far filling came.
MARK = "demo.json"
#: Folder of copies of the files that were handed in, to try out what handing in does.
SAMPLES = "samples"


class NotASampleCompany(Conflict):
    """A folder with somebody's own books."""

    message = N_(
        "%(path)s holds an installation that is no sample company; nothing was changed. Choose an"
        " empty folder: --data DIR"
    )


class OtherSample(Conflict):
    """A folder with the sample company of another trade."""

    message = N_(
        "%(path)s holds another sample company; nothing was changed. Choose another folder with"
        " --data DIR, or start over with --fresh."
    )


class DatabaseInUse(Conflict):
    """A database with somebody's own books."""

    message = N_("The database holds tables already; nothing was changed. Name an empty one.")


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the sample company; var/demo unless it is said.",
)
@click.option(
    "--sector",
    default="",
    metavar="TRADE",
    help="A small sample of one trade: dealer, hotel, construction, shop or bank.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day its books are seen from; today unless it is said.",
)
@click.option("--fresh", is_flag=True, help="Throw the sample company away and start over.")
@click.option("--database-url", help="postgresql://… instead of SQLite in the folder.")
@click.option("--fill-only", is_flag=True, help="Fill it, but do not start the pages.")
def demo(
    data: Path | None,
    sector: str,
    port: int,
    as_of: datetime | None,
    fresh: bool,
    database_url: str | None,
    fill_only: bool,
) -> None:
    """Run a sample company: a manufacturer with a dozen dealers and two suppliers.

    With --sector a small one of another trade, with one customer and a month's documents.
    """
    if sector:
        _check(sector)
    listening = None if fill_only else serve.listen("127.0.0.1", port)
    folder = data or Path("var") / ("demo" if not sector else f"demo-{sector}")
    settings = _settings(folder, database_url, port)
    _fill(settings, sector, as_of.date() if as_of else None, fresh=fresh)
    if sector:
        _tell_expected(sector)
    if listening is None:
        return
    _tell_sign_ins(sector)
    say(N_("Files to hand in: %(path)s"), path=settings.data / SAMPLES)
    _run(settings, port, listening)


def _run(settings: Settings, port: int, listening: socket.socket) -> None:
    """Pages and worker in one process, until told to stop."""
    from notifications import worker

    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    running = worker.start(settings)
    try:
        serve.run(settings, "127.0.0.1", port, listening=listening)
    finally:
        running.stop()


def _settings(data: Path, database_url: str | None, port: int) -> Settings:
    from tieout import config
    from tieout.cli.init import keep_url

    mark = data / MARK
    if not mark.exists():
        if (data / "keys.json").exists():
            raise NotASampleCompany(path=data)
        data.mkdir(parents=True, exist_ok=True)
        mark.write_text("{}", "utf-8")
    if database_url:
        keep_url(data, database_url)
    return replace(config.load(data), base_url=f"http://127.0.0.1:{port}")


def _check(sector: str) -> None:
    """See that there is such a trade.

    Raises:
        NotRegistered: naming those there are.
    """
    from tieout.demo.sectors import SECTORS

    SECTORS[sector]


def _fill(settings: Settings, sector: str, as_of: date | None, *, fresh: bool) -> None:
    from tieout import app, clock

    mark = settings.data / MARK
    state = json.loads(mark.read_text("utf-8"))
    app.compose(settings)
    if state.get("filled") and not fresh:
        if state.get("sector", "") != sector:
            raise OtherSample(path=settings.data)
        _migrate(settings)
        say(N_("The sample company is as it was; --fresh starts over."))
        return
    if state:
        _empty(settings)
    else:
        _refuse_strangers_tables()
    mark.write_text(json.dumps({"filled": False}), "utf-8")
    _migrate(settings)
    _write(settings, sector, as_of)
    filled = {"filled": True, "at": clock.now().isoformat(), "as_of": str(as_of or "")}
    mark.write_text(json.dumps(filled | {"sector": sector}), "utf-8")


def _write(settings: Settings, sector: str, as_of: date | None) -> None:
    """Fill the empty books of a sample company."""
    samples = settings.data / SAMPLES
    if sector:
        from tieout.demo import sectors

        sectors.fill(sectors.SECTORS[sector], as_of, samples=samples)
        return
    from tieout import demo as sample

    say(N_("Filling the sample company: eighteen months, some seconds ..."))
    with _delivering(settings) as deliver:
        sample.fill(as_of, samples=samples, between=deliver)


@contextmanager
def _delivering(settings: Settings) -> Iterator[Callable[[], object]]:
    """Hand over what waits in the outbox as if it were then: into the mailbox, never to anybody."""
    from notifications.channels import Parcel
    from notifications.channels.mailbox import Mailbox
    from notifications.delivery import Deliverer
    from tieout.demo.cast import UNKNOWN
    from tieout.messages.outcomes import Outcome, refused
    from tieout.rendering import pool

    class Mail(Mailbox):
        """Knows every address but one."""

        def send(self, parcel: Parcel) -> Outcome:
            """Take the mail, or say that there is no such mailbox."""
            if parcel.to == UNKNOWN:
                return refused("550 5.1.1 no such mailbox here", address_gone=True)
            return super().send(parcel)

    pool.configure(settings.render_processes)
    deliverer = Deliverer("demo", {"email": Mail()}, settings.base_url)
    try:
        yield deliverer.deliver_all
    finally:
        pool.close()


def _migrate(settings: Settings) -> None:
    from tieout import db
    from tieout.operations import migrate

    migrate.upgrade(db.engine())


def _empty(settings: Settings) -> None:
    """Throw away what stands in the database of a sample company."""
    from tieout import db
    from tieout.operations import migrate

    migrate.downgrade(db.engine(), "base")
    shutil.rmtree(settings.data / SAMPLES, ignore_errors=True)


def _refuse_strangers_tables() -> None:
    from sqlalchemy import inspect

    from tieout import db

    if inspect(db.engine()).get_table_names():
        raise DatabaseInUse


def _tell_sign_ins(sector: str) -> None:
    from tieout.demo import cast
    from tieout.identity.permissions import NAMES

    staff: tuple[cast.Staff, ...] = cast.STAFF
    partners: tuple[cast.Partner, ...] = cast.PORTAL[:2]
    if sector:
        case = _case(sector)
        staff, partners = case.staff, (case.partner,)
    say(N_("Everybody's password: %(password)s"), password=cast.PASSWORD)
    say(N_("Workbench:"))
    for one in staff:
        _tell(one.email, one.name, NAMES[one.role])
    say(N_("Portal:"))
    for partner in partners:
        person = partner.people[0]
        _tell(person.email, f"{person.name}, {partner.name}", NAMES[person.role])


def _case(sector: str) -> "Case":
    """A trade's case; who is in it and what it comes to are the same in every month."""
    from tieout.demo.sectors import SECTORS
    from tieout.periods import Period

    return SECTORS[sector](Period.month(2026, 1))


def _tell_expected(sector: str) -> None:
    """Say what must come of it, as it was worked out by hand."""
    from tieout.cli.words import said
    from tieout.demo.sectors.case import money
    from tieout.reconciliation import names

    case = _case(sector)
    wanted = case.expected
    say(
        N_("%(company)s and %(customer)s, by hand: ours %(ours)s, theirs %(theirs)s."),
        company=case.company,
        customer=case.partner.name,
        ours=names.figure(money(wanted.balance)),
        theirs=names.figure(money(wanted.theirs)),
    )
    for difference, amount in wanted.differences:
        figure = names.figure(money(amount))
        click.echo(f"  {figure:>12}  {said(names.type_name(difference))}")


def _tell(email: str, name: str, role: str) -> None:
    from tieout.cli.words import said
    from tieout.i18n import Sentence

    click.echo(f"  {email:<34} {name} · {said(Sentence(role))}")
