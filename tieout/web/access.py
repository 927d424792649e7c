"""What a view asks of whoever opens it; a view that says nothing opens for nobody.

@bp.get("/customers")
@requires(Permission.SEE_BOOKS)
def index() -> Answer: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tieout.identity.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """Who may open a view."""

    #: Anybody, signed in or not.
    public: bool = False
    permission: Permission | None = None


_OPEN = Access(public=True)
_SIGNED_IN = Access()


def requires(permission: Permission) -> Callable[[View], View]:
    """Open a view to those who have a permission."""

    def mark(view: View) -> View:
        return _mark(view, Access(permission=permission))

    return mark


def signed_in(view: View) -> View:
    """Open a view to everybody who has signed in."""
    return _mark(view, _SIGNED_IN)


def public(view: View) -> View:
    """Open a view to anybody; it must say nothing about anyone."""
    return _mark(view, _OPEN)


def access_of(view: Callable[..., Any]) -> Access | None:
    """What a view asks for; None where it forgot to say."""
    found = getattr(view, "tieout_access", None)
    return found if isinstance(found, Access) else None


def _mark(view: View, access: Access) -> View:
    view.tieout_access = access  # type: ignore[attr-defined]
    return view
