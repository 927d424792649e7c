"""Who has signed in: asked of the face a page belongs to, by Flask-Login."""

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Request

from tieout.errors import NotAllowed
from tieout.identity.permissions import Permission
from tieout.web.access import access_of
from tieout.web.csrf import use_number
from tieout.web.viewer import Viewer

Loader = Callable[[], Viewer | None]


class Faces:
    """The faces of this application: how each knows its viewers, and where they sign in."""

    def __init__(self) -> None:
        self._loaders: dict[str, Loader] = {}

    def add(self, name: str, loader: Loader) -> None:
        """Let a face say who its viewer is."""
        self._loaders[name] = loader

    def viewer(self) -> Viewer | None:
        """The viewer of the face this page belongs to."""
        loader = self._loaders.get(face_name())
        return loader() if loader else None


def current() -> Viewer | None:
    """Whoever has signed in to the face this page belongs to."""
    person = current_user._get_current_object()
    return person if isinstance(person, Viewer) else None


def face_name() -> str:
    """The face this page belongs to; empty for none."""
    return str(request.blueprints[-1]) if request.blueprints else ""


def init_app(app: Flask) -> Faces:
    """Let Flask-Login ask the faces, and keep no session of its own."""
    faces = Faces()
    manager = LoginManager()
    manager.session_protection = None  # type: ignore[assignment] # the class says str
    manager.init_app(app, add_context_processor=False)
    manager.unauthorized_handler(_to_sign_in)

    @manager.request_loader  # type: ignore[untyped-decorator] # Flask-Login has no types
    def load(_request: Request) -> Viewer | None:
        return faces.viewer()

    return faces


def guard() -> ResponseReturnValue | None:
    """Let a view be opened by those it is for; run before every view of a face.

    Raises:
        NotAllowed: the viewer lacks the permission, or the view forgot to say who may.
    """
    view = current_app.view_functions[request.endpoint or ""]
    access = access_of(view)
    g.viewer = current()
    if access is None:
        raise NotAllowed
    if access.public:
        return None
    if g.viewer is None:
        return cast(ResponseReturnValue, current_app.login_manager.unauthorized())  # type: ignore[attr-defined]
    g.needed = access.permission
    if access.permission is not None and not g.viewer.may_somewhere(access.permission):
        raise NotAllowed
    use_number()
    return None


def needed() -> Permission | None:
    """The permission the view of this page asks for."""
    return cast(Permission | None, g.get("needed"))


def _to_sign_in() -> ResponseReturnValue:
    face = face_name()
    home = f"{current_app.blueprints[face].url_prefix or ''}/"
    wanted = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else home
    return redirect(url_for(f"{face}.sign_in.form", next=None if wanted == home else wanted), 303)
