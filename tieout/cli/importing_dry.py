"""`tieout import --dry-run`: what would happen, on the books or on none; nothing is touched."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from tieout.cli.importing_file import (
    Asked,
    as_asked,
    head_of,
    inspected,
    mapping_asked_for,
    tell,
)
from tieout.cli.place import looked_at
from tieout.cli.words import said, say
from tieout.i18n import N_, Sentence
from tieout.money import NO_CURRENCY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tieout.intake.uploads import Inspected

NO_BOOKS = N_("There is no installation in %(path)s: judged against empty books.")
NO_ENTRY = N_("The file holds not a single entry.")
#: Reasons that are said on a terminal; JSON says them all, row by row.
_MOST_SAID = 40


def dry_run(asked: Asked) -> int:
    """Read the file, judge its rows, and say it all."""
    from tieout import clock, settings
    from tieout.intake.kinds import BatchKind

    with _books(asked) as (session, has_books):
        mapping = mapping_asked_for(asked, session)
        if has_books:
            session.rollback()  # reading takes a while; the books are let go before
        file = inspected(asked, mapping, may_be_empty=True, whole=False)
        file = _as_understood(session, asked, file, has_books=has_books, is_asked=bool(mapping))
        kind_guessed = not asked.kind and mapping is None
        if file.kind == BatchKind.THEIR_LEDGER:
            report = _their_ledger(asked, file)
        else:
            zone = settings.company(session).time_zone if has_books else "UTC"
            report = _judged(session, asked, file, clock.today(zone))
    report["dry_run"] = True
    report["kind_guessed"] = kind_guessed
    report["books"] = "installation" if has_books else "none"
    if not has_books:
        report["warnings"].append(said(Sentence(NO_BOOKS, {"path": str(asked.data)})))
    if not file.rows:
        report["warnings"].append(said(Sentence(NO_ENTRY)))
    if asked.as_json:
        tell(report)
    else:
        _tell(report)
    return 0


def _judged(session: "Session", asked: Asked, file: "Inspected", on: Any) -> dict[str, Any]:
    from tieout.intake.report import read_report, trial_report
    from tieout.intake.trying import tried, tried_long

    unsure = file.missing
    if unsure is not None and any(column.is_unsure for column in file.mapping.columns):
        sure = file.mapped(file.mapping.sure())
        if sure.missing is None:  # read as it is most likely meant; the question is told
            report = _judged(session, asked, sure, on)
            return {**report, "question": said(unsure.sentence)}
    if file.missing is not None:
        return {
            **read_report(file, said, head_of(asked)),
            "rows": {"read": len(file.rows)},
            "missing": said(file.missing.sentence),
        }
    if file.goes_on:
        with tried_long(session, asked.file, file, on=on) as trial:
            return trial_report(trial, said, head_of(asked))
    return trial_report(tried(session, file, on=on), said, head_of(asked))


def _their_ledger(asked: Asked, file: "Inspected") -> dict[str, Any]:
    from tieout.intake.report import read_report, their_ledger_report

    if file.missing is not None:
        return {
            **read_report(file, said, head_of(asked)),
            "rows": {"read": len(file.rows)},
            "missing": said(file.missing.sentence),
        }
    return their_ledger_report(file, _currency_of(file), said, head_of(asked))


def _currency_of(file: "Inspected") -> str:
    """The currency most rows of a ledger are in."""
    from collections import Counter

    from tieout.intake.understanding import understood

    said_by = Counter(code for row in understood(file) if (code := row.text("currency")))
    return said_by.most_common(1)[0][0] if said_by else file.mapping.currency or NO_CURRENCY


def _as_understood(
    session: "Session", asked: Asked, file: "Inspected", *, has_books: bool, is_asked: bool
) -> "Inspected":
    """The mapping of the last time where there are books that remember one."""
    from dataclasses import replace

    from tieout.customers import find_customer
    from tieout.intake.remembering import proposed

    if has_books and not is_asked:
        file = proposed(session, file)
    elif not file.mapping.currency:
        file = file.mapped(replace(file.mapping, currency=NO_CURRENCY if not has_books else ""))
    code = asked.customer
    if code and has_books:
        code = find_customer(session, code).code
    wanted = as_asked(asked, file.mapping, code)
    return file if wanted == file.mapping else file.mapped(wanted)


@contextmanager
def _books(asked: Asked) -> "Iterator[tuple[Session, bool]]":
    """The books of the installation, read only; empty ones in memory where there is none."""
    from tieout import db

    if (asked.data / "keys.json").exists():
        looked_at(asked.data)
        with db.reading() as session:
            yield session, True
        return
    with _nothing() as session:
        yield session, False


@contextmanager
def _nothing() -> "Iterator[Session]":
    """Empty books that are never written anywhere."""
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import StaticPool

    from tieout.operations.schema import metadata
    from tieout.settings.models import Company

    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    with Session(engine) as session:
        session.add(
            Company(
                id=1, name="–", name_zh="", short_name="–", short_name_zh="",
                base_currency=NO_CURRENCY, time_zone="UTC", languages=["en", "zh"], two_people=[],
            )
        )  # fmt: skip
        session.flush()
        yield session
    engine.dispose()


def _tell(report: dict[str, Any]) -> None:
    """Say the report to a person."""
    from tieout.intake.kinds import BATCH_LABELS, BatchKind
    from tieout.intake.states import ROW_STATES, RowState

    reading = report["reading"]
    kind = said(Sentence(BATCH_LABELS[BatchKind(report["kind"])]))
    words = N_("%(file)s: %(kind)s, read as %(how)s.")
    how = [reading["importer"], reading["format"], reading["encoding"], reading["sheet"]]
    say(words, file=report["file"]["name"], kind=kind, how=", ".join(one for one in how if one))
    for column in report["columns"]:
        if column["field"]:
            click.echo(f"  {column['column']}  {column['heading']} → {column['field']}")
    for name in ("missing", "question"):
        if name in report:
            click.echo(report[name], err=True)
    say(N_("%(file)s: %(count)s rows read."), file=report["file"]["name"],
        count=report["rows"]["read"])  # fmt: skip
    for state in RowState:
        if count := report["rows"].get(str(state), 0):
            click.echo(f"  {said(Sentence(ROW_STATES[state]))}: {count}")
    for one in report.get("content", ()):
        click.echo(f"  {one['kind']} {one['currency']} {one['count']}: {one['amount']}")
    for one in report.get("movements", ()):
        click.echo(f"  {one['direction']} {one['currency']} {one['count']}: {one['amount']}")
    for control in report["controls"]:
        mark = "=" if control["ties"] else "≠"
        name = " ".join(part for part in (control["label"], control["account"]) if part)
        click.echo(f"  {name}: {control['expected']} {mark} {control['found']}")
    for warning in report["warnings"]:
        click.echo(warning, err=True)
    for reason in report.get("reasons", ())[:_MOST_SAID]:
        if reason["state"] != "ready":
            click.echo(f"{reason['count']} × {reason['placed']}", err=True)
    say(N_("Nothing was touched."))
