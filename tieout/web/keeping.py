"""Parts of pages that are drawn once and shown again, because what they show cannot change.

    {% call kept('open items', statement.sha256, section.id) %}…{% endcall %}

The key names everything the part depends on and is told in plain values; the language, the time
zone and the address of the application are added here. A part that holds a form's token, or words
from the address of the page, is never kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from flask import request
from markupsafe import Markup

from tieout.rendering.translation import reader
from tieout.web.static import static

Value = TypeVar("Value")


class Shelf(Generic[Value]):
    """Values by key; when the room is used up, the one not asked for longest makes way."""

    def __init__(self, room: int) -> None:
        self._room, self._used, self._lock = room, 0, Lock()
        self._kept: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """What was put there, if it is there still."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Value, size: int) -> None:
        """Keep a value of a size; one that would take a quarter of the room is not kept."""
        if size * 4 > self._room:
            return
        with self._lock:
            before = self._kept.pop(key, None)
            self._used += size - (before[1] if before else 0)
            self._kept[key] = value, size
            while self._used > self._room:
                self._used -= self._kept.popitem(last=False)[1][1]


#: Characters of markup.
_PARTS: Shelf[Markup] = Shelf(8_000_000)


def kept(*key: Hashable, caller: Callable[[], str]) -> Markup:
    """Draw a part of a page, or show it as it was drawn before."""
    whole = (*key, reader.get(), request.script_root, static("img/icons.svg"))
    found = _PARTS.get(whole)
    if found is None:
        found = Markup(caller())  # noqa: S704 - a template has escaped it
        _PARTS.put(whole, found, len(found))
    return found
