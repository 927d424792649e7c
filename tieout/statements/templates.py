"""Templates of statements: kept in versions, chosen for the company, a group or a customer.

A change makes a new version, and what was issued keeps the version it was issued with.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tieout import attachments, audit, settings
from tieout.attachments import Attachment
from tieout.audit import Actor
from tieout.customers.models import Customer, CustomerGroup
from tieout.db.base import Json
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_
from tieout.settings.models import Setting
from tieout.statements.asking import nearest_of
from tieout.statements.freeze import Look, frozen
from tieout.statements.layouts import Layout
from tieout.statements.models import Statement, StatementTemplate, StatementTemplateVersion

#: The name of the choice; its value is a template's id.
CHOICE = "statement_template"
#: What a logo or a seal is kept for.
PURPOSE = "statement_picture"


class TemplateNameMissing(InvalidInput):
    """A template nobody could choose."""

    message = N_("Give the template a name.")


class TemplateThere(Conflict):
    """Two templates of one name."""

    message = N_("There is a template called “%(name)s” already. Give this one another name.")


class TemplateChanged(Conflict):
    """Two people at one template."""

    message = N_("Somebody else has changed this template meanwhile. Look at it again, then save.")


class TemplateInUse(Conflict):
    """A template that is still chosen somewhere was to be put away."""

    message = N_("This template is still chosen: %(places)s. Choose another there first.")


class TemplatePutAway(Conflict):
    """A template that is no longer offered was to be chosen."""

    message = N_("The template “%(name)s” was put away. Take it up again, or choose another.")


@dataclass(frozen=True)
class TemplateInput:
    """What a version of a template is to say."""

    name: str
    layout: Layout
    logo: Attachment | None = None
    seal: Attachment | None = None


@dataclass(frozen=True)
class Place:
    """Where a template is chosen."""

    scope: str
    scope_id: int
    name: str


def make(session: Session, given: TemplateInput, *, by: Actor, at: datetime) -> StatementTemplate:
    """Make a template.

    Raises:
        TemplateNameMissing, TemplateThere: it could not be told from others.
        InvalidInput: no statement can be printed by its layout.
    """
    made = StatementTemplate(name=_name(given), version=0)
    _add(session, made, given, by=by, at=at)
    audit.record(session, by, "statement_template.made", made, after=_told(session, made))
    return made


def change(
    session: Session,
    template: StatementTemplate,
    given: TemplateInput,
    *,
    seen: int,
    by: Actor,
    at: datetime,
) -> None:
    """Add a version to the template that was looked at in version `seen`.

    Raises:
        TemplateChanged: somebody else was faster.
        TemplateNameMissing, TemplateThere, InvalidInput: it cannot be used so.
    """
    session.refresh(template, with_for_update=True)
    if template.version != seen:
        raise TemplateChanged
    before = _told(session, template)
    template.name = _name(given)
    if _says(current(session, template), given) and before["name"] == template.name:
        return
    _add(session, template, given, by=by, at=at)
    audit.record(
        session,
        by,
        "statement_template.changed",
        template,
        before=before,
        after=_told(session, template),
    )


def put_away(session: Session, template: StatementTemplate, *, is_active: bool, by: Actor) -> None:
    """Offer a template no longer, or again; what was issued with it stays as it is.

    Raises:
        TemplateInUse: it is chosen somewhere.
    """
    chosen = [] if is_active else places(session, template.id)
    if chosen:
        raise TemplateInUse(places=", ".join(place.name or "*" for place in chosen))
    if template.is_active == is_active:
        return
    template.is_active = is_active
    session.flush()
    audit.record(
        session, by, "statement_template.put_away", template, after={"is_active": is_active}
    )


def choose(
    session: Session, scope: str, scope_id: int, template_id: int | None, *, by: Actor
) -> None:
    """Choose a template for the company, a group or a customer; None: as the wider one is.

    Raises:
        TemplatePutAway: it is no longer offered.
    """
    if template_id is not None:
        template = session.get_one(StatementTemplate, template_id)
        if not template.is_active:
            raise TemplatePutAway(name=template.name)
    if settings.read(session, CHOICE, None, scope=scope, scope_id=scope_id) != template_id:
        settings.write(session, CHOICE, template_id, scope=scope, scope_id=scope_id, by=by)


def places(session: Session, template_id: int) -> list[Place]:
    """Where a template is chosen, the widest first; the company has no name."""
    rows = session.scalars(
        select(Setting).where(Setting.name == CHOICE).order_by(Setting.scope, Setting.scope_id)
    )
    return [
        Place(row.scope, row.scope_id, _place_name(session, row))
        for row in rows
        if row.value["value"] == template_id
    ]


def offered(session: Session) -> Sequence[StatementTemplate]:
    """The templates that may be chosen, by name."""
    query = select(StatementTemplate).where(StatementTemplate.is_active)
    return session.scalars(query.order_by(StatementTemplate.name)).all()


def everything(session: Session) -> Sequence[StatementTemplate]:
    """Every template, by name."""
    return session.scalars(select(StatementTemplate).order_by(StatementTemplate.name)).all()


def current(session: Session, template: StatementTemplate) -> StatementTemplateVersion:
    """The version of a template that holds."""
    return _version(session, template.id, template.version)


def look_for(session: Session, customer: Customer) -> Look | None:
    """The template a customer's next statement is issued with; None where none is chosen."""
    return looks_for(session, [customer])[customer.id]


def looks_for(session: Session, customers: Collection[Customer]) -> dict[int, Look | None]:
    """The same for each of some customers."""
    chosen: dict[int, int | None] = nearest_of(session, CHOICE, customers, None)
    looks = {template_id: _look(session, template_id) for template_id in set(chosen.values())}
    return {customer_id: looks[template_id] for customer_id, template_id in chosen.items()}


def _look(session: Session, template_id: int | None) -> Look | None:
    template = session.get(StatementTemplate, template_id) if template_id else None
    return Look(template.id, template.name, template.version) if template else None


def version_of(session: Session, statement: Statement) -> StatementTemplateVersion | None:
    """The version a statement was issued with, or would be; None: the usual look."""
    if statement.sha256 is None:
        look = look_for(session, statement.customer)
        return _version(session, look.id, look.version) if look else None
    kept = frozen(statement).get("template")
    return _version(session, kept["id"], kept["version"]) if kept else None


def printed(session: Session, version: StatementTemplateVersion) -> Json:
    """A version as plain data, its pictures as bytes, for whoever prints by it."""
    return {
        "layout": version.layout,
        "logo": _picture(session, version.logo_id),
        "seal": _picture(session, version.seal_id),
    }


def _picture(session: Session, attachment_id: int | None) -> bytes | None:
    if attachment_id is None:
        return None
    return attachments.content_of(session.get_one(Attachment, attachment_id))


def _version(session: Session, template_id: int, no: int) -> StatementTemplateVersion:
    return session.execute(
        select(StatementTemplateVersion).where(
            StatementTemplateVersion.template_id == template_id, StatementTemplateVersion.no == no
        )
    ).scalar_one()


def _add(
    session: Session, template: StatementTemplate, given: TemplateInput, *, by: Actor, at: datetime
) -> None:
    layout = given.layout.checked()
    template.version += 1
    try:
        with session.begin_nested():
            session.add(template)
            session.flush()
    except IntegrityError:
        raise TemplateThere(name=given.name.strip()) from None
    session.add(
        StatementTemplateVersion(
            template_id=template.id,
            no=template.version,
            layout=layout.to_json(),
            logo_id=given.logo.id if given.logo else None,
            seal_id=given.seal.id if given.seal else None,
            made_by=by.label,
            made_at=at,
        )
    )
    session.flush()


def _says(version: StatementTemplateVersion, given: TemplateInput) -> bool:
    return (
        version.layout == given.layout.to_json()
        and version.logo_id == (given.logo.id if given.logo else None)
        and version.seal_id == (given.seal.id if given.seal else None)
    )


def _name(given: TemplateInput) -> str:
    name = given.name.strip()
    if not name or len(name) > 100:
        raise TemplateNameMissing
    return name


def _told(session: Session, template: StatementTemplate) -> Json:
    version = current(session, template)
    return {
        "name": template.name,
        "version": version.no,
        "layout": version.layout,
        "logo_id": version.logo_id,
        "seal_id": version.seal_id,
    }


def _place_name(session: Session, row: Setting) -> str:
    if row.scope == "group":
        group = session.get(CustomerGroup, row.scope_id)
        return group.name if group else "–"
    if row.scope == "customer":
        customer = session.get(Customer, row.scope_id)
        return customer.name if customer else "–"
    return ""
