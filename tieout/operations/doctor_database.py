"""What of an installation stands in its database: schema, people, clock, worker."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select, text

from tieout import audit, clock, db
from tieout import settings as company_settings
from tieout.audit.models import AuditEntry
from tieout.config import Settings
from tieout.i18n import N_, Sentence
from tieout.identity import people as identity_people
from tieout.identity.permissions import Role
from tieout.operations import migrate
from tieout.runs.models import Lease

#: How far two clocks may be apart.
_APART = timedelta(seconds=30)


def database(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Which database answers, and how."""
    with db.engine().connect() as connection:
        name = connection.dialect.name
        if name == "sqlite":
            version = connection.execute(text("SELECT sqlite_version()")).scalar()
            mode = connection.execute(text("PRAGMA journal_mode")).scalar()
            broken = connection.execute(text("PRAGMA quick_check(1)")).scalar()
            if broken != "ok":
                yield (
                    "wrong",
                    Sentence(
                        N_("The database file is damaged: %(reason)s. Restore a backup."),
                        {"reason": broken},
                    ),
                )
                return
            facts = {"version": version, "mode": mode}
            yield "well", Sentence(N_("SQLite %(version)s answers (%(mode)s)."), facts)
        else:
            version = connection.execute(text("SHOW server_version")).scalar()
            yield "well", Sentence(N_("PostgreSQL %(version)s answers."), {"version": version})


def schema(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Tables as this version wants them."""
    with db.engine().connect() as connection:
        at, newest = migrate.current(connection), migrate.newest()
        differences = migrate.differences(connection)
    if at != newest:
        yield (
            "wrong",
            Sentence(
                N_("The database is at %(at)s, this version wants %(newest)s. Start Tieout once."),
                {"at": at or "-", "newest": newest},
            ),
        )
    elif differences:
        yield (
            "wrong",
            Sentence(
                N_("%(count)s tables or columns are not as this version made them."),
                {"count": len(differences)},
            ),
        )
    else:
        yield "well", Sentence(N_("The tables are those of this version (%(at)s)."), {"at": at})


def clocks(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """This machine's clock against the books and the database."""
    now = clock.now()
    with db.reading() as session:
        last = session.scalar(select(func.max(AuditEntry.at)))
        theirs = None
        if session.get_bind().dialect.name == "postgresql":
            theirs = session.execute(text("SELECT now()")).scalar_one()
        zone = company_settings.company(session).time_zone
        today = company_settings.today(session)
    if last is not None and last > now + _APART:
        yield (
            "wrong",
            Sentence(
                N_("The clock is behind: something was recorded at %(last)s, it shows %(now)s."),
                {"last": last, "now": now},
            ),
        )
    elif theirs is not None and abs(theirs - now) > _APART:
        yield (
            "wrong",
            Sentence(
                N_("The clock and that of the database are %(seconds)s seconds apart."),
                {"seconds": int(abs(theirs - now).total_seconds())},
            ),
        )
    else:
        facts = {"today": today, "zone": zone}
        yield "well", Sentence(N_("It is %(today)s in %(zone)s."), facts)


def people(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Somebody who can let others in, and somebody to approve."""
    with db.reading() as session:
        head = audit.head(session)
        active = [one for one in session.scalars(identity_people.staff()) if one.is_active]
    roles = {role for one in active for role in one.roles}
    if Role.ADMINISTRATOR not in roles:
        yield (
            "wrong",
            Sentence(N_("Nobody is an administrator. Run: tieout user add --role administrator")),
        )
    if sum(bool({Role.APPROVER, Role.ACCOUNTANT} & set(one.roles)) for one in active) < 2:
        yield (
            "note",
            Sentence(
                N_("What needs two people cannot be approved: fewer than two prepare or approve.")
            ),
        )
    yield (
        "well",
        Sentence(
            N_("%(count)s people may sign in to the workbench; the trail has %(entries)s entries."),
            {"count": len(active), "entries": head.seq},
        ),
    )


def worker(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Somebody who sends messages and looks at the clock."""
    with db.reading() as session:
        lease = session.get(Lease, "alarm")
        alive = lease is not None and bool(lease.owner) and lease.expires > clock.now()
        owner = lease.owner if lease else ""
    if alive:
        yield "well", Sentence(N_("A worker is awake: %(owner)s."), {"owner": owner})
    else:
        yield "note", Sentence(N_("No worker is awake, so nothing is sent. Run: tieout worker"))
