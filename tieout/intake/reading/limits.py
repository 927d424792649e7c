"""How much a file may cost to read."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Limits:
    """What one file may cost; a file beyond it is refused, never waited for."""

    #: Of the file as it was handed in.
    file_bytes: int = 50_000_000
    #: The same of plain text, which is gone through line by line and never held.
    text_bytes: int = 400_000_000
    #: Of what a compressed workbook unpacks to.
    unpacked_bytes: int = 800_000_000
    #: How many times larger than packed a part above ten megabytes may be.
    ratio: int = 200
    entries: int = 5_000
    #: Of the reading process, its program included.
    memory_bytes: int = 420_000_000
    #: Of silence while somebody waits.
    seconds: int = 25
    #: Of processor time; plain text may take longer, since it is gone through as it is used.
    processor_seconds: int = 25
    text_seconds: int = 150
    columns: int = 2_000
    #: Of empty rows one after the other: nobody's table has more, and a text could have millions.
    empty_rows: int = 1_100_000

    def of_text(self) -> "Limits":
        """The same for plain text."""
        return replace(
            self, file_bytes=self.text_bytes, processor_seconds=max(self.text_seconds, self.seconds)
        )
