"""What can go wrong, as classes that hold the sentence and instances that hold the facts.

    TieoutError
    ├── InvalidInput   400   what was handed in cannot be taken
    ├── NotAllowed     403   known, but not for this person
    ├── NotFound       404   does not exist, or not for this person
    └── Conflict       409   the books have moved on, or a rule forbids it

`tieout.web.errors` alone knows the numbers of HTTP.
"""

from typing import ClassVar

from tieout.i18n import N_, Sentence


class TieoutError(Exception):
    """Something a person can be told about, and put right."""

    message: ClassVar[str] = N_("Something went wrong. Nothing was changed.")

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    @property
    def sentence(self) -> Sentence:
        """The sentence with its facts, to be translated for the reader."""
        return Sentence(self.message, self.facts)

    def __str__(self) -> str:
        return str(self.sentence)


class InvalidInput(TieoutError):
    """What was handed in cannot be taken as it is."""

    message = N_("This cannot be read. Please check it and try again.")


class NotAllowed(TieoutError):
    """The person is known, but this is not theirs to do."""

    message = N_("You may not do this. Ask your administrator for the permission.")


class NotFound(TieoutError):
    """There is no such thing, or not for this person."""

    message = N_("This does not exist.")


class Conflict(TieoutError):
    """The books have moved on, or a rule of the books forbids it."""

    message = N_("Somebody else has changed this meanwhile. Look at it again.")
