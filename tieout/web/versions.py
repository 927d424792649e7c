"""Two people at one record: a form remembers which version was looked at.

Whoever saves second is told what the first has changed, and keeps what they typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wtforms import HiddenField

from tieout.rendering.translation import gettext
from tieout.web.forms import Form, sent


@dataclass(frozen=True)
class Meanwhile:
    """A field that somebody else has saved with another value."""

    label: str
    #: What it is now, in words.
    now: str


class VersionedForm(Form):
    """A form over a record that others may change at the same time."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version that was looked at; 0 where the form does not say."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    def meanwhile(self, stored: Mapping[str, object]) -> list[Meanwhile]:
        """What somebody else has saved since; from here on that version counts as looked at."""
        if not sent() or str(stored["version"]) == str(self.version.data):
            return []
        found = [
            Meanwhile(self[name].label.text, self._words(name, value))
            for name, value in stored.items()
            if name != "version" and name in self and _plain(self[name].data) != _plain(value)
        ]
        self.version.data = str(stored["version"])
        return found

    def _words(self, name: str, value: object) -> str:
        """A value as the page writes it: a choice by its words."""
        choices = getattr(self[name], "choices", None)
        if isinstance(choices, dict):
            return str(choices.get(value, value))
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        return str(value) if value not in (None, "") else gettext("nothing")


def _plain(value: object) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
