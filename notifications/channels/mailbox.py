"""The mailbox: where no mail server is set, a mail is kept on its page and counts as accepted."""

from notifications.channels import Parcel
from tieout.messages.outcomes import Outcome, accepted
from tieout.messages.pace import Lane


class Mailbox:
    """Takes every mail; what it said is kept with the message, as with any other."""

    name = "email"
    form = "email"
    keeps_files = True

    def lanes(self, to: str) -> list[Lane]:
        """Nothing holds it up."""
        return []

    def send(self, parcel: Parcel) -> Outcome:
        """Take the mail."""
        return accepted("kept in the mailbox of this installation")

    def close(self) -> None:
        """Nothing is open."""
