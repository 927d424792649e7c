"""The text of a file that is no table: its bytes decoded, whoever wrote them."""

from pathlib import Path

from tieout.intake.reading.encoding import encoding_of
from tieout.intake.reading.errors import UnknownWriting


def text_of(path: Path, file: str, stated: str = "") -> tuple[str, str]:
    """The whole text of a file and its encoding; `stated` is tried where nothing is certain.

    Raises:
        UnknownWriting: no encoding fits.
    """
    content = path.read_bytes()
    for encoding in ("utf-8-sig", stated):
        if encoding and b"\0" not in content[:2_000]:
            try:
                return content.decode(encoding), encoding.removesuffix("-sig")
            except (UnicodeError, LookupError):
                continue
    encoding = encoding_of(path) or ""
    try:
        return content.decode(encoding or "latin-1"), encoding or "latin-1"
    except (UnicodeError, LookupError) as error:
        raise UnknownWriting(file=file) from error
