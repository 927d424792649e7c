"""Files are called what their page says, in every script, in headers any server can send."""

from werkzeug.http import parse_options_header

from tests.support.route_world import World
from tieout.identity.permissions import Role
from tieout.web.downloads import download


def name_of(header: str) -> str:
    """What a browser calls a file."""
    return parse_options_header(header)[1]["filename"]


def test_a_chinese_name_arrives_whole() -> None:
    header = download(b"", "客户 2026-06.xlsx", "text/csv").headers["Content-Disposition"]

    assert header.isascii()
    assert name_of(header) == "客户 2026-06.xlsx"
    assert 'filename="__ 2026-06.xlsx"' in header  # for what knows no other


def test_signs_that_would_end_the_header_or_the_folder_are_taken_out() -> None:
    header = download(b"", 'a"b;\r\n../c.csv', "text/csv").headers["Content-Disposition"]

    assert name_of(header) == "a_b;__.._c.csv"


def test_lists_come_as_files_in_chinese(world: World) -> None:
    reader = world.staff(Role.ACCOUNTANT, "zh")

    for path in ("customers", "products", "ledger"):
        answer = reader.open(f"/desk/{path}?as=csv")
        header = answer.headers["Content-Disposition"]
        assert answer.status_code == 200
        assert header.isascii()
        assert any("\u4e00" <= sign <= "\u9fff" for sign in name_of(header)), header
