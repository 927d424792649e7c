"""Names and subjects that try to be more than words: a mail keeps its headers and its reader."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from notifications.channels import File, Parcel
from notifications.channels.mail import compose
from tests.notifications import world
from tests.notifications.world import MAIL, states
from tests.support.smtp import mail_server
from tieout.customers.models import Customer, CustomerAccount

AT = datetime(2026, 7, 2, tzinfo=UTC)
PARCEL = Parcel("reminder", MAIL, "<1@harbour.example>", "en", "Reminder", "text", "<p>text</p>")
HOSTILE = {
    "a line": "A\r\nBcc: x@evil.example",
    "half a line": "A\rBcc: x@evil.example",
    "another line": "A\u2028Bcc: x@evil.example",
    "a page": "A\x0cBcc: x@evil.example",
    "an encoded line": "=?utf-8?q?A=0D=0ABcc:_x@evil.example?=",
    "an encoded line in base 64": "=?utf-8?b?QQ0KQmNjOiB4QGV2aWwuZXhhbXBsZQ==?=",
    "nothing": "A\x00B",
    "half a pair": "A\ud83cB",
    "another sender": '"<x@evil.example>" , x@evil.example',
    "a thousand signs": "x" * 1000,
    "a thousand words": "明源 " * 500,
    "pictures": "🎉" * 300,
    "right to left": "\u202egnp.exe\u202c شركة",
}


def sent(parcel: Parcel) -> EmailMessage:
    """A mail as whoever gets it reads it."""
    content = compose(parcel, "Tieout <books@harbour.example>", "", AT).as_bytes()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", content)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert not re.search(rb"^bcc", content, re.IGNORECASE | re.MULTILINE)
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("field", ["sender", "subject", "filename"])
def test_hostile_words_stay_words(field: str, words: str) -> None:
    file = File(f"{words}.pdf", "application/pdf", b"%PDF")
    changed: dict[str, object] = {"files": [file]} if field == "filename" else {field: words}

    mail = sent(replace(PARCEL, **changed))  # type: ignore[arg-type]

    assert [one.addr_spec for one in mail["From"].addresses] == ["books@harbour.example"]
    assert [one.addr_spec for one in mail["To"].addresses] == [MAIL]
    assert mail["Bcc"] is None
    assert mail["Message-ID"] == "<1@harbour.example>"
    assert not set(f"{mail['Subject']}{mail['From']}") & set("\u202e\r\n\0")


def test_a_line_in_an_address_is_refused() -> None:
    for to in ("a@x.example\r\nBcc: x@evil.example", "=?utf-8?q?A=0D=0ABcc:_x?= <a@x.example>"):
        with pytest.raises(ValueError, match=r"line|CR"):
            compose(replace(PARCEL, to=to), "books@harbour.example", "", AT)


@pytest.mark.parametrize("words", ["a line", "an encoded line", "a thousand words"])
def test_a_customer_named_like_a_header_is_reminded_like_any_other(
    sqlite_url: str, tmp_path: Path, words: str
) -> None:
    with mail_server() as server:
        house = world.build(sqlite_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
        house.fresh_payments()
        house.overdue(f"INV {HOSTILE[words]}"[:60])

        def name(session: object) -> None:
            account = session.get_one(CustomerAccount, house.account_id)  # type: ignore[attr-defined]
            session.get_one(Customer, account.customer_id).name = HOSTILE[words][:200]  # type: ignore[attr-defined]

        house.change(name)
        house.remind()
        house.deliver()

        assert (states("reminder"), server.recipients) == (["sent"], [MAIL])
        assert not re.search(rb"^bcc", server.raw[-1].partition(b"\r\n\r\n")[0], re.I | re.M)
