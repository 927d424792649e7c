"""Sales read of their own customers alone: on every page, in every file, in every history."""

import io
import zipfile

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from werkzeug.test import TestResponse

from tests.support.route_world import World
from tests.support.walk import address, methods, of_face, seen
from tieout.identity.permissions import ROLES, Role

#: The other customer: its code, its name, and the people who write to us for it.
OTHERS = ("M-0300", "Other Trading", "@other.example")
#: What sales may do.
MAY = ROLES[Role.SALES]
#: Every list as a file; `%(customer)s` asks for the other's by its ids.
FORMS = (
    "?as=csv&q=0300",
    "?as=csv&customer=%(customer)s&account=%(account)s&customer_id=%(customer)s",
)


def said(answer: TestResponse) -> str:
    """All that an answer tells."""
    return str(answer.data, "utf-8", "replace")


def test_no_page_or_file_tells_sales_of_customers_who_are_not_theirs(world: World) -> None:
    salesman = world.staff(Role.SALES)
    ids = {"customer": world.others["customer_id"], "account": world.others["account_id"]}
    told: list[tuple[str, str]] = []
    hidden = 0

    everything = seen(world, "internal", Role.APPROVER)
    for page, whole in zip(seen(world, "internal", Role.SALES), everything, strict=True):
        access = page.access
        if access.public or not (access.permission is None or access.permission in MAY):
            continue
        read = {page.path: page.text}
        for path in (page.path + form % ids for form in FORMS):
            read[path] = said(salesman.open(path))
        told += [(path, name) for path, words in read.items() for name in OTHERS if name in words]
        hidden += OTHERS[1] in whole.text

    assert told == []
    assert hidden > 10  # pages on which whoever sees all customers reads of the other


def inside(answer: TestResponse) -> str:
    """All that an answer tells, whatever kind of file it is."""
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            parts = [name for name in book.namelist() if name.endswith((".xml", ".csv", ".json"))]
            return "\n".join(str(book.read(name), "utf-8", "replace") for name in parts)
    if answer.content_type == "application/pdf":
        try:
            pages = PdfReader(io.BytesIO(answer.data)).pages
            return "\n".join(page.extract_text() for page in pages)
        except PyPdfError:  # a file somebody handed in, which is what it is
            pass
    return said(answer)


def test_the_others_ids_in_an_address_open_nothing_in_any_form(world: World) -> None:
    salesman = world.staff(Role.SALES)
    ids = {**world.ids, **world.others}
    asks = f"customer={ids['customer_id']}&account={ids['account_id']}"
    told: list[tuple[str, str]] = []
    forms: set[str] = set()

    for rule, access in of_face(world.app, "internal"):
        allowed = access.permission is None or access.permission in MAY
        if access.public or not allowed:
            continue
        path = address(rule, ids)
        answers = [salesman.send(path)] if "POST" in methods(rule) else []
        if "GET" in methods(rule):
            answers += [
                salesman.open(path + form)
                for form in ("", f"?as=xlsx&{asks}", f"?as=pdf&{asks}", f"?as=csv&{asks}")
            ]
        for answer in answers:
            assert answer.status_code < 500, path
            forms.add((answer.content_type or "").partition(";")[0])
            words = inside(answer)
            told += [(path, name) for name in OTHERS if name in words]

    assert told == []
    assert len(forms) >= 3  # pages, workbooks, texts
