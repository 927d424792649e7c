"""What the command line says, in the language of whoever typed."""

import os
from collections.abc import Mapping

import click

from tieout.i18n import Sentence
from tieout.rendering.translation import reader, translator


def language_of_environment(environ: Mapping[str, str] | None = None) -> str:
    """The language the terminal is set to."""
    environ = os.environ if environ is None else environ
    for name in ("TIEOUT_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def speak(language: str) -> None:
    """Say everything in this language from now on."""
    reader.set(translator(language))


def said(sentence: Sentence) -> str:
    """A sentence in the reader's language."""
    return reader.get().sentence(sentence)


def say(text: str, /, *, err: bool = False, **facts: object) -> None:
    """Say a sentence marked with N_."""
    click.echo(said(Sentence(text, facts)), err=err)
