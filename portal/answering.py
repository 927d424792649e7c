"""Who answers and what they saw: the evidence of an act in the portal."""

from sqlalchemy.orm import Session

from portal.proving import is_proven
from tieout import settings
from tieout.customers.models import Contact
from tieout.identity.models import SignInSession
from tieout.rendering.translation import reader
from tieout.statements.evidence import Evidence
from tieout.web.viewer import Viewer

#: What the evidence calls each way of signing in.
METHODS = {"password": "password", "link": "one_time_link", "totp": "second_factor"}


def contact_of(session: Session, viewer: Viewer) -> Contact:
    """The contact a viewer acts as on this page."""
    return session.get_one(Contact, viewer.contact_id)


def evidence(
    session: Session,
    viewer: Viewer,
    *,
    wording: str,
    authority: bool,
    person: str = "",
    position: str | None = None,
    files: tuple[str, ...] = (),
) -> Evidence:
    """What is kept of an act: who, how they came in, from where, and the words they saw."""
    contact = contact_of(session, viewer)
    return Evidence(
        person=person.strip() or contact.name,
        position=contact.position if position is None else position.strip(),
        authority=authority,
        method=_method(session, viewer),
        channel="portal",
        wording=wording,
        time_zone=settings.company(session).time_zone,
        origin=viewer.origin,
        files=files,
    )


def company_name(session: Session) -> str:
    """What the company is called in a sentence, in the reader's language."""
    company = settings.company(session)
    chinese = reader.get().language == "zh"
    return (chinese and company.short_name_zh) or company.short_name


def _method(session: Session, viewer: Viewer) -> str:
    with_code = "_and_code" if is_proven(session, viewer) else ""
    if viewer.is_link:
        return f"link{with_code}"
    signed_in = session.get(SignInSession, viewer.session_id)
    method = METHODS.get(signed_in.method, signed_in.method) if signed_in else "password"
    return f"{method}{with_code}"
