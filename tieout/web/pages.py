"""Drawing a page: what every template may use, and nothing by accident."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask, render_template, request
from flask.templating import Environment
from jinja2 import StrictUndefined

from tieout.rendering import environment
from tieout.rendering.translation import reader
from tieout.web.company import shown_company
from tieout.web.keeping import kept
from tieout.web.static import static, stylesheets
from tieout.web.viewer import maybe_viewer

THEME = "tieout_theme"


class Missing(StrictUndefined):
    """What a template was not given: it may ask whether it is there, but never show it."""

    def __bool__(self) -> bool:  # type: ignore[override] # Jinja says it never returns
        return False


class Templates(Environment):
    """Templates whose globals are one plain dictionary.

    Jinja compares their names whenever a page imports a component; in the chain of mappings it
    makes by itself that is a twentieth of a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template knows; all of it is there before the first one is loaded."""
        return {**self.globals, **(d or {})}


def init_app(app: Flask) -> None:
    """Give the application's templates our words, filters and globals."""
    app.jinja_environment = Templates
    app.jinja_env.undefined = Missing
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    environment.install(app.jinja_env)
    app.jinja_env.globals.update(static=static, stylesheets=stylesheets, kept=kept)
    app.context_processor(_frame)


def page(template: str, /, **data: object) -> str:
    """Draw a page for whoever looks."""
    return render_template(template, **data)


def theme() -> str:
    """Light or dark as the reader chose; empty for what the device says."""
    chosen = request.cookies.get(THEME, "")
    return chosen if chosen in ("light", "dark") else ""


def _frame() -> dict[str, object]:
    viewer = maybe_viewer()
    company = shown_company()
    return {
        "company": company,
        "viewer": viewer,
        "locale": reader.get().language,
        "theme": theme(),
        "links_only": viewer is not None and viewer.is_link,
        "asked": company.asked if company else None,
        "other_customers": [],
        "nav_counts": {},
        "place": "",
        "place_keys": [],
        "searched": "",
    }
