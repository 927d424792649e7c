"""`tieout verify`: prove that books, statements and trail are whole."""

import json
from pathlib import Path

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import said, say
from tieout.i18n import N_, Sentence


@click.command()
@data_option
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="ENTRY:HASH",
    help="An end of the audit trail, as printed on a statement or by a backup; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(data: Path, heads: tuple[str, ...], as_json: bool) -> int:
    """Check books, statements and audit trail; ends with 0 when all is whole, with 1 when not."""
    from tieout import audit, db
    from tieout.operations.heads import read_head
    from tieout.operations.verify import verify as look

    opened(data)
    with db.reading() as session:
        checks = look(session, [read_head(session, head) for head in heads])
        end = audit.head(session)
    whole = all(check.ok for check in checks)
    if as_json:
        rows = [
            {"name": one.name, "ok": one.ok, "problems": [said(p) for p in one.problems]}
            for one in checks
        ]
        told = {"ok": whole, "checks": rows, "head": f"{end.seq}:{end.hash}"}
        click.echo(json.dumps(told, ensure_ascii=False))
        return 0 if whole else 1
    for check in checks:
        click.echo(f"{'✓' if check.ok else '✗'} {said(Sentence(check.what))}")
        for problem in check.problems:
            click.echo(f"    {said(problem)}")
    say(N_("The audit trail ends at %(head)s."), head=f"{end.seq}:{end.hash}")
    say(N_("All is whole.") if whole else N_("Something was changed behind Tieout’s back."))
    return 0 if whole else 1
