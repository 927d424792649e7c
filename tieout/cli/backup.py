"""`tieout backup` and `tieout restore`: the books and keys in one file, and back."""

import json
import os
import sys
from pathlib import Path

import click

from tieout.cli.place import data_option, opened, out_of_reach
from tieout.cli.words import said, say
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence

#: Holds the passphrase where nobody types.
VARIABLE = "TIEOUT_BACKUP_PASSPHRASE"


class NoPassphrase(InvalidInput):
    """A backup that anybody could read, without anybody having asked for it."""

    message = N_(
        "A backup holds everything, also the keys, so it is closed with a passphrase: set"
        " %(variable)s or pass --passphrase-stdin. To leave it open, say --unencrypted."
    )


class Closed(InvalidInput):
    """A closed backup and nobody to say the passphrase."""

    message = N_(
        "%(path)s is closed with a passphrase: set %(variable)s or pass --passphrase-stdin."
    )


class FileThere(InvalidInput):
    """A file that would be overwritten."""

    message = N_("%(path)s is there already. Choose another name; nothing was written.")


class NoFolder(InvalidInput):
    """A file in a folder that does not exist."""

    message = N_("The folder %(path)s does not exist. Make it first, or choose another.")


_stdin = click.option("--passphrase-stdin", is_flag=True, help="Read it from standard input.")
_json = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
@_stdin
@click.option("--unencrypted", is_flag=True, help="Leave the backup open for anybody.")
@_json
def backup(
    file: Path, data: Path, passphrase_stdin: bool, unencrypted: bool, as_json: bool
) -> None:
    """Save the books and the keys into FILE, while everybody works on."""
    from tieout.backup import save

    if file.exists():
        raise FileThere(path=file)
    if not file.absolute().parent.is_dir():
        raise NoFolder(path=file.absolute().parent)
    settings = opened(data)
    passphrase = None
    if not unencrypted:
        passphrase = _passphrase(passphrase_stdin, again=True)
        if not passphrase:
            raise NoPassphrase(variable=VARIABLE)
    made = save(settings, file, passphrase)
    head = f"{made.head.seq}:{made.head.hash}"
    if as_json:
        click.echo(json.dumps({"file": str(file), "rows": made.rows, "head": head}))
        return
    say(N_("%(rows)s rows saved into %(path)s."), rows=made.rows, path=file)
    say(N_("Write down where the audit trail ends: %(head)s"), head=head)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
@click.option(
    "--database-url",
    default="",
    help="An empty database instead of the one the backup names; “sqlite” is a file in the folder.",
)
@_stdin
@_json
def restore(
    file: Path, data: Path, database_url: str, passphrase_stdin: bool, as_json: bool
) -> None:
    """Put the backup in FILE into an empty place; nothing is sent again."""
    from tieout.backup import is_closed
    from tieout.backup import restore as put_back

    passphrase = None
    if is_closed(file):
        passphrase = _passphrase(passphrase_stdin, again=False)
        if not passphrase:
            raise Closed(path=file, variable=VARIABLE)
    with out_of_reach():
        made = put_back(file, data, passphrase, database_url)
    head = f"{made.head.seq}:{made.head.hash}"
    if as_json:
        facts = {"rows": made.rows, "head": head, "cancelled": made.cancelled}
        click.echo(json.dumps({"data": str(data), **facts}))
        return
    say(N_("%(rows)s rows stand again in %(path)s."), rows=made.rows, path=data)
    if made.cancelled:
        say(
            N_("%(count)s messages that waited were cancelled; they may have left since."),
            count=made.cancelled,
        )
    say(N_("Next: tieout verify --data %(path)s --head %(head)s"), path=data, head=head)


def _passphrase(from_stdin: bool, *, again: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given = os.environ.get(VARIABLE, "")
    if not given and sys.stdin.isatty():
        words = said(Sentence(N_("Passphrase")))
        given = click.prompt(words, hide_input=True, confirmation_prompt=again)
    return given
