"""The examples of the guide for developers do what the guide says."""

import html
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories import BY, make_company, make_customer
from tests.support.imports import rows, upload
from tieout.intake.connectors.protocol import PulledFile, checked
from tieout.intake.connectors.registry import CONNECTORS
from tieout.intake.importers import IMPORTERS
from tieout.intake.judging import chosen
from tieout.intake.judging.checks import CHECKS
from tieout.registry import Registry

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
TILL = "TILL 2026-06-30 CNY\nT-1001 M-0217 120.00\nT-1002 M-0217  60.50\nSUM 2 180.50\n"


@pytest.fixture(autouse=True)
def _plugged_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The examples, registered as plug-ins are."""
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLES.parents[1]))
    registered: list[tuple[Registry[object], str, str]] = [
        (CHECKS, "weekend", "docs.examples.check_weekend:WEEKEND"),  # type: ignore[list-item]
        (IMPORTERS, "till", "docs.examples.importer_till:Till"),  # type: ignore[list-item]
        (CONNECTORS, "archive", "docs.examples.connector_archive:ARCHIVE"),  # type: ignore[list-item]
    ]
    for registry, name, address in registered:
        registry.register(name, address)
    yield
    for registry, name, _ in registered:
        registry.forget(name)


@pytest.fixture
def books(session: Session) -> Session:
    """A company, and one customer."""
    make_company(session)
    make_customer(session)
    return session


def test_the_check_finds_sundays_and_is_switched_like_any_other(books: Session) -> None:
    sunday = (
        "Number,Date,Customer code,Amount\n"
        "N-1,2026-06-28,M-0217,500.00\n"
        "N-2,2026-06-28,M-0217,99.00\n"
        "N-3,2026-06-29,M-0217,500.00\n"
    )

    batch = upload(books, sunday)
    chosen.choose(books, "weekend", "off", by=BY)
    quiet = upload(books, sunday + "\n", name="again.csv")

    assert [(row.state, row.cause) for row in rows(books, batch)] == [
        ("decision", "weekend"),
        ("ready", ""),
        ("ready", ""),
    ]
    assert [row.state for row in rows(books, quiet)] == ["ready"] * 3


def test_the_importer_reads_the_till_and_proves_it(books: Session) -> None:
    batch = upload(books, TILL, name="till.txt")
    torn = upload(books, TILL.replace("180.50", "200.00"), name="torn.txt")

    assert [row.values["number"] for row in rows(books, batch)] == ["T-1001", "T-1002"]
    assert batch.totals["sums"] == {"CNY": 18050}
    assert [control["found"] for control in torn.reading["controls"]] == ["2", "180.50"]
    assert [control["expected"] for control in torn.reading["controls"]] == ["2", "200.00"]


def test_the_connector_takes_each_file_once(tmp_path: Path) -> None:
    path = tmp_path / "days.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("2026-06-29.csv", "a,b\n1,2\n")
        archive.writestr("2026-06-30.csv", "a,b\n3,4\n")
    connector, given = CONNECTORS["archive"], {"path": str(path)}
    checked(connector, given, {})

    first = [one for one in connector.pull(given, {}, {}) if isinstance(one, PulledFile)]
    mark = {name: value for one in first for name, value in one.mark.items()}
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("2026-07-01.csv", "a,b\n5,6\n")
    second = [one for one in connector.pull(given, {}, mark) if isinstance(one, PulledFile)]

    assert [one.name for one in first] == ["2026-06-29.csv", "2026-06-30.csv"]
    assert [one.name for one in second] == ["2026-07-01.csv"]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_the_guide_shows_the_examples_as_they_are(path: Path, language: str) -> None:
    page = EXAMPLES.parents[1] / "templates" / "help" / language / "extending.html"

    assert path.read_text("utf-8").rstrip() in html.unescape(page.read_text("utf-8"))
