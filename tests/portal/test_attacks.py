"""What somebody tries who means harm: none of it gets further than a plain refusal."""

import re

import pytest

from tests.portal.conftest import PASSWORD, June, answers, confirm
from tests.support.visitor import Visitor, token_on
from tieout import db
from tieout.customers.models import Contact
from tieout.identity.models import Token


def cookies(visitor: Visitor) -> list[str]:
    """Every cookie signing in sets, as it is sent."""
    answer = visitor.sign_in("wang.min@m-0217.example", PASSWORD)
    return answer.headers.getlist("Set-Cookie")


def test_cookies_are_read_by_no_script_and_sent_to_no_other_site(june: June) -> None:
    for cookie in cookies(Visitor(june.app)):
        assert "HttpOnly" in cookie, cookie
        assert re.search("SameSite=(Lax|Strict)", cookie), cookie
        assert "Domain=" not in cookie, cookie


def test_a_session_begins_anew_when_somebody_signs_in(june: June) -> None:
    visitor = Visitor(june.app)
    visitor.take_cookie("tieout_portal", "chosen-by-somebody-else")

    visitor.sign_in("wang.min@m-0217.example", PASSWORD)

    assert visitor.cookie("tieout_portal") not in ("", "chosen-by-somebody-else")
    other = Visitor(june.app)
    other.take_cookie("tieout_portal", "chosen-by-somebody-else")
    assert other.open("/").status_code == 303


@pytest.mark.parametrize(
    "target",
    ["//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example", "javascript:1",
     "/%0d%0aSet-Cookie:x=1", "\t//elsewhere.example"],
)  # fmt: skip
def test_signing_in_leads_to_no_other_site(june: June, target: str) -> None:
    visitor = Visitor(june.app)
    form = {"email": "wang.min@m-0217.example", "password": PASSWORD, "next": target}

    answer = visitor.send("/sign-in", form)

    assert answer.status_code == 303
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\"))
    assert "elsewhere" not in answer.location.split("%0d")[0]


def test_a_form_of_another_browser_is_refused(june: June) -> None:
    mine, theirs = june.signed_in(), june.stranger()
    form = {"csrf_token": token_on(theirs.open("/preferences").text), "language": "zh"}

    assert mine.open("/preferences/language", method="POST", data=form).status_code == 400


def test_private_pages_are_kept_by_no_cache_and_shown_in_no_frame(june: June) -> None:
    visitor = june.signed_in()

    for path in ("/", june.path, "/documents", "/preferences", "/preferences/data", "/code"):
        headers = visitor.open(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path


def test_whether_an_address_is_known_nobody_learns(june: June) -> None:
    told = []
    for email in ("wang.min@m-0217.example", "nobody@nowhere.example"):
        visitor = Visitor(june.app)
        wrong = visitor.send("/sign-in", {"email": email, "password": "not this one at all"})
        link = Visitor(june.app).send("/sign-in/link", {"email": email})
        told.append((wrong.status_code, _plain(wrong.text, email), link.status_code, link.text))

    known, unknown = told
    assert known[0] == unknown[0]
    assert known[1] == unknown[1]
    assert (known[2], _plain(known[3], "")) == (unknown[2], _plain(unknown[3], ""))


def test_guessed_links_and_codes_say_the_same_as_old_ones(june: June) -> None:
    stranger = Visitor(june.app)

    for path in ("/s/" + "a" * 43, "/s/" + june.link[:-1] + "_", "/s/x", "/verify/AAAA-BBBB-CCCC",
                 "/sign-in/once/" + "b" * 43, "/receipts/R-2026-0001"):  # fmt: skip
        answer = stranger.open(path)
        assert answer.status_code in (303, 404), path
        assert "Mingyuan" not in answer.text


def test_a_link_that_was_taken_back_opens_nothing_any_more(june: June) -> None:
    visitor = june.by_link()
    with db.transaction() as session:
        for token in session.query(Token):
            token.revoked_at = token.created_at

    assert visitor.open(june.path).status_code == 303
    assert Visitor(june.app).open(f"/s/{june.link}").status_code == 404


def test_a_link_of_somebody_who_left_opens_nothing(june: June) -> None:
    visitor = june.by_link()
    with db.transaction() as session:
        session.get_one(Contact, june.contact_id).is_active = False

    assert visitor.open(june.path).status_code == 303
    assert confirm_status(visitor, june) != 200
    assert answers() == []


def confirm_status(visitor: Visitor, june: June) -> int:
    """What comes of confirming without having seen the page."""
    path = f"{june.path}/{june.section_id}/confirm"
    return visitor.open(path, method="POST", data={"csrf_token": "x"}).status_code


def test_an_outsider_reads_no_receipt_or_certificate(june: June) -> None:
    receipt = confirm(june.signed_in(), june).location
    assert receipt.startswith("/receipts/")
    outsider = june.stranger()

    for path in (receipt, f"{receipt}/certificate.pdf"):
        assert outsider.open(path).status_code == 404, path


def test_a_header_cannot_be_smuggled_in(june: June) -> None:
    visitor = june.signed_in()

    for path in ("/documents?q=%0d%0aX-Evil:1", "/code?next=%0d%0aX-Evil:1", "/?language=%0d%0a"):
        answer = visitor.open(path)
        assert "X-Evil" not in answer.headers, path
        assert answer.status_code < 500, path


def _plain(page: str, email: str) -> str:
    """A page without what differs from one browser to the next."""
    page = re.sub(r'value="[^"]*"', "", page)
    return page.replace(email, "") if email else page
