"""The Flask-SQLAlchemy object: the same engine and the same sessions as everywhere else."""

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.orm import Session, scoped_session

from tieout.db.base import Base
from tieout.db.engine import make_engine
from tieout.db.session import sessions


class Database(SQLAlchemy):
    """Flask's handle on the database; its session is the thread's own."""

    def _make_scoped_session(self, options: dict[str, Any]) -> scoped_session[Session]:  # type: ignore[override]
        return sessions

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        return make_engine(options.pop("url").render_as_string(hide_password=False), **options)


db = Database(model_class=Base, disable_autonaming=True)
