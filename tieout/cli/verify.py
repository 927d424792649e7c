"""`tieout verify`: prove that books, statements and trail are whole, or that a pack is."""

import json
from pathlib import Path

import click
from click.core import ParameterSource

from tieout.cli.place import data_option, opened
from tieout.cli.words import said, say
from tieout.i18n import N_, Sentence

NOT_OURS = N_("Not made by this installation, or its manifest was changed.")


@click.command()
@click.argument(
    "packs",
    nargs=-1,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="[PACK]…",
)
@data_option
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="ENTRY:HASH",
    help="An end of the audit trail, as printed on a statement or by a backup; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def verify(
    context: click.Context,
    packs: tuple[Path, ...],
    data: Path,
    heads: tuple[str, ...],
    as_json: bool,
) -> int:
    """Check books, statements and audit trail; ends with 0 when all is whole, with 1 when not.

    With PACK, check an evidence pack or a data export instead; no installation is needed for
    that. With --data, also check that the pack was made by that installation.
    """
    if packs:
        given = context.get_parameter_source("data") is not ParameterSource.DEFAULT
        if given:
            opened(data)
        return _packs(packs, with_keys=given, as_json=as_json)
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


def _packs(packs: tuple[Path, ...], *, with_keys: bool, as_json: bool) -> int:
    from tieout.rendering.packs import prove

    proofs = [(path, prove(path, with_keys=with_keys)) for path in packs]
    whole = all(proof.ok for _, proof in proofs)
    if as_json:
        rows = [
            {
                "pack": path.name,
                "ok": proof.ok,
                "kind": proof.kind,
                "made_at": proof.made_at,
                "files": proof.files,
                "is_ours": proof.is_ours,
                "problems": [said(one) for one in proof.problems],
            }
            for path, proof in proofs
        ]
        click.echo(json.dumps({"ok": whole, "packs": rows}, ensure_ascii=False))
        return 0 if whole else 1
    for path, proof in proofs:
        click.echo(f"{'✓' if proof.ok else '✗'} ", nl=False)
        say(
            N_("%(path)s, made at %(at)s: %(files)s files."),
            path=path.name,
            at=proof.made_at,
            files=proof.files,
        )
        for problem in proof.problems:
            click.echo(f"    {said(problem)}")
        if proof.is_ours is not None:
            click.echo("    ", nl=False)
            say(N_("Made by this installation.") if proof.is_ours else NOT_OURS)
    say(N_("All is whole.") if whole else N_("This is not what was handed out."))
    return 0 if whole else 1
