"""What a mail server that does not take our mail is said to want, over a real line."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.support.authority import authority
from tests.support.smtp import free_port, mail_server
from tests.support.visitor import settings_for
from tieout.operations import doctor_mail, mail_words


def said(path: Path, port: int, **given: object) -> str:
    """What the doctor says of a mail server."""
    smtp = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "plain", **given}
    made = settings_for("sqlite://", path, mail_from="books@harbour.example", **smtp)
    return str(next(iter(doctor_mail.mail(made)))[1])


@contextmanager
def hanging_up() -> Iterator[int]:
    """A server that takes a call and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            try:
                while True:
                    server.accept()[0].close()
            except OSError:
                return

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_each_mistake_in_the_settings_is_named_with_the_way_out(tmp_path: Path) -> None:
    with mail_server() as server:
        port = server.port
        assert said(tmp_path, port) == f"The mail server 127.0.0.1:{port} answers."
        assert mail_words.NO_TLS in said(tmp_path, port, smtp_security="tls")
        assert mail_words.NO_STARTTLS in said(tmp_path, port, smtp_security="starttls")
        assert mail_words.NO_SIGN_IN in said(tmp_path, port, smtp_user="a", smtp_password="b")
        assert "the file of smtp_ca cannot be read" in said(
            tmp_path, port, smtp_ca=str(tmp_path / "no.pem")
        )
    assert mail_words.NOBODY_THERE in said(tmp_path, free_port())
    assert mail_words.NO_SUCH_NAME in said(tmp_path, 25, smtp_host="mail.nowhere.invalid")
    with hanging_up() as port:
        assert mail_words.HUNG_UP in said(tmp_path, port)


def test_a_wrong_password_and_a_foreign_certificate_are_named(tmp_path: Path) -> None:
    pem, context = authority(tmp_path)
    trusted = tmp_path / "authority.pem"
    trusted.write_text(pem)
    given: Any = {
        "hostname": "127.0.0.1",
        "port": free_port(),
        "tls_context": context,
        "authenticator": lambda *_args: AuthResult(success=False, handled=False),
        "ready_timeout": 60,
    }
    controller: Any = Controller(object(), **given)
    controller.start()
    try:
        port, tls = given["port"], {"smtp_security": "starttls"}
        assert "its certificate is not trusted (" in said(tmp_path, port, **tls)
        who = {"smtp_user": "books", "smtp_password": "wrong", "smtp_ca": str(trusted)}
        wrong = said(tmp_path, port, **tls, **who)
        assert "it refuses the user or the password (535" in wrong
        assert "correct smtp_user and smtp_password" in wrong
    finally:
        controller.stop()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError("timed out"), mail_words.NO_ANSWER),
        (OSError(101, "Network is unreachable"), "it says: [Errno 101] Network is unreachable"),
    ],
)
def test_what_the_line_itself_says(error: Exception, words: str) -> None:
    assert str(mail_words.why(error)) == words
