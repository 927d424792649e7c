"""How much a file may cost to read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one file may cost; a file beyond it is refused, never waited for."""

    #: Of the file as it was handed in.
    file_bytes: int = 50_000_000
    #: Of what a compressed workbook unpacks to.
    unpacked_bytes: int = 800_000_000
    #: How many times larger than packed a part above ten megabytes may be.
    ratio: int = 200
    entries: int = 5_000
    #: Of the reading process, its program included.
    memory_bytes: int = 512_000_000
    #: Of processor time, and of silence while somebody waits.
    seconds: int = 25
    columns: int = 2_000
