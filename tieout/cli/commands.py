"""The command `tieout` and the table of its commands."""

import sys
from collections.abc import Sequence
from importlib import import_module

import click

from tieout import __version__
from tieout.cli.words import language_of_environment, said, say, speak
from tieout.errors import TieoutError
from tieout.i18n import N_

#: Each command: where it is, and what it does.
COMMANDS = {
    "init": "tieout.cli.init:init",
    "user": "tieout.cli.user:user",
    "serve": "tieout.cli.serve:serve",
    "demo": "tieout.cli.demo:demo",
    "ledger": "tieout.cli.ledger:ledger",
    "lock": "tieout.cli.lock:lock",
    "statements": "tieout.cli.statements:statements",
    "report": "tieout.cli.report:report",
    "import": "tieout.cli.importing:importing",
    "pull": "tieout.cli.pull:pull",
    "robots": "tieout.cli.robots:robots",
    "schedules": "tieout.cli.schedules:schedules",
    "worker": "tieout.cli.worker:worker",
    "run": "tieout.cli.run:run",
    "verify": "tieout.cli.verify:verify",
    "backup": "tieout.cli.backup:backup",
    "restore": "tieout.cli.backup:restore",
    "keys": "tieout.cli.keys:keys",
    "doctor": "tieout.cli.doctor:doctor",
    "match": "tieout.cli.match:match",
    "reconcile": "tieout.cli.reconcile:reconcile",
    "search": "tieout.cli.search:search",
}


class Commands(click.Group):
    """Commands that are imported when they are asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of a name."""
        address = COMMANDS.get(name)
        if address is None:
            return None
        module, _, attribute = address.partition(":")
        command = getattr(import_module(module), attribute)
        return command if isinstance(command, click.Command) else None


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--language", type=click.Choice(["en", "zh"]), help="Language of what is said.")
@click.version_option(__version__, prog_name="tieout")
def tieout(language: str | None) -> None:
    """Keep what customers owe, and agree it with them."""
    if language:
        speak(language)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when all went well, 1 when it did not, 2 when it was not understood."""
    speak(language_of_environment())
    try:
        result = tieout.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="tieout",
            standalone_mode=False,
        )
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.Abort:
        click.echo("", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except TieoutError as error:
        click.echo(said(error.sentence), err=True)
        return 1
    except OSError as error:  # a file or a folder that cannot be read or written
        if error.filename is None:
            raise
        say(N_("%(path)s: %(reason)s."), path=error.filename, reason=error.strerror, err=True)
        return 1
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
