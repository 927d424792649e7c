"""The built-in words as a template to begin with: the same message, with its figures in braces."""

import re
from functools import cache

from tieout.rendering.translation import reading
from tieout.wording import examples
from tieout.wording.filling import Data, block, built_in, value
from tieout.wording.places import blocks_of, places_of
from tieout.wording.text import PLACE, Own, tidied

#: Below the line with two dashes stands the foot, which is always built in.
_FOOT = "\n--\n"


@cache
def beginning(kind: str, level: int, language: str, channel: str) -> Own:
    """What the built-in words are, written as a template."""
    data = examples.data(kind, level, language)
    form = "email" if channel == "email" else "chat"
    with reading(language, examples.ZONE):
        usual = built_in(kind, form, data)
        body = usual.text.split(_FOOT)[0]
        for name in _longest_first(kind, channel, data):
            body = body.replace(block(kind, name, data), f"{{{name}}}")
        values = _values(kind, data)
        subject = _with_places(usual.subject, values) if form == "email" else ""
        return Own(subject, tidied(_with_places(body, values)))


def _longest_first(kind: str, channel: str, data: Data) -> list[str]:
    said = {name: block(kind, name, data) for name in blocks_of(kind, channel)}
    return sorted((name for name in said if said[name]), key=lambda name: -len(said[name]))


def _values(kind: str, data: Data) -> dict[str, str]:
    """What stands in the example, by what it stands for; figures alone could be anything."""
    found: dict[str, str] = {}
    for name, place in places_of(kind).items():
        words = value(place.source, data)
        if len(words) > 1 and not words.isdecimal():
            found.setdefault(words, name)
    return found


def _with_places(text: str, values: dict[str, str]) -> str:
    known = re.compile("|".join(re.escape(one) for one in sorted(values, key=len, reverse=True)))
    pieces = re.split(f"({PLACE.pattern})", text)
    # every second piece but one is a placeholder already, followed by the name in it
    outside = pieces[::3]
    inside = pieces[1::3]
    outside = [known.sub(lambda found: f"{{{values[found[0]]}}}", piece) for piece in outside]
    return "".join(a + b for a, b in zip(outside, [*inside, ""], strict=True))
