"""A statement as PDF, workbook and CSV, from what was frozen: the same figures in each."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from tieout.money import Money
from tieout.rendering import csv as csv_files
from tieout.rendering import excel, formats
from tieout.rendering.tables import Check, SumsDiffer, TableDefinition, Value
from tieout.rendering.translation import gettext, in_a_row, reader, reading
from tieout.reports import statement_tables as tables
from tieout.reports import words
from tieout.reports.data import SectionData, StatementData, StatementPrint
from tieout.reports.laid_out import movements
from tieout.statements.layouts import WORDS, Layout


def pdf(data: Mapping[str, Any]) -> bytes:
    """Print a statement."""
    from tieout.rendering.pdf import render_pdf

    given = cast(StatementPrint, data)
    statement = given["statement"]
    layout = layout_of(given)
    with reading(layout.language or given["language"], given["zone"]):
        paper: dict[str, TableDefinition] = {}
        for at, section in enumerate(statement["sections"]):
            paper[f"lines-{at}"] = lines(given, section, on_paper=True)
            paper[f"ageing-{at}"] = tables.ageing_across(section)
            paper[f"open-{at}"] = tables.open_items(section, on_paper=True)
            paper[f"deliveries-{at}"] = tables.deliveries(section, on_paper=True)
        came = given.get("since") or []
        for at, one in enumerate(came):
            paper[f"since-{at}"] = tables.came_since(one, on_paper=True)
        return render_pdf(
            "reports/statement.html",
            {
                "statement": {"answer_by": None, "audit_head": None, "silence": None, **statement},
                "parts": layout.parts,
                "said": said(layout),
                "logo": bool(pictures(given).get("logo")),
                "seal": bool(pictures(given).get("seal")),
                "facts": head(statement, gettext("Statement"), gettext("Issued on")),
                "sender": words.party(statement["company"]),
                "recipient": words.party(statement["customer"]),
                "sections": [_section(statement, section) for section in statement["sections"]],
                "company": words.company_name(statement["company"]),
                "contact": words.whom_to_ask(statement["company"]),
                "sha256": words.fingerprint(statement),
                "printed_at": given.get("printed_at"),
                "verify_url": given.get("verify_url"),
                "since": [paper[f"since-{at}"].checks[0].words for at in range(len(came))],
            },
            paper,
            pictures(given),
        )


def layout_of(given: StatementPrint) -> Layout:
    """How it is printed: by its template, or as usual."""
    look = given.get("look")
    return Layout.from_json(look["layout"]) if look else Layout()


def lines(given: StatementPrint, section: SectionData, *, on_paper: bool) -> TableDefinition:
    """The movements of a section, as its template wants them."""
    statement = given["statement"]
    if given.get("look") is None:
        return tables.lines(statement, section, on_paper=on_paper)
    return movements(statement, section, layout_of(given), on_paper=on_paper)


def said(layout: Layout) -> dict[str, str]:
    """The wording of a template in the reader's language."""
    return {name: layout.said(name, reader.get().language) for name in WORDS}


def pictures(given: StatementPrint) -> dict[str, bytes]:
    """Logo and seal of a template, as far as it has them."""
    look = given.get("look")
    if look is None:
        return {}
    found = {"logo": look["logo"], "seal": look["seal"]}
    return {name: picture for name, picture in found.items() if picture}


def xlsx(data: Mapping[str, Any]) -> bytes:
    """Write a statement as a workbook: facts and checks, then a sheet a table."""
    given = cast(StatementPrint, data)
    statement, layout = given["statement"], layout_of(given)
    with reading(layout.language or given["language"], given["zone"]):
        sheets = [
            sheet for section in statement["sections"] for sheet in _sheets(given, section, layout)
        ]
        checks = [
            check for section in statement["sections"] for check in proofs(statement, section)
        ]
        sheets += [tables.came_since(one) for one in given.get("since") or []]
        return excel.workbook(
            said(layout)["title"] or gettext("Statement %(number)s", number=statement["number"]),
            sheets,
            facts=_facts(statement),
            checks=checks,
            at=datetime.fromisoformat(statement["known_at"]),
        )


def _sheets(given: StatementPrint, section: SectionData, layout: Layout) -> list[TableDefinition]:
    """The sheets of a section, in the order of the parts."""
    made = {
        "movements": lambda: lines(given, section, on_paper=False),
        "ageing": lambda: tables.ageing(section),
        "open_items": lambda: tables.open_items(section),
        "deliveries": lambda: tables.deliveries(section),
    }
    wanted = [part for part in layout.parts if part in made]
    return [made[part]() for part in wanted if part != "deliveries" or section.get("deliveries")]


def csv(data: Mapping[str, Any]) -> bytes:
    """Write the movements of a statement as CSV, of all its currencies."""
    given = cast(StatementPrint, data)
    with reading(given["language"], given["zone"]):
        return csv_files.write(tables.all_lines(given["statement"]))


def proofs(statement: StatementData, section: SectionData) -> tuple[Check, ...]:
    """Return what proves a section: its sum, its running balance, its ageing.

    Raises:
        SumsDiffer: one does not come out; what was frozen has been tampered with.
    """
    balance = section["opening"]
    runs = True
    for line in section["lines"]:
        balance += line["amount"]
        runs = runs and line["balance"] == balance
    aged = sum(bucket["amount"] for bucket in section["ageing"])
    summed = section["opening"] + section["charges"] - section["credits"]
    found = (
        Check(
            gettext(
                "Opening %(opening)s + charges %(charges)s − credits %(credits)s"
                " = closing %(closing)s",
                opening=_plain(section, section["opening"]),
                charges=_plain(section, section["charges"]),
                credits=_plain(section, section["credits"]),
                closing=_plain(section, section["closing"]),
            ),
            summed == section["closing"],
        ),
        Check(
            gettext("The running balance ends at %(closing)s", closing=_plain(section, balance)),
            runs and balance == section["closing"],
        ),
        Check(
            gettext(
                "The columns add up to the closing balance of %(closing)s",
                closing=_plain(section, aged),
            ),
            aged == section["closing"],
        ),
    )
    for check in found:
        if not check.holds:
            raise SumsDiffer(table=statement["number"], check=check.words)
    return found


def _section(statement: StatementData, section: SectionData) -> dict[str, object]:
    """Say a section in words for the page."""
    proof, _running, aged = proofs(statement, section)
    company = words.company_name(statement["company"])
    facts = (
        (gettext("Overdue"), section["overdue"], section["overdue"] > 0),
        (gettext("Not yet due"), section["not_due"], False),
        (gettext("Disputed"), section["disputed"], False),
        (gettext("Unapplied credit"), _unapplied(section), False),
    )
    pay_to = section.get("pay_to")
    return {
        "deliveries": [],
        **section,
        "pay_to": pay_to and {"swift": "", "since": None, **pay_to},
        "owed": words.who_owes(statement["kind"], section["closing"], company),
        "figure": _plain(section, abs(section["closing"])),
        "agreement": words.agreement(
            statement["kind"], Money(section["closing"], section["currency"]), company
        ),
        "facts": [
            {"words": text, "figure": _plain(section, amount), "overdue": overdue}
            for text, amount, overdue in facts
        ],
        "proof": proof.words,
        "ageing_proof": aged.words,
    }


def head(statement: StatementData, number: str, issued: str) -> list[dict[str, object]]:
    """List the facts beside the customer's name; the number and the day as the paper calls them."""
    answer_by = statement.get("answer_by")
    return words.facts(
        (
            number,
            gettext(
                "%(number)s, version %(version)s",
                number=statement["number"],
                version=statement["version"],
            ),
        ),
        (gettext("Customer no."), statement["customer"]["code"]),
        (gettext("As at"), words.longday(statement["as_at"])),
        (issued, words.longday(statement["issued_on"])),
        (gettext("Please answer by"), answer_by and words.deadline(answer_by)),
    )


def _unapplied(section: SectionData) -> int:
    return next((b["amount"] for b in section["ageing"] if b["key"] == "unapplied"), 0)


def _plain(section: SectionData, minor: int) -> str:
    return formats.money(Money(minor, section["currency"]), reader.get().language)


def _facts(statement: StatementData) -> list[tuple[str, Value]]:
    """List what heads a workbook."""
    company, customer = statement["company"], statement["customer"]
    found: list[tuple[str, Value]] = [
        (gettext("Statement"), statement["number"]),
        (gettext("Version"), statement["version"]),
        (gettext("From"), words.company_name(company)),
        (gettext("To"), customer["name"]),
        (gettext("Customer no."), customer["code"]),
        (gettext("Period"), words.period(statement["period"])),
        (gettext("As at"), date.fromisoformat(statement["as_at"])),
        (gettext("Issued on"), date.fromisoformat(statement["issued_on"])),
    ]
    for section in statement["sections"]:
        money = (
            (gettext("Opening balance"), section["opening"]),
            (gettext("Closing balance"), section["closing"]),
            (gettext("Overdue"), section["overdue"]),
        )
        found += [
            (in_a_row(title, section["currency"]), Money(amount, section["currency"]))
            for title, amount in money
        ]
    if head := statement.get("audit_head"):
        found.append((gettext("Audit trail up to entry"), f"{head['seq']} {head['hash']}"))
    return [*found, (gettext("Fingerprint"), words.fingerprint(statement))]
