"""What messages say: each kind in both languages, as mail and in the chat.

The texts stand in `golden/`; with TIEOUT_WRITE_GOLDEN=1 they are written anew, to be read before
they are kept.
"""

import os
import re
from pathlib import Path

import html5lib
import pytest

from notifications.kinds import KINDS
from tests.notifications.samples import MESSAGES, written
from tests.support.chinese import half_width
from tests.support.visitor import words_of
from tieout.rendering.environment import templates_path

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("en", "zh")
#: 1,234.56 wherever it stands.
FIGURE = re.compile(r"\d[\d,]*\.\d\d")


def said(name: str, language: str) -> str:
    """A message as mail text and as chat, for reading."""
    mail, chat = written(name, language, "email"), written(name, language, "chat")
    buttons = [f"[ {one.label} ]" for one in chat.buttons]
    return "\n".join(
        ["Subject: " + mail.subject, "", mail.text, "-" * 30 + " chat", chat.text, *buttons, ""]
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_says_what_was_agreed_on(name: str, language: str) -> None:
    path = GOLDEN / f"{name}.{language}.txt"
    if os.environ.get("TIEOUT_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(said(name, language), "utf-8")

    assert said(name, language) == path.read_text("utf-8")


@pytest.mark.parametrize("name", MESSAGES)
def test_a_chinese_message_has_chinese_marks(name: str) -> None:
    assert half_width(said(name, "zh").removeprefix("Subject: ")) == []


def test_every_kind_has_its_words_and_is_in_the_samples() -> None:
    for kind in KINDS:
        for part in ("subject.txt", "email.txt", "email.html", "chat.txt"):
            assert (templates_path() / "messages" / kind / part).is_file(), (kind, part)

    assert {kind for kind, _ in MESSAGES.values()} == set(KINDS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MESSAGES)
def test_mail_is_short_plain_and_the_same_in_text_and_html(name: str, language: str) -> None:
    mail = written(name, language, "email")

    assert len(mail.subject) <= 90
    assert "\n" not in mail.subject
    html5lib.HTMLParser(strict=True).parse(mail.html)
    shown = words_of(mail.html)
    assert set(FIGURE.findall(mail.text)) <= set(FIGURE.findall(shown))
    assert mail.html.count("<h1") == 1
    assert "<img" not in mail.html
    assert "!" not in mail.text.replace("!=", "")
    assert mail.html.count('class="e-button"') == 1
    assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in mail.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MESSAGES)
def test_a_chat_text_has_at_most_six_lines(name: str, language: str) -> None:
    chat = written(name, language, "chat")

    assert len(chat.text.splitlines()) <= 6
    assert chat.buttons
    assert "[" not in chat.text


@pytest.mark.parametrize("name", MESSAGES)
def test_a_group_is_told_no_amounts(name: str) -> None:
    chat = written(name, "en", "chat", amounts=False)

    words = " ".join([chat.text, *(one.label for one in chat.buttons)])
    assert FIGURE.findall(words.replace("9.80", "").replace("10.40", "")) == []


def test_amounts_stay_out_of_subjects_where_the_company_wants_it() -> None:
    for name in ("statement_issued", "reminder", "dispute_raised", "statement_answered"):
        assert FIGURE.findall(written(name, "en", "email", subject_amounts=False).subject) == []


def test_what_a_customer_wrote_is_shown_and_never_run() -> None:
    html = written("statement_answered_own_balance", "en", "email").html

    assert "<b>are</b>" not in html
    assert "&lt;b&gt;are&lt;/b&gt;" in html


def test_tone_grows_firmer_and_threatens_nothing_before_the_third() -> None:
    first, last = (written(name, "en", "email").text for name in ("reminder", "reminder_last"))

    assert "further steps" not in first
    assert "further steps" in last
    assert "Left out on purpose: INV-2026-0591 120.00 (disputed)" in last
    assert "Already paid? Tell us" in first
