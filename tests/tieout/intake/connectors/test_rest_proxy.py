"""A shop outside, asked through the company's proxy: what is refused without one still is."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.support.authority import authority
from tests.support.proxy import CompanyProxy, company_proxy
from tests.support.web_source import Reply, WebSource, web_source
from tests.tieout.intake.connectors.conftest import error_of, imports, pull, set_up
from tieout.intake.connectors import reach
from tieout.intake.connectors.tunnel import NotAProxy, Proxy

pytestmark = pytest.mark.usefixtures("without_pauses")

ORDERS = [{"number": "O-1", "date": "2026-06-03", "customer": "M-0217", "total": "1.10"}]
#: Where the name of the shop leads in the world outside; no machine of the tests answers there.
OUTSIDE = "93.184.215.14"


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[CompanyProxy]:
    """The proxy, as tieout.toml names it; the shop's name leads outside."""
    names = {"shop.example": OUTSIDE, "inside.example": "10.1.2.3"}
    real = socket.getaddrinfo

    def answer(host: Any, port: Any, *more: Any, **others: Any) -> Any:
        return real(names.get(host, host), port, *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with company_proxy() as made:
        use(made)
        yield made


@pytest.fixture
def shop(proxy: CompanyProxy, tmp_path: Path) -> Iterator[tuple[WebSource, str]]:
    """The shop outside, and the authority that vouches for its name."""
    certificate, context = authority(tmp_path, "shop.example")
    with web_source(context) as source:
        source.answer = lambda _: Reply(ORDERS)
        host, _, port = source.url.rpartition("//")[2].rpartition(":")
        proxy.leads[f"{OUTSIDE}:443"] = (host, int(port))
        yield source, certificate


def use(proxy: CompanyProxy, signs: str = "") -> None:
    """Name the proxy in the settings."""
    found = Proxy.of(f"http://{signs}{proxy.address}")
    reach.configure(replace(reach.reach(), proxy=found))


def test_a_shop_outside_is_asked_through_the_proxy(
    books: Engine, proxy: CompanyProxy, shop: tuple[WebSource, str]
) -> None:
    source, certificate = shop
    orders = set_up("rest", url="https://shop.example/orders", authority=certificate)

    assert error_of(pull(orders)) == ""

    assert [row.raw[0] for row in imports()[0].rows] == ["O-1"]
    assert proxy.asked == [f"{OUTSIDE}:443"]  # the address that was judged, not a name
    assert source.asked[0].headers["host"] == "shop.example"


def test_the_proxy_is_signed_in_to_and_never_told_the_sources_secret(
    books: Engine, proxy: CompanyProxy, shop: tuple[WebSource, str]
) -> None:
    proxy.wants = "Basic dGllb3V0OmEgcXVpZXQ="  # tieout:a quiet
    orders = set_up("rest", url="https://shop.example/orders", authority=shop[1])

    refused = error_of(pull(orders))
    use(proxy, "tieout:a%20quiet@")

    assert "wants a name and a password" in refused
    assert error_of(pull(orders)) == ""


def test_the_proxy_is_no_way_around_what_is_refused(
    books: Engine, proxy: CompanyProxy, shop: tuple[WebSource, str]
) -> None:
    """Inside addresses, by name or number, and redirects to them."""
    source, certificate = shop
    for url in ("https://inside.example/x", "https://10.1.2.3/x", "https://[::1]/x"):
        assert "an address inside this network" in error_of(pull(set_up("rest", url, url=url)))
    source.answer = lambda _: Reply([], 302, {"Location": "https://10.1.2.3/x"})
    orders = set_up("rest", url="https://shop.example/orders", authority=certificate)

    assert "leads on to https://10.1.2.3/x" in error_of(pull(orders))
    assert proxy.asked == [f"{OUTSIDE}:443"]


def test_a_name_that_means_something_else_a_moment_later_gains_nothing(
    books: Engine,
    proxy: CompanyProxy,
    shop: tuple[WebSource, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, answers = socket.getaddrinfo, iter([OUTSIDE])

    def turned(host: Any, port: Any, *more: Any, **others: Any) -> Any:
        leads = next(answers, "10.1.2.3") if host == "shop.example" else host
        return before(leads, port, *more, **others)

    monkeypatch.setattr(socket, "getaddrinfo", turned)
    orders = set_up("rest", url="https://shop.example/orders", authority=shop[1])

    assert error_of(pull(orders)) == ""
    assert proxy.asked == [f"{OUTSIDE}:443"]
    assert "an address inside this network" in error_of(pull(orders))


def test_hosts_of_the_inside_network_are_asked_without_it(
    books: Engine, proxy: CompanyProxy
) -> None:
    with web_source() as inside:
        inside.answer = lambda _: Reply(ORDERS)

        assert error_of(pull(set_up("rest", url=f"{inside.url}/orders"))) == ""
    assert proxy.asked == []


def test_a_proxy_that_says_no_or_nothing_is_named(
    books: Engine, proxy: CompanyProxy, shop: tuple[WebSource, str]
) -> None:
    orders = set_up("rest", url="https://shop.example/orders", authority=shop[1])
    proxy.leads.clear()
    assert "does not let us through to 93.184.215.14:443: 403 Not on the list" in error_of(
        pull(orders)
    )
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        use(CompanyProxy(f"127.0.0.1:{nobody.getsockname()[1]}"))
        assert "The proxy 127.0.0.1 does not answer: Connection refused" in error_of(pull(orders))


@pytest.mark.parametrize("text", ["proxy", "socks5://proxy:1080", "https://proxy", "http://:80x"])
def test_a_setting_that_names_no_proxy_is_refused(text: str) -> None:
    with pytest.raises(NotAProxy):
        Proxy.of(text)


def test_without_the_setting_there_is_none() -> None:
    assert Proxy.of(" ") is None
