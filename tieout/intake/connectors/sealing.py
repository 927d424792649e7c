"""Secrets of connectors: sealed in the database, masked where they are shown, never said.

They are sealed with the keys of the installation, which lie outside the database; the newest
key seals, older ones still open.
"""

import json
import re
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, quote, quote_plus, unquote

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import attachments
from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.connectors.models import Connector
from tieout.intake.connectors.protocol import Asks, Setting, Values
from tieout.intake.connectors.protocol import Connector as Kind

MASK = "***"
#: Parts of a query that are no secret.
_HARMLESS = re.compile(
    r"(sslmode|charset|driver|application_name|encrypt|trustservercertificate|mode|uri|status|"
    r"per_page|page|limit|offset|order|orderby|order_by|sort|include|fields|lang|type|state)",
    re.IGNORECASE,
)
#: A password, up to the last @; on the web what looks like a port is one.
_PASSWORD = re.compile(
    r"(?P<before>(?:(?P<web>https?)|[\w+.-]+)://[^/@:?#]*):"
    r"(?(web)(?!\d+(?:[/?#]|$)))(?P<password>.*)@",
    re.IGNORECASE,
)


class SecretsClosed(Conflict):
    """Secrets that no key opens."""

    message = N_(
        "The secrets of “%(name)s” cannot be opened: their key is missing from keys.json. Put the"
        " key back, or enter the secrets again."
    )


class SecretAgain(InvalidInput):
    """A new address with the old secret."""

    message = N_(
        "The address leads to another host now. Enter “%(setting)s” again, so that the secret of"
        " the old host is not told to the new one."
    )


class MaskLeft(InvalidInput):
    """An address that still has the mask in it."""

    message = N_("Write the password in place of *** in “%(setting)s”.")


def seal(secrets: Values) -> str:
    """Close secrets into one text."""
    given = {name: value for name, value in secrets.items() if value}
    return attachments.seal(json.dumps(given)) if given else ""


def opened(name: str, sealed: str) -> dict[str, str]:
    """The secrets of a connector.

    Raises:
        SecretsClosed: no key opens them.
    """
    if not sealed:
        return {}
    try:
        found: dict[str, str] = json.loads(attachments.unseal(sealed))
    except (InvalidToken, ValueError) as error:
        raise SecretsClosed(name=name) from error
    return found


def opens(connector: Connector) -> bool:
    """Whether the secrets of a connector can be opened."""
    try:
        opened(connector.name, connector.secrets)
    except SecretsClosed:
        return False
    return True


def is_older(connector: Connector, keys: Sequence[str]) -> bool:
    """Whether its secrets are closed with another key than the newest."""
    if not connector.secrets or not keys:
        return False
    try:
        Fernet(keys[0]).decrypt(connector.secrets.encode())
    except InvalidToken:
        return True
    return False


def renew(session: Session) -> int:
    """Close every connector's secrets with the newest key, and return how many there were.

    Raises:
        SecretsClosed: some cannot be opened; nothing is changed then.
    """
    query = select(Connector).where(Connector.secrets != "")
    found = session.scalars(query.with_for_update()).all()
    for one in found:
        one.secrets = seal(opened(one.name, one.secrets))
    session.flush()
    return len(found)


def masked(address: str) -> str:
    """An address without its password and without whatever its query may hide."""
    found = _PASSWORD.match(address)
    text = f"{found['before']}:{MASK}@{address[found.end() :]}" if found else address
    start, mark, query = text.partition("?")
    if not mark:
        return text
    shown = [
        f"{name}={quote(value, safe='/:,') if _HARMLESS.fullmatch(name) else MASK}"
        for name, value in parse_qsl(query.partition("#")[0], keep_blank_values=True)
    ]
    return f"{start}?{'&'.join(shown)}"


def split(
    connector: Kind, given: Values, before: Values, shown: Values
) -> tuple[dict[str, str], dict[str, str]]:
    """What may be shown and what is sealed; an empty secret keeps the one there is.

    Raises:
        SecretAgain: the host changed and a secret did not.
        MaskLeft: a masked address was changed but for its mask.
    """
    plain: dict[str, str] = {}
    secrets: dict[str, str] = {}
    moved = False
    for setting in connector.settings:
        value = given.get(setting.name, "")
        value = value if setting.asks in (Asks.SECRET, Asks.LONG) else value.strip()
        if setting.asks is Asks.ADDRESS:
            old = before.get(setting.name, "")
            if not value or (old and value == shown.get(setting.name)):
                value = old
            elif MASK in value:
                raise MaskLeft(setting=Sentence(setting.label))
            moved = moved or (bool(old) and _host(old) != _host(value))
            secrets[setting.name], plain[setting.name] = value, masked(value)
        elif setting.asks is Asks.SECRET:
            secrets[setting.name] = value or before.get(setting.name, "")
        else:
            plain[setting.name] = value
    if moved:
        for setting in _untold(connector.settings, given, before):
            raise SecretAgain(setting=Sentence(setting.label))
    return plain, secrets


def scrubbed(text: str, secrets: Values) -> str:
    """A text in which no secret stands, and no address with its password."""
    for value in sorted(_spellings(secrets.values()), key=len, reverse=True):
        text = text.replace(value, MASK)
    return re.sub(r"(//[^/@:\s]*):[^@/\s]+@", rf"\1:{MASK}@", text)


def _untold(settings: Iterable[Setting], given: Values, before: Values) -> list[Setting]:
    return [
        one
        for one in settings
        if one.asks is Asks.SECRET and before.get(one.name) and not given.get(one.name)
    ]


def _spellings(values: Iterable[str]) -> set[str]:
    """Each secret, and the password of each address, as it may be written in a message."""
    found: set[str] = set()
    for value in values:
        parts = [value]
        if "://" in value:
            parts += _hidden(value)
        for part in parts:
            if len(part) >= 4:
                found |= {part, quote(part, safe=""), quote_plus(part)}
    return found


def _hidden(address: str) -> list[str]:
    """The password of an address and what its query hides, as they are and as they are written."""
    found = _PASSWORD.match(address)
    password = found["password"] if found else ""
    query = parse_qsl(address.partition("?")[2])
    hidden = [value for name, value in query if not _HARMLESS.fullmatch(name)]
    return [password, unquote(password), *hidden]


def _host(address: str) -> str:
    return re.sub(r"//.*@", "//", address).partition("?")[0].rpartition("//")[2].partition("/")[0]
