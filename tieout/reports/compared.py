"""What a comparison of two books is printed from."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from tieout import settings
from tieout.customers.models import Customer
from tieout.i18n import N_, Sentence
from tieout.reconciliation import words
from tieout.reconciliation.models import Reconciliation
from tieout.reconciliation.on_day import picture_on
from tieout.reconciliation.sections import sections
from tieout.reconciliation.shown import WHO, Picture, Step
from tieout.reports.data import (
    AdjustmentData,
    CompanyData,
    CustomerData,
    DifferenceData,
    ReconciliationPrint,
)

OPENINGS_DIFFER = N_("The balances before the first line differ")


def reconciliation_print(
    session: Session,
    made: Reconciliation,
    *,
    staff: bool,
    language: str,
    zone: str,
    printed_at: datetime,
    on: date | None = None,
) -> ReconciliationPrint:
    """What PDF and workbook of a comparison are made from; `staff` is who reads.

    `on` is an earlier day it is printed as at.
    """
    shown = picture_on(session, made, on)
    return {
        "language": language,
        "zone": zone,
        "printed_at": printed_at.isoformat(),
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
    groups = [group for who in WHO for group in shown.by(who)]
    found: list[DifferenceData] = [
        {
            "words": words.what(group, staff=staff),
            "proof": words.why(group, staff=staff),
            "who": group.acts,
            "until": group.until.isoformat() if group.until else None,
            "amount": abs(group.residual.minor),
        }
        for group in groups
    ]
    return found + [
        {
            "words": words.what(group, staff=staff),
            "proof": words.why(group, staff=staff),
            "who": "together",
            "until": group.until.isoformat() if group.until else None,
            "amount": abs(group.residual.minor),
        }
        for group in shown.unproven
    ]


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
