"""Numbers in mails stay on one line: they are read aloud, copied and typed."""

import re

import pytest

from tests.notifications.samples import MESSAGES, written

NUMBER = re.compile(r"\b[A-Z]{1,4}-\d[\d-]*\d\b")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", MESSAGES)
def test_no_number_is_broken_and_no_address_changed(name: str, language: str) -> None:
    mail = written(name, language, "email")
    body = mail.html.partition("</head>")[2]

    kept = re.sub(r'<span style="white-space:nowrap">[^<>]*</span>', "", body)
    words = re.sub(r"<[^>]*>", " ", kept)
    assert not NUMBER.findall(words)
    for address in re.findall(r"https?://[^\s\"<>]+", mail.text):
        assert address.rstrip(".,。") in mail.html.replace("&amp;", "&")
