"""Mails signed with DKIM: what arrives verifies against the key in DNS, and only unchanged."""

import base64
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from notifications.channels.email import Smtp
from notifications.channels.signing import SigningKeyUnusable
from tests.notifications import world
from tests.notifications.world import House
from tests.support.smtp import MailServer


def key_in(path: Path) -> str:
    """Write a private key, and give what stands in DNS."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def signed_house(sqlite_url: str, tmp_path: Path, server: MailServer, **more: str) -> House:
    return world.build(
        sqlite_url,
        tmp_path,
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        dkim_key=str(tmp_path / "dkim.pem"),
        dkim_selector="books2026",
        **more,
    )


def test_a_mail_verifies_as_it_arrives_and_not_when_it_was_changed(
    sqlite_url: str, tmp_path: Path, server: MailServer
) -> None:
    record = key_in(tmp_path / "dkim.pem")
    house = signed_house(sqlite_url, tmp_path, server)
    house.june()
    house.issue()
    house.deliver()
    [mail] = server.raw
    asked: list[bytes] = []

    def resolver(name: bytes, timeout: int = 5) -> bytes:
        """DNS, as far as it knows our key."""
        asked.append(name)
        return record.encode()

    assert dkim.verify(mail, dnsfunc=resolver)  # type: ignore[no-untyped-call]
    assert asked == [b"books2026._domainkey.harbour.example."]
    assert not dkim.verify(mail.replace(b"Harbour", b"Harbor"), dnsfunc=resolver)  # type: ignore[no-untyped-call]
    head = mail.partition(b"\r\n\r\n")[0].lower().replace(b"\r\n ", b"")
    covered = head.partition(b" h=")[2].partition(b";")[0].replace(b" ", b"").split(b":")
    assert {b"from", b"to", b"subject", b"date", b"message-id", b"list-unsubscribe"} <= set(covered)
    assert b"list-unsubscribe-post" in covered
    assert covered.count(b"from") == 2


def test_without_a_key_mails_leave_unsigned(
    sqlite_url: str, tmp_path: Path, server: MailServer
) -> None:
    house = world.build(sqlite_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
    house.june()
    house.issue()
    house.deliver()

    assert b"DKIM-Signature" not in server.raw[0]


@pytest.mark.parametrize("content", [None, "no key at all"])
def test_a_key_that_is_none_is_said_at_the_start(
    sqlite_url: str, tmp_path: Path, server: MailServer, content: str | None
) -> None:
    house = signed_house(sqlite_url, tmp_path, server)
    if content is not None:
        (tmp_path / "dkim.pem").write_text(content)

    with pytest.raises(SigningKeyUnusable, match="Mails cannot be signed with the key"):
        Smtp(house.settings)
