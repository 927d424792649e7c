"""The roof: composes the parts for web, worker, command and tests, and makes the application."""

import gc
from email.utils import parseaddr
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import urlsplit

from flask import Flask
from flask_migrate import Migrate

from tieout import attachments, audit, db, events
from tieout.backup import nightly
from tieout.config import Settings
from tieout.identity import keys
from tieout.intake.connectors import reach
from tieout.intake.connectors.tunnel import Proxy
from tieout.messages import chats, outbox
from tieout.operations import timetable

#: Contexts and faces whose subscriptions are registered, where they have any.
PARTS = (
    "tieout.messages",
    "tieout.ledger",
    "tieout.handover",
    "tieout.intake",
    "tieout.statements",
    "tieout.disputes",
    "tieout.reconciliation",
    "tieout.dunning",
    "portal",
    "internal",
    "notifications",
)


#: How seldom objects are looked through for cycles. Rows by the thousand hold none, and looking
#: at them again and again, as Python does by itself, takes a third of the time of an import.
_GARBAGE = (50_000, 20, 100)


def compose(settings: Settings) -> None:
    """Connect the database, hand out the keys, and let every part hear what it listens to."""
    gc.set_threshold(*_GARBAGE)
    db.connect(settings.database_url)
    hand_out_keys(settings)
    reach.configure(
        reach.Reach(
            folders=tuple(settings.incoming),
            hosts=tuple(settings.inside_hosts),
            own_database=settings.database_url,
            own_folder=settings.data,
            proxy=Proxy.of(settings.outgoing_proxy),
        )
    )
    outbox.configure(_mail_domain(settings))
    chats.configure(settings.telegram_bot_name)
    nightly.configure(settings)
    timetable.make_known(import_module("notifications.jobs").JOBS)
    events.forget()
    for name in PARTS:
        if find_spec(name) is not None:
            events.subscribe(getattr(import_module(name), "SUBSCRIPTIONS", ()))


def hand_out_keys(settings: Settings) -> None:
    """Give each part the keys it works with."""
    audit.configure(settings.keys.audit)
    attachments.configure(settings.keys.fields)
    keys.configure(settings.keys.links)


def _mail_domain(settings: Settings) -> str:
    """What identities of messages end with: the domain our mail comes from, else of our pages."""
    sender = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    return sender or urlsplit(settings.base_url).hostname or ""


def create_app(settings: Settings) -> Flask:
    """Make the web application of both faces; `compose` has been called before."""
    import internal
    import internal.viewers
    import portal
    import portal.viewers
    from tieout.db.extension import db as database
    from tieout.operations.migrate import migrations_path
    from tieout.rendering.environment import templates_path
    from tieout.web import (
        csrf,
        errors,
        health,
        help,
        locale,
        login,
        packing,
        pages,
        routing,
        security,
        static,
    )

    app = Flask("tieout", static_folder=None, template_folder=str(templates_path()))
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["TIEOUT"] = settings
    routing.init_app(app)
    security.init_app(app, settings)
    packing.init_app(app)
    database.init_app(app)
    Migrate(app, database, directory=str(migrations_path()), render_as_batch=True)
    pages.init_app(app)
    faces = login.init_app(app)
    locale.init_app(app)
    csrf.init_app(app)
    errors.init_app(app)
    app.register_blueprint(health.bp)
    app.register_blueprint(static.bp)
    app.register_blueprint(help.bp)
    app.register_blueprint(portal.blueprint())
    app.register_blueprint(internal.blueprint())
    faces.add("portal", portal.viewers.load)
    faces.add("internal", internal.viewers.load)
    return app
