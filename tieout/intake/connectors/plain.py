"""What is said of a pull, plainly: names of files, reasons, and never a secret."""

from pathlib import Path
from zoneinfo import ZoneInfo

from tieout import clock
from tieout.i18n import Sentence
from tieout.intake.connectors import sealing
from tieout.intake.connectors.protocol import Values


def file_name(connector: str, zone: str, no: int, content: bytes | Path) -> str:
    """What a file of rows is called: its connector and the local moment."""
    plain = "".join(one if one.isalnum() or one in " -_." else "-" for one in connector).strip()
    there = clock.now().astimezone(ZoneInfo(zone))
    ending = "json" if _first(content) in (b"[", b"{") else "csv"
    return f"{plain[:80]} {there:%Y-%m-%d %H%M}{f' {no}' if no > 1 else ''}.{ending}"


def _first(content: bytes | Path) -> bytes:
    if isinstance(content, bytes):
        return content[:1]
    with content.open("rb") as file:
        return file.read(1)


def cleaned(sentence: Sentence, secrets: Values) -> Sentence:
    """A sentence in which no secret stands."""
    facts = {
        name: sealing.scrubbed(fact, secrets) if isinstance(fact, str) else fact
        for name, fact in sentence.facts.items()
    }
    return Sentence(sentence.text, facts)


def reason_of(error: BaseException) -> str:
    """The first line of an error that is none of ours."""
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}"[:300] if first else type(error).__name__
