"""Why a mail server does not take our mail, and what to put right: a sentence for each cause."""

import smtplib
import socket
import ssl

from tieout.i18n import N_, Sentence

NO_SUCH_NAME = N_("no server of this name is known; correct smtp_host")
NOBODY_THERE = N_(
    "nothing answers at this port; correct smtp_port (587 with starttls, 465 with tls)"
)
NO_ANSWER = N_("it does not answer in time; correct smtp_port, or let a firewall pass it")
UNTRUSTED = N_(
    "its certificate is not trusted (%(words)s); write smtp_host as the certificate does, or name"
    " the authority’s file in smtp_ca"
)
NO_TLS = N_("it speaks no TLS at this port; set smtp_security to starttls, or smtp_port to 465")
NO_STARTTLS = N_("it offers no STARTTLS; set smtp_security to tls and smtp_port to 465")
HUNG_UP = N_("it hung up without a word; where it wants TLS at once, set smtp_security to tls")
NO_SIGN_IN = N_("it lets nobody sign in on this line; set smtp_security to starttls or tls")
WRONG_PASSWORD = N_(
    "it refuses the user or the password (%(words)s); correct smtp_user and smtp_password"
)
NO_FILE = N_("the file of smtp_ca cannot be read: %(words)s")
OTHER = N_("it says: %(words)s")


def why(error: Exception) -> Sentence:
    """The cause of an error of `smtplib` or of the line, with the way out."""
    text = _text(error)
    facts = {"words": _words(error)}
    return Sentence(text, facts if "%(words)s" in text else {})


def _text(error: Exception) -> str:
    match error:
        case socket.gaierror():
            return NO_SUCH_NAME
        case ConnectionRefusedError():
            return NOBODY_THERE
        case TimeoutError():
            return NO_ANSWER
        case ssl.SSLCertVerificationError():
            return UNTRUSTED
        case ssl.SSLError():
            return NO_TLS
        case FileNotFoundError() | PermissionError() | IsADirectoryError():
            return NO_FILE
        case smtplib.SMTPAuthenticationError():
            return WRONG_PASSWORD
        case smtplib.SMTPNotSupportedError():
            return NO_STARTTLS if "STARTTLS" in str(error) else NO_SIGN_IN
        case smtplib.SMTPServerDisconnected() | ConnectionError():
            return HUNG_UP
    return OTHER


def _words(error: Exception) -> str:
    """What was said, on one line."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return " ".join(f"{error.smtp_code} {words}".split())[:300]
    return " ".join(str(error).split())[:300] or type(error).__name__
