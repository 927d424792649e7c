"""Whoever looks at a page: a value the guard makes once a request."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import cast

from flask import g
from flask_login import UserMixin

from tieout.audit import Actor, Origin
from tieout.errors import NotFound
from tieout.identity.permissions import Permission, portal_permissions
from tieout.identity.sessions import Audience


@dataclass(frozen=True)
class Place:
    """A customer a person acts for, as one of its contacts."""

    customer_id: int
    customer_name: str
    contact_id: int
    #: look, answer, manage.
    role: str
    #: What the customer's list of contacts calls them.
    contact_name: str = ""
    #: The right to answer lies with the other side of the family.
    is_answered_elsewhere: bool = False
    #: Of a family whose head the person is with: seen, and answered where that was chosen.
    head_id: int | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the person may do it for this customer."""
        if permission == Permission.ANSWER and self.is_answered_elsewhere:
            return False
        return permission in portal_permissions(self.role)


@dataclass(frozen=True)
class Viewer(UserMixin):
    """Somebody who has signed in, or opened a link that was sent to them."""

    audience: Audience
    #: Of a staff user, a portal login, or the contact a link was sent to.
    person_id: int
    name: str
    email: str
    origin: Origin
    language: str = "en"
    #: Of the company's people; empty in the portal.
    roles: tuple[str, ...] = ()
    permissions: frozenset[Permission] = frozenset()
    #: In the portal: every customer the person acts for, and the one of this page.
    places: tuple[Place, ...] = ()
    place: Place | None = None
    session_id: int | None = None
    #: Of a link: what it is and the one statement it opens.
    token_id: int | None = None
    statement_id: int | None = None

    def get_id(self) -> str:
        """What tells people apart."""
        return f"{self.audience}:{self.person_id}"

    def may(self, permission: Permission) -> bool:
        """Whether the viewer may do it; in the portal, for the customer of this page."""
        if self.audience is Audience.STAFF:
            return permission in self.permissions
        return self._may_at(self.place, permission)

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether the viewer may do it; in the portal, for any customer they act for."""
        return self.may(permission) or any(self._may_at(one, permission) for one in self.places)

    def _may_at(self, place: Place | None, permission: Permission) -> bool:
        if self.is_link and permission == Permission.MANAGE:
            return False  # a forwarded mail must not let anybody in for good
        return place is not None and place.may(permission)

    @property
    def is_link(self) -> bool:
        """Whether the viewer came by a link, without signing in."""
        return self.audience is Audience.LINK

    @property
    def customer_id(self) -> int:
        """The customer of this page.

        Raises:
            NotFound: there is none, as for the company's people.
        """
        if self.place is None:
            raise NotFound
        return self.place.customer_id

    @property
    def contact_id(self) -> int:
        """The contact the viewer acts as on this page.

        Raises:
            NotFound: there is none, as for the company's people.
        """
        if self.place is None:
            raise NotFound
        return self.place.contact_id

    @property
    def customer_ids(self) -> tuple[int, ...]:
        """Every customer the viewer acts for."""
        return tuple(place.customer_id for place in self.places)

    def at(self, customer_id: int) -> "Viewer":
        """The same viewer acting for another of their customers.

        Raises:
            NotFound: it is none of theirs.
        """
        return replace(self, place=_of(self.places, customer_id))

    @property
    def actor(self) -> Actor:
        """The viewer as whoever acts."""
        if self.audience is Audience.STAFF:
            return Actor("staff", self.person_id, self.name, self.origin)
        return Actor("contact", self.contact_id, self.name, self.origin)


def _of(places: Iterable[Place], customer_id: int) -> Place:
    for place in places:
        if place.customer_id == customer_id:
            return place
    raise NotFound


def viewer() -> Viewer:
    """Whoever looks at this page; only where the guard has let somebody in."""
    found = maybe_viewer()
    if found is None:
        raise NotFound
    return found


def maybe_viewer() -> Viewer | None:
    """Whoever looks at this page, if that is known."""
    return cast(Viewer | None, g.get("viewer"))


def act_for(customer_id: int) -> Viewer:
    """Turn this page to another of the viewer's customers."""
    g.viewer = viewer().at(customer_id)
    return cast(Viewer, g.viewer)
