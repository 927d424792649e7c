"""A message put into words: text and HTML of one set of figures, and the files that go with it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from notifications.channels import Button, File, Parcel
from notifications.figures import thawed
from notifications.kinds import Print
from tieout.db.base import Json
from tieout.rendering.environment import render
from tieout.rendering.translation import reading
from tieout.reports import making

#: The last lines of a chat text that can be pressed: [See the 900.00](https://…).
_BUTTON = re.compile(r"^\[(?P<label>[^\]]+)\]\((?P<url>[^)\s]+)\)$")
_MEDIA = {
    ".pdf": "application/pdf",
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write(
    parcel: Parcel, form: str, *, frozen: Json, links: dict[str, str], files: Sequence[File]
) -> Parcel:
    """Fill in a message in its reader's language, as a mail or for a chat."""
    head = frozen["head"]
    data: dict[str, Any] = {
        **thawed(frozen["figures"]),
        **head,
        "links": links,
        "files": [file.filename for file in files],
    }
    folder = f"messages/{parcel.kind}"
    with reading(parcel.language, str(head["zone"])):
        subject = tidy(render(f"{folder}/subject.txt", **data))
        if form == "chat":
            text, buttons = with_buttons(tidy(render(f"{folder}/chat.txt", **data)))
            return _replaced(parcel, head, subject=subject, text=text, buttons=buttons)
        text = tidy(render(f"{folder}/email.txt", **data)) + "\n"
        html = render(f"{folder}/email.html", subject=subject, **data)
    return _replaced(
        parcel,
        head,
        subject=subject,
        text=text,
        html=html,
        files=tuple(files),
        unsubscribe_url=links.get("unsubscribe", ""),
    )


def made(prints: Sequence[Print]) -> list[File]:
    """Make the files of a message."""
    return [
        File(one.filename, _media_type(one.filename), _content(one.report, _Data(one.data)))
        for one in prints
    ]


class _Data:
    """The data of a file, equal where it says the same."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.words = repr(data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Data) and self.words == other.words

    def __hash__(self) -> int:
        return hash(self.words)


@lru_cache(maxsize=4)  # several people of one customer get the same file
def _content(report: str, data: _Data) -> bytes:
    return making.made(report, data.data)


def _replaced(parcel: Parcel, head: Json, **changes: Any) -> Parcel:
    contact = head["our_contact"]
    return replace(parcel, sender=head["sender"], reply_to=contact["email"], **changes)


def with_buttons(text: str) -> tuple[str, tuple[Button, ...]]:
    """A chat text and the buttons that stand in its last lines."""
    lines = text.split("\n")
    buttons: list[Button] = []
    while lines and (pressed := _BUTTON.match(lines[-1].strip())):
        buttons.insert(0, Button(pressed["label"], pressed["url"]))
        lines.pop()
        while lines and not lines[-1].strip():
            lines.pop()
    return "\n".join(lines), tuple(buttons)


def tidy(text: str) -> str:
    """Without blank lines at the ends, or more than one in a row."""
    lines = [line.rstrip() for line in text.strip().split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _media_type(filename: str) -> str:
    _, _, ending = filename.rpartition(".")
    return _MEDIA[f".{ending}"]
