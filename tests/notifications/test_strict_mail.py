"""Every mail of every kind, in both languages, read by a parser that forgives nothing."""

import dataclasses
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header

import pytest

from notifications.channels.email import _dotted
from notifications.channels.mail import compose
from notifications.kinds import KINDS
from tests.notifications.samples import MESSAGES, written
from tests.support import strict_mail
from tests.support.strict_mail import Broken

AT = datetime(2026, 7, 2, 1, 42, tzinfo=UTC)
SENDER = "Books <books@harbour.example>"


def wire(name: str, language: str, **changes: object) -> bytes:
    """A mail as its bytes go over the line, without the dots that are doubled there."""
    parcel = written(name, language, "email")
    parcel = dataclasses.replace(parcel, **changes)  # type: ignore[arg-type]
    content = compose(parcel, SENDER, "", AT).as_bytes()
    return b"\r\n".join(
        line.removeprefix(b".") if line.startswith(b"..") else line
        for line in _dotted(content).split(b"\r\n")
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", MESSAGES)
def test_a_mail_keeps_every_rule(name: str, language: str) -> None:
    parcel = written(name, language, "email")

    strict_mail.check(
        wire(name, language),
        to=parcel.to,
        identity=parcel.identity,
        is_wish=KINDS[parcel.kind].is_wish,
    )


def test_what_belongs_together_stands_together_in_a_mail_program() -> None:
    first = "<first@harbour.example>"

    mail = strict_mail.check(
        wire("dispute_answered", "zh", in_reply_to=first),
        to="wang.min@mingyuan.example",
        identity="<dispute_answered@harbour.example>",
        is_wish=False,
    )

    assert mail.one("in-reply-to") == mail.one("references") == first


def test_a_long_subject_is_cut_and_a_long_line_folded() -> None:
    content = wire("reminder", "zh", subject="海港工具：" * 60, text="长" * 3000 + "\n900.00\n")

    with pytest.raises(Broken, match="in one of text and HTML alone"):
        strict_mail.check(
            content,
            to="wang.min@mingyuan.example",
            identity="<reminder@harbour.example>",
            is_wish=True,
        )
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


@pytest.mark.parametrize("length", [1, 68, 69, 70, 77, 78])
@pytest.mark.parametrize(
    "words", ["Harbour Tools: CNY 900.00 is overdue, ", "海港工具：", "é 海 🎉 a"]
)
def test_a_subject_begins_beside_its_name_and_is_folded_only_where_it_must(
    words: str, length: int
) -> None:
    subject = (words * 78)[: length - 1] + "."
    content = wire("reminder", "en", subject=subject)
    head = content.partition(b"\r\n\r\n")[0].decode()
    [lines] = re.findall(r"^Subject:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*", head, re.MULTILINE)

    mail = strict_mail.check(
        content, to="wang.min@mingyuan.example", identity="<reminder@harbour.example>", is_wish=True
    )

    assert str(make_header(decode_header(mail.one("subject")))) == subject
    assert (lines.count("\r\n") == 0) == (len(f"Subject: {subject}") <= 78) or not words.isascii()


def test_a_subject_of_one_long_word_stands_beside_its_name() -> None:
    content = wire("reminder", "en", subject="x" * 78)

    assert b"\r\nSubject: " + b"x" * 78 + b"\r\n" in content


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"to": "a@b.example, c@d.example"}, "one person"),
        ({"unsubscribe_url": ""}, "turned off"),
        ({"html": "<p>CNY 901.00</p><script>1</script>"}, "alone"),
    ],
)
def test_the_parser_sees_what_is_wrong(changes: dict[str, str], words: str) -> None:
    with pytest.raises(Broken, match=words):
        strict_mail.check(
            wire("reminder", "en", **changes),
            to="wang.min@mingyuan.example",
            identity="<reminder@harbour.example>",
            is_wish=True,
        )
