"""`tieout demo`: what is said before anything is filled, and that it is filled once."""

import socket
from pathlib import Path

from tests.tieout.cli.conftest import Type


def test_a_taken_port_is_said_before_anything_is_filled(type_in: Type, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        end, said = type_in("demo", "--data", tmp_path / "demo", "--port", port)

    assert end == 1
    assert f"Port {port} is taken" in said
    assert not (tmp_path / "demo").exists()


def test_somebodys_own_books_are_left_alone(type_in: Type, harbour: Path) -> None:
    end, said = type_in("demo", "--data", harbour, "--fill-only", "--fresh")

    assert end == 1
    assert "is no sample company" in said


def test_somebodys_own_database_is_left_alone(
    type_in: Type, tmp_path: Path, postgresql_url: str
) -> None:
    end, said = type_in(
        "demo", "--data", tmp_path / "demo", "--fill-only", "--database-url", postgresql_url
    )

    assert end == 1
    assert "holds tables already" in said


def test_a_sample_of_one_trade_says_what_must_come_of_it(type_in: Type, tmp_path: Path) -> None:
    folder = tmp_path / "demo"

    end, said = type_in("demo", "--sector", "hotel", "--data", folder, "--fill-only")

    assert end == 0
    assert "ours 2,083.00, theirs 1,658.00" in said
    assert {path.name for path in (folder / "samples").iterdir()} == {
        "folios.csv",
        "payments.csv",
        "meridian.csv",
    }
    end, said = type_in("demo", "--sector", "bank", "--data", folder, "--fill-only")
    assert end == 1
    assert "holds another sample company" in said


def test_an_unknown_trade_is_answered_with_those_there_are(type_in: Type, tmp_path: Path) -> None:
    end, said = type_in("demo", "--sector", "farm", "--data", tmp_path / "demo", "--fill-only")

    assert end == 1
    assert "dealer, hotel, construction, shop, bank" in said
    assert not (tmp_path / "demo").exists()
