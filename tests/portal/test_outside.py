"""What a stranger tries: a host that is not ours; and pages leave packed for a phone's line."""

import gzip

from tests.portal.conftest import June


def test_a_foreign_host_is_refused_in_a_sentence(june: June) -> None:
    for path in ("/sign-in", "/statements", "/desk/", "/s/guessed"):
        for host in ("evil.example", "localhost.evil.example"):
            answer = june.signed_in().open(path, headers={"Host": host})

            assert answer.status_code == 400, (path, host)
            assert answer.text.startswith("Nothing is served under this address.")
            assert "evil" not in answer.text


def test_a_page_leaves_packed_and_says_the_same(june: June) -> None:
    visitor = june.signed_in()
    plain = visitor.open("/statements")

    packed = visitor.open("/statements", headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) * 2 < len(plain.data)
    assert b"Statements" in gzip.decompress(packed.data)
    assert packed.headers["Cache-Control"] == "no-store"
