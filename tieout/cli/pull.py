"""`tieout pull`: list connectors, or pull from one now, by the same rules as the page."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import said, say
from tieout.i18n import N_, Sentence

if TYPE_CHECKING:
    from tieout.intake.connectors.looking import Seen
    from tieout.intake.connectors.models import ConnectorPull


@click.command("pull")
@click.argument("name", required=False, default="")
@data_option
@click.option("--dry-run", is_flag=True, help="Say what would come in; store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def pull(name: str, data: Path, dry_run: bool, as_json: bool) -> int:
    """Pull from the connector NAME now; without a name, list the connectors.

    What comes in waits as an import, unless the connector hands it in by itself.
    """
    opened(data)
    if not name:
        return _list(as_json)
    return _look(name, as_json) if dry_run else _pull(name, as_json)


def _list(as_json: bool) -> int:
    from tieout import clock, db
    from tieout.intake.connectors import queries

    with db.reading() as session:
        found = queries.standings(session, clock.now())
        told = [
            {
                "name": one.connector.name,
                "kind": one.connector.kind,
                "brings": one.connector.batch_kind,
                "source": one.source,
                "state": one.state,
                "last": _moment(one.last.finished_at) if one.last else None,
                "next": _moment(one.next_at),
                "error": said(one.error) if one.error else None,
            }
            for one in found
        ]
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    if not told:
        say(N_("There is no connector. An administrator sets one up on the page Connectors."))
    for one in told:
        click.echo(f"{one['name']}  [{one['state']}]  {one['source']}")
        if one["error"]:
            click.echo(f"  {one['error']}")
        if one["next"]:
            say(N_("  next pull: %(at)s"), at=one["next"])
    return 0


def _pull(name: str, as_json: bool) -> int:
    from tieout import audit, db
    from tieout.intake.connectors import pulling, services
    from tieout.intake.connectors.models import ConnectorPull

    with db.transaction() as session:
        pull_id = pulling.ask(session, services.named(session, name), by=audit.SYSTEM).id
    if not pulling.work(pull_id, "command"):
        say(N_("“%(name)s” is being pulled by another process already."), name=name, err=True)
        return 1
    with db.reading() as session:
        found = session.get_one(ConnectorPull, pull_id)
        session.refresh(found)
        return _tell(found, as_json)


def _tell(found: "ConnectorPull", as_json: bool) -> int:
    from tieout.intake.connectors import queries
    from tieout.intake.places import kept_sentence

    error = queries.error_of(found)
    files = [
        {
            "name": item.name,
            "rows": item.rows,
            "import": item.batch_id,
            "note": said(kept_sentence(item.note)) if item.note else None,
        }
        for item in found.pulled
    ]
    if as_json:
        told = {
            "state": found.state,
            "rows": found.rows,
            "files": files,
            "error": said(error) if error else None,
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return 1 if error else 0
    for one in files:
        if one["import"]:
            words = N_("%(file)s: %(rows)s rows, import %(batch)s")
            say(words, file=one["name"], rows=one["rows"], batch=one["import"])
        if one["note"]:
            click.echo(f"{one['name']}: {one['note']}")
    if error:
        click.echo(said(error), err=True)
        return 1
    if not found.files:
        say(N_("There is nothing new."))
    return 0


def _look(name: str, as_json: bool) -> int:
    from tieout import db, settings
    from tieout.intake.connectors import sealing, services
    from tieout.intake.connectors.looking import look
    from tieout.intake.kinds import BatchKind

    with db.reading() as session:
        one = services.named(session, name)
        zone = settings.company(session).time_zone
        kind, batch_kind, mark = one.kind, BatchKind(one.batch_kind), dict(one.mark)
        values, secrets = dict(one.settings), sealing.opened(one.name, one.secrets)
    seen = list(look(one.name, kind, batch_kind, values, secrets, zone=zone, mark=mark, most=None))
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in seen], ensure_ascii=False, indent=1))
    else:
        _show(seen)
    return 1 if any(one.problem for one in seen) else 0


def _show(seen: "list[Seen]") -> None:
    if not seen:
        say(N_("There is nothing new."))
    for one in seen:
        if one.problem:
            click.echo(f"{one.name}: {said(one.problem)}", err=True)
            continue
        say(N_("%(file)s: %(rows)s rows would come in"), file=one.name, rows=one.rows)
        for heading, field in one.columns:
            click.echo(f"  {heading or '–'}: {said(field) if field else '–'}")
    say(N_("Nothing was stored."))


def _as_json(one: "Seen") -> dict[str, Any]:
    told = asdict(one)
    told["columns"] = [
        {"heading": heading, "field": said(field) if field else None}
        for heading, field in one.columns
    ]
    told["problem"] = said(one.problem) if isinstance(one.problem, Sentence) else None
    return told


def _moment(at: Any) -> str | None:
    return at.isoformat(timespec="seconds") if at is not None else None
