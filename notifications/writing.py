"""A message put into words: text and HTML of one set of figures, and the files that go with it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from notifications.channels import Button, File, Parcel
from notifications.figures import thawed
from notifications.kinds import Print
from tieout.db.base import Json
from tieout.rendering.translation import gettext, reading
from tieout.reports import making
from tieout.wording.filling import built_in, filled
from tieout.wording.text import Own

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
    kind = str(frozen.get("as", parcel.kind))
    if kind != parcel.kind:  # a test of words: every way leads to the same page
        data["links"] = dict.fromkeys(("page", "statement"), links["page"])
    own = frozen.get("own")
    with reading(parcel.language, str(head["zone"])):
        if own is None:
            said = built_in(kind, form, data)
        else:
            said = filled(kind, form, Own(own["subject"], own["body"]), data)
        subject = said.subject
        if kind != parcel.kind:
            subject = gettext("Test: %(subject)s", subject=subject)
    buttons = tuple(Button(label, url) for label, url in said.buttons)
    if form == "chat":
        return _replaced(parcel, head, subject=subject, text=said.text, buttons=buttons)
    return _replaced(
        parcel,
        head,
        subject=subject,
        text=said.text,
        html=said.html,
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


def forget() -> None:
    """Forget the files made last; the next ones are made anew."""
    _content.cache_clear()


def _replaced(parcel: Parcel, head: Json, **changes: Any) -> Parcel:
    contact = head["our_contact"]
    return replace(parcel, sender=head["sender"], reply_to=contact["email"], **changes)


def _media_type(filename: str) -> str:
    _, _, ending = filename.rpartition(".")
    return _MEDIA[f".{ending}"]
