"""Our bank account is another one: customers are told, and their own page says the same."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.factories import make_customer
from tests.notifications import world
from tests.notifications.world import MAIL, TODAY, House, messages
from tests.support.smtp import mail_server
from tieout import audit, db
from tieout.settings import BankAccount, banks

BY_CHEN = audit.Actor("staff", 1, "Chen Li")
BY_ZHOU = audit.Actor("staff", 2, "Zhou Wei")
AUGUST = date(2026, 8, 1)


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> House:
    return world.build(database_url, tmp_path)


def propose(number: str = "3301 0401 6000 8812 06", currency: str = "CNY") -> int:
    with db.transaction() as session:
        return banks.propose(
            session,
            currency=currency,
            bank="Bank of Hangzhou",
            holder="Harbour Tools Co., Ltd.",
            number=number,
            valid_from=AUGUST,
            by=BY_CHEN,
        ).id


def approve(bank_id: int) -> None:
    with db.transaction() as session:
        banks.approve(session, session.get_one(BankAccount, bank_id), by=BY_ZHOU)


def test_nobody_is_told_before_the_second_person_has_approved(house: House) -> None:
    bank_id = propose()
    assert messages("bank_account_changed") == []

    approve(bank_id)

    [message] = messages("bank_account_changed")
    assert message.to == MAIL
    assert message.customer_id is not None


def test_the_mail_names_both_accounts_the_day_and_warns_of_forged_letters(
    database_url: str, tmp_path: Path
) -> None:
    with mail_server() as server:
        house = world.build(database_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
        approve(propose())
        house.deliver()

        text = " ".join(server.text().split())
        assert len(server.to(MAIL)) == 1
    assert "from 1 August 2026 please pay" in text
    assert "Bank of Hangzhou, 3301 0401 6000 8812 06" in text
    assert "Until then: Harbour Tools Co., Ltd., ICBC Hangzhou Branch" in text
    assert "Forged letters about changed accounts are common." in text


def test_a_number_to_be_copied_is_never_broken_over_two_lines(
    database_url: str, tmp_path: Path
) -> None:
    with mail_server() as server:
        house = world.build(database_url, tmp_path, smtp_host="127.0.0.1", smtp_port=server.port)
        approve(propose())
        house.deliver()
        [mail] = server.to(MAIL)

    body = mail.get_body(("html",))
    assert body is not None
    page = str(body.get_content())
    for number in ("3301 0401 6000 8812 06", "1202 0214 0990 0044 17"):
        assert f'style="white-space:nowrap">{number}<' in page


def test_the_old_account_is_printed_until_the_day_before(house: House) -> None:
    approve(propose())

    with db.reading() as session:
        july = banks.on_day(session, "CNY", AUGUST - timedelta(days=1))
        august = banks.on_day(session, "CNY", AUGUST)
        assert july is not None
        assert august is not None
        assert (july.bank, august.bank) == ("ICBC Hangzhou Branch", "Bank of Hangzhou")


def test_the_change_is_shown_ahead_and_for_a_while_after(house: House) -> None:
    approve(propose())

    with db.reading() as session:
        [ahead] = banks.changes(session, ["CNY", "EUR"], TODAY)
        [after] = banks.changes(session, ["CNY"], AUGUST + timedelta(days=30))
        later = banks.changes(session, ["CNY"], AUGUST + timedelta(days=200))
        assert ahead.is_ahead(TODAY)
        assert not after.is_ahead(AUGUST)
        assert list(later) == []


def test_the_first_account_of_a_currency_is_no_change(house: House) -> None:
    with db.transaction() as session:
        make_customer(session, "E-1", currency="EUR")

    approve(propose("DE89 3704 0044 0532 0130 00", "EUR"))

    assert messages("bank_account_changed") == []


def test_one_replaced_on_its_own_first_day_is_not_told_any_more(house: House) -> None:
    approve(propose("3301 0401 6000 8812 06"))
    approve(propose("3301 0401 6000 8812 99"))

    house.deliver()

    first, second = messages("bank_account_changed")
    assert first.state == "cancelled"
    assert second.state != "cancelled"
