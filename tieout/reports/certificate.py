"""The certificate of an answer: what was agreed, by whom, and the evidence kept of it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from tieout.money import Money
from tieout.rendering import formats
from tieout.rendering.tables import Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, reader, reading
from tieout.reports import words
from tieout.reports.data import AnswerData, CertificatePrint

#: How an outcome is set: only an agreement is green.
LOOKS = {"agreed": "agreed", "agreed_except": "disputed", "disagreed": "overdue"}


def pdf(data: Mapping[str, Any]) -> bytes:
    """Print the certificate of an answer."""
    from tieout.rendering.pdf import render_pdf

    given = cast(CertificatePrint, data)
    with reading(given["language"], given["zone"]):
        return render_pdf(
            "reports/confirmation.html",
            {
                "company": words.company_name(given["company"]),
                "sender": words.party(given["company"]),
                "recipient": words.party(given["customer"]),
                "receipt": given["receipt"],
                "facts": _facts(given),
                "answers": [_answer(given, answer) for answer in given["answers"]],
                "recorded": _recorded(given),
                "wording": given["wording"],
                "note": given.get("note"),
                "files": given.get("files", []),
                "audit_head": given.get("audit_head"),
                "contact": words.whom_to_ask(given["company"]),
                "printed_at": given.get("printed_at"),
                "verify_url": given.get("verify_url"),
            },
            {f"disputes-{at}": _disputes(answer) for at, answer in enumerate(given["answers"])},
        )


def _facts(given: CertificatePrint) -> list[dict[str, object]]:
    return words.facts(
        (gettext("Reference number"), given["receipt"]),
        (
            gettext("Statement"),
            gettext(
                "%(number)s, version %(version)s",
                number=given["statement_number"],
                version=given["statement_version"],
            ),
        ),
        (gettext("Customer no."), given["customer"]["code"]),
        (gettext("As at"), words.longday(given["as_at"])),
    )


def _answer(given: CertificatePrint, answer: AnswerData) -> dict[str, object]:
    """Say one answer in a sentence and a figure."""
    currency, outcome = answer["currency"], answer["outcome"]
    stated = answer.get("stated")
    minor = answer["balance"] if stated is None else stated
    if outcome == "agreed_except":
        minor = answer["balance"] - answer["disputed"]
    return {
        "currency": currency,
        "outcome": gettext(words.OUTCOMES[outcome]),
        "look": LOOKS.get(outcome, "quiet"),
        "sentence": _sentence(given, answer),
        "figure": words.money(abs(minor), currency),
        "disputes": answer.get("disputes", []),
    }


def _sentence(given: CertificatePrint, answer: AnswerData) -> str:
    currency = answer["currency"]
    balance = Money(answer["balance"], currency)
    disputed = Money(answer["disputed"], currency)
    stated = answer.get("stated")
    names = {
        "customer": given["customer"]["name"],
        "company": words.company_name(given["company"]),
        "day": words.longday(given["as_at"]),
    }
    match answer["outcome"]:
        case "agreed" if balance.minor < 0:
            return gettext(
                "%(customer)s agrees that %(company)s owes it %(amount)s as at %(day)s.",
                amount=abs(balance),
                **names,
            )
        case "agreed":
            return gettext(
                "%(customer)s agrees that it owes %(company)s %(amount)s as at %(day)s.",
                amount=balance,
                **names,
            )
        case "agreed_except":
            return gettext(
                "%(customer)s agrees with %(company)s on %(amount)s of %(balance)s as at %(day)s,"
                " and disputes %(disputed)s.",
                amount=balance - disputed,
                balance=balance,
                disputed=disputed,
                **names,
            )
        case "deemed":
            return gettext(
                "%(customer)s did not answer %(company)s in time. By contract %(amount)s as at"
                " %(day)s is deemed accepted; it was not confirmed.",
                amount=balance,
                **names,
            )
    if stated is None:
        return gettext(
            "%(customer)s does not agree with %(company)s that the balance is %(amount)s"
            " as at %(day)s.",
            amount=balance,
            **names,
        )
    return gettext(
        "%(customer)s states to %(company)s that its own books show %(stated)s as at %(day)s.",
        stated=Money(stated, currency),
        **names,
    )


def _disputes(answer: AnswerData) -> TableDefinition:
    """The disputed documents, adding up to the disputed part."""
    currency = answer["currency"]
    given = answer.get("disputes", [])
    return TableDefinition(
        name=gettext("Disputed"),
        columns=(
            Column("number", gettext("Our document"), width=30),
            Column("reason", gettext("Reason"), width=50),
            Column("receipt", gettext("Reference number"), width=26),
            Column("amount", gettext("Amount"), Kind.MONEY, width=20),
        ),
        rows=tuple(
            Row(
                (
                    dispute["number"],
                    words.words(dispute["reason"]),
                    dispute.get("receipt"),
                    Money(dispute["amount"], currency),
                )
            )
            for dispute in given
        ),
        totals={"amount": Money(answer["disputed"], currency)} if given else {},
    )


def _recorded(given: CertificatePrint) -> list[dict[str, object]]:
    """List the evidence that was kept."""
    language, zone = reader.get().language, reader.get().zone
    at = datetime.fromisoformat(given["answered_at"])
    utc = at.astimezone(UTC)
    return words.facts(
        (gettext("Answered by"), given["person"]),
        (gettext("Position"), given.get("position")),
        (gettext("Authority stated"), given.get("authority")),
        (gettext("Signed in with"), words.words(given["signed_in"])),
        (gettext("Answered at"), formats.moment(at, language, zone)),
        ("UTC", f"{utc:%Y-%m-%d %H:%M:%S}"),
        (gettext("Through"), words.words(given.get("channel"))),
        (gettext("From address"), given.get("address")),
        (gettext("Browser"), given.get("user_agent")),
        (gettext("Fingerprint of the statement"), given["statement_sha256"]),
    )
