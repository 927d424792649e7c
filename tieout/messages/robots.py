"""Group robots of WeCom, DingTalk and Feishu, and web hooks of other programs.

Each is an address of the web with its secret, closed with the keys of the installation, and is
told the kinds of messages chosen for it. No amount is said there unless that was allowed, and no
link opens without signing in: whoever reads a group is not known.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tieout import attachments, audit
from tieout.db.insertion import insert_once
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_, Sentence
from tieout.messages.models import Address, Robot

KIND = "robot"
WEBHOOK = "webhook"
PLATFORMS: Mapping[str, str] = {
    "wecom": N_("WeCom robot"),
    "dingtalk": N_("DingTalk robot"),
    "feishu": N_("Feishu robot"),
    WEBHOOK: N_("Web hook of another program"),
}
#: Where the robots of a platform are; elsewhere only what the settings file allows.
HOSTS: Mapping[str, tuple[str, ...]] = {
    "wecom": ("qyapi.weixin.qq.com",),
    "dingtalk": ("oapi.dingtalk.com",),
    "feishu": ("open.feishu.cn", "open.larksuite.com"),
}
#: What a group of a customer's may be told.
FOR_CUSTOMERS: tuple[str, ...] = (
    "statement_issued",
    "statement_answered",
    "changed_since",
    "answer_reminder",
    "dispute_raised",
    "dispute_answered",
    "dispute_resolved",
    "reminder",
    "book_compared",
)
#: What a group of our own may be told.
FOR_STAFF: tuple[str, ...] = (
    "staff_dispute",
    "staff_address",
    "staff_import",
    "staff_draft",
    "staff_held",
    "staff_digest",
    "staff_alert",
)
#: Why nothing is said to a robot any more, when somebody of ours wants it so.
SWITCHED_OFF = N_("switched off by our own people")
#: How long the secret before the last signs beside the new one.
BOTH_SECRETS = timedelta(days=1)
_SHORTEST_SECRET = 16
_LONGEST_NAME = 120


class RobotNameMissing(InvalidInput):
    """A robot nobody could tell from others."""

    message = N_("Give it a name, such as “Accounts group of Mingyuan”.")


class RobotNameTaken(Conflict):
    """Two robots with one name."""

    message = N_("There is one called “%(name)s” already. Choose another name.")


class NotItsAddress(InvalidInput):
    """An address that is none of the platform's."""

    message = N_(
        "This is no address of a %(platform)s: it must begin with https://%(host)s/. Copy it whole"
        " from the robot's page in the group."
    )


class NoHookAddress(InvalidInput):
    """An address no program listens at."""

    message = N_("Enter a whole address of the web, such as https://erp.example/hooks/tieout.")


class SecretTooShort(InvalidInput):
    """A secret that could be guessed, or none."""

    message = N_("A web hook needs a secret of at least %(count)s characters; it signs each call.")


class NothingToTell(InvalidInput):
    """A robot that would never say anything."""

    message = N_("Choose at least one kind of message it is told.")


class RobotChanged(Conflict):
    """Two people at one robot."""

    message = N_("Somebody else has changed “%(name)s” meanwhile. Look at it again, then save.")


class SecretsLost(Conflict):
    """Secrets that no key opens."""

    message = N_(
        "The address of “%(name)s” cannot be opened: its key is missing from keys.json. Put the key"
        " back, or enter the address again."
    )


@dataclass(frozen=True)
class RobotInput:
    """What is said about a robot."""

    name: str
    platform: str
    #: Empty on a change: the one there is.
    url: str
    secret: str
    language: str
    kinds: Sequence[str]
    customer_id: int | None = None
    amounts: bool = False


@dataclass(frozen=True)
class Opened:
    """A robot with its secrets, as a channel needs it."""

    name: str
    platform: str
    url: str
    #: Newest first; all of them sign.
    secrets: tuple[str, ...]
    language: str


def add(
    session: Session,
    given: RobotInput,
    *,
    allows: Callable[[str], bool],
    by: audit.Actor,
    at: datetime,
) -> Robot:
    """Set a robot up; `allows` says which hosts of the inside network may be reached.

    Raises:
        InvalidInput, Conflict: something said cannot be taken.
    """
    name = _name(session, given.name)
    url = _checked_url(given.platform, given.url, allows)
    robot = Robot(
        name=name,
        platform=given.platform,
        language=given.language,
        host=urlsplit(url).hostname or "",
        sealed=_seal({"url": url, "secret": _checked_secret(given.platform, given.secret)}),
        customer_id=given.customer_id,
        kinds=_kinds(given),
        amounts=given.amounts,
        made_by=by.label,
        made_at=at,
    )
    session.add(robot)
    session.flush()
    _switch(session, robot, at)
    audit.record(session, by, "robot.added", robot, after=_told(robot))
    return robot


def change(
    session: Session,
    robot: Robot,
    given: RobotInput,
    *,
    seen: int,
    allows: Callable[[str], bool],
    by: audit.Actor,
    at: datetime,
) -> None:
    """Change the robot that was looked at in version `seen`; empty secrets stay as they are.

    The secret of a web hook is changed without a gap: for a day the old one signs too.

    Raises:
        RobotChanged: somebody else was faster.
        InvalidInput, Conflict: something said cannot be taken.
    """
    session.refresh(robot, with_for_update=True)
    if robot.version != seen:
        raise RobotChanged(name=robot.name)
    before = _told(robot)
    robot.name = _name(session, given.name, besides=robot.id)
    kept = _unsealed(robot) if _opens(robot) else {}
    renewed = []
    if given.url.strip():
        kept["url"] = _checked_url(robot.platform, given.url, allows)
        robot.host = urlsplit(kept["url"]).hostname or ""
        renewed.append("url")
    if given.secret.strip() and given.secret.strip() != kept.get("secret"):
        kept["old_secret"] = kept.get("secret", "")
        kept["secret"] = _checked_secret(robot.platform, given.secret)
        robot.old_secret_until = at + BOTH_SECRETS
        renewed.append("secret")
    if "url" not in kept:
        raise SecretsLost(name=robot.name)
    if renewed:
        robot.sealed = _seal(kept)
    robot.language, robot.customer_id = given.language, given.customer_id
    robot.kinds, robot.amounts = _kinds(given), given.amounts
    robot.version += 1
    address = address_of(session, robot)
    address.customer_id = robot.customer_id
    session.flush()
    after = {**_told(robot), **({"renewed": renewed} if renewed else {})}
    audit.record(session, by, "robot.changed", robot, before=before, after=after)


def switch_off(session: Session, robot: Robot, *, by: audit.Actor, at: datetime) -> None:
    """Say nothing there any more; what waits is cancelled as its turn comes."""
    address = address_of(session, robot)
    if address.is_active:
        address.is_active, address.off_reason, address.off_at = False, SWITCHED_OFF, at
        audit.record(session, by, "robot.switched_off", robot)


def switch_on(session: Session, robot: Robot, *, by: audit.Actor) -> None:
    """Tell it things again."""
    address = address_of(session, robot)
    if not address.is_active:
        address.is_active, address.off_reason, address.off_at = True, "", None
        audit.record(session, by, "robot.switched_on", robot)


def address_of(session: Session, robot: Robot) -> Address:
    """The row messages to a robot are written for."""
    return session.scalars(
        select(Address).where(Address.person_kind == KIND, Address.person_id == robot.id)
    ).one()


def told(
    session: Session, kind: str, customer_id: int | None, *, everybody: bool = False
) -> list[tuple[Robot, Address]]:
    """The robots that are told a kind of message about a customer, or about any."""
    query = (
        select(Robot, Address)
        .join(Address, (Address.person_kind == KIND) & (Address.person_id == Robot.id))
        .where(Address.is_active)
        .order_by(Robot.id)
    )
    return [
        (robot, address)
        for robot, address in session.execute(query)
        if kind in robot.kinds and (everybody or robot.customer_id in (None, customer_id))
    ]


def every() -> Select[Robot, Address]:
    """Select the robots with their addresses, by name."""
    return (
        select(Robot, Address)
        .join(Address, (Address.person_kind == KIND) & (Address.person_id == Robot.id))
        .order_by(Robot.name)
    )


def robot(session: Session, robot_id: int) -> Robot:
    """One robot.

    Raises:
        NotFound: there is none.
    """
    found = session.get(Robot, robot_id)
    if found is None:
        raise NotFound
    return found


def named(session: Session, name: str) -> Robot:
    """The robot of a name.

    Raises:
        NotFound: there is none.
    """
    found = session.scalar(select(Robot).where(Robot.name == name))
    if found is None:
        raise NotFound
    return found


def opened(session: Session, robot_id: int, at: datetime) -> Opened:
    """A robot with its address and the secrets that sign at a moment.

    Raises:
        SecretsLost: no key opens them.
    """
    found = robot(session, robot_id)
    kept = _unsealed(found)
    secrets = [kept.get("secret", "")]
    if found.old_secret_until is not None and at < found.old_secret_until:
        secrets.append(kept.get("old_secret", ""))
    return Opened(
        found.name,
        found.platform,
        kept["url"],
        tuple(one for one in secrets if one),
        found.language,
    )


def renew(session: Session) -> int:
    """Close every robot's secrets with the newest key, and return how many there were."""
    found = session.scalars(select(Robot).with_for_update()).all()
    for one in found:
        one.sealed = _seal(_unsealed(one))
    session.flush()
    return len(found)


def kinds_for(platform: str, customer_id: int | None) -> tuple[str, ...]:
    """The kinds of message one may be told: a program of ours all, a group what concerns it."""
    if customer_id is not None:
        return FOR_CUSTOMERS
    return (*FOR_STAFF, *FOR_CUSTOMERS) if platform == WEBHOOK else FOR_STAFF


def _kinds(given: RobotInput) -> list[str]:
    may = kinds_for(given.platform, given.customer_id)
    chosen = [kind for kind in may if kind in given.kinds]
    if not chosen:
        raise NothingToTell
    return chosen


def _name(session: Session, given: str, besides: int = 0) -> str:
    name = " ".join(given.split())[:_LONGEST_NAME]
    if not name:
        raise RobotNameMissing
    taken = select(Robot.id).where(Robot.name == name, Robot.id != besides)
    if session.scalar(taken) is not None:
        raise RobotNameTaken(name=name)
    return name


def _checked_url(platform: str, url: str, allows: Callable[[str], bool]) -> str:
    text = url.strip()
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    inside = bool(host) and allows(host)
    is_web = parts.scheme == "https" or (parts.scheme == "http" and inside)
    known = HOSTS.get(platform, ())
    if known and not (is_web and (host in known or inside)):
        raise NotItsAddress(platform=Sentence(PLATFORMS[platform]), host=known[0])
    if not is_web or not host or any(one.isspace() for one in text) or parts.username:
        raise NoHookAddress
    return text


def _checked_secret(platform: str, secret: str) -> str:
    text = secret.strip()
    if platform == WEBHOOK and len(text) < _SHORTEST_SECRET:
        raise SecretTooShort(count=_SHORTEST_SECRET)
    return text


def _seal(secrets: Mapping[str, str]) -> str:
    return attachments.seal(json.dumps({name: one for name, one in secrets.items() if one}))


def _unsealed(robot: Robot) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(attachments.unseal(robot.sealed))
    except (InvalidToken, ValueError) as error:
        raise SecretsLost(name=robot.name) from error
    return found


def _opens(robot: Robot) -> bool:
    try:
        _unsealed(robot)
    except SecretsLost:
        return False
    return True


def _switch(session: Session, robot: Robot, at: datetime) -> None:
    row = {
        "channel": robot.platform,
        "address": f"{KIND}-{robot.id}",
        "person_kind": KIND,
        "person_id": robot.id,
        "customer_id": robot.customer_id,
        "is_active": True,
        "linked_at": at,
        "off_reason": "",
    }
    insert_once(session, Address, row, ("channel", "address", "person_kind", "person_id"))


def _told(robot: Robot) -> dict[str, object]:
    """What the trail says of a robot: never its address."""
    return {
        "name": robot.name,
        "platform": robot.platform,
        "host": robot.host,
        "kinds": list(robot.kinds),
        "customer_id": robot.customer_id,
        "amounts": robot.amounts,
    }
