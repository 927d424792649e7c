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
