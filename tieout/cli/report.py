"""`tieout report`: every report by its name, as PDF, workbook, CSV or JSON."""

import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tieout.cli.place import data_option, opened
from tieout.cli.report_tables import BELOW, NAMES, PAPERS, TABLES, CustomerWanted, Wanted
from tieout.cli.words import language_of_environment, say
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_
from tieout.money import Money
from tieout.periods import Period

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tieout.config import Settings
    from tieout.rendering.tables import TableDefinition, Value

FORMS = ("pdf", "xlsx", "csv", "json")


class NotADay(InvalidInput):
    """A day or a moment that is none."""

    message = N_("“%(text)s” is no day. Write 2026-06-30, or 2026-06-30T18:00 for a moment.")


class NotInThatForm(InvalidInput):
    """A paper that is not made as that kind of file."""

    message = N_("The report “%(name)s” is made as %(known)s, not as %(form)s.")


class NothingIssued(NotFound):
    """A paper of a statement that there is none of."""

    message = N_("No statement of %(customer)s for %(period)s is issued.")


@click.command()
@data_option
@click.argument("name", type=click.Choice(NAMES))
@click.option("--customer", "code", help="Code or name; otherwise of every customer.")
@click.option("--period", help="2026-06, 2026-Q2, 2026 or two dates; otherwise the last month.")
@click.option("--as-at", help="The day of the ageing; otherwise the last day of the period.")
@click.option("--known-at", help="As the books knew it then, such as 2026-07-05T18:00.")
@click.option("--currency", help="Otherwise the base currency.")
@click.option("--kind", type=click.Choice(["receivable", "payable"]), default="receivable")
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language of the report.")
@click.option("--as", "form", type=click.Choice(FORMS), help="Otherwise by the file's ending.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file.")
@click.option("--method", type=click.Choice(["random", "above", "stratified"]), default="random")
@click.option("--size", type=click.IntRange(0, 100_000), default=25, help="Of a sample.")
@click.option("--above", default="0", help="A sample takes everything from this amount.")
@click.option("--seed", default="", help="The same seed draws the same sample.")
def report(
    data: Path,
    name: str,
    code: str | None,
    period: str | None,
    as_at: str | None,
    known_at: str | None,
    currency: str | None,
    kind: str,
    lang: str | None,
    form: str | None,
    output: Path | None,
    method: str,
    size: int,
    above: str,
    seed: str,
) -> None:
    """Make the report NAME: of every customer or one, of any period, as at and as known at."""
    from tieout import db, settings
    from tieout.customers import find_customer
    from tieout.rendering.translation import reading

    here = opened(data)
    form = form or _ending(output)
    with db.reading() as session:
        company = settings.company(session)
        language = lang or language_of_environment()
        days = Period.parse(period) if period else _last_month(settings.today(session))
        wanted = Wanted(
            period=days,
            as_at=_day(as_at) if as_at else days.end,
            known_at=_moment(known_at, company.time_zone) if known_at else None,
            currency=(currency or company.base_currency).upper(),
            kind=kind,
            customer=find_customer(session, code) if code else None,
            method=method,
            size=size,
            above=above,
            seed=seed,
        )
        with reading(language, company.time_zone):
            if name in PAPERS:
                content = _paper(session, name, wanted, form, here, language)
            else:
                table = TABLES[name](session, wanted).checked()
                also = (
                    [one.checked() for one in BELOW[name](session, wanted)] if name in BELOW else []
                )
                about = _about(wanted, name)
                zone = company.time_zone
                content = _table(table, also, about, form, company.name, language, zone)
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    output.write_bytes(content)
    say(N_("%(path)s is written."), path=output)


def _paper(
    session: "Session", name: str, wanted: Wanted, form: str, here: "Settings", language: str
) -> bytes:
    """The paper of the statement that counts, of a customer and a period."""
    from tieout import clock, settings
    from tieout.reports.frozen import statement_print
    from tieout.reports.making import make
    from tieout.statements import drafting, moves

    if wanted.customer is None:
        raise CustomerWanted(name=name)
    known = PAPERS[name]
    if form not in known:
        raise NotInThatForm(name=name, known=", ".join(known), form=form)
    statement = drafting.same_period(session, wanted.customer.id, wanted.period, wanted.kind)
    if statement is None or statement.state not in moves.FROZEN:
        raise NothingIssued(customer=wanted.customer.name, period=wanted.period)
    if form == "json":
        return statement.frozen.encode()
    data = statement_print(
        statement,
        language=language,
        zone=settings.company(session).time_zone,
        base_url=here.base_url,
        printed_at=clock.now(),
    )
    return make(known[form], data)


def _table(
    table: "TableDefinition",
    also: "Sequence[TableDefinition]",
    about: str,
    form: str,
    company: str,
    language: str,
    zone: str,
) -> bytes:
    """A report as a file, with what stands below it; a CSV holds one table."""
    from tieout import clock
    from tieout.rendering import csv, excel
    from tieout.rendering.translation import gettext
    from tieout.reports.making import make

    now = clock.now()
    if form == "json":
        told = {**_as_json(table), "about": about, "also": [_as_json(one) for one in also]}
        text = json.dumps(told, ensure_ascii=False, indent=2)
        return f"{text}\n".encode()
    if form == "csv":
        return csv.write(table, proof=True)
    if form == "xlsx":
        facts = ((gettext("About"), about), (gettext("Made"), now))
        return excel.workbook(table.name, [table, *also], at=now, facts=facts)
    given = {
        "table": table,
        "also": list(also),
        "company": company,
        "about": about,
        "language": language,
        "zone": zone,
        "printed_at": now,
    }
    return make("table.pdf", given)


def _as_json(table: "TableDefinition") -> dict[str, object]:
    keys = [column.key for column in table.columns]
    return {
        "report": table.name,
        "columns": {column.key: column.title for column in table.columns},
        "rows": [dict(zip(keys, map(_plain, row.cells), strict=True)) for row in table.rows],
        "totals": {key: _plain(total) for key, total in table.totals.items()},
        "checks": [{"words": one.words, "holds": one.holds} for one in table.all_checks()],
    }


def _plain(value: "Value") -> object:
    match value:
        case Money():
            return {"amount": value.plain, "currency": value.currency}
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
    return value


def _about(wanted: Wanted, name: str) -> str:
    from tieout.rendering.translation import gettext, reader

    say_ = reader.get().fact
    said = [
        gettext("As at %(day)s", day=wanted.as_at)
        if name == "ageing"
        else str(say_(wanted.period)),
        wanted.currency,
    ]
    if wanted.customer is not None:
        said.append(f"{wanted.customer.code} {wanted.customer.name}")
    if wanted.known_at is not None:
        said.append(f"{gettext('as known at')} {say_(wanted.known_at)}")
    return ", ".join(said)


def _ending(output: Path | None) -> str:
    ending = output.suffix.lstrip(".").lower() if output else ""
    return ending if ending in FORMS else "csv"


def _last_month(today: date) -> Period:
    return Period.month_of(today).previous_month()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotADay(text=text) from error


def _moment(text: str, zone: str) -> datetime:
    """A moment as it was typed; without a zone it is in the company's."""
    from zoneinfo import ZoneInfo

    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotADay(text=text) from error
    return given if given.tzinfo else given.replace(tzinfo=ZoneInfo(zone))
