"""Templates: found from anywhere, escaped, strict, in the reader's language."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from tieout.money import Money
from tieout.rendering.environment import environment, templates_path
from tieout.rendering.translation import reading

ROOT = Path(__file__).parents[3]


def say(source: str, **data: object) -> str:
    """Fill in a template written here."""
    return environment().from_string(source).render(**data)


def test_text_of_others_does_not_run() -> None:
    assert say("{{ name }}", name="<script>") == "&lt;script&gt;"
    assert say("{{ _('%(n)s owes', n=name) }}", name="<b>") == "&lt;b&gt; owes"


def test_only_markup_is_escaped() -> None:
    escape = environment().autoescape

    assert callable(escape)
    assert escape("messages/statement/email.html")
    assert not escape("messages/statement/email.txt")


def test_a_name_that_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        say("{{ forgotten }}")


def test_figures_words_and_dates_follow_the_reader() -> None:
    source = (
        "{{ balance|money }} {{ -4|signed('JPY') }} {{ '2026-06-30'|longday }}"
        " {{ 'CNY'|currency_unit }} {{ _('This does not exist.') }} {{ language() }}"
    )
    with reading("en"):
        english = say(source, balance=Money(404000, "CNY"))
    with reading("zh"):
        chinese = say(source, balance=Money(404000, "CNY"))

    assert english == "4,040.00 −4 30 June 2026 CNY This does not exist. en"
    assert chinese == "4,040.00 −4 2026年6月30日 元 该内容不存在。 zh"


def test_minor_units_need_their_currency() -> None:
    with pytest.raises(TypeError, match="need their currency"):
        say("{{ 404000|money }}")


def test_a_fingerprint_is_shown_short_or_whole() -> None:
    digest = "7c1f09ae51d2" + "0" * 48 + "e83b"

    assert say("{{ digest|fingerprint }}", digest=digest) == "7c1f 09ae 51d2 … e83b"
    assert say("{{ digest|fingerprint(0) }}", digest=digest).replace(" ", "") == digest


def test_templates_are_found_from_any_folder(tmp_path: Path) -> None:
    code = "from tieout.rendering.environment import templates_path; print(templates_path())"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert Path(found.stdout.strip()) == templates_path() == ROOT / "templates"
