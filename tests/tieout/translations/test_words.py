"""The words of the house: every sentence has Chinese ones, and they name the same facts."""

import re
from pathlib import Path

import pytest

from tests.support.chinese import half_width
from tieout.translations import catalogues, extraction

ROOT = Path(__file__).parents[3]
HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def said() -> list[extraction.Said]:
    """Everything that is said in the code and the templates."""
    places = [ROOT / place for place in extraction.PLACES if (ROOT / place).exists()]
    return extraction.said(places, ROOT)


def test_everything_said_has_chinese_words() -> None:
    assert [str(message) for message in extraction.missing(code=ROOT)] == []


def test_everything_said_is_english_with_its_plural(said: list[extraction.Said]) -> None:
    assert len(said) > 100
    for message in said:
        forms = (message.id,) if isinstance(message.id, str) else message.id
        assert not any(HAN.search(form) for form in forms), message
        assert all(forms), message


def test_the_words_are_sure_and_name_the_facts_of_the_sentence() -> None:
    assert extraction.mistakes() == []


def test_chinese_words_are_chinese() -> None:
    latin = [
        message.id
        for path in catalogues.areas("zh")
        for message in catalogues.read(path)
        if message.id
        and not HAN.search("".join(message.string or ()))
        and re.search("[a-z]{4}", extraction.PLACEHOLDER.sub("", "".join(message.string or ())))
    ]
    assert latin == []


def test_chinese_words_have_chinese_marks() -> None:
    found = [
        wrong
        for path in catalogues.areas("zh")
        for message in catalogues.read(path)
        if message.id
        for form in ([message.string] if isinstance(message.string, str) else message.string or ())
        for wrong in half_width(extraction.PLACEHOLDER.sub("…", form))
    ]
    assert found == []
