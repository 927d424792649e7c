"""What a comparison of two books is printed from."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from tieout import settings
from tieout.customers.models import Customer
from tieout.i18n import Sentence
from tieout.reconciliation import agreeing, names, words
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.on_day import picture_on
from tieout.reconciliation.sections import sections
from tieout.reconciliation.sentences import OPENINGS_DIFFER
from tieout.reconciliation.shown import WHO, Picture, ShownLine, Step
from tieout.reports.data import (
    AdjustmentData,
    CompanyData,
    CustomerData,
    DifferenceData,
    GroupData,
    ReconciliationPrint,
)

#: Groups that agree, row by row in a workbook; a sheet holds them and can still be scrolled.
MOST_AGREED = 20_000


def reconciliation_print(
    session: Session,
    made: Reconciliation,
    *,
    staff: bool,
    language: str,
    zone: str,
    printed_at: datetime,
    on: date | None = None,
    with_lines: bool = False,
) -> ReconciliationPrint:
    """What PDF and workbook of a comparison are made from; `staff` is who reads.

    `on` is an earlier day it is printed as at; `with_lines` adds what agrees, for a workbook.
    """
    shown = picture_on(session, made, on)
    found = _printed(session, made, shown, staff=staff)
    found |= {"language": language, "zone": zone, "printed_at": printed_at.isoformat()}
    if with_lines and shown.as_at == made.as_at:
        found["agreed"] = [
            {
                "type": names.type_name(group.difference, staff=staff),
                "ours": _lines(group.ours),
                "theirs": _lines(group.theirs),
            }
            for group in agreeing.some(session, made, most=MOST_AGREED)
        ]
    return found


def _printed(
    session: Session, made: Reconciliation, shown: Picture, *, staff: bool
) -> ReconciliationPrint:
    return {
        "language": "",
        "zone": "",
        "number": made.receipt,
        "company": company_data(session),
        "customer": customer_data(session.get_one(Customer, made.customer_id)),
        "currency": made.currency,
        "as_at": shown.as_at.isoformat(),
        "audience": "staff" if staff else "customer",
        "their_file": shown.filename,
        "ours": {
            "balance": shown.ours.minor,
            "items": _adjustments(shown.our_steps, staff=staff),
            "adjusted": shown.our_adjusted.minor,
        },
        "theirs": {
            "balance": shown.theirs.minor,
            "items": _adjustments(shown.their_steps, staff=staff),
            "adjusted": shown.their_adjusted.minor,
        },
        "others": _others(shown, staff=staff),
        "residual": shown.residual.minor,
        "differences": _differences(shown, staff=staff),
        "matched": shown.matched,
        "matched_amount": shown.matched_amount.minor,
        "last_agreed": shown.last_agreed.isoformat() if shown.last_agreed else None,
    }


def _adjustments(steps: Sequence[Step], *, staff: bool) -> list[AdjustmentData]:
    return [
        {"words": one.words, "note": one.note, "amount": one.amount.minor}
        for one in sections(steps, staff=staff)
    ]


def _others(shown: Picture, *, staff: bool) -> list[AdjustmentData]:
    others = _adjustments(shown.undecided, staff=staff)
    if shown.opening:
        others.append({"words": Sentence(OPENINGS_DIFFER), "amount": shown.opening.minor})
    return others


def _differences(shown: Picture, *, staff: bool) -> list[DifferenceData]:
    return [
        {
            "words": words.what(group, staff=staff),
            "proof": words.why(group, staff=staff),
            "who": "together" if group.is_open else group.acts,
            "until": group.until.isoformat() if group.until else None,
            "amount": abs(group.residual.minor),
            "type": names.type_name(group.difference, staff=staff),
            "ours": _lines(group.ours),
            "theirs": _lines(group.theirs),
        }
        for group in (*(one for who in WHO for one in shown.by(who)), *shown.unproven)
    ]


def _lines(lines: Sequence[ShownLine]) -> GroupData:
    """The lines of one book in a group on one row: what they are called, the first day, the sum."""
    if not lines:
        return {"numbers": "", "on": None, "amount": None}
    return {
        "numbers": ", ".join(line.number or line.description[:60] for line in lines),
        "on": min(line.on for line in lines).isoformat(),
        "amount": sum(line.amount.minor for line in lines),
    }


def company_data(session: Session) -> CompanyData:
    """Us, as we stand on paper."""
    company = settings.company(session)
    return {
        "name": company.name,
        "name_zh": company.name_zh,
        "address": company.address,
        "tax_id": company.tax_id,
        "phone": company.contact_phone,
        "email": company.contact_email,
        "contact": company.contact_name,
    }


def customer_data(customer: Customer) -> CustomerData:
    """A customer as it stands on paper."""
    return {
        "code": customer.code,
        "name": customer.name,
        "address": customer.address,
        "tax_id": customer.tax_id,
    }
