"""A browser without scripts: keeps cookies, sends forms with their token, follows when told."""

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from tieout import config
from tieout.config import Keys, Settings

ADDRESS = "http://127.0.0.1:8080"
KEYS = Keys(
    session="session key of the tests, long enough",
    audit="audit key of the tests",
    links="links key of the tests",
    fields=("u8Y1P1h3eS9f9yq7wQpSxqv0sGZbqk0m0Yt2mGJc3aE=",),
)


def settings_for(database_url: str, data: Path, **changes: object) -> Settings:
    """The settings of an installation for tests."""
    given: dict[str, object] = {"data": data, "database_url": database_url, "keys": KEYS, **changes}
    return config.Settings(**given)  # type: ignore[arg-type]


class Visitor:
    """Somebody with a browser."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.client = app.test_client()
        self.language = language

    def open(self, path: str, *, method: str = "GET", **more: object) -> TestResponse:
        """Open a page, or ask for it with another method."""
        headers = {"Accept-Language": self.language, **dict(more.pop("headers", {}))}  # type: ignore[call-overload]
        answer = self.client.open(
            path,
            method=method,
            base_url=str(more.pop("base_url", ADDRESS)),
            headers=headers,
            **more,  # type: ignore[arg-type]
        )
        str(answer.headers).encode("ascii")  # or a real server could not send them
        return answer

    def token(self, page: str = "/sign-in") -> str:
        """The token a form on a page carries."""
        return token_on(self.open(page).text)

    def send(
        self, path: str, data: Mapping[str, object] | None = None, *, page: str = "", **more: object
    ) -> TestResponse:
        """Send a form, with the token of a page that has one."""
        there = page or ("/desk/sign-in" if path.startswith("/desk") else "/sign-in")
        form = {"csrf_token": self.token(there), **(data or {})}
        return self.open(path, method="POST", data=form, **more)

    def sign_in(self, email: str, password: str, *, desk: bool = False) -> TestResponse:
        """Sign in with a password."""
        path = "/desk/sign-in" if desk else "/sign-in"
        return self.send(path, {"email": email, "password": password})

    def choose(self, language: str) -> None:
        """Read every page in a language, whatever the person has on record."""
        self.take_cookie("tieout_language", language)

    def cookie(self, name: str, path: str = "/") -> str:
        """The value of a cookie; empty where there is none."""
        found = self.client.get_cookie(name, "127.0.0.1", path)
        return found.value if found else ""

    def take_cookie(self, name: str, value: str, path: str = "/") -> None:
        """Use a cookie that was copied from elsewhere."""
        self.client.set_cookie(name, value, domain="127.0.0.1", path=path)


def token_on(page: str) -> str:
    """The token of the first form on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page[:500]
    return unescape(found.group(1))


def words_of(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
