"""`tieout verify PACK`: at a terminal, with and without the installation that made it."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from tests.tieout.cli.conftest import Type
from tieout.rendering.packing import Pack


def pack_of(harbour: Path, type_in: Type, folder: Path) -> Path:
    """A pack this installation made."""
    assert type_in("verify", "--data", harbour)[0] == 0  # composes the parts: its keys are known
    pack = Pack("evidence", datetime(2026, 7, 2, tzinfo=UTC), {})
    path = folder / "evidence.zip"
    path.write_bytes(pack.add("answers.csv", b"R-1") + pack.close())
    return path


def test_a_pack_is_proven_at_a_terminal(type_in: Type, harbour: Path, tmp_path: Path) -> None:
    path = pack_of(harbour, type_in, tmp_path)

    assert type_in("verify", path) == (
        0,
        "✓ evidence.zip, made at 2026-07-02T00:00:00+00:00: 1 files.\nAll is whole.\n",
    )
    end, said = type_in("verify", path, "--data", harbour)
    assert (end, "Made by this installation." in said) == (0, True)
    told = json.loads(type_in("verify", path, "--json")[1])
    assert (told["ok"], told["packs"][0]["files"]) == (True, 1)


def test_a_changed_pack_is_told(type_in: Type, harbour: Path, tmp_path: Path) -> None:
    path = pack_of(harbour, type_in, tmp_path)
    with zipfile.ZipFile(path, "a") as pack:
        pack.writestr("more.csv", "R-2")

    end, said = type_in("verify", path)

    assert end == 1
    assert "“more.csv” is not in the manifest" in said
    assert "This is not what was handed out." in said


def test_no_pack_is_said_in_a_sentence(type_in: Type, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("no pack")

    end, said = type_in("verify", path)

    assert end == 1
    assert said.startswith("letter.txt is no evidence pack or data export of Tieout")
