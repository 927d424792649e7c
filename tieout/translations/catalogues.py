"""The catalogues of a language: read, checked against one another, merged, compiled, loaded.

What is compiled names the digest of what it was made from, so that it is never used when it is
older than its sources, whatever the files' times say.
"""

import hashlib
import io
import os
import struct
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Babel takes a tenth of a second to import, and mostly nothing has changed
    from babel.messages.catalog import Catalog

HERE = Path(__file__).parent
#: The language of the code: it needs no catalogue, and its plurals are those of `ngettext`.
SOURCE = "en"
LANGUAGES = (SOURCE, "zh")
COMPILED = "messages.mo"


class TranslationsConflict(Exception):
    """Two areas translate the same words differently."""


def areas(language: str, root: Path = HERE) -> list[Path]:
    """List the catalogues of a language, one an area."""
    return sorted((root / language / "LC_MESSAGES").glob("*.po"))


def digest(language: str, root: Path = HERE) -> str:
    """Return what tells whether any catalogue of a language has changed."""
    summary = hashlib.sha256()
    for path in areas(language, root):
        summary.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return summary.hexdigest()


def read(path: Path) -> "Catalog":
    """Read one area's catalogue."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, domain=path.stem, abort_invalid=True)


def merged(language: str, root: Path = HERE) -> "Catalog":
    """Put the areas of a language together.

    Raises:
        TranslationsConflict: two of them say the same words differently.
    """
    from babel.messages.catalog import Catalog

    whole = Catalog(locale=language, project="Tieout", version=digest(language, root))
    said_in: dict[object, Path] = {}
    for path in areas(language, root):
        for message in read(path):
            if not message.id or message.fuzzy or not translated(message.string):
                continue
            key = (message.context, message.id)
            if (other := whole.get(message.id, message.context)) is None:
                whole.add(message.id, message.string, flags=message.flags, context=message.context)
                said_in[key] = path
            elif other.string != message.string:
                raise TranslationsConflict(
                    f"{message.id!r} is {other.string!r} in {said_in.get(key, 'another plural')} "
                    f"and {message.string!r} in {path}"
                )
    return whole


def translated(words: object) -> bool:
    """Say whether a message, in all its plural forms, has words."""
    return all(words) if isinstance(words, tuple | list) else bool(words)


def is_current(language: str, root: Path = HERE) -> bool:
    """Say whether the compiled catalogue was made from the sources as they are."""
    return _compiled(language, root) is not None


def build(language: str, root: Path = HERE) -> bool:
    """Compile a language unless that is done already; say whether anything was written."""
    if language == SOURCE or is_current(language, root):
        return False
    path = root / language / "LC_MESSAGES" / COMPILED
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{COMPILED}.{os.getpid()}")
    draft.write_bytes(_mo(merged(language, root)))
    draft.replace(path)
    return True


@cache
def load(language: str, root: Path = HERE) -> NullTranslations:
    """Load a language: compiled where that is current, else merged in memory."""
    if language == SOURCE:
        return NullTranslations()
    return _compiled(language, root) or GNUTranslations(io.BytesIO(_mo(merged(language, root))))


def _compiled(language: str, root: Path) -> GNUTranslations | None:
    try:
        with (root / language / "LC_MESSAGES" / COMPILED).open("rb") as file:
            found = GNUTranslations(file)
    except (OSError, ValueError, struct.error):
        return None
    made_from = found.info().get("project-id-version", "").rpartition(" ")[2]
    return found if made_from == digest(language, root) else None


def _mo(catalogue: "Catalog") -> bytes:
    from babel.messages.mofile import write_mo

    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()
