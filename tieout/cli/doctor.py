"""`tieout doctor`: looks an installation over and says what to do."""

import json
from pathlib import Path

import click

from tieout.cli.place import data_option, installed, out_of_reach
from tieout.cli.words import said, say
from tieout.i18n import N_

_MARKS = {"well": "✓", "note": "·", "wrong": "✗", "unknown": "?"}


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(data: Path, as_json: bool) -> int:
    """Look at settings, database, disk, fonts, clock and mail; ends with 1 if something is wrong.

    What could not be looked at is marked with a question mark.
    """
    from tieout import app
    from tieout.operations.doctor import examine, is_well

    settings = installed(data)
    with out_of_reach():
        app.compose(settings)
    findings = examine(settings)
    well = is_well(findings)
    if as_json:
        rows = [{"name": f.name, "state": f.state, "said": said(f.said)} for f in findings]
        click.echo(json.dumps({"ok": well, "findings": rows}, ensure_ascii=False))
        return 0 if well else 1
    width = max(len(one.name) for one in findings)
    for one in findings:
        click.echo(f"{_MARKS[one.state]} {one.name:<{width}}  {said(one.said)}")
    say(N_("Nothing has to be put right.") if well else N_("Something has to be put right (✗)."))
    return 0 if well else 1
