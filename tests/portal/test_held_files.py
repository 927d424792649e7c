"""Files chosen on a form are not lost when something else on it has to be put right."""

import io
import os
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.route_world import OTHER, World
from tests.support.visitor import Visitor, token_on, words_of
from tieout import db
from tieout.attachments import Attachment
from tieout.disputes.models import Dispute

PHOTO = b"\x89PNG\r\n\x1a\n damaged goods"
LEDGER = b"Date,Type,Invoice no,Debit,Credit\n2026-06-05,Invoice,A-1,,40.00\n"
KEY = re.compile(r'name="(\w+_held)" value="([^"]+)" checked')


@pytest.fixture
def page(world: World) -> str:
    """Where a line of the statement is disputed."""
    return f"/disputes/new?line={world.ids['line_id']}"


def fill_in(visitor: Visitor, page: str, **given: object) -> tuple[int, str]:
    """Send the form of a page; the status and the page that comes."""
    data = {"csrf_token": token_on(visitor.open(page).text), "words": "en", **given}
    answer = visitor.open(page, method="POST", data=data)
    return answer.status_code, answer.text


def photo(name: str = "goods.png", content: bytes = PHOTO) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def stored() -> list[str]:
    """What was kept with disputes, beside what the world has."""
    with db.reading() as session:
        query = select(Attachment.filename).where(Attachment.purpose == "dispute")
        return [one for one in session.scalars(query) if one != "delivery note.pdf"]


def held(world: World) -> list[Path]:
    folder = world.app.config["TIEOUT"].data / "held"
    return sorted(folder.iterdir()) if folder.exists() else []


def refused(world: World, visitor: Visitor, page: str) -> str:
    """Send a dispute without a reason, with a photo; the key the form holds it by."""
    status, text = fill_in(visitor, page, files=photo())
    assert status == 400
    assert "goods.png" in words_of(text)
    [(name, key)] = KEY.findall(text)
    assert name == "files_held"
    assert len(held(world)) == 1
    return str(key)


@pytest.mark.parametrize("way", ["signed in", "by link"])
def test_a_photo_stays_when_the_reason_was_forgotten(world: World, page: str, way: str) -> None:
    visitor = world.customer("answer") if way == "signed in" else world.by_link()
    key = refused(world, visitor, page)
    assert PHOTO not in held(world)[0].read_bytes()
    assert held(world)[0].stat().st_mode & 0o077 == 0

    data = {"csrf_token": token_on(visitor.open(page).text), "words": "en", "reason": "price"}
    answer = visitor.open(page, method="POST", data={**data, "files_held": key})

    assert answer.status_code == 303
    assert "Files goods.png" in words_of(visitor.open(str(answer.location)).text)
    assert stored() == ["goods.png"]
    assert held(world) == []


def test_a_photo_nobody_wants_to_send_any_more_is_not_sent(world: World, page: str) -> None:
    visitor = world.customer("answer")
    refused(world, visitor, page)

    assert fill_in(visitor, page, reason="price")[0] == 303
    assert stored() == []


def test_what_was_chosen_twice_is_sent_once_and_more_may_be_added(world: World, page: str) -> None:
    visitor = world.customer("answer")
    key = refused(world, visitor, page)
    more = [photo(), photo("note.txt", b"three were broken")]
    status, text = fill_in(visitor, page, files_held=key, files=more)
    assert status == 400
    keys = [key for _, key in KEY.findall(text)]
    assert len(keys) == 2

    assert fill_in(visitor, page, reason="price", files_held=keys)[0] == 303
    assert sorted(stored()) == ["goods.png", "note.txt"]


def test_a_file_that_is_not_taken_is_not_kept(world: World, page: str) -> None:
    visitor = world.customer("answer")
    _, text = fill_in(visitor, page, files=[photo("a.png"), photo("virus.exe", b"MZ\0\0")])
    assert re.findall(r'_held"[^>]*>.*?<label[^>]*>([^<]*)', text) == ["a.png"]


@pytest.mark.parametrize("who", ["a colleague", "another customer", "nobody"])
def test_nobody_else_gets_at_it(world: World, page: str, who: str) -> None:
    key = refused(world, world.customer("answer"), page)
    if who == "nobody":
        data = {"reason": "price", "files_held": key}
        answer = world.stranger().open(page, method="POST", data=data)
        assert answer.status_code in (302, 303, 400)
    elif who == "a colleague":
        assert fill_in(world.customer("manage"), page, reason="price", files_held=key)[0] == 303
    else:
        theirs = page.replace(str(world.ids["line_id"]), str(world.others["line_id"]))
        other = world.customer("answer", OTHER)
        assert fill_in(other, theirs, reason="price", files_held=key)[0] == 303
    assert stored() == []
    assert len(held(world)) == 1


@pytest.mark.parametrize("key", ["../../tieout.db", "", "x" * 22, "\0"])
def test_a_key_that_was_made_up_opens_nothing(world: World, page: str, key: str) -> None:
    assert fill_in(world.customer("answer"), page, reason="price", files_held=key)[0] == 303
    assert stored() == []


def test_after_a_day_it_is_gone(world: World, page: str) -> None:
    visitor = world.customer("answer")
    key = refused(world, visitor, page)
    [path] = held(world)
    before = path.stat().st_mtime - 25 * 60 * 60
    os.utime(path, (before, before))

    assert fill_in(visitor, page, files_held=key, files=photo("second.png", PHOTO + b"2"))[0] == 400
    assert len(held(world)) == 1
    assert path not in held(world)


def test_a_person_cannot_fill_the_disk(world: World, page: str) -> None:
    visitor = world.customer("answer")
    for no in range(12):
        fill_in(visitor, page, files=photo(f"{no}.png", PHOTO + bytes([no + 65])))
    assert len(held(world)) == 10


def test_the_proof_of_a_payment_stays(world: World, page: str) -> None:
    visitor, paid = world.customer("answer"), page.replace("?", "?reason=paid&")
    status, text = fill_in(
        visitor, paid, reason="paid", paid_on="2026-06-31", files=photo("proof.png")
    )
    assert status == 400
    [(_, key)] = KEY.findall(text)
    assert fill_in(visitor, paid, reason="paid", paid_on="2026-06-30", files_held=key)[0] == 303
    assert stored() == ["proof.png"]


def test_the_signed_copy_stays_when_the_tick_was_forgotten(world: World) -> None:
    visitor = world.customer("answer")
    page = f"/statements/{world.ids['statement_id']}/{world.ids['section_id']}/answer"
    copy = photo("signed.pdf", b"%PDF-1.7 stamped")
    status, text = fill_in(visitor, page, person="Wang Min", files=copy)
    assert status == 400
    assert "signed.pdf" in words_of(text)


def test_at_the_desk_a_file_stays_when_somebody_else_was_faster(world: World) -> None:
    with db.reading() as session:
        dispute_id = session.scalars(select(Dispute.id)).first()
    page = f"/desk/disputes/{dispute_id}"
    visitor = world.staff("accountant")
    data = {"csrf_token": token_on(visitor.open(page).text), "seen": "99", "text": "Here it is."}
    answer = visitor.open(f"{page}/answer", method="POST", data={**data, "files": photo()})
    assert answer.status_code == 409
    assert KEY.search(answer.text)
    assert "goods.png" in words_of(answer.text)


def test_a_ledger_stays_when_the_day_was_forgotten(world: World) -> None:
    visitor, account = world.customer("answer"), world.ids["account_id"]
    ledger = photo("june.csv", LEDGER)
    status, text = fill_in(visitor, "/books", account=account, as_at="", file=ledger)
    assert status == 400
    [(name, key)] = KEY.findall(text)
    assert name == "file_held"

    status, _ = fill_in(visitor, "/books", account=account, as_at="2026-06-30", file_held=key)
    assert status == 303
    assert held(world) == []
