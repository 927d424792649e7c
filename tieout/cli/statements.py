"""`tieout statements`: the statements of a month, prepared and issued from the command line."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import said, say
from tieout.i18n import N_, Sentence

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tieout.audit import Actor


@click.command()
@data_option
@click.argument("month")
@click.option("--issue", is_flag=True, help="Approve and issue the drafts that are there.")
@click.option("--by", "email", help="In whose name; otherwise in the installation's own.")
@click.option("--kind", type=click.Choice(["receivable", "payable"]), default="receivable")
def statements(data: Path, month: str, issue: bool, email: str | None, kind: str) -> None:
    """Prepare the statements of MONTH (2026-06), or issue them with --issue.

    MONTH may be any days: 2026-Q2, 2026, 2026-06-01..2026-06-15.
    """
    from tieout import clock, db, runs
    from tieout.periods import Period
    from tieout.statements import runs as statement_runs

    opened(data)
    period = Period.parse(month)
    begin = statement_runs.begin_issue if issue else statement_runs.begin_drafts
    with db.transaction() as session:
        by = _actor(session, email)
        run_id = begin(session, period, kind=kind, by=by, at=clock.now()).id
    runs.work_through(run_id, "command", statement_runs.HANDLER)
    _report(run_id, issue)


def _actor(session: "Session", email: str | None) -> "Actor":
    from tieout import audit
    from tieout.identity import people

    if email is None:
        return audit.SYSTEM
    return people.staff_actor(people.find_staff(session, email))


def _report(run_id: int, issued: bool) -> None:
    """Say what the run came to, and what failed with its reason."""
    from tieout import db, runs
    from tieout.runs import stored

    with db.reading() as session:
        progress = runs.progress(session, run_id)
        failed = [
            (item.key, Sentence.from_json(item.reason))
            for item in session.scalars(stored.items(run_id, "failed"))
            if item.reason
        ]
    words = (
        N_("Issued: %(done)s, left out: %(left_out)s, failed: %(failed)s.")
        if issued
        else N_("Prepared: %(done)s, nothing to say: %(left_out)s, failed: %(failed)s.")
    )
    say(words, done=progress.done, left_out=progress.left_out, failed=progress.failed)
    for key, reason in failed:
        click.echo(f"  {key}: {said(reason)}", err=True)
    if failed:
        raise click.exceptions.Exit(1)
    if not issued and progress.done:
        say(N_("Look at them in the workbench, or issue them: tieout statements … --issue"))
