"""Whether messages would leave: the mail server answers, the bot has a token."""

import re
import smtplib
import ssl
from collections.abc import Iterator

from tieout.config import Settings
from tieout.i18n import N_, Sentence
from tieout.messages import imap
from tieout.operations import mail_words

_PATIENCE = 5.0


def mail(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Greet the mail server and sign in; no mail is sent."""
    if not given.smtp_host:
        yield "note", Sentence(N_("No mail server is set: mail stays on the page Messages."))
        return
    facts = {"host": given.smtp_host, "port": given.smtp_port}
    try:
        _greet(given)
    except (OSError, smtplib.SMTPException) as error:
        yield (
            "wrong",
            Sentence(
                N_("The mail server %(host)s:%(port)s does not take our mail: %(reason)s"),
                {**facts, "reason": mail_words.why(error)},
            ),
        )
        return
    yield "well", Sentence(N_("The mail server %(host)s:%(port)s answers."), facts)
    yield "unknown", Sentence(N_("Whether mail arrives cannot be seen from here; send one."))
    if not given.mail_from:
        yield "wrong", Sentence(N_("Set mail_from: every mail needs a sender somebody reads."))


def post(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Sign in to the mailbox that answers and bounces come to; nothing in it is changed."""
    if not given.imap_host:
        yield (
            "note",
            Sentence(N_("No mailbox is set: nobody hears of bounces and answers by mail.")),
        )
        return
    facts = {"user": given.imap_user, "host": given.imap_host}
    try:
        with imap.opened(given, patience=_PATIENCE):
            yield (
                "well",
                Sentence(N_("The mailbox %(user)s at %(host)s can be looked into."), facts),
            )
    except imap.Trouble as error:
        words = N_("The mailbox %(user)s at %(host)s cannot be looked into: %(reason)s")
        yield "wrong", Sentence(words, {**facts, "reason": imap.why(error)})


def chat(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Whether there is a bot; its server is not asked."""
    if not given.telegram_token:
        yield "note", Sentence(N_("No Telegram bot is set; nobody can be reached there."))
        return
    if given.telegram_webhook_secret and not (
        given.base_url.startswith("https://")
        and re.fullmatch("[A-Za-z0-9_-]{16,256}", given.telegram_webhook_secret)
    ):
        yield (
            "wrong",
            Sentence(
                N_(
                    "Telegram hands over to an https address only, with a secret of 16 to 256"
                    " letters, digits, _ and -. Correct base_url or telegram_webhook_secret."
                )
            ),
        )
    else:
        yield "unknown", Sentence(N_("Whether Telegram knows the bot is seen when it runs."))


def _greet(given: Settings) -> None:
    secure = ssl.create_default_context()
    if given.smtp_ca:
        secure.load_verify_locations(given.smtp_ca)
    host, port = given.smtp_host, given.smtp_port
    if given.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_PATIENCE, context=secure)
    else:
        server = smtplib.SMTP(host, port, timeout=_PATIENCE)
    with server:
        server.ehlo()
        if given.smtp_security not in ("tls", "plain"):
            server.starttls(context=secure)
            server.ehlo()
        if given.smtp_user:
            server.login(given.smtp_user, given.smtp_password)
