"""What the bot answers: worked out from the books in one transaction, written outside it.

A chat is linked to people of customers, or of the company, by a code that is used once. It knows
a handful of words; whatever else is written is answered kindly.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from notifications import chat_figures, links, pages, promising, readers
from notifications.channels import Button
from notifications.figures import cash, thawed
from notifications.kinds import Link, Print
from notifications.leaving import GROUP_AMOUNTS
from notifications.readers import Reader
from tieout import audit, settings
from tieout.customers.models import Contact, CustomerAccount
from tieout.db.base import Json
from tieout.errors import InvalidInput
from tieout.identity.models import StaffUser
from tieout.identity.tokens import LinkUnusable
from tieout.messages import addresses, chats
from tieout.rendering.environment import render
from tieout.rendering.translation import reading
from tieout.wording.filling import tidy, with_buttons

Person = Contact | StaffUser

#: What people write for each command, besides the command itself.
WORDS: Mapping[str, Sequence[str]] = {
    "balance": ("余额", "欠款"),
    "overdue": ("逾期",),
    "statement": ("statements", "对账单"),
    "dispute": ("disputes", "异议"),
    "promise": ("promises", "承诺", "承诺付款"),
    "language": ("语言", "english", "中文"),
    "help": ("帮助", "?", "？"),
    "stop": ("停止", "退订"),
}


@dataclass(frozen=True)
class Heard:
    """What somebody wrote, or pressed."""

    chat: str
    text: str
    #: Of the app it was written in.
    language: str = "en"
    is_press: bool = False

    @property
    def is_group(self) -> bool:
        """Whether others read along; the numbers of groups are negative."""
        return self.chat.startswith("-")


@dataclass(frozen=True)
class Reply:
    """An answer, worked out but not yet put into words."""

    name: str
    language: str
    zone: str
    data: Json = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[Print] = ()

    def written(self) -> tuple[str, tuple[Button, ...]]:
        """The answer in words, and what can be pressed under it."""
        with reading(self.language, self.zone):
            data = {**thawed(self.data), "links": self.links}
            text, buttons = with_buttons(tidy(render(f"messages/bot/{self.name}.txt", **data)))
            return text, tuple(Button(label, url) for label, url in buttons)


@dataclass(frozen=True)
class Talk:
    """Who is talked with, and where."""

    session: Session
    heard: Heard
    people: Sequence[Person]
    base_url: str
    at: datetime

    @property
    def contacts(self) -> list[Contact]:
        """Those of customers."""
        return [one for one in self.people if isinstance(one, Contact)]

    @property
    def on(self) -> date:
        """Today, where the company is."""
        return self.at.astimezone(ZoneInfo(settings.company(self.session).time_zone)).date()

    @property
    def amounts(self) -> bool:
        """Whether amounts may be said here."""
        allowed: bool = settings.read(self.session, GROUP_AMOUNTS, False)
        return allowed or not self.heard.is_group

    def reply(
        self,
        name: str,
        data: Json | None = None,
        *,
        to: Person | None = None,
        wanted: Mapping[str, Link] | None = None,
        files: Sequence[Print] = (),
    ) -> Reply:
        """An answer, in the language of whom it is for."""
        company = settings.company(self.session)
        person = to or (self.people[0] if self.people else None)
        reader = _reader(self.session, person) if person else None
        language = reader.language if reader else self.heard.language
        more: Json = {
            "amounts": self.amounts,
            "person": reader.name if reader else "",
            **readers.our_side(company, language),
        }
        addresses_ = {"home": f"{self.base_url.rstrip('/')}{pages.HOME}"}
        if wanted and reader:
            # a group whose readers nobody knows gets no link that opens by itself
            reader = replace(reader, is_group=not self.amounts)
            held: links.Held = {}
            made = links.issue(self.session, wanted, reader, {}, held=held, at=self.at)
            addresses_ |= links.addresses(self.session, made, self.base_url, held)[0]
        zone = reader.zone if reader else company.time_zone
        return Reply(name, language, zone, {**more, **(data or {})}, addresses_, files)


def answer(session: Session, heard: Heard, base_url: str, *, at: datetime) -> list[Reply]:
    """Answer what somebody wrote, and do what it asks for."""
    command, argument = understood(heard.text)
    if command == "start" and argument:
        return [_join(session, heard, argument, base_url, at)]
    talk = Talk(session, heard, _people(session, heard.chat), base_url, at)
    if command == "stop":
        return [_stop(talk)]
    if not talk.people:
        return [talk.reply("not_linked")]
    if command == "language" and argument in settings.company(session).languages:
        return [_speak(talk, argument)]
    if not talk.contacts and command in (
        "balance",
        "overdue",
        "statement",
        "dispute",
        "promise",
    ):
        return [talk.reply("staff", wanted={"page": Link(pages.DESK)})]
    if command == "promise" and argument:
        return _promise(talk, argument)
    return _COMMANDS.get(command, _unknown)(talk)


def understood(text: str) -> tuple[str, str]:
    """The command in a text and what follows it; ("", "") where there is none."""
    words = text.strip().split(maxsplit=1)
    if not words:
        return "", ""
    first = words[0].lower().removeprefix("/").partition("@")[0]
    rest = words[1].strip() if len(words) > 1 else ""
    if first == "start":
        return first, rest
    if ":" in first:  # a button: "language:zh"
        first, _, rest = first.partition(":")
    if first in ("english", "中文"):
        return "language", {"english": "en", "中文": "zh"}[first]
    for command, others in WORDS.items():
        if first == command or first in others:
            return command, rest
    return "", text


def _join(session: Session, heard: Heard, secret: str, base_url: str, at: datetime) -> Reply:
    try:
        person = chats.join(session, secret, chats.TELEGRAM, heard.chat, at=at)
    except LinkUnusable:
        there = Talk(session, heard, _people(session, heard.chat), base_url, at)
        # pressed twice: what is linked stays linked
        return there.reply("help" if there.people else "code_over", _words(there))
    talk = Talk(session, heard, [person], base_url, at)
    customer = person.customer.name if isinstance(person, Contact) else ""
    return talk.reply("linked", {"customer_name": customer, "is_group": heard.is_group})


def _stop(talk: Talk) -> Reply:
    said = {"was_linked": bool(talk.people), "is_staff": not talk.contacts}
    goodbye = talk.reply("stopped", said)
    chats.leave(talk.session, chats.TELEGRAM, talk.heard.chat, at=talk.at)
    return goodbye


def _speak(talk: Talk, language: str) -> Reply:
    for person in talk.people:
        if person.language != language:
            person.language = language
            by = audit.Actor(addresses.kind_of(person), person.id, person.name)
            audit.record(talk.session, by, "language.chosen", person, after={"language": language})
    return talk.reply("language_chosen")


def _languages(talk: Talk) -> list[Reply]:
    return [talk.reply("language")]


def _balance(talk: Talk) -> list[Reply]:
    return [
        talk.reply(
            "balance",
            chat_figures.balance(talk.session, contact, talk.on),
            to=contact,
            wanted={"page": chat_figures.page_of(talk.session, contact)},
        )
        for contact in talk.contacts
    ]


def _overdue(talk: Talk) -> list[Reply]:
    return [
        talk.reply(
            "overdue",
            chat_figures.overdue(talk.session, contact, talk.on),
            to=contact,
            wanted={"page": chat_figures.page_of(talk.session, contact)},
        )
        for contact in talk.contacts
    ]


def _statement(talk: Talk) -> list[Reply]:
    replies = []
    for contact in talk.contacts:
        said, files = chat_figures.statement(
            talk.session, contact, talk.base_url, with_file=talk.amounts
        )
        page = {"page": chat_figures.page_of(talk.session, contact)}
        replies.append(talk.reply("statement", said, to=contact, wanted=page, files=files))
    return replies


def _dispute(talk: Talk) -> list[Reply]:
    return [
        talk.reply("dispute", chat_figures.disputes(talk.session, contact), to=contact)
        for contact in talk.contacts
    ]


def _promises(talk: Talk) -> list[Reply]:
    return [
        talk.reply(
            "promise",
            promising.offers(talk.session, contact, talk.on),
            to=contact,
            wanted={"page": chat_figures.page_of(talk.session, contact)},
        )
        for contact in talk.contacts
    ]


def _promise(talk: Talk, argument: str) -> list[Reply]:
    """Go on with what a button says; one of somebody else's account means nothing here."""
    asked = promising.Asked.read(argument)
    for contact in talk.contacts if asked is not None and talk.amounts else ():
        account = promising.account_of(talk.session, contact, asked.account_id)  # type: ignore[union-attr]
        if account is not None and asked is not None:
            return [_promised(talk, contact, account, asked)]
    if asked is None and talk.amounts:
        return _typed(talk, argument)
    return _promises(talk)


def _typed(talk: Talk, text: str) -> list[Reply]:
    """Go on with an amount somebody typed, where it is clear which account it is for."""
    replies = []
    for contact in talk.contacts:
        owing = promising.owing(talk.session, contact, talk.on)
        found = [
            (account, given)
            for account in owing
            if (len(owing) == 1 or account.currency in text.upper())
            and (given := promising.typed(text.upper(), account.currency, talk.on)) is not None
        ]
        for account, (minor, pay_on) in found:
            asked = promising.Asked(account.id, minor, pay_on)
            replies.append(_promised(talk, contact, account, asked))
    return replies or _promises(talk)


def _promised(
    talk: Talk, contact: Contact, account: CustomerAccount, asked: promising.Asked
) -> Reply:
    page = {"page": chat_figures.page_of(talk.session, contact)}
    said: Json = {"refused": None}
    try:
        if asked.pay_on is None:
            said = promising.days(talk.session, asked, account, talk.on)
            return talk.reply("promise_when", said, to=contact, wanted=page)
        made = promising.give(talk.session, account, contact, asked, on=talk.on, at=talk.at)
    except InvalidInput as error:
        said = {"refused": error.sentence}
    else:
        said |= {
            "amount": cash(made.amount_minor, account.currency),
            "pay_on": made.pay_on.isoformat(),
        }
    return talk.reply("promised", said, to=contact, wanted=page)


def _help(talk: Talk) -> list[Reply]:
    return [talk.reply("help", _words(talk))]


def _unknown(talk: Talk) -> list[Reply]:
    if talk.heard.is_group and not talk.heard.text.startswith("/"):
        return []  # people of the group talk with one another
    return [talk.reply("unknown", _words(talk))]


def _words(talk: Talk) -> Json:
    return {"is_staff": not talk.contacts}


_COMMANDS: Mapping[str, Callable[[Talk], list[Reply]]] = {
    "start": _help,
    "balance": _balance,
    "overdue": _overdue,
    "statement": _statement,
    "dispute": _dispute,
    "promise": _promises,
    "language": _languages,
    "help": _help,
}


def _people(session: Session, chat: str) -> list[Person]:
    """Everybody who is reached in a chat: a person may act for several customers."""
    there = addresses.at_address(session, chats.TELEGRAM, chat)
    found: list[Any] = [addresses.person_of(session, one) for one in there]
    return [one for one in found if one is not None and one.is_active]


def _reader(session: Session, person: Person) -> Reader:
    if isinstance(person, Contact):
        return readers.contact_reader(session, person)
    return readers.staff_reader(session, person)
