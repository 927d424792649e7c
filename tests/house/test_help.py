"""The help names everything there is, in both languages."""

import pytest
from flask import Flask

from notifications.channels import CHANNELS
from notifications.jobs import JOBS
from tests.support.visitor import Visitor, words_of
from tieout.cli.commands import COMMANDS
from tieout.identity.permissions import MEANINGS, NAMES, Permission
from tieout.intake.importers import IMPORTERS
from tieout.rendering.translation import translator
from tieout.web.help import PAGES


def told(app: Flask, language: str) -> str:
    """Everything the help says."""
    reader = Visitor(app, language)
    return " ".join(words_of(reader.open(f"/help/{name}").text) for name in PAGES)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_there(app: Flask, language: str) -> None:
    reader = Visitor(app, language)
    index = reader.open("/help").text

    for name in PAGES:
        assert reader.open(f"/help/{name}").status_code == 200
        assert f'href="/help/{name}"' in index
    assert reader.open("/help/nothing").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_permission_and_role_is_told(app: Flask, language: str) -> None:
    words, said = translator(language), told(app, language)

    for permission in Permission:
        assert words.gettext(MEANINGS[permission]) in said, permission
    for name in NAMES.values():
        assert words.gettext(name) in said, name


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_job_and_channel_is_told(app: Flask, language: str) -> None:
    said = words_of(Visitor(app, language).open("/help/commands").text)

    for command in COMMANDS:
        assert f"tieout {command}" in said, command
    for name in (*JOBS.names(), *CHANNELS.names(), *IMPORTERS.names()):
        assert name in said, name


def test_help_says_nothing_about_anybody_and_asks_for_nothing(app: Flask) -> None:
    stranger = Visitor(app)

    for name in PAGES:
        assert "/sign-in" not in str(stranger.open(f"/help/{name}").location)
