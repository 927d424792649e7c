"""A source whose certificate a company made itself is asked once that authority is trusted."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.authority import authority
from tests.support.web_source import Reply, web_source
from tests.tieout.intake.connectors.conftest import error_of, imports, pull, set_up
from tieout.intake.connectors import http

pytestmark = pytest.mark.usefixtures("without_pauses")

ORDERS = [{"number": "O-1", "date": "2026-06-03", "customer": "M-0217", "total": "1.10"}]


def test_an_authority_of_ones_own_is_trusted_where_it_is_given(
    books: Engine, tmp_path: Path
) -> None:
    certificate, context = authority(tmp_path)
    with web_source(context) as source:
        source.answer = lambda _: Reply(ORDERS)
        given = set_up("rest", "given", url=source.url, authority=certificate)
        missing = set_up("rest", "missing", url=source.url)

        assert error_of(pull(given)) == ""
        assert len(imports()) == 1
        assert "certificate" in error_of(pull(missing))
    assert len(source.asked) == 1


def test_another_authority_does_not_vouch_for_it(books: Engine, tmp_path: Path) -> None:
    other, _ = authority(tmp_path)
    _, context = authority(tmp_path)
    with web_source(context) as source:
        assert "certificate" in error_of(pull(set_up("rest", url=source.url, authority=other)))


def test_a_wrong_certificate_is_refused_at_once(
    books: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    asking = http.Source._asked

    def counted(self: http.Source, url: str, query: dict[str, str], attempt: int) -> object:
        asked.append(attempt)
        return asking(self, url, query, attempt)

    monkeypatch.setattr(http.Source, "_asked", counted)
    _, context = authority(tmp_path)
    with web_source(context) as source:
        said = error_of(pull(set_up("rest", url=source.url)))

    assert said.startswith(
        "The certificate of “127.0.0.1” is not trusted: unable to get local issuer"
    )
    assert asked == [1]


def test_a_text_that_is_no_certificate_is_refused_at_once(books: Engine) -> None:
    with pytest.raises(http.NotACertificate):
        set_up("rest", url="https://shop.example/orders", authority="secret")
