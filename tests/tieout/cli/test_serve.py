"""Links lead to where the pages are served."""

from dataclasses import replace
from pathlib import Path

from tests.support.visitor import settings_for
from tieout.cli.serve import at

ADDRESS = "sqlite:////nowhere.db"


def test_another_port_stands_in_links_too(tmp_path: Path) -> None:
    settings = at(settings_for(ADDRESS, tmp_path), "127.0.0.1", 9000)

    assert settings.base_url == "http://127.0.0.1:9000"


def test_an_address_in_the_settings_file_stays(tmp_path: Path) -> None:
    given = settings_for(ADDRESS, tmp_path, base_url="https://tieout.harbourtools.example")

    assert at(given, "127.0.0.1", 9000) == given


def test_behind_a_proxy_nobody_here_knows_the_address(tmp_path: Path) -> None:
    given = replace(settings_for(ADDRESS, tmp_path), trusted_proxies=1)

    assert at(given, "127.0.0.1", 9000) == given
