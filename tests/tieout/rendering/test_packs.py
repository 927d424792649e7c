"""Packs: whole as they were made, and anything done to them since is told."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tieout.identity import keys
from tieout.rendering.packing import Pack, safe_name
from tieout.rendering.packs import NoPack, prove

AT = datetime(2026, 7, 2, 1, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def key() -> Iterator[None]:
    """The key of an installation."""
    before = keys._links
    keys.configure("links key of the tests")
    yield
    keys.configure(before.decode())


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A pack of two files."""
    pack = Pack("data_export", AT, {"customer": "M-0217"})
    content = pack.add("answers.csv", b"Receipt\r\nR-1\r\n") + pack.add("files/a.txt", b"a" * 3000)
    path = tmp_path / "export.zip"
    path.write_bytes(content + pack.close())
    return path


def again(path: Path, **changed: bytes | None) -> Path:
    """The same pack with some files changed, added, or (None) left out."""
    with zipfile.ZipFile(path) as old:
        files = {name: old.read(name) for name in old.namelist()}
    files.update(changed)  # type: ignore[arg-type]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, content in files.items():
            if content is not None:
                new.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def test_a_pack_is_whole_and_ours(made: Path) -> None:
    proof = prove(made, with_keys=True)

    assert (proof.ok, proof.is_ours, proof.files, proof.problems) == (True, True, 2, ())


def test_what_the_manifest_does_not_list_is_what_proves_it(made: Path) -> None:
    with zipfile.ZipFile(made) as pack:
        told = json.loads(pack.read("manifest.json"))
        listed = {one["name"] for one in told["files"]}

        assert set(told["not_listed"]) == {"manifest.json", "SHA256SUMS", "SEAL"}
        assert set(pack.namelist()) == listed | set(told["not_listed"])


def test_another_installation_did_not_make_it(made: Path) -> None:
    keys.configure("another key")

    proof = prove(made, with_keys=True)

    assert (proof.is_ours, proof.ok) == (False, False)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"answers.csv": b"Receipt\r\nR-2\r\n"}, "“answers.csv” was changed after"),
        ({"answers.csv": None}, "“answers.csv” is missing"),
        ({"more.csv": b""}, "“more.csv” is not in the manifest"),
        ({"SHA256SUMS": b""}, "“SHA256SUMS” does not say"),
    ],
)
def test_what_was_done_to_it_is_told(made: Path, changed: dict[str, bytes], said: str) -> None:
    proof = prove(again(made, **changed))

    assert [str(one)[: len(said)] for one in proof.problems] == [said]


def test_a_manifest_made_to_fit_is_not_sealed(made: Path) -> None:
    with zipfile.ZipFile(made) as pack:
        told = json.loads(pack.read("manifest.json"))
    told["customer"] = "M-0300"

    proof = prove(again(made, **{"manifest.json": json.dumps(told).encode()}), with_keys=True)

    assert proof.is_ours is False


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all"])
def test_what_is_no_pack_is_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.zip"
    path.write_bytes(content)

    with pytest.raises(NoPack):
        prove(path)


def test_a_zip_without_a_sound_manifest_is_no_pack(made: Path) -> None:
    for manifest in (None, b"{", b"[]", b'{"format": "tieout-pack-1", "files": [1]}'):
        with pytest.raises(NoPack):
            prove(again(made, **{"manifest.json": manifest}))


def test_names_lead_nowhere_and_two_of_one_name_are_two(tmp_path: Path) -> None:
    pack = Pack("data_export", AT, {})
    content = b"".join(
        pack.add(name, b"x") for name in ("../../etc/passwd", "A.txt", "a.txt", "\0..\\x", "//")
    )
    path = tmp_path / "names.zip"
    path.write_bytes(content + pack.close())

    with zipfile.ZipFile(path) as made:
        names = made.namelist()
    steps = [step for name in names for step in name.split("/")]
    assert not {"", ".", ".."} & set(steps)
    assert not any("\\" in name or "\0" in name for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    assert prove(path).ok


def test_steps_of_a_path() -> None:
    assert [safe_name(part) for part in ("..", "a/b", "C:", "对账单.pdf", " .x. ")] == [
        "_", "a_b", "C_", "对账单.pdf", "x",
    ]  # fmt: skip
