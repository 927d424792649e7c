"""`tieout reconcile`: every customer's newest ledger compared with our book."""

from pathlib import Path

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import said, say
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence


class NotACutOff(InvalidInput):
    """A day that is none."""

    message = N_("“%(text)s” is no day of the calendar. Write it like 2026-06-30.")


@click.command()
@data_option
@click.option("--as-at", "day", help="Compare as at this day; today otherwise.")
@click.option("--changed", is_flag=True, help="Only accounts with something new.")
@click.option("--by", "email", help="In whose name; otherwise in the installation's own.")
@click.option("--json", "as_json", is_flag=True, help="Print one document.")
def reconcile(data: Path, day: str | None, changed: bool, email: str | None, as_json: bool) -> None:
    """Compare every customer's newest ledger with our book; go on with what was begun before."""
    from datetime import date

    from tieout import audit, clock, db, runs, settings
    from tieout.identity import people
    from tieout.reconciliation import company_runs

    opened(data)
    try:
        wanted = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise NotACutOff(text=str(day)) from error
    with db.transaction() as session:
        by = audit.SYSTEM
        if email is not None:
            by = people.staff_actor(people.find_staff(session, email))
        run_id = company_runs.start(
            session,
            as_at=wanted or settings.today(session),
            only_changed=changed,
            by=by,
            at=clock.now(),
        ).id
    runs.work_through(run_id, "command", company_runs.HANDLER)
    _report(run_id, as_json=as_json)


def _report(run_id: int, *, as_json: bool) -> None:
    """Say what the run came to, account by account, and what failed with its reason."""
    import json

    from tieout import db, runs
    from tieout.money import Money
    from tieout.runs import stored

    with db.reading() as session:
        progress = runs.progress(session, run_id)
        items = list(session.scalars(stored.items(run_id)))
    done = [item.result for item in items if item.state == "done"]
    failed = [
        (item.key, said(Sentence.from_json(item.reason)))
        for item in items
        if item.state == "failed" and item.reason
    ]
    if as_json:
        document = {
            "run": run_id,
            "done": progress.done,
            "failed": [{"item": key, "reason": reason} for key, reason in failed],
            "left": progress.left,
            "accounts": [
                {
                    **{name: one[name] for name in ("customer", "currency", "as_at", "open")},
                    "difference": Money(one["difference"], one["currency"]).plain,
                    "unexplained": Money(one["unexplained"], one["currency"]).plain,
                    "proposals": one["proposals"],
                }
                for one in done
            ],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        say(
            N_("Compared: %(done)s, failed: %(failed)s, left: %(left)s."),
            done=progress.done,
            failed=progress.failed,
            left=progress.left,
        )
        for one in done:
            if one["open"]:
                say(
                    N_(
                        "  %(customer)s, %(currency)s: %(open)s open, %(unexplained)s of"
                        " %(difference)s not explained"
                    ),
                    customer=one["customer"],
                    currency=one["currency"],
                    open=one["open"],
                    unexplained=Money(one["unexplained"], one["currency"]).plain,
                    difference=Money(one["difference"], one["currency"]).plain,
                )
        for key, reason in failed:
            click.echo(f"  {key}: {reason}", err=True)
    if failed:
        raise click.exceptions.Exit(1)
