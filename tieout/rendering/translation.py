"""Words in the reader's language, and sentences with their facts written for the reader.

Who reads stands in `reader`, set for a request, a message or a document by `reading`.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from tieout.i18n import Sentence
from tieout.money import Money
from tieout.periods import Period
from tieout.rendering import formats
from tieout.translations import catalogues

LANGUAGES = catalogues.LANGUAGES
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]").match
#: A fact with a space between it and a Chinese character.
_SPACE = re.compile("%\\((\\w+)\\)s (?=[\u4e00-\u9fff])")


@dataclass(frozen=True)
class Translator:
    """Says things in one language, to someone in one time zone."""

    language: str = "en"
    zone: str = "UTC"

    def gettext(self, text: str) -> str:
        """Translate a sentence; its facts are still to be put in."""
        return catalogues.load(self.language).gettext(text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Translate the form that suits a number of things."""
        return self._counted(catalogues.load(self.language).ngettext(singular, plural, n), n)

    def pgettext(self, context: str, text: str) -> str:
        """Translate words that mean different things in different places."""
        return catalogues.load(self.language).pgettext(context, text)

    def npgettext(self, context: str, singular: str, plural: str, n: int) -> str:
        """Translate the form that suits a number of things, in one meaning."""
        words = catalogues.load(self.language).npgettext(context, singular, plural, n)
        return self._counted(words, n)

    def _counted(self, words: str, n: int) -> str:
        """Put a large number of things in, with its thousands apart: in every face, from here."""
        return words.replace("%(num)s", formats.number(n, self.language)) if n >= 1000 else words

    def sentence(self, sentence: Sentence) -> str:
        """Translate a sentence and write its facts as the reader writes them."""
        words = self.gettext(sentence.text)
        return self.filled(words, self.facts(sentence.facts)) if sentence.facts else words

    def filled(self, words: str, facts: Mapping[str, object]) -> str:
        """Put facts that are written into translated words, which may be markup.

        Between two Chinese characters there is no space: 1,680.00 元有异议, but CNY 5.00 有异议.
        """
        if self.language == "zh" and "s " in words:
            words = type(words)(_SPACE.sub(lambda found: _closed_up(found, facts), words))
        return words % facts

    def facts(self, facts: Mapping[str, object]) -> dict[str, object]:
        """Write facts as the reader writes them."""
        return {name: self.fact(value) for name, value in facts.items()}

    def fact(self, value: object) -> object:
        """Write one fact; text and whole numbers, such as of a row, stay as they are."""
        match value:
            case Money():
                return formats.amount(value, self.language)
            case datetime():
                return formats.moment(value, self.language, self.zone)
            case date():
                return formats.longday(value, self.language)
            case Period():
                return formats.period(value, self.language)
            case Decimal():
                return _decimal(value, self.language)
            case Sentence():
                return self.sentence(value)
            case list() | tuple():
                between = "、" if self.language == "zh" else ", "
                return between.join(str(self.fact(part)) for part in value)
        return value


def _closed_up(found: re.Match[str], facts: Mapping[str, object]) -> str:
    """The fact without its space, where it ends in Chinese itself."""
    return found[0].rstrip() if _IDEOGRAPH(str(facts[found[1]])[-1:]) else found[0]


def _decimal(value: Decimal, language: str) -> str:
    exponent = value.as_tuple().exponent
    return formats.number(value, language, max(0, -exponent if isinstance(exponent, int) else 0))


@cache
def translator(language: str, zone: str = "UTC") -> Translator:
    """Return the translator of a language; English for one we do not speak."""
    return Translator(language if language in LANGUAGES else catalogues.SOURCE, zone)


ENGLISH = translator(catalogues.SOURCE)
#: Who reads what is being written.
reader: ContextVar[Translator] = ContextVar("reader", default=ENGLISH)


@contextmanager
def reading(language: str, zone: str = "UTC") -> Iterator[Translator]:
    """Write for a reader of a language, in a time zone, for a while."""
    token = reader.set(translator(language, zone))
    try:
        yield reader.get()
    finally:
        reader.reset(token)


def gettext(text: str, /, **facts: object) -> str:
    """Translate for whoever reads; facts are written as they write them."""
    return _with_facts(reader.get().gettext(text), facts)


def ngettext(singular: str, plural: str, n: int, /, **facts: object) -> str:
    """Translate the form that suits `n`, which the sentence knows as `num`."""
    return _with_facts(reader.get().ngettext(singular, plural, n), {"num": n, **facts})


def pgettext(context: str, text: str, /, **facts: object) -> str:
    """Translate words that mean different things in different places."""
    return _with_facts(reader.get().pgettext(context, text), facts)


def in_a_row(*words: object) -> str:
    """Words with commas between them, as the reader writes commas; what is empty is left out."""
    return gettext(", ").join(str(one) for one in words if one not in (None, ""))


def titled(title: str, words: str) -> str:
    """A title and what it stands for."""
    return f"{title}{gettext(': ')}{words}"


def _with_facts(words: str, facts: Mapping[str, object]) -> str:
    if not facts:
        return words
    said = reader.get()
    return said.filled(words, said.facts(facts))
