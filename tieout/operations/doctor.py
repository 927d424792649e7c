"""Looking an installation over: what is well, what is not, and what could not be looked at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tieout.config import Settings
from tieout.i18n import N_, Sentence
from tieout.operations import (
    doctor_connectors,
    doctor_database,
    doctor_machine,
    doctor_mail,
    doctor_search,
)


class State(StrEnum):
    """How something was found."""

    WELL = "well"
    #: Runs, but somebody should know.
    NOTE = "note"
    #: Has to be put right.
    WRONG = "wrong"
    #: Could not be looked at.
    UNKNOWN = "unknown"


#: What was found: a state by its name, and what to say.
Found = tuple[str, Sentence]


@dataclass(frozen=True)
class Finding:
    """Something that was looked at, how it was found, and what to do about it."""

    name: str
    state: State
    said: Sentence


#: What is looked at, in this order. Each may find several things.
EXAMINATIONS: dict[str, Callable[[Settings], Iterator[Found]]] = {
    "settings": doctor_machine.settings,
    "keys": doctor_machine.keys,
    "disk": doctor_machine.disk,
    "fonts": doctor_machine.fonts,
    "languages": doctor_machine.languages,
    "database": doctor_database.database,
    "schema": doctor_database.schema,
    "search": doctor_search.index,
    "clock": doctor_database.clocks,
    "people": doctor_database.people,
    "worker": doctor_database.worker,
    "connectors": doctor_connectors.connectors,
    "mail": doctor_mail.mail,
    "mailbox": doctor_mail.post,
    "chat": doctor_mail.chat,
}


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; what cannot be looked at is said, too."""
    findings = []
    for name, look in EXAMINATIONS.items():
        try:
            findings += [Finding(name, State(state), said) for state, said in look(settings)]
        except Exception as error:  # whatever is broken: the other things are still looked at
            reason = str(error).strip().partition("\n")[0]
            sentence = Sentence(N_("Could not be looked at: %(reason)s"), {"reason": reason})
            findings.append(Finding(name, State.UNKNOWN, sentence))
    return findings


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing has to be put right."""
    return all(one.state != State.WRONG for one in findings)
