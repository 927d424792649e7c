"""Staff set up how statements are: templates with pictures, who is asked how, schedules."""

import io

from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from tests.factories import AT, BY, OTHER, make_customer
from tests.internal.conftest import Desk
from tests.support.books import post
from tests.support.route_world import World
from tests.support.visitor import Visitor, words_of
from tieout import db, settings
from tieout.audit import SYSTEM
from tieout.customers.models import Contact
from tieout.identity.permissions import Role
from tieout.periods import Period
from tieout.statements import asking, delivery, drafting, issuing, templates
from tieout.statements.models import Statement, StatementSchedule, StatementTemplate

NEW = "/desk/settings/statements/templates/new"
CHOSEN = {
    "name": "For dealers",
    "group": "date",
    "language": "",
    "column_1": "date",
    "column_2": "document",
    "column_3": "amount",
    "column_4": "balance",
    "part_1": "movements",
    "part_2": "reply_slip",
    "title_en": "Dealer’s <statement>",
    "title_zh": "经销商对账单",
}


def png() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGBA", (120, 60), (20, 60, 160, 255)).save(out, "PNG")
    out.seek(0)
    return out


def words_on(pdf: bytes) -> str:
    """The words of a paper."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def made(admin: Visitor, **changes: object) -> str:
    """Make a template, and return its address."""
    answer = admin.send(NEW, {**CHOSEN, **changes}, page="/desk/")
    assert answer.status_code == 303, words_of(answer.text)
    return answer.headers["Location"]


def test_a_template_with_a_logo_is_made_and_seen_with_real_figures(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)

    where = made(admin, logo=(png(), "logo.png"))

    page = admin.open(where)
    assert page.status_code == 200
    assert "Dealer’s <statement>" in words_of(page.text) or "Once a statement" in page.text
    assert "<statement>" not in page.text
    with db.reading() as session:
        template = session.execute(
            select(StatementTemplate).where(StatementTemplate.name == "For dealers")
        ).scalar_one()
        version = templates.current(session, template)
        assert version.logo_id is not None
        assert version.seal_id is None


def test_what_was_entered_is_looked_at_and_not_kept(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)

    new = admin.send(NEW, {**CHOSEN, "seal": (png(), "seal.png"), "look": "pdf"}, page="/desk/")
    wrong = admin.send(NEW, {**CHOSEN, "column_3": "", "column_4": "", "look": "pdf"}, page=NEW)

    assert new.status_code == 200, words_of(new.text)
    assert new.mimetype == "application/pdf"
    assert "Dealer’s <statement>" in words_on(new.data)
    assert sum(len(page.images) for page in PdfReader(io.BytesIO(new.data)).pages) > 0
    assert wrong.status_code == 400
    assert "The movements need their amounts" in words_of(wrong.text)
    with db.reading() as session:
        named = select(StatementTemplate).where(StatementTemplate.name == "For dealers")
        assert session.execute(named).first() is None

    where = made(admin, logo=(png(), "logo.png"))
    changed = admin.send(where, {**CHOSEN, "title_en": "Account", "version": "1", "look": "pdf"})
    assert "Account" in words_on(changed.data)
    assert "Account" not in words_of(admin.open(where).text)


def test_a_template_is_shown_in_its_own_language_with_its_columns(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)

    page = words_of(admin.open(made(admin, language="zh")).text)

    assert "经销商对账单" in page
    assert "Dealer’s <statement>" not in page.partition("With real figures")[2]
    assert "日期 我方单据 金额（元） 余额（元）" in page
    assert "期初余额" in page


def test_words_of_several_lines_stay_lines_on_paper(world: World) -> None:
    words = {"language": "zh", "before_zh": "尊敬的客户：\n\n请核对下列往来。", "look": "pdf"}

    shown = world.staff(Role.ADMINISTRATOR).send(NEW, {**CHOSEN, **words}, page="/desk/")

    lines = PdfReader(io.BytesIO(shown.data)).pages[0].extract_text().splitlines()
    assert "尊敬的客户：" in lines
    assert "请核对下列往来。" in lines


def test_what_is_no_picture_and_columns_nobody_could_read_are_refused(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)

    svg = admin.send(NEW, {**CHOSEN, "logo": (io.BytesIO(b"<svg/>"), "logo.png")}, page="/desk/")
    bare = admin.send(NEW, {**CHOSEN, "column_3": "", "column_4": ""}, page="/desk/")

    assert svg.status_code == 400
    assert "no PNG or JPEG picture" in words_of(svg.text)
    assert bare.status_code == 400
    assert "The movements need their amounts" in words_of(bare.text)


def test_a_template_is_chosen_for_a_customer_and_left_again(desk: Desk) -> None:
    admin = desk.world.staff(Role.ADMINISTRATOR)
    where = made(admin)

    unknown = admin.send(f"{where}/choose", {"place": "C-9999"}, page=where)
    chosen = admin.send(f"{where}/choose", {"place": "C-0001"}, page=where)

    assert unknown.status_code == 400
    assert "There is no customer “C-9999”." in words_of(unknown.text)
    assert chosen.status_code == 303
    assert "明远五金" in words_of(admin.open(where).text)
    place = f"customer:{desk.customer_id}"
    assert admin.send(f"{where}/leave", {"place": place}, page=where).status_code == 303
    assert "明远五金" not in words_of(admin.open(where).text)


def test_a_customer_is_asked_negatively_only_with_its_clause_on_file(desk: Desk) -> None:
    where = f"/desk/customers/{desk.customer_id}/statements"
    given = {"request": "negative", "template": "", "clause": "", "days": "", "since": ""}

    desk.accountant.send(where, given, page=where)
    assert "no clause is on file" in words_of(desk.accountant.open(where).text)
    clause = {**given, "clause": "HT-2026-14, § 7", "days": "45", "since": "2026-01-05"}
    assert desk.accountant.send(where, clause, page=where).status_code == 303

    assert "counts, by the clause on file" in words_of(desk.accountant.open(where).text)
    with db.reading() as session:
        kept = asking.clause_of(session, desk.customer_id)
        assert kept is not None
        assert (kept.words, kept.days) == ("HT-2026-14, § 7", 45)


def test_from_when_silence_counts_stands_with_the_statement(world: World) -> None:
    """By contract 45 days after proven delivery; a mail that was sent proves nothing."""
    accountant = world.staff(Role.ACCOUNTANT)
    with db.transaction() as session:
        account = make_customer(session, "N-0001")
        post(session, account, "invoice", "INV-1", "2026-06-03", "1000.00")
        customer = account.customer
        asking.file_clause(session, customer, asking.Clause("HT-2026-14, § 7", 45), by=BY)
        for _ in range(9):  # the world of routes has used the first numbers
            settings.next_number(session, "statement", AT.date())
        made = drafting.draft(
            session, customer, Period.month(2026, 6), request="negative", by=BY, at=AT
        )
        drafting.approve(session, made, by=OTHER, at=AT)
        issuing.issue(session, made, by=OTHER, at=AT)
        where = f"/desk/statements/{made.id}"
        ids = made.id, customer.contacts[0].id

    before = words_of(accountant.open(where).text)
    with db.transaction() as session:
        statement, contact = session.get_one(Statement, ids[0]), session.get_one(Contact, ids[1])
        row = delivery.delivery_to(session, statement, contact)
        delivery.mark_delivered(session, row, proof="dsn", by=SYSTEM, at=AT)

    assert "Silence counts not yet: no delivery is proven" in before
    assert "Silence counts from Monday 17 August 2026" in words_of(accountant.open(where).text)


def test_a_schedule_is_added_and_switched_off(world: World) -> None:
    admin = world.staff(Role.ADMINISTRATOR)
    page = "/desk/settings/statements/schedules/new"
    given = {"whose": "company", "kind": "receivable", "every": "month", "working_day": "3"}

    wrong = admin.send(page, {**given, "working_day": "40"}, page=page)
    nobody = admin.send(page, {**given, "whose": "customer", "customer": "C-9999"}, page=page)
    assert nobody.status_code == 400
    assert "There is no customer “C-9999”." in words_of(nobody.text)
    assert 'value="C-9999"' in nobody.text  # the form is there again, with what was typed
    added = admin.send(page, {**given, "is_active": "y"}, page=page)

    assert wrong.status_code == 400
    assert added.status_code == 303
    assert "working day 3 after each month ends" in words_of(
        admin.open("/desk/settings/statements").text
    )
    with db.reading() as session:
        schedule = session.execute(
            select(StatementSchedule).where(StatementSchedule.scope == "company")
        ).scalar_one()
        where = f"/desk/settings/statements/schedules/{schedule.id}"
    off = admin.send(where, {"version": "1", "working_day": "0"}, page=where)
    assert off.status_code == 303
    assert "switched off" in words_of(admin.open("/desk/settings/statements").text)


def test_the_letter_of_a_statement_is_handed_out(world: World) -> None:
    answer = world.staff(Role.ACCOUNTANT).open(
        f"/desk/statements/{world.ids['statement_id']}/letter"
    )

    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
