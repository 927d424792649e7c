"""A template shown on a page with a real statement: the tables its paper would have."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy.orm import Session

from tieout.rendering.tables import TableDefinition
from tieout.rendering.translation import reading
from tieout.reports import statement as paper
from tieout.reports import statement_tables as tables
from tieout.reports.data import LookData, SectionData, StatementData, StatementPrint
from tieout.statements import templates
from tieout.statements.freeze import frozen
from tieout.statements.models import Statement, StatementTemplate


@dataclass(frozen=True)
class Shown:
    """What the page shows of a statement: wording, and a table a part."""

    said: dict[str, str]
    tables: Sequence[TableDefinition]


def look(session: Session, template: StatementTemplate) -> LookData:
    """The version of a template that holds, as it is printed by."""
    printed = templates.printed(session, templates.current(session, template))
    return cast(LookData, printed)


def shown(
    session: Session, template: StatementTemplate, statement: Statement, language: str
) -> Shown:
    """Put a statement into the form of a template, without its pictures."""
    kept = templates.current(session, template)
    given: StatementPrint = {
        "language": language,
        "zone": "UTC",
        "statement": cast(StatementData, frozen(statement)),
        "look": {"layout": kept.layout, "logo": None, "seal": None},
    }
    layout = paper.layout_of(given)
    with reading(layout.language or language, given["zone"]):
        found = [
            _named(table.checked(), section["currency"])
            for section in given["statement"]["sections"]
            for part in layout.parts
            if (table := _part(given, section, part)) is not None
        ]
        return Shown(paper.said(layout), found)


def _named(table: TableDefinition, currency: str) -> TableDefinition:
    """A table whose name says its currency: a statement has one of each for every currency."""
    name = table.name if currency in table.name else f"{table.name} {currency}"
    return replace(table, name=name)


def _part(given: StatementPrint, section: SectionData, part: str) -> TableDefinition | None:
    match part:
        case "movements":
            return paper.lines(given, section, on_paper=True)
        case "ageing":
            return tables.ageing_across(section)
        case "open_items" if section["open_items"]:
            return tables.open_items(section, on_paper=True)
        case "deliveries" if section.get("deliveries"):
            return tables.deliveries(section, on_paper=True)
    return None
