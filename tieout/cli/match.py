"""`tieout match`: two books in, every line of both in one named group; needs no installation."""

import json
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tieout.cli.words import said, say, speak
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
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to fill; by itself “OURS-THEIRS” where you are.",
)
@click.option(
    "--cutoff",
    help="Day of the comparison, such as 2026-12-31; by itself the last day in both files.",
)
@click.option("--customer", default="", help="Which customer, where a file holds several.")
@click.option("--sheet", default="", help="Which sheet, where a workbook has several.")
@click.option("--rules", "rules_file", type=click.Path(path_type=Path), help="Rules as JSON.")
@click.option("--currency", default="CNY", show_default=True, help="Currency of both books.")
@click.option("--payable", is_flag=True, help="Ours is the buyer's book.")
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language of the workbook too.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def match(
    ours: Path,
    theirs: Path,
    out: Path | None,
    cutoff: str | None,
    customer: str,
    sheet: str,
    rules_file: Path | None,
    currency: str,
    payable: bool,
    lang: str | None,
    as_json: bool,
) -> None:
    """Compare two books and explain the difference to the last cent.

    OURS and THEIRS are .xlsx, .xls or .csv in any usual shape; theirs may be in its own sign.
    Writes reconciliation.xlsx for people, groups.csv and summary.json for programs. Warnings go
    to standard error. Exit codes: 0 compared, 1 a file or a day cannot be used, 2 the command was
    not understood.
    """
    from dataclasses import replace

    from tieout.cli import (
        match_book,
        match_books,
        match_checks,
        match_groups,
        match_numbers,
        match_one,
        match_openings,
        match_outputs,
        match_workbook,
    )
    from tieout.matching import bridge, is_mirrored, reconcile, turned
    from tieout.money import checked_currency, decimals_of
    from tieout.reconciliation.pass_names import more_passes

    if lang:
        speak(lang)
    started = time.perf_counter()
    currency = checked_currency(currency)
    rules = _rules(rules_file, decimals_of(currency))
    customers = match_book.Customers()
    our_book, their_book = match_books.read_both(ours, theirs, customers, currency, sheet)
    if customer:
        match_one.only(customer, our_book, their_book, customers)
    match_numbers.known_by(our_book, their_book)
    warnings = match_checks.looked_over(our_book, their_book, customers)
    day, dated = match_checks.days_looked_over(
        our_book, their_book, _day(cutoff) if cutoff else rules.cutoff
    )
    rules = replace(rules, cutoff=day, payable=payable or rules.payable, more_passes=more_passes())
    was_mirrored = is_mirrored(our_book.lines, their_book.lines, rules)
    if was_mirrored:
        their_book.lines = turned(their_book.lines)
        their_book.turn()
    groups = reconcile(our_book.lines, their_book.lines, rules)
    warnings += [*match_checks.outcome_looked_over(groups, our_book, their_book), *dated]
    names = customers.names()
    books = match_openings.opened(groups, our_book, their_book)
    opening = dict.fromkeys(names, (books.our_opening, books.their_opening))
    if len(names) != 1:  # each account has an opening of its own
        books = match_openings.Opened(our_book.lines, their_book.lines, 0, 0)
        opening = {
            number: (our_book.openings.get(number, 0), their_book.openings.get(number, 0))
            for number in names
        }
    warnings += books.told
    outcome = match_outputs.Outcome(
        our_book,
        their_book,
        groups,
        rules,
        bridge(
            groups,
            books.ours,
            books.theirs,
            rules,
            on=day,
            opening=opening,
        ),
        names,
        currency,
        was_mirrored,
        time.perf_counter() - started,
        tuple(warnings),
    )
    out = out or Path(f"{ours.stem}-{theirs.stem}")
    out.mkdir(parents=True, exist_ok=True)
    summary = outcome.summary()
    match_groups.write_groups(outcome, out / "groups.csv")
    (out / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    (out / "reconciliation.xlsx").write_bytes(match_workbook.workbook(outcome))
    for warning in warnings:
        click.echo(said(warning), err=True)
    if as_json:
        click.echo(json.dumps(summary))
        return
    say(
        N_(
            "As at %(day)s: ours %(ours)s, theirs %(theirs)s, difference %(difference)s, of which"
            " %(unexplained)s is not explained. For people: %(workbook)s."
        ),
        day=day,
        ours=_figure(summary["ours"]["balance"]),
        theirs=_figure(summary["theirs"]["balance"]),
        difference=_figure(summary["difference"]),
        unexplained=_figure(summary["unexplained"]),
        workbook=out / "reconciliation.xlsx",
    )
    if Decimal(summary["to_confirm"]):
        say(
            N_("Of what is not explained, %(amount)s has an explanation that waits for your yes."),
            amount=_figure(summary["to_confirm"]),
        )


def _figure(amount: str) -> str:
    """An amount of the summary as people read it."""
    return f"{Decimal(amount):,}".replace("-", "\N{MINUS SIGN}")


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
