"""One frozen settings object, read once by the roof.

What an installation needs to start: where its data lies, its keys, how mail leaves. What a
company decides about its books stands in the database (`tieout.settings`).
"""

import json
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from tieout.errors import InvalidInput
from tieout.i18n import N_


class UnknownSetting(InvalidInput):
    """A name in the settings file that means nothing."""

    message = N_("%(path)s: “%(name)s” is no setting. Known: %(known)s.")


class SettingNotANumber(InvalidInput):
    """Text where a number should be."""

    message = N_("The setting %(name)s is “%(text)s”, but must be a whole number.")


class SettingsUnreadable(InvalidInput):
    """A settings file that says nothing."""

    message = N_(
        "%(path)s cannot be read: %(reason)s. Correct it, or move it away; nothing was changed."
    )


class KeysUnreadable(InvalidInput):
    """A key file that holds no keys."""

    message = N_(
        "%(path)s does not hold the keys of an installation. Put it back from a backup: without"
        " its keys, stored files cannot be opened and the audit trail cannot be checked."
    )


@dataclass(frozen=True)
class Keys:
    """Secrets of one installation; kept outside the database, readable by its owner alone."""

    session: str
    audit: str
    links: str
    #: Fernet keys, newest first; older ones still open what they closed.
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """How one installation runs."""

    data: Path
    database_url: str
    keys: Keys
    #: Where people reach the pages; links in messages begin with it.
    base_url: str = "http://127.0.0.1:8080"
    trusted_hosts: str = "127.0.0.1,localhost,[::1]"
    #: How many proxies in front set X-Forwarded-*; 0 trusts none.
    trusted_proxies: int = 0
    #: Cookies only over TLS. Off only on the own machine.
    secure_cookies: bool = False
    max_upload_bytes: int = 50_000_000
    #: Empty: mail is kept on the mailbox page and leaves for nowhere.
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_security: str = "starttls"
    #: A file of certificates to trust besides the machine's, for a mail server of one's own.
    smtp_ca: str = ""
    #: A file with the private key mails are signed with (DKIM); empty: they are not.
    dkim_key: str = ""
    #: The name of its public half in DNS: <selector>._domainkey.<domain>.
    dkim_selector: str = ""
    #: Empty: the domain of mail_from.
    dkim_domain: str = ""
    mail_from: str = ""
    mail_reply_to: str = ""
    #: The mailbox answers and bounces come to; empty: nobody looks into one.
    imap_host: str = ""
    imap_port: int = 993
    imap_user: str = ""
    imap_password: str = ""
    #: tls, starttls, or plain on the own machine.
    imap_security: str = "tls"
    imap_folder: str = "INBOX"
    telegram_token: str = ""
    telegram_api: str = "https://api.telegram.org"
    telegram_bot_name: str = ""
    #: Updates of the bot come to our own address instead of being asked for; a secret of 1 to 256
    #: letters, digits, _ and -, which the Bot API names with each. Empty: they are asked for.
    telegram_webhook_secret: str = ""
    render_processes: int = 1
    #: Folders connectors may read, with commas between; always the folder `incoming` in the data.
    connector_folders: str = ""
    #: Hosts of the inside network connectors may ask, also without TLS: names or 10.0.0.0/8.
    connector_hosts: str = ""
    #: The proxy to the world outside, for connectors, webhooks and robots; inside hosts need none.
    outgoing_proxy: str = ""

    @property
    def hosts(self) -> list[str]:
        """The host names the pages answer to."""
        return _parts(self.trusted_hosts)

    @property
    def incoming(self) -> list[Path]:
        """The folders connectors may read."""
        return [self.data / "incoming", *(Path(one) for one in _parts(self.connector_folders))]

    @property
    def inside_hosts(self) -> list[str]:
        """The hosts of the inside network connectors may ask."""
        return _parts(self.connector_hosts)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def load(data: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of the installation in a folder.

    The file `tieout.toml` in it comes first, then variables `TIEOUT_<NAME>`.

    Raises:
        UnknownSetting: the file names something that is no setting.
        SettingNotANumber: a number is not one.
        SettingsUnreadable, KeysUnreadable: a file is not what it should be.
    """
    environ = os.environ if environ is None else environ
    data = data.resolve()
    settings = Settings(data, f"sqlite:///{data / 'tieout.db'}", load_keys(data))
    known = {f.name: f.type for f in fields(Settings) if f.name not in ("data", "keys")}
    path = data / "tieout.toml"
    given = _given(path) if path.exists() else {}
    for name in given:
        if name not in known:
            raise UnknownSetting(path=path, name=name, known=", ".join(known))
    for name in known:
        if (text := environ.get(f"TIEOUT_{name.upper()}")) is not None:
            given[name] = text
    return replace(settings, **{n: _read(n, known[n], v) for n, v in given.items()})  # type: ignore[arg-type]


def _given(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:  # no TOML, or no UTF-8
        raise SettingsUnreadable(path=path, reason=error) from error


def _read(name: str, kind: object, value: object) -> object:
    if kind in (bool, "bool"):
        return (
            value if isinstance(value, bool) else str(value).lower() in ("1", "true", "yes", "on")
        )
    if kind in (int, "int"):
        try:
            return int(str(value))
        except ValueError as error:
            raise SettingNotANumber(name=name, text=value) from error
    return str(value)


def load_keys(data: Path) -> Keys:
    """Read the keys of an installation, made at random the first time."""
    path = data / "keys.json"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        _write_keys(path)
    try:
        stored = json.loads(path.read_text("utf-8"))
        return Keys(stored["session"], stored["audit"], stored["links"], tuple(stored["fields"]))
    except (ValueError, KeyError, TypeError) as error:
        raise KeysUnreadable(path=path) from error


def add_key(data: Path) -> int:
    """Put a new key before those that close and open so far; return how many there are then.

    Raises:
        KeysUnreadable: the file is not what it should be.
    """
    from cryptography.fernet import Fernet

    load_keys(data)
    path = data / "keys.json"
    stored = json.loads(path.read_text("utf-8"))
    stored["fields"] = [Fernet.generate_key().decode(), *stored["fields"]]
    beside = path.with_suffix(".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(stored, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return len(stored["fields"])


def _write_keys(path: Path) -> None:
    from cryptography.fernet import Fernet

    made = {
        "session": secrets.token_urlsafe(48),
        "audit": secrets.token_urlsafe(48),
        "links": secrets.token_urlsafe(48),
        "fields": [Fernet.generate_key().decode()],
    }
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process of the same start was first
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(made, file, indent=1)
