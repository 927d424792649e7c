"""Connectors on the workbench: set up by an administrator, pulled by an accountant."""

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.factories import AT
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db
from tieout.identity.permissions import Role
from tieout.intake.connectors import reach
from tieout.intake.connectors.models import Connector
from tieout.intake.models import ImportBatch

HEAD = "Number,Date,Customer code,Amount\n"
FORM = {
    "name": "Warehouse",
    "batch_kind": "documents",
    "schedule": "minutes",
    "minutes": "30",
    "daily_at": "06:30",
    "set_pattern": "*.csv",
    "set_quiet": "10",
}


@pytest.fixture
def incoming(world: World, tmp_path: Path) -> Path:
    """The folder the installation lets connectors read, with a file in it."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    assert reach.reach().folders == (folder,)
    file = folder / "sales.csv"
    file.write_text(HEAD + "W-1,2026-06-01,M-0217,100.00\nW-2,2026-06-02,M-0300,7.00\n", "utf-8")
    os.utime(file, (AT.timestamp() - 60,) * 2)
    return folder


def set_up(admin: Visitor, folder: Path, **changes: str) -> str:
    """Set a watched folder up; the address of its page."""
    answer = admin.send(
        "/desk/connectors/new/folder",
        {**FORM, "set_path": str(folder), **changes},
        page="/desk/connectors/new/folder",
    )
    assert answer.status_code == 303, words_of(answer.text)
    return str(answer.location)


def press(visitor: Visitor, page: str, act: str) -> str:
    """Press a button of the page; what the page then says."""
    answer = visitor.send(f"{page}/{act}", page=page)
    assert answer.status_code == 303, words_of(answer.text)
    return words_of(visitor.open(page).text)


def test_from_setting_up_to_the_import(world: World, incoming: Path) -> None:
    admin, accountant = world.staff(Role.ADMINISTRATOR), world.staff(Role.ACCOUNTANT)
    page = set_up(admin, incoming)

    tested = words_of(accountant.send(f"{page}/test", page=page).text)
    before = words_of(accountant.open(page).text)
    pulled = press(accountant, page, "pull")
    again = press(accountant, page, "pull")

    assert "sales.csv; nothing was stored" in tested
    assert "Customer code" in tested
    assert "Nothing was pulled yet" in before
    assert "2 rows came in." in pulled
    assert "There is nothing new." in again
    with db.reading() as session:
        batch = session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
        assert batch is not None
        assert (batch.filename, batch.uploaded_label) == ("sales.csv", "Warehouse")
        batch_id = batch.id
    assert f"/desk/imports/{batch_id}" in accountant.open(page).text
    assert "sales.csv" in words_of(accountant.open(f"/desk/imports/{batch_id}").text)


def test_what_is_wrong_is_said_on_the_form_with_everything_typed(
    world: World, incoming: Path
) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    form = "/desk/connectors/new/folder"

    elsewhere = admin.send(form, {**FORM, "set_path": "/etc", "name": "Passwords"}, page=form)
    nameless = admin.send(form, {**FORM, "set_path": str(incoming), "name": ""}, page=form)
    at_noon = {**FORM, "set_path": str(incoming), "schedule": "daily", "daily_at": "noon"}
    untimed = admin.send(form, at_noon, page=form)

    assert elsewhere.status_code == nameless.status_code == untimed.status_code == 400
    assert "connector_folders in tieout.toml" in words_of(elsewhere.text)
    assert 'value="Passwords"' in elsewhere.text
    assert "Give the connector a name" in words_of(nameless.text)
    assert "“noon” is no time of day" in words_of(untimed.text)


def test_secrets_are_shown_on_no_page(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    form = "/desk/connectors/new/rest"
    typed = {
        **FORM,
        "set_url": "https://reader:quiet-password@shop.example/orders?consumer_key=quiet-key",
        "set_auth": "bearer",
        "set_secret": "quiet-token",
        "set_paging": "none",
    }
    page = str(admin.send(form, typed, page=form).location)

    for address in (page, f"{page}/edit", "/desk/connectors", "/desk/audit"):
        told = admin.open(address).text
        assert "quiet-" not in told, address
    assert "reader:***@shop.example" in words_of(admin.open(page).text)
    edit = f"{page}/edit"
    wrong = admin.send(edit, {**typed, "name": "", "set_secret": "quiet-new"}, page=edit)
    assert wrong.status_code == 400
    assert "quiet-new" not in wrong.text


def test_changed_paused_taken_up_started_over_and_deleted(world: World, incoming: Path) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    page = set_up(admin, incoming)
    press(admin, page, "pull")

    changed = admin.send(
        f"{page}/edit",
        {
            **FORM,
            "set_path": str(incoming),
            "name": "Exports",
            "schedule": "hourly",
            "version": "1",
        },
        page=f"{page}/edit",
    )
    late = admin.send(
        f"{page}/edit",
        {**FORM, "set_path": str(incoming), "name": "Elsewhere", "version": "1"},
        page=f"{page}/edit",
    )

    assert changed.status_code == 303
    assert late.status_code == 409
    assert "Every hour" in words_of(admin.open(page).text)
    assert "Paused" in press(admin, page, "pause")
    assert "Paused" in words_of(admin.open("/desk/connectors?state=paused").text)
    assert "Taken up again" in press(admin, page, "resume")
    assert "asks for everything" in press(admin, page, "start-over")
    assert "Deleted" in press(admin, page, "delete")
    assert "Exports" in words_of(admin.open("/desk/connectors").text)
    assert admin.send(f"{page}/pull", page="/desk/connectors").status_code == 404
    assert "sales.csv" in words_of(admin.open(page).text)


def test_a_failed_pull_stands_on_the_page_of_the_day(world: World, incoming: Path) -> None:
    admin, accountant = world.staff(Role.ADMINISTRATOR), world.staff(Role.ACCOUNTANT)
    page = set_up(admin, incoming)
    (incoming / "sales.csv").unlink()
    incoming.rmdir()

    told = press(accountant, page, "pull")
    today = words_of(accountant.open("/desk/").text)

    assert "The last pull failed" in told
    assert "cannot be opened" in told
    assert "Connectors that failed" in today
    assert "Warehouse: The folder" in today
    assert "Warehouse" in words_of(accountant.open("/desk/connectors?state=failed").text)


@pytest.mark.parametrize("role", [Role.SALES, Role.AUDITOR])
def test_who_has_nothing_to_do_with_it_sees_nothing(world: World, role: Role) -> None:
    somebody = world.staff(role)

    assert somebody.open("/desk/connectors").status_code == 403
    assert somebody.open(f"/desk/connectors/{world.ids['connector_id']}").status_code == 403
    assert "Connectors" not in words_of(somebody.open("/desk/").text)


def test_an_accountant_pulls_but_sets_nothing_up(world: World, incoming: Path) -> None:
    admin, accountant = world.staff(Role.ADMINISTRATOR), world.staff(Role.ACCOUNTANT)
    page = set_up(admin, incoming)

    for act in ("pause", "resume", "start-over", "delete"):
        assert accountant.send(f"{page}/{act}", page=page).status_code == 403
    for address in ("/desk/connectors/new", "/desk/connectors/new/rest", f"{page}/edit"):
        assert accountant.open(address).status_code == 403
    told = accountant.open(page).text
    assert "/edit" not in told
    assert "Pull now" in words_of(told)
    with db.reading() as session:
        found = session.scalars(select(Connector).where(Connector.name == "Warehouse")).one()
        assert found.is_active
