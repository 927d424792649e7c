"""DKIM: a mail is signed for our domain, so that others see that it is ours and unchanged.

The public half of the key stands in DNS as a TXT record of `<selector>._domainkey.<domain>`; the
private half is a file beside the settings, never in the database (RFC 6376).
"""

from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path

import dkim

from tieout.config import Settings
from tieout.errors import InvalidInput
from tieout.i18n import N_

#: What a signature covers; one-click unsubscribing asks for the last two (RFC 8058).
SIGNED = (
    b"From",
    b"To",
    b"Reply-To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"In-Reply-To",
    b"References",
    b"MIME-Version",
    b"Content-Type",
    b"Content-Transfer-Encoding",
    b"Content-Language",
    b"Auto-Submitted",
    b"List-Unsubscribe",
    b"List-Unsubscribe-Post",
)


class SigningKeyUnusable(InvalidInput):
    """A key no mail can be signed with."""

    message = N_(
        "Mails cannot be signed with the key in %(path)s: %(reason)s. Give dkim_key a file with a"
        " private RSA key in PEM form, and set dkim_selector and mail_from."
    )


@dataclass(frozen=True)
class Signer:
    """Signs mails for a domain."""

    domain: bytes
    selector: bytes
    key: bytes

    @classmethod
    def of(cls, settings: Settings) -> "Signer | None":
        """The signer of an installation; None where no key is set.

        Raises:
            SigningKeyUnusable: the key, the selector or our address is missing or wrong.
        """
        if not settings.dkim_key:
            return None
        path = Path(settings.dkim_key)
        domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
        try:
            signer = cls(
                (settings.dkim_domain or domain).encode("idna"),
                settings.dkim_selector.encode("ascii"),
                path.read_bytes(),
            )
            if not (signer.domain and signer.selector):
                raise ValueError("dkim_selector or mail_from is empty")
            signer.signed(b"From: a@b\r\n\r\ntried\r\n")
        except (OSError, ValueError, UnicodeError, dkim.DKIMException) as error:
            raise SigningKeyUnusable(path=str(path), reason=str(error)) from error
        return signer

    def signed(self, content: bytes) -> bytes:
        """A mail with its signature before it; its lines end with CRLF."""
        head: bytes = dkim.sign(
            content,
            self.selector,
            self.domain,
            self.key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=_there(content),
        )
        return head + content


def _there(content: bytes) -> list[bytes]:
    """The headers of a mail that are signed, and From once more, so that none can be added."""
    top = content.partition(b"\r\n\r\n")[0].lower()
    names = {line.partition(b":")[0] for line in top.split(b"\r\n")}
    return [*(name for name in SIGNED if name.lower() in names), b"From"]
