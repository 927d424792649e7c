"""Files handed in with a dispute: known by their content, never by what they call themselves."""

from dataclasses import dataclass

from tieout.errors import InvalidInput
from tieout.i18n import N_

#: Of one file, and how many go with one message.
LARGEST = 10_000_000
MOST = 5

#: What browsers may offer in their dialog.
ACCEPTED = ".pdf,.jpg,.jpeg,.png,.webp,.heic,.xlsx,.xls,.docx,.csv,.txt"

#: How a kind of file begins, from which byte on, and its type.
_BEGINNINGS: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"WEBP", 8, "image/webp"),
    (b"ftypheic", 4, "image/heic"),
    (b"ftypmif1", 4, "image/heic"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/vnd.ms-excel"),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: Packed files are told apart by what must be in them.
_PACKED = (
    (b"xl/", _OFFICE + "spreadsheetml.sheet"),
    (b"word/", _OFFICE + "wordprocessingml.document"),
)
_TEXT = "text/plain"
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13}


class FileTooLarge(InvalidInput):
    """A file larger than any photo or paper has to be."""

    message = N_(
        "%(filename)s is larger than %(limit)s MB. Send a smaller one, such as a photo of the page."
    )


class FileEmpty(InvalidInput):
    """A file without content."""

    message = N_("%(filename)s is empty. Choose it again.")


class FileKindRefused(InvalidInput):
    """A file of a kind we do not take."""

    message = N_(
        "%(filename)s is of a kind we do not take. Send a PDF, a photo, a workbook or plain text."
    )


class TooManyFiles(InvalidInput):
    """More files than one message takes."""

    message = N_("At most %(most)s files go with one message. Send the others with the next one.")


@dataclass(frozen=True)
class File:
    """A file as it was handed in."""

    filename: str
    content: bytes

    def checked(self) -> str:
        """Return its type, told by its content.

        Raises:
            FileEmpty, FileTooLarge, FileKindRefused: it is not taken.
        """
        if not self.content:
            raise FileEmpty(filename=self.filename)
        if len(self.content) > LARGEST:
            raise FileTooLarge(filename=self.filename, limit=LARGEST // 1_000_000)
        found = _type_of(self.content)
        if found is None:
            raise FileKindRefused(filename=self.filename)
        return found


def _type_of(content: bytes) -> str | None:
    for beginning, start, media_type in _BEGINNINGS:
        if content.startswith(beginning, start):
            return media_type
    if content.startswith(b"PK\x03\x04"):
        return next((media_type for part, media_type in _PACKED if part in content), None)
    return _TEXT if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    if _CONTROLS & set(content):
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
