"""A template filled in: the words of a person, the figures of a message.

Every value is put in as text and once: what stands in a value is never looked at again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Template

from tieout.rendering.environment import environment, render
from tieout.wording.places import WORDED, blocks_of, places_of
from tieout.wording.text import PLACE, Own, Paragraph, Standing, parts

Data = Mapping[str, Any]
#: Numbers of documents, accounts and receipts in the words of an HTML page, not in its tags.
_NUMBER = re.compile(r"(?<![\w/-])[A-Z]{1,4}-\d[\d-]{1,18}(?![\w-])(?=[^<>]*<)")
_HEAD = "</head>"
#: The last lines of a chat text that can be pressed: [See the 900.00](https://…).
_BUTTON = re.compile(r"^\[(?P<label>[^\]]+)\]\((?P<url>[^)\s]+)\)$")


@dataclass(frozen=True)
class Filled:
    """A message in words; a chat has no HTML."""

    subject: str
    text: str
    html: str = ""
    #: Labels and addresses of what can be pressed below a chat text.
    buttons: tuple[tuple[str, str], ...] = ()


def built_in(kind: str, form: str, data: Data) -> Filled:
    """Say it in the built-in words, as a mail or for a chat."""
    folder = f"messages/{kind}"
    subject = tidy(render(f"{folder}/subject.txt", **data))
    if form == "chat":
        text, buttons = with_buttons(tidy(render(f"{folder}/chat.txt", **data)))
        return Filled(subject, text, "", buttons)
    text = tidy(render(f"{folder}/email.txt", **data)) + "\n"
    html = render(f"{folder}/email.html", subject=subject, **data)
    return Filled(subject, text, _unbroken(html))


def filled(kind: str, form: str, own: Own, data: Data) -> Filled:
    """Say it in the company's own words; what must not be lost stays as it is built in.

    The foot of a mail, the buttons of a chat, and what would say an amount where none may be
    said are always the built-in ones.
    """
    if form == "chat":
        usual = built_in(kind, form, data)
        if not data["amounts"] and _says_amounts(kind, own.names):
            return usual
        return Filled(usual.subject, chat(kind, own.body, data), "", usual.buttons)
    names = set(PLACE.findall(own.subject))
    if (data["amounts"] and data["subject_amounts"]) or not _says_amounts(kind, names):
        subject = inline(kind, own.subject, data)
    else:
        subject = tidy(render(f"messages/{kind}/subject.txt", **data))
    more = {**data, "kind_of_message": kind, "own_parts": list(_shown(kind, own.body, data))}
    text = tidy(render("messages/own_words.txt", **more)) + "\n"
    html = render("messages/own_words.html", subject=subject, **more)
    return Filled(subject, text, _unbroken(html))


def _unbroken(html: str) -> str:
    """Keep every number of a mail on one line, however narrow it is read."""
    head, mark, body = html.partition(_HEAD)
    return head + mark + _NUMBER.sub(r'<span style="white-space:nowrap">\g<0></span>', body)


def inline(kind: str, line: str, data: Data) -> str:
    """One line with everything put in."""
    places = places_of(kind)

    def put(found: re.Match[str]) -> str:
        place = places.get(found[1])
        return found[0] if place is None else value(place.source, data)

    return PLACE.sub(put, line)


def value(source: str, data: Data) -> str:
    """What one placeholder becomes: text on one line."""
    return " ".join(_compiled(source).render(**data).split())


def chat(kind: str, body: str, data: Data) -> str:
    """A chat text; a line of placeholders alone that come to nothing is left out."""
    return tidy("\n".join(_lines(kind, body.split("\n"), data)))


def block(kind: str, name: str, data: Data) -> str:
    """The text of one block."""
    more = {**data, **_pressed(kind, data)}
    return tidy(render(f"messages/blocks/{blocks_of(kind, 'email')[name].name}.txt", **more))


def with_buttons(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A chat text and the buttons that stand in its last lines."""
    lines = text.split("\n")
    buttons: list[tuple[str, str]] = []
    while lines and (pressed := _BUTTON.match(lines[-1].strip())):
        buttons.insert(0, (pressed["label"], pressed["url"]))
        lines.pop()
        while lines and not lines[-1].strip():
            lines.pop()
    return "\n".join(lines), tuple(buttons)


def tidy(text: str) -> str:
    """Without blank lines at the ends, or more than one in a row."""
    lines = [line.rstrip() for line in text.strip().split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _shown(kind: str, body: str, data: Data) -> list[dict[str, object]]:
    """The parts of a mail, each filled in."""
    found: list[dict[str, object]] = []
    blocks = blocks_of(kind, "email")
    for part in parts(body, kind):
        match part:
            case Standing(name, is_apart):
                pressed = _pressed(kind, data)
                found.append({"block": blocks[name].name, "is_apart": is_apart, **pressed})
            case Paragraph(lines, is_apart):
                said = _lines(kind, lines, data)
                if said:
                    found.append({"block": "", "is_apart": is_apart, "lines": said})
    return found


def _lines(kind: str, lines: Sequence[str], data: Data) -> list[str]:
    said = [(line, inline(kind, line, data)) for line in lines]
    return [words for line, words in said if words.strip() or not PLACE.search(line)]


def _pressed(kind: str, data: Data) -> dict[str, object]:
    words, link = WORDED[kind].button
    return {"button_words": value(words, data), "button_href": data["links"][link]}


def _says_amounts(kind: str, names: set[str]) -> bool:
    places = places_of(kind)
    return any(places[name].is_amount for name in names if name in places)


@cache
def _compiled(source: str) -> Template:
    # these become text; where they stand in HTML they are escaped there
    return environment().from_string("{% autoescape false %}" + source + "{% endautoescape %}")
