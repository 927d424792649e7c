"""Catalogues of areas: brought up to date, merged, compiled, loaded."""

from pathlib import Path

import pytest

from tieout.translations import catalogues, extraction

HEAD = 'msgid ""\nmsgstr ""\n"Language: zh\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'


def write(root: Path, area: str, words: str) -> Path:
    """Write one area's Chinese catalogue."""
    path = root / "zh" / "LC_MESSAGES" / f"{area}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + words, "utf-8")
    return path


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A folder with a module and a template."""
    folder = tmp_path / "code"
    (folder / "templates").mkdir(parents=True)
    (folder / "tieout").mkdir()
    (folder / "tieout" / "owed.py").write_text(
        'N_("%(open)s is open.")\nngettext("%(num)s invoice", "%(num)s invoices", n)\n'
    )
    (folder / "templates" / "owed.html").write_text(
        "<h1>{% trans %}Balance{% endtrans %}</h1>{{ _('Pay to') }}{{ pgettext('verb', 'Open') }}"
    )
    return folder


def test_areas_are_merged_and_found_compiled(tmp_path: Path) -> None:
    write(tmp_path, "core", 'msgid "Balance"\nmsgstr "余额"\n')
    write(tmp_path, "portal", 'msgid "Pay to"\nmsgstr "收款账户"\n')

    assert catalogues.build("zh", tmp_path)
    assert not catalogues.build("zh", tmp_path), "nothing has changed"
    words = catalogues.load("zh", tmp_path)

    assert (words.gettext("Balance"), words.gettext("Pay to")) == ("余额", "收款账户")


def test_what_is_compiled_is_not_used_when_the_words_have_changed(tmp_path: Path) -> None:
    write(tmp_path, "core", 'msgid "Balance"\nmsgstr "余款"\n')
    catalogues.build("zh", tmp_path)
    write(tmp_path, "core", 'msgid "Balance"\nmsgstr "余额"\n')

    assert not catalogues.is_current("zh", tmp_path)
    assert catalogues.load("zh", tmp_path).gettext("Balance") == "余额"
    assert catalogues.build("zh", tmp_path)


@pytest.mark.parametrize("damage", [b"", b"not a catalogue at all"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    write(tmp_path, "core", 'msgid "Balance"\nmsgstr "余额"\n')
    (tmp_path / "zh" / "LC_MESSAGES" / "messages.mo").write_bytes(damage)

    assert catalogues.load("zh", tmp_path).gettext("Balance") == "余额"
    assert catalogues.build("zh", tmp_path)


def test_two_areas_may_not_say_the_same_differently(tmp_path: Path) -> None:
    write(tmp_path, "core", 'msgid "Balance"\nmsgstr "余额"\n')
    write(tmp_path, "portal", 'msgid "Balance"\nmsgstr "结余"\n')

    with pytest.raises(catalogues.TranslationsConflict, match=r"core\.po.*portal\.po"):
        catalogues.merged("zh", tmp_path)


def test_extraction_keeps_words_and_leaves_those_of_other_areas(tmp_path: Path, code: Path) -> None:
    write(tmp_path, "core", 'msgid "Balance"\nmsgstr "余额"\n')
    path = write(
        tmp_path, "owed", 'msgid "Pay to"\nmsgstr "收款账户"\n\nmsgid "Old"\nmsgstr "旧"\n'
    )

    extraction.update("owed", ["tieout", "templates"], code=code, root=tmp_path)
    owed = catalogues.read(path)

    assert {message.id for message in owed if message.id} == {
        "%(open)s is open.",
        ("%(num)s invoice", "%(num)s invoices"),
        "Pay to",
        "Open",
    }
    assert owed.get("Pay to").string == "收款账户"  # type: ignore[union-attr]


def test_an_area_remembers_its_folders(tmp_path: Path, code: Path) -> None:
    extraction.update("owed", ["tieout", "templates"], code=code, root=tmp_path)
    before = catalogues.areas("zh", tmp_path)[0].read_bytes()

    extraction.update("owed", [], code=code, root=tmp_path)

    assert catalogues.areas("zh", tmp_path)[0].read_bytes() == before


def test_a_new_area_needs_its_folders(tmp_path: Path, code: Path) -> None:
    with pytest.raises(ValueError, match="name the folders"):
        extraction.update("owed", [], code=code, root=tmp_path)


def test_missing_and_mistaken_words_are_listed(tmp_path: Path, code: Path) -> None:
    write(
        tmp_path,
        "owed",
        'msgid "Balance"\nmsgstr "余额"\n\nmsgid "Pay to"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "%(open)s is open."\nmsgstr "尚有 %(opn)s 未清。"\n\n'
        'msgid "%(num)s invoice"\nmsgid_plural "%(num)s invoices"\nmsgstr[0] "%(num)s 张 5%"\n',
    )

    lacking = extraction.missing(code=code, root=tmp_path)
    wrong = extraction.mistakes(root=tmp_path)

    assert {message.id for message in lacking} == {"Pay to", "Open", "%(open)s is open."}
    assert [line.split(": ")[1][:8] for line in wrong] == ["fuzzy", "'%(open)", "'%(num)s"]
