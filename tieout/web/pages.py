"""Drawing a page: what every template may use, and nothing by accident."""

from flask import Flask, render_template, request
from jinja2 import StrictUndefined

from tieout.rendering import environment
from tieout.rendering.translation import reader
from tieout.web.company import shown_company
from tieout.web.keeping import kept
from tieout.web.static import static
from tieout.web.viewer import maybe_viewer

THEME = "tieout_theme"


class Missing(StrictUndefined):
    """What a template was not given: it may ask whether it is there, but never show it."""

    def __bool__(self) -> bool:  # type: ignore[override] # Jinja says it never returns
        return False


def init_app(app: Flask) -> None:
    """Give the application's templates our words, filters and globals."""
    app.jinja_env.undefined = Missing
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    environment.install(app.jinja_env)
    app.jinja_env.globals["static"] = static
    app.jinja_env.globals["kept"] = kept
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
