"""What the code and the templates say, and what of it an area has to translate."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from tieout.translations import catalogues

#: Where sentences stand that a person may read.
PLACES = ("tieout", "portal", "internal", "notifications", "templates")
TEMPLATES = (".html", ".txt", ".xml", ".svg", ".jinja")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: What Jinja's tags are read with; a template that cannot be read is an error, not silence.
OPTIONS = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}
#: The folders an area was last extracted from stand in its header.
FROM = re.compile(r"^# From: (.+)$", re.MULTILINE)
#: Header lines that say nothing here, or something else with every run.
NOISE = (
    '"Project-Id-Version',
    '"Report-Msgid-Bugs-To',
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Last-Translator',
    '"Language-Team',
    '"Generated-By',
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*(?:\d+)?(?:\.\d+)?[sdifrx]|(%%)|(%)")

MessageId = str | tuple[str, ...]


@dataclass
class Said:
    """A message and where it is said."""

    id: MessageId
    context: str | None
    places: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        words = self.id if isinstance(self.id, str) else self.id[0]
        return f"{self.places[0]}: {words}"


def files(places: Iterable[Path]) -> Iterator[Path]:
    """Yield the files below some folders that may say something."""
    for place in places:
        if not place.exists():
            raise FileNotFoundError(place)
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix == ".py" or (path.suffix in TEMPLATES and "static" not in path.parts):
                yield path


def said(places: Iterable[Path], root: Path) -> list[Said]:
    """List the messages below some folders, each once, with its places relative to `root`."""
    found: dict[tuple[str | None, str], Said] = {}
    for path in files(places):
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        with path.open("rb") as file:
            for _line, words, _comments, context in extract(
                method, file, keywords=KEYWORDS, options=OPTIONS
            ):
                identity = tuple(words) if isinstance(words, list | tuple) else words
                singular = identity if isinstance(identity, str) else identity[0]
                if not singular:
                    continue
                message = found.setdefault((context, singular), Said(identity, context))
                if isinstance(identity, tuple):  # said in the plural somewhere, so plural it is
                    message.id = identity
                place = path.relative_to(root).as_posix()
                if place not in message.places:
                    message.places.append(place)
    return list(found.values())


def update(
    area: str, places: list[str], *, code: Path, language: str = "zh", root: Path = catalogues.HERE
) -> Catalog:
    """Write one area's catalogue anew: what is said there now, with the words it has already.

    Without places, those of last time. What another area has words for is left to it.
    """
    path = root / language / "LC_MESSAGES" / f"{area}.po"
    before = catalogues.read(path) if path.exists() else Catalog(locale=language)
    places = places or FROM.findall(before.header_comment)
    if not places:
        raise ValueError(f"{area} is new: name the folders or files it is said in")
    elsewhere = [catalogues.read(p) for p in catalogues.areas(language, root) if p != path]
    catalogue = Catalog(
        locale=language,
        domain=area,
        project="Tieout",
        charset="utf-8",
        fuzzy=False,
        header_comment="\n".join(
            [f"# {language}: {area}", *(f"# From: {place}" for place in places)]
        ),
    )
    for message in said([code / place for place in places], code):
        old = before.get(message.id, message.context)
        words = old.string if old and catalogues.translated(old.string) else ""
        if not words and any(_has(other, message) for other in elsewhere):
            continue
        catalogue.add(
            message.id,
            words,
            locations=[(place, 0) for place in message.places],
            user_comments=old.user_comments if old else (),
            context=message.context,
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, omit_header=False, include_lineno=False)
    _without_noise(path)
    return catalogue


def missing(*, code: Path, language: str = "zh", root: Path = catalogues.HERE) -> list[Said]:
    """List what is said somewhere and has no words in a language."""
    whole = catalogues.merged(language, root)
    places = [code / place for place in PLACES if (code / place).exists()]
    return [message for message in said(places, code) if not _has(whole, message)]


def mistakes(language: str = "zh", root: Path = catalogues.HERE) -> list[str]:
    """List what is wrong with the words of a language: unsure ones and other placeholders."""
    found = []
    for path in catalogues.areas(language, root):
        for message in catalogues.read(path):
            if not message.id or not catalogues.translated(message.string):
                continue
            if message.fuzzy:
                found.append(f"{path.name}: fuzzy: {message.id}")
            # A language without a plural says it with the plural's facts.
            source = message.id if isinstance(message.id, str) else message.id[-1]
            words = [message.string] if isinstance(message.string, str) else message.string or ()
            found += [
                f"{path.name}: {source!r} and {text!r} name different facts"
                for text in words
                if placeholders(text) != placeholders(source)
            ]
    return found


def placeholders(text: str) -> set[str]:
    """Return the facts a sentence names; a lone percent sign counts as one called "%"."""
    return {match[1] or match[3] for match in PLACEHOLDER.finditer(text) if not match[2]}


def _has(catalogue: Catalog, message: Said) -> bool:
    found = catalogue.get(message.id, message.context)
    if found is None or found.fuzzy or not catalogues.translated(found.string):
        return False
    return isinstance(message.id, str) or isinstance(found.id, tuple | list)


def _without_noise(path: Path) -> None:
    """Take those lines out, so that only changed words show as changed."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(NOISE)]
    path.write_text("".join(kept), "utf-8")
