"""`tieout import`: bring a file in from the command line, by the same rules as the pages."""

from collections.abc import Callable
from pathlib import Path

import click

from tieout.cli.importing_file import Asked, tell
from tieout.cli.place import data_option
from tieout.cli.words import said
from tieout.errors import InvalidInput, NotFound, TieoutError
from tieout.i18n import N_

#: What a file may be said to hold.
KINDS = ("customers", "products", "documents", "payments", "their_ledger")


class NoSuchFile(NotFound):
    """A path that leads to no file."""

    message = N_("There is no file %(path)s.")


class DryRunPostsNothing(InvalidInput):
    """Two wishes that contradict each other."""

    message = N_("--dry-run touches nothing, so leave out --approve and --leave-out.")


class ToldAsData(click.Command):
    """A command that says what went wrong as JSON, too, where JSON was asked for."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Understand what was typed."""
        as_json = "--json" in args
        try:
            return super().parse_args(context, args)
        except click.UsageError as error:
            if not as_json:
                raise
            tell({"error": {"kind": "usage", "sentence": error.format_message(), "facts": {}}})
            raise click.exceptions.Exit(2) from error


@click.command("import", cls=ToldAsData)
@click.argument("file", type=click.Path(path_type=Path))
@data_option
@click.option("--kind", type=click.Choice(KINDS), help="What it holds; told by the file otherwise.")
@click.option("--customer", default="", help="Code of the customer all rows belong to.")
@click.option("--suppliers", is_flag=True, help="It is what we owe suppliers, and paid them.")
@click.option("--mapping", default="", help="A JSON file, or the name of a remembered mapping.")
@click.option("--sheet", default="", help="Sheet of a workbook; the first with rows otherwise.")
@click.option("--encoding", default="", help="Of a text file; told by the file otherwise.")
@click.option("--delimiter", default="", help="Between cells; told by the file otherwise.")
@click.option(
    "--date-order",
    type=click.Choice(["day", "month", "year"]),
    help="Which part of its dates comes first, where nothing in the file proves it.",
)
@click.option("--leave-out-hidden", "hidden", is_flag=True, help="Leave out hidden rows.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; nothing is touched.")
@click.option("--json", "as_json", is_flag=True, help="Say it as one JSON document.")
@click.option("--approve", "approves", is_flag=True, help="Post it, where one person is enough.")
@click.option("--leave-out", is_flag=True, help="Leave out rows that cannot be taken.")
def importing(
    file: Path,
    data: Path,
    kind: str | None,
    customer: str,
    suppliers: bool,
    date_order: str | None,
    mapping: str,
    sheet: str,
    encoding: str,
    delimiter: str,
    hidden: bool,
    dry_run: bool,
    as_json: bool,
    approves: bool,
    leave_out: bool,
) -> int:
    """Bring FILE in: tables, bank statements, invoices, records of programs.

    Says how it was read, what becomes of its rows, and everything that is wrong with row and
    column. Without --approve nothing is posted: the rows wait on the page of the import. With
    --dry-run nothing is touched at all, and no installation is needed.
    """
    asked = Asked(
        file, data, kind or "", customer, mapping, sheet, encoding, delimiter.replace("\\t", "\t"),
        approves, leave_out, as_json, suppliers, date_order or "", hidden,
    )  # fmt: skip
    return _or_error(asked, _dry if dry_run else _real)


def _dry(asked: Asked) -> int:
    from tieout.cli.importing_dry import dry_run

    if asked.approves or asked.leaves_out:
        raise DryRunPostsNothing
    return dry_run(asked)


def _real(asked: Asked) -> int:
    from tieout.cli.importing_real import bring_in

    return bring_in(asked)


def _or_error(asked: Asked, do: Callable[[Asked], int]) -> int:
    """Do it; what goes wrong is one sentence, or one object where JSON was asked for."""
    try:
        if not asked.file.is_file():
            raise NoSuchFile(path=asked.file)
        return do(asked)
    except TieoutError as error:
        if not asked.as_json:
            raise
        sentence = said(error.sentence)
        facts = {name: str(fact) for name, fact in error.facts.items()}
        tell({"error": {"kind": type(error).__name__, "sentence": sentence, "facts": facts}})
        return 1
    except OSError as error:
        if not asked.as_json or error.filename is None:
            raise
        sentence = f"{error.filename}: {error.strerror}."
        tell({"error": {"kind": "file", "sentence": sentence, "facts": {}}})
        return 1
