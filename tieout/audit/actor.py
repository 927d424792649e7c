"""Whoever acts: a value that comes in from outside with every change."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Origin:
    """From where somebody acted."""

    address: str = ""
    user_agent: str = ""


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: of the company, of a customer's, or the system by itself."""

    kind: Literal["staff", "contact", "system"]
    #: Of the staff user or the contact; None for the system.
    id: int | None
    #: What people read: a name, or what of the system acted.
    label: str
    origin: Origin | None = None


#: What happens by schedule or from the command line of the installation itself.
SYSTEM = Actor("system", None, "Tieout")
