"""A file over the limit: one clear sentence in the reader's language, and nothing kept."""

import io

import pytest
from sqlalchemy import func, select

from tests.support.route_world import World
from tests.support.visitor import words_of
from tieout import db
from tieout.identity.permissions import Role
from tieout.intake.models import ImportBatch


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_over_the_limit_is_refused_in_words(world: World, language: str) -> None:
    world.app.config["MAX_CONTENT_LENGTH"] = 100_000
    accountant = world.staff(Role.ACCOUNTANT, language)
    with db.reading() as session:
        before = session.scalar(select(func.count()).select_from(ImportBatch))

    answer = accountant.send(
        "/desk/imports/new",
        {"kind": "documents", "file": (io.BytesIO(b"1," * 80_000), "sales.csv")},
    )

    assert answer.status_code == 413
    assert "100 kB" in words_of(answer.text)
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(ImportBatch)) == before
