"""The Flask-SQLAlchemy object: the same engine and the same sessions as everywhere else."""

from functools import partial
from threading import Semaphore
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine
from sqlalchemy.orm import Session, scoped_session

from tieout.db.base import Base
from tieout.db.session import engine, sessions, share_turns


class Database(SQLAlchemy):
    """Flask's handle on the database; its session is the thread's own, removed with the request."""

    def _make_declarative_base(  # type: ignore[override]
        self, model_class: type[Base], disable_autonaming: bool = False
    ) -> type[Base]:
        # Ours as it is: a copy of it would have tables of its own.
        self.metadatas[None] = model_class.metadata
        return model_class

    def _make_scoped_session(self, options: dict[str, Any]) -> scoped_session[Session]:  # type: ignore[override]
        return sessions

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        return engine()


db = Database(model_class=Base, disable_autonaming=True)


def let_wait(app: Flask, requests: int) -> None:
    """Let so many requests wait for another writer at once, so that pages are served meanwhile."""
    app.before_request(partial(share_turns, Semaphore(requests)))
