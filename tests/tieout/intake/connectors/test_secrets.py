"""Secrets of connectors: sealed, masked, never told to anybody, opened by older keys too."""

import json

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from tests.conftest import FIELD_KEYS
from tests.factories import AT, BY
from tests.support.web_source import Reply, WebSource
from tests.tieout.intake.connectors.conftest import (
    connector,
    error_of,
    given,
    pull,
    set_up,
)
from tieout import attachments, db
from tieout.intake.connectors import queries, sealing, services
from tieout.intake.connectors.sealing import MaskLeft, SecretAgain, masked, scrubbed
from tieout.operations.schema import metadata

PASSWORD, TOKEN = "quiet/pass:w@rd", "a-quiet-token"
URL = "postgresql://reader:quiet%2Fpass%3Aw%40rd@127.0.0.1:1/erp?password=quiet-query&sslmode=off"


def everything() -> str:
    """Every value of every table, as it stands in the database."""
    with db.reading() as session:
        return "\n".join(
            str(tuple(row))
            for name in metadata.tables
            for row in session.execute(text(f'SELECT * FROM "{name}"'))
        )


def test_no_secret_stands_in_the_database_in_clear(books: Engine, web: WebSource) -> None:
    web.answer = lambda asked: Reply(b"no " + TOKEN.encode(), status=403)
    shop = set_up("rest", url=f"{web.url}/orders?key=quiet-key&page=1", auth="bearer", secret=TOKEN)
    erp = set_up("database", "ERP", url=URL, query="SELECT 1 AS number")
    pull(shop)
    pull(erp)
    with db.transaction() as session:
        one = queries.connector(session, shop)
        typed = given("rest", url=one.settings["url"], auth="bearer", secret="another-token")
        services.change(session, one, typed, seen=1, by=BY, at=AT)

    stored = everything()

    assert "127.0.0.1" in stored
    for secret in (
        TOKEN,
        "another-token",
        "quiet-key",
        "quiet/pass",
        "quiet%2Fpass",
        "quiet-query",
    ):
        assert secret not in stored, secret
    assert "'secrets': ['secret']" in stored or '"secrets": ["secret"]' in stored


def test_addresses_are_shown_without_what_they_hide(books: Engine) -> None:
    assert masked(URL) == "postgresql://reader:***@127.0.0.1:1/erp?password=***&sslmode=off"
    assert masked("https://a:b@c@shop.example/x?consumer_key=k#f") == (
        "https://a:***@shop.example/x?consumer_key=***"
    )
    assert masked("mssql+pyodbc://?odbc_connect=DRIVER%3DX%3BPWD%3Dy") == (
        "mssql+pyodbc://?odbc_connect=***"
    )
    assert masked("sqlite:////srv/erp.db") == "sqlite:////srv/erp.db"
    erp = set_up("database", url=URL, query="SELECT 1 AS number")
    assert "quiet" not in json.dumps(connector(erp).settings)


def test_messages_are_scrubbed_of_every_spelling() -> None:
    secrets = {"url": URL, "secret": TOKEN}
    told = f"cannot open {URL} with {PASSWORD} or quiet%2Fpass%3Aw%40rd, {TOKEN}, quiet-query"

    assert "quiet" not in scrubbed(told, secrets)
    assert scrubbed("https://x:y@z.example/a", {}) == "https://x:***@z.example/a"


def test_a_secret_left_empty_is_kept_and_one_for_another_host_is_asked_for(
    books: Engine, web: WebSource
) -> None:
    web.answer = lambda asked: Reply([])
    shop = set_up("rest", url=f"{web.url}/orders", auth="bearer", secret=TOKEN)

    def change(url: str, secret: str = "", seen: int = 1) -> None:
        with db.transaction() as session:
            one = queries.connector(session, shop)
            typed = given("rest", url=url, auth="bearer", secret=secret)
            services.change(session, one, typed, seen=seen, by=BY, at=AT)

    change(f"{web.url}/v2/orders")
    pull(shop)
    assert web.asked[-1].headers["authorization"] == f"Bearer {TOKEN}"
    with pytest.raises(SecretAgain):
        change("https://thief.example/orders", seen=2)
    change("https://other.example/orders", "new-quiet-token", seen=2)
    with pytest.raises(MaskLeft):
        change("https://other.example/orders?key=***&page=1", seen=3)


def test_a_masked_address_that_was_not_touched_keeps_its_password(
    books: Engine, web: WebSource
) -> None:
    web.answer = lambda asked: Reply([])
    shop = set_up("rest", url=f"{web.url}/orders?key=quiet-key")
    with db.transaction() as session:
        one = queries.connector(session, shop)
        typed = given("rest", "Shop", url=one.settings["url"])
        services.change(session, one, typed, seen=1, by=BY, at=AT)

    pull(shop)

    assert web.asked[-1].query == {"key": "quiet-key"}


def test_older_keys_still_open_and_a_lost_one_is_said(books: Engine, web: WebSource) -> None:
    web.answer = lambda asked: Reply([])
    shop = set_up("rest", url=f"{web.url}/orders", auth="bearer", secret=TOKEN)
    newer = Fernet.generate_key().decode()

    attachments.configure((newer, *FIELD_KEYS))
    assert pull(shop).state == "nothing"
    attachments.configure((newer,))
    found = pull(shop)

    assert found.state == "failed"
    assert "keys.json" in error_of(found)
    with db.transaction() as session:  # put right by entering the secrets again
        one = queries.connector(session, shop)
        typed = given("rest", url=f"{web.url}/orders", auth="bearer", secret="new-token")
        services.change(session, one, typed, seen=1, by=BY, at=AT)
    assert pull(shop).state == "nothing"


def test_secrets_are_closed_anew_with_the_newest_key(books: Engine, web: WebSource) -> None:
    shop = set_up("rest", url=f"{web.url}/orders", auth="bearer", secret=TOKEN)
    newer = Fernet.generate_key().decode()
    attachments.configure((newer, *FIELD_KEYS))
    with db.transaction() as session:
        assert sealing.renew(session) == 1

    attachments.configure((newer,))

    assert sealing.opened("Sales", connector(shop).secrets)["secret"] == TOKEN
