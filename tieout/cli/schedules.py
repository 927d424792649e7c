"""`tieout schedules`: what happens by itself, and one more time by hand."""

from pathlib import Path
from typing import Any

import click

from tieout.cli.lists import Row, json_option, listed
from tieout.cli.place import data_option, opened
from tieout.cli.words import said, say
from tieout.i18n import N_, Sentence


@click.group()
def schedules() -> None:
    """List what happens by itself, or let it happen now."""


@schedules.command("list")
@data_option
@json_option
def list_(data: Path, as_json: bool) -> None:
    """List every job with its next and its last run."""
    from zoneinfo import ZoneInfo

    from tieout import clock, db, settings
    from tieout.operations import timetable

    opened(data)
    with db.reading() as session:
        zone = ZoneInfo(settings.company(session).time_zone)
        told: list[dict[str, Any]] = [
            {
                "name": one.name,
                "at": one.schedule.at.strftime("%H:%M"),
                "is_on": one.is_on,
                "next": one.next_at.astimezone(zone).isoformat() if one.next_at else None,
                "last": one.last.started_at.astimezone(zone).isoformat() if one.last else None,
                "period": one.last.period if one.last else None,
                "state": one.last.state if one.last else None,
                "summary": _said(one.last.told) if one.last else None,
                "waiting": one.waiting is not None,
            }
            for one in timetable.standings(session, clock.now())
        ]
    listed(told, _line, as_json)


@schedules.command()
@data_option
@click.argument("name")
def run(data: Path, name: str) -> int:
    """Do the job NAME now, in this process; the page Schedules shows what came of it."""
    from tieout import audit, clock, db
    from tieout.operations import timetable
    from tieout.rendering import pool
    from tieout.runs import ledger
    from tieout.runs.models import JobRun

    settings = opened(data)
    with db.transaction() as session:
        job = timetable.job(name)
        period = timetable.ask(session, name, by=audit.SYSTEM, at=clock.now()).period
    pool.configure(settings.render_processes)
    owner = "command"
    try:
        done = ledger.once(name, period, owner, lambda: job.run(owner, clock.now()))
    except Exception as error:  # its run has it too
        say(N_("%(name)s failed: %(reason)s"), name=name, reason=repr(error), err=True)
        return 1
    finally:
        pool.close()
    if not done:
        say(N_("“%(name)s” is being done by another process already."), name=name, err=True)
        return 1
    with db.reading() as session:
        found = session.scalars(ledger.history(name).where(JobRun.period == period)).one()
        click.echo(f"{name}: {_said(found.told)}")
    return 0


def _said(told: Sentence | str) -> str:
    return told if isinstance(told, str) else said(told)


def _line(one: Row) -> str:
    coming = str(one["next"])[:16].replace("T", " ") if one["next"] else "(-)"
    came = f"[{one['state']}] {one['summary']}" if one["state"] else ""
    return f"{one['name']:<20} {one['at']}  {coming:<16}  {came}".rstrip()
