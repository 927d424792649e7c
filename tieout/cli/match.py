"""`tieout match`: two books in, every line of both in one named group; needs no installation."""

import json
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tieout.cli.words import say
from tieout.errors import InvalidInput
from tieout.i18n import N_

if TYPE_CHECKING:  # numpy is loaded when something is compared
    from tieout.matching import Rules


class RulesUnreadable(InvalidInput):
    """A file of rules that says nothing that can be used."""

    message = N_("The rules in %(path)s cannot be read: %(reason)s")


class NotADay(InvalidInput):
    """A cut-off that is no day."""

    message = N_("“%(text)s” is no day of the calendar. Write it like 2026-06-30.")


@click.command()
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to fill."
)
@click.option("--cutoff", help="Day at which both books are compared, such as 2026-12-31.")
@click.option("--rules", "rules_file", type=click.Path(path_type=Path), help="Rules as JSON.")
@click.option("--currency", default="CNY", show_default=True, help="Currency of both books.")
@click.option("--payable", is_flag=True, help="Ours is the buyer's book.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def match(
    ours: Path,
    theirs: Path,
    out: Path,
    cutoff: str | None,
    rules_file: Path | None,
    currency: str,
    payable: bool,
    as_json: bool,
) -> None:
    """Compare two books and explain the difference to the last cent.

    OURS and THEIRS are CSV or workbooks; theirs may be in its own sign.
    """
    from dataclasses import replace

    from tieout.cli import match_books, match_outputs, match_workbook
    from tieout.matching import bridge, is_mirrored, reconcile, turned
    from tieout.money import checked_currency, decimals_of

    started = time.perf_counter()
    currency = checked_currency(currency)
    rules = _rules(rules_file, decimals_of(currency))
    rules = replace(
        rules, cutoff=_day(cutoff) if cutoff else rules.cutoff, payable=payable or rules.payable
    )
    customers = match_books.Customers()
    our_book = match_books.read_book(ours, customers, currency)
    their_book = match_books.read_book(theirs, customers, currency)
    was_mirrored = is_mirrored(our_book.lines, their_book.lines, rules)
    if was_mirrored:
        their_book.lines = turned(their_book.lines)
        their_book.opening = -their_book.opening
    groups = reconcile(our_book.lines, their_book.lines, rules)
    opening = {1: (our_book.opening, their_book.opening)}
    named = customers.names()
    outcome = match_outputs.Outcome(
        our_book,
        their_book,
        groups,
        rules,
        bridge(
            groups,
            our_book.lines,
            their_book.lines,
            rules,
            opening=opening if len(named) == 1 else None,
        ),
        named,
        currency,
        was_mirrored,
        time.perf_counter() - started,
    )
    out.mkdir(parents=True, exist_ok=True)
    summary = outcome.summary()
    match_outputs.write_groups(outcome, out / "groups.csv")
    (out / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    (out / "reconciliation.xlsx").write_bytes(match_workbook.workbook(outcome))
    if as_json:
        click.echo(json.dumps(summary))
        return
    say(
        N_(
            "Ours %(ours)s, theirs %(theirs)s, difference %(difference)s, of which"
            " %(unexplained)s is not explained. %(groups)s groups, written to %(out)s."
        ),
        ours=summary["ours"]["balance"],
        theirs=summary["theirs"]["balance"],
        difference=summary["difference"],
        unexplained=summary["unexplained"],
        groups=summary["groups"],
        out=out,
    )


def _rules(path: Path | None, decimals: int) -> "Rules":
    from tieout.matching import Rules

    if path is None:
        return Rules()
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return Rules.from_dict(known, minor_digits=decimals)
    except (OSError, ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise RulesUnreadable(path=path, reason=str(error)) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotADay(text=text) from error
