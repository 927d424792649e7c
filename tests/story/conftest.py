"""The desk that journeys begin at."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.story.desk import Desk, open_desk


@pytest.fixture(params=[("en", "sqlite"), ("zh", "postgresql")], ids=["en-sqlite", "zh-postgresql"])
def desk(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    """The desk, in one language on each database."""
    language, engine = request.param
    url = request.getfixturevalue(f"{engine}_url")
    with open_desk(url, tmp_path, language, browser) as desk:
        yield desk
        desk.close()
