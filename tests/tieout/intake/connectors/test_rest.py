"""Orders asked for from a web address over a real socket, and what goes wrong there."""

import base64
import gzip
import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.support.web_source import Asked, Reply, WebSource
from tests.tieout.intake.connectors.conftest import (
    connector,
    error_of,
    imports,
    pull,
    set_up,
)
from tieout.errors import InvalidInput
from tieout.intake.connectors import http, reach
from tieout.intake.connectors.flatten import rows_of

Answers = Callable[[Asked], Reply]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses between tries are noted, not waited for."""
    waited: list[float] = []
    real = http.Source.__init__

    def quick(self: http.Source, **given: Any) -> None:
        real(self, **{**given, "sleep": waited.append})

    monkeypatch.setattr(http.Source, "__init__", quick)
    return waited


@pytest.fixture
def waited(_no_pauses: list[float]) -> list[float]:
    """The pauses there were."""
    return _no_pauses


def order(no: int, changed: str = "") -> dict[str, Any]:
    """An order as shops tell it: amounts are texts, customers nested."""
    return {
        "number": f"O-{no}",
        "date": "2026-06-03",
        "customer": {"code": "M-0217"},
        "total": f"{no}.10",
        "modified": changed or f"2026-06-{no:02d}T10:00:00",
    }


def pages(orders: list[dict[str, Any]], size: int = 2) -> Answers:
    """Answer by number of the page."""

    def answer(asked: Asked) -> Reply:
        page = int(asked.query.get("page", "1"))
        return Reply(orders[(page - 1) * size : page * size])

    return answer


def ask_for(web: WebSource, **values: Any) -> int:
    """Pull orders from the address."""
    return set_up("rest", url=f"{web.url}/orders", **values)


def numbers() -> list[str]:
    """The numbers of every row that came in."""
    return [str(row.raw[0]) for batch in imports() for row in batch.rows]


ORDERS = [order(no) for no in range(1, 6)]
ALL = [f"O-{no}" for no in range(1, 6)]


def test_pages_by_number(books: Engine, web: WebSource) -> None:
    web.answer = pages(ORDERS)
    shop = ask_for(web, paging="page", size_name="per_page", page_size=2)

    found = pull(shop)

    assert (found.state, found.rows) == ("done", 5)
    assert numbers() == ALL
    assert [asked.query for asked in web.asked] == [
        {"page": str(page), "per_page": "2"} for page in (1, 2, 3)
    ]


def test_pages_without_a_size_end_with_an_empty_one(books: Engine, web: WebSource) -> None:
    web.answer = pages(ORDERS)

    assert pull(ask_for(web, paging="page")).rows == 5
    assert len(web.asked) == 4


def test_pages_by_offset(books: Engine, web: WebSource) -> None:
    def answer(asked: Asked) -> Reply:
        start = int(asked.query["skip"])
        return Reply({"data": {"items": ORDERS[start : start + 2]}})

    web.answer = answer
    shop = ask_for(
        web, paging="offset", page_name="skip", records="data.items",
        size_name="take", page_size=2,
    )  # fmt: skip

    assert pull(shop).rows == 5
    assert [asked.query["skip"] for asked in web.asked] == ["0", "2", "4"]


def test_pages_by_cursor(books: Engine, web: WebSource) -> None:
    def answer(asked: Asked) -> Reply:
        start = int(asked.query.get("after", "0"))
        more = start + 2 < len(ORDERS)
        return Reply(
            {"orders": ORDERS[start : start + 2], "meta": {"next": start + 2 if more else None}}
        )

    web.answer = answer
    shop = ask_for(web, paging="cursor", page_name="after", cursor="meta.next", records="orders")

    assert pull(shop).rows == 5
    assert numbers() == ALL


def test_pages_by_link(books: Engine, web: WebSource) -> None:
    def answer(asked: Asked) -> Reply:
        page = int(asked.query.get("page", "1"))
        following = f'</orders?page={page + 1}>; rel="next"' if page < 3 else ""
        return Reply(ORDERS[(page - 1) * 2 : page * 2], headers={"Link": following})

    web.answer = answer

    assert pull(ask_for(web, paging="link")).rows == 5


def test_a_next_page_elsewhere_is_not_asked_for(books: Engine, web: WebSource) -> None:
    away = '<https://elsewhere.example/orders>; rel="next"'
    web.answer = lambda asked: Reply(ORDERS, headers={"Link": away})

    found = pull(ask_for(web, paging="link", auth="bearer", secret="a-quiet-token"))

    assert "another host" in error_of(found)
    assert (found.files, imports()) == (0, [])


def test_paging_that_does_not_move_ends(books: Engine, web: WebSource) -> None:
    web.answer = lambda asked: Reply(ORDERS)

    assert "same as the one before" in error_of(pull(ask_for(web, paging="page")))


def test_only_what_is_new_is_asked_for(books: Engine, web: WebSource) -> None:
    orders = list(ORDERS)

    def answer(asked: Asked) -> Reply:
        since = asked.query.get("modified_after", "")
        return Reply([one for one in orders if one["modified"] >= since])

    web.answer = answer
    shop = ask_for(web, since_name="modified_after", since_field="modified")

    first, second = pull(shop), pull(shop)
    orders += [order(6, "2026-06-05T10:00:00"), order(7)]
    third = pull(shop)

    assert [(one.state, one.rows) for one in (first, second, third)] == [
        ("done", 5),
        ("nothing", 0),
        ("done", 2),
    ]
    assert numbers() == [*ALL, "O-6", "O-7"]
    assert [asked.query for asked in web.asked] == [
        {},
        {"modified_after": "2026-06-05T10:00:00"},
        {"modified_after": "2026-06-05T10:00:00"},
    ]
    assert connector(shop).mark["since"] == "2026-06-07T10:00:00"


@pytest.mark.parametrize(
    ("auth", "user", "header", "value"),
    [
        ("bearer", "", "authorization", "Bearer a-quiet-token"),
        (
            "basic",
            "reader",
            "authorization",
            "Basic " + base64.b64encode(b"reader:a-quiet-token").decode(),
        ),
        ("header", "X-Api-Key", "x-api-key", "a-quiet-token"),
    ],
)
def test_ways_to_sign_in(
    books: Engine, web: WebSource, auth: str, user: str, header: str, value: str
) -> None:
    web.answer = lambda asked: Reply(ORDERS)
    shop = ask_for(web, auth=auth, user=user, secret="a-quiet-token")

    assert pull(shop).rows == 5
    assert web.asked[0].headers[header] == value


def test_a_busy_source_is_asked_again_when_it_says(
    books: Engine, web: WebSource, waited: list[float]
) -> None:
    replies = [
        Reply(status=429, headers={"Retry-After": "7"}),
        Reply(b"oops", status=503),
        Reply(ORDERS),
    ]
    web.answer = lambda asked: replies[len(web.asked) - 1]

    assert pull(ask_for(web)).rows == 5
    assert waited == [7.0, 2.0]


def test_a_source_that_wants_a_long_rest_gets_it(books: Engine, web: WebSource) -> None:
    web.answer = lambda asked: Reply(status=429, headers={"Retry-After": "3600"})
    shop = ask_for(web)

    found = pull(shop)

    assert "3600 seconds" in error_of(found)
    retry = connector(shop).retry_at
    assert retry is not None
    assert found.finished_at is not None
    assert (retry - found.finished_at).total_seconds() == 3600
    assert len(web.asked) == 1


def test_an_error_that_stays_is_said_with_its_words(books: Engine, web: WebSource) -> None:
    web.answer = lambda asked: Reply(b"<h1>Our  database</h1> is away", status=500)

    assert "error 500: Our database is away" in error_of(pull(ask_for(web)))
    assert len(web.asked) == 4


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(ORDERS, cut_after=40), "ended in the middle"),
        (Reply(b"[" + b" " * 40_000_000), "larger than 30 MB"),
        (
            Reply(gzip.compress(b" " * 60_000_000), headers={"Content-Encoding": "gzip"}),
            "larger than 30 MB",
        ),
        (
            Reply(b"<html><body>Sign in, please</body></html>"),
            "not answer with JSON, but with: Sign",
        ),
        (Reply(b'[{"number": NaN}]'), "not answer with JSON"),
        (Reply(b"[" * 100_000), "not answer with JSON"),
        (Reply(b"\xff\xfe\x00"), "not answer with JSON"),
        (Reply({"message": "hello"}), "no list of records"),
        (Reply([1, 2]), "no list of records"),
        (Reply(status=401), "refuses the sign-in (401)"),
        (Reply(status=404, body=b"no such thing"), "error 404: no such thing"),
        (Reply(status=302, headers={"Location": "http://169.254.169.254/x"}), "leads on to http"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_nothing_comes_in(
    books: Engine, web: WebSource, reply: Reply, words: str
) -> None:
    web.answer = lambda asked: reply

    found = pull(ask_for(web))

    assert found.state == "failed"
    assert words in error_of(found)
    assert imports() == []


def test_a_missing_path_names_what_is_there(books: Engine, web: WebSource) -> None:
    web.answer = lambda asked: Reply({"orders": [], "meta": {}})

    assert "It has: orders, meta" in error_of(pull(ask_for(web, records="data.items")))


def test_a_trickling_answer_is_given_up(books: Engine, web: WebSource) -> None:
    def trickle(out: Any) -> None:
        out.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n[")
        try:
            for _ in range(100):
                out.write(b" ")
                out.flush()
                threading.Event().wait(0.1)
        except OSError:
            return

    web.answer = lambda asked: Reply(writes=trickle)

    assert "longer than 1 seconds" in error_of(pull(ask_for(web, seconds=1)))


def test_a_silent_host_is_said(books: Engine, web: WebSource) -> None:
    found = pull(set_up("rest", url="http://127.0.0.1:1/orders"))

    assert "“127.0.0.1” does not answer: Connection refused" in error_of(found)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.1", "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "224.0.0.1", "255.255.255.255",
    ],
)  # fmt: skip
def test_inside_addresses_are_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    reach.configure(reach.Reach())
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_host, **_more: found)

    with pytest.raises(reach.AddressRefused):
        reach.reach().address("shop.example", 443)


def test_allowed_networks_and_names_may_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: found)

    for hosts in (("10.0.0.0/8",), ("ERP.example",), ("10.1.2.3",)):
        reach.configure(reach.Reach(hosts=hosts))
        assert reach.reach().address("erp.example", 443) == "10.1.2.3"


def test_a_name_that_changes_its_meaning_gains_nothing(
    books: Engine, web: WebSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is looked up once a connection, judged, and that very one is connected to."""
    shop = set_up("rest", url="https://shop.example/orders")
    real, asked = socket.getaddrinfo, []

    def answer(host: Any, *more: Any, **named: Any) -> Any:
        if host != "shop.example":
            return real(host, *more, **named)
        asked.append(host)
        address = "93.184.216.34" if len(asked) % 2 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    connected: list[Any] = []

    def connect(address: Any, *_more: Any) -> Any:
        connected.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(socket, "create_connection", connect)
    reach.configure(reach.Reach())

    found = pull(shop)

    assert connected == [("93.184.216.34", 443)]
    assert "an address inside this network" in error_of(found)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/orders", "ftp://shop.example/x", "shop.example/orders", "https://",
        "https://shop.example:port/", "file:///etc/passwd", "https://a b.example/",
    ],
)  # fmt: skip
def test_addresses_that_are_refused_from_the_start(books: Engine, url: str) -> None:
    with pytest.raises(InvalidInput):
        set_up("rest", url=url)


def test_the_proxy_and_password_files_of_the_machine_are_not_used(
    books: Engine, web: WebSource, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password elses\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    web.answer = lambda asked: Reply(ORDERS)

    assert pull(ask_for(web)).rows == 5
    assert "authorization" not in web.asked[0].headers


def test_secrets_stand_in_no_error(books: Engine, web: WebSource) -> None:
    web.answer = lambda asked: Reply(b"bad token a-quiet-token for key k-12345678", status=400)
    shop = set_up(
        "rest", url=f"{web.url}/orders?consumer_key=k-12345678&status=any",
        auth="bearer", secret="a-quiet-token",
    )  # fmt: skip

    found = pull(shop)

    assert "a-quiet-token" not in json.dumps(found.error)
    assert "k-12345678" not in json.dumps(found.error)
    assert web.asked[0].query == {"consumer_key": "k-12345678", "status": "any"}
    assert connector(shop).settings["url"].endswith("/orders?consumer_key=***&status=any")


def test_orders_of_a_real_shop_line_by_line(
    books: Engine, web: WebSource, sample_data: Path
) -> None:
    orders = json.loads((sample_data / "shop-woocommerce" / "orders.json").read_text("utf-8"))
    one = [found for found in orders if found["id"] == 723][:1]
    two = [found for found in orders if found["id"] == 727][:1]
    web.answer = lambda asked: Reply(one + two)
    shop = ask_for(
        web, lines="line_items", since_name="modified_after", since_field="date_modified"
    )

    found = pull(shop)

    [batch] = imports()
    headings = batch.reading["headings"]
    assert found.rows == len(one[0]["line_items"]) + len(two[0]["line_items"])
    assert {"number", "currency", "total", "billing.email", "line_items.quantity"} <= set(headings)
    totals = [str(row.raw[headings.index("total")]) for row in batch.rows]
    assert set(totals) == {one[0]["total"], two[0]["total"]} == {"39.00", "29.35"}


def test_orders_of_a_real_shop_are_understood_by_themselves(
    books: Engine, web: WebSource, sample_data: Path
) -> None:
    orders = json.loads((sample_data / "shop-woocommerce" / "orders.json").read_text("utf-8"))
    web.answer = lambda asked: Reply([found for found in orders if found["id"] == 723][:1])

    found = pull(ask_for(web, since_name="modified_after", since_field="date_modified"))

    [batch] = imports()
    assert found.state == "done"
    assert batch.filename == "Sales 2026-07-02 0942.json"
    assert batch.state == "staged"
    assert {str(row.values["amount"]) for row in batch.rows} == {"39.00"}
    assert {row.values["number"] for row in batch.rows} == {"723"}


def test_records_become_rows() -> None:
    record = {
        "id": 1,
        "who": {"name": "Wang", "tags": ["a", None]},
        "lines": [{"sku": "D", "price": {"net": "1.10"}}, {"sku": "E"}],
        "taxes": [{"rate": 1}],
    }

    assert list(rows_of(record, "lines")) == [
        {"id": 1, "who.name": "Wang", "who.tags": "a, ", "taxes": '[{"rate": 1}]',
         "lines.sku": "D", "lines.price.net": "1.10"},
        {"id": 1, "who.name": "Wang", "who.tags": "a, ", "taxes": '[{"rate": 1}]',
         "lines.sku": "E"},
    ]  # fmt: skip
    assert len(list(rows_of({"id": 2, "lines": []}, "lines"))) == 1
