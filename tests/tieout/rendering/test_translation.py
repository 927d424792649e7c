"""Sentences of the core reach a reader in their language, with facts as they write them."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tieout.errors import NotFound
from tieout.i18n import Sentence
from tieout.money import CurrenciesDiffer, Money, NotAnAmount
from tieout.periods import Period
from tieout.rendering.environment import environment
from tieout.rendering.translation import gettext, ngettext, reading, translator


def test_an_error_speaks_the_readers_language() -> None:
    error = NotAnAmount(text="12,3x")

    assert translator("en").sentence(error.sentence) == (
        "“12,3x” is not an amount. Write it like 1234.56."
    )
    assert translator("zh").sentence(error.sentence) == ("“12,3x”不是金额。请写成 1234.56 的形式。")
    assert translator("zh").sentence(NotFound().sentence) == "该内容不存在。"


@pytest.mark.parametrize(
    ("fact", "english", "chinese"),
    [
        (Money(40000, "CNY"), "CNY 400.00", "400.00 元"),
        (date(2026, 6, 30), "30 June 2026", "2026年6月30日"),
        (
            datetime(2026, 7, 3, 1, 42, tzinfo=UTC),
            "3 July 2026, 09:42 Beijing time",
            "2026年7月3日 北京时间 09:42",
        ),
        (Period.month(2026, 6), "June 2026", "2026年6月"),
        (Decimal("12.50"), "12.50", "12.50"),
        (1204, "1204", "1204"),
        (["A-1", Money(100, "CNY")], "A-1, CNY 1.00", "A-1、1.00 元"),
        (Sentence("This does not exist."), "This does not exist.", "该内容不存在。"),
    ],
)
def test_facts_are_written_for_the_reader(fact: object, english: str, chinese: str) -> None:
    for language, expected in (("en", english), ("zh", chinese)):
        translator_ = translator(language, "Asia/Shanghai")
        assert translator_.sentence(Sentence("%(fact)s", {"fact": fact})) == expected


@pytest.mark.parametrize(
    "fact",
    [
        Money(-40000, "CNY"),
        date(2026, 6, 30),
        datetime(2026, 7, 3, 1, 42, tzinfo=UTC),
        Sentence("%(amount)s above the limit", {"amount": Money(100, "EUR")}),
        "CNY 1.00",
        1204,
        None,
    ],
)
def test_facts_that_were_stored_are_written_for_each_reader_too(fact: object) -> None:
    stored = json.dumps(Sentence("%(fact)s", {"fact": fact}).to_json())

    read = Sentence.from_json(json.loads(stored))

    assert read.facts == {"fact": fact}
    assert translator("zh").sentence(read) == translator("zh").sentence(
        Sentence("%(fact)s", {"fact": fact})
    )


def test_who_reads_is_set_for_a_while() -> None:
    error = CurrenciesDiffer(one=Money(1, "CNY"), other=Money(1, "EUR"))
    with reading("zh"):
        words = gettext(error.message, one=Money(1, "CNY"), other=Money(1, "EUR"))

    assert words == "0.01 元与 0.01 欧元币种不同，不能相加。"
    assert gettext("This does not exist.") == "This does not exist."


def test_no_space_stands_between_a_chinese_fact_and_chinese_words() -> None:
    sentence = Sentence("of which %(amount)s is disputed")
    with reading("zh"):
        said = [
            gettext(sentence.text, amount=Money(100, "CNY")),
            gettext(sentence.text, amount="INV-1"),
            str(
                environment()
                .from_string("{{ _('of which %(amount)s is disputed', amount='1.00 元') }}")
                .render()
            ),
        ]

    assert said == ["其中 1.00 元有异议", "其中 INV-1 有异议", "其中 1.00 元有异议"]


def test_english_has_its_plural_without_a_catalogue() -> None:
    said = [ngettext("%(num)s line", "%(num)s lines", n) for n in (0, 1, 2)]

    assert said == ["0 lines", "1 line", "2 lines"]


def test_a_language_we_do_not_speak_is_english() -> None:
    assert translator("fr").language == "en"


def test_many_things_are_counted_with_thousands_apart() -> None:
    env = environment()
    template = env.from_string("{{ ngettext('%(num)s row', '%(num)s rows', n) }}")

    said = []
    for n in (999, 1_000, 12_345):
        with reading("en"):
            said.append((ngettext("%(num)s row", "%(num)s rows", n), template.render(n=n)))

    assert said == [(words, words) for words in ("999 rows", "1,000 rows", "12,345 rows")]
