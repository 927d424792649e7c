"""Answers written beforehand: kept by the company in both languages, filled in for each dispute."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.customers.models import Contact
from tieout.disputes.models import Dispute
from tieout.errors import Conflict, InvalidInput, NotFound
from tieout.i18n import N_
from tieout.settings.values import write

SETTING = "dispute_answer_templates"
#: What a template does with a dispute.
ANSWER, REJECT = "answer", "reject"
ACTS = {ANSWER: N_("Answers; the customer's turn"), REJECT: N_("Rejects, with this reason")}
#: What may stand in braces, and what it becomes.
PLACES = {
    "receipt": N_("the dispute's reference number"),
    "number": N_("the document's number"),
    "amount": N_("the amount in dispute"),
    "reason": N_("the customer's reason"),
    "answer_by": N_("the day an answer was promised for"),
    "person": N_("who raised it"),
}
_PLACE = re.compile(r"\{([^{}]*)\}")
MOST, LONGEST = 50, 2000


class NoSuchTemplate(NotFound):
    """A template that is not there (any more)."""

    message = N_("There is no template “%(name)s”. Somebody may have deleted it; choose another.")


class TemplateIncomplete(InvalidInput):
    """A template without a name or without words."""

    message = N_("Give the template a name, and its words in English and in Chinese.")


class TemplateTooLong(InvalidInput):
    """More than an answer should be."""

    message = N_("A template holds at most %(limit)s characters. Shorten it.")


class UnknownPlace(InvalidInput):
    """Something in braces that nothing is known about."""

    message = N_("“{%(place)s}” cannot be filled in. Known are: %(known)s.")


class NameTaken(Conflict):
    """Two templates of one name."""

    message = N_("There is a template “%(name)s” already. Change that one, or choose another name.")


class TooManyTemplates(Conflict):
    """More than anybody chooses from."""

    message = N_("There are %(limit)s templates already. Delete one first.")


@dataclass(frozen=True)
class AnswerTemplate:
    """An answer written beforehand."""

    name: str
    act: str
    en: str
    zh: str

    def checked(self) -> "AnswerTemplate":
        """Return it, when it can be used.

        Raises:
            TemplateIncomplete, TemplateTooLong, UnknownPlace: it cannot.
        """
        if self.act not in ACTS or not all(x.strip() for x in (self.name, self.en, self.zh)):
            raise TemplateIncomplete
        if len(self.name) > 100 or max(len(self.en), len(self.zh)) > LONGEST:
            raise TemplateTooLong(limit=LONGEST)
        for place in _PLACE.findall(self.en + self.zh):
            if place not in PLACES:
                raise UnknownPlace(place=place, known=", ".join(f"{{{one}}}" for one in PLACES))
        return self


#: What a company starts with.
FIRST: tuple[AnswerTemplate, ...] = (
    AnswerTemplate(
        "We look into it · 正在核实",
        ANSWER,
        "We are looking into {receipt} about {number} ({amount}) and answer by {answer_by}.",
        "我们正在核实关于 {number}（{amount}）的异议 {receipt}，将于 {answer_by} 前答复。",
    ),
    AnswerTemplate(
        "Papers wanted · 请补充资料",
        ANSWER,
        "Please send us what shows it for {number}, such as the delivery note or your order, so"
        " that we can decide about {amount}.",
        "请补充 {number} 的证明资料，例如送货单或贵方订单，以便我们处理争议金额 {amount}。",
    ),
    AnswerTemplate(
        "As ordered · 与订单一致",
        REJECT,
        "{number} is as ordered and delivered: {amount} stays due. If you have papers that say"
        " otherwise, open {receipt} again and add them.",
        "{number} 与订单及交付一致，{amount} 仍应支付。"
        "如有不同证明，请重新提出 {receipt} 并附上资料。",
    ),
)


def templates(session: Session) -> tuple[AnswerTemplate, ...]:
    """The company's templates, by name."""
    kept = settings.read(session, SETTING, [asdict(one) for one in FIRST])
    return tuple(sorted((AnswerTemplate(**one) for one in kept), key=lambda one: one.name))


def template(session: Session, name: str) -> AnswerTemplate:
    """The template of a name.

    Raises:
        NoSuchTemplate: there is none.
    """
    found = next((one for one in templates(session) if one.name == name), None)
    if found is None:
        raise NoSuchTemplate(name=name)
    return found


def keep(session: Session, given: AnswerTemplate, *, instead_of: str = "", by: Actor) -> None:
    """Add a template, or put it in another one's place; the trail keeps what was before.

    Raises:
        TemplateIncomplete, TemplateTooLong, UnknownPlace, NameTaken, TooManyTemplates
        NoSuchTemplate: the one to be replaced is gone.
    """
    given = AnswerTemplate(given.name.strip(), given.act, given.en.strip(), given.zh.strip())
    given.checked()
    there = templates(session)
    if instead_of:
        template(session, instead_of)
    rest = [one for one in there if one.name != instead_of]
    if any(one.name == given.name for one in rest):
        raise NameTaken(name=given.name)
    if len(rest) >= MOST:
        raise TooManyTemplates(limit=MOST)
    _write(session, [*rest, given], by)


def drop(session: Session, name: str, *, by: Actor) -> None:
    """Delete a template.

    Raises:
        NoSuchTemplate: there is none.
    """
    template(session, name)
    _write(session, [one for one in templates(session) if one.name != name], by)


def language_of(session: Session, dispute: Dispute) -> str:
    """The language whoever raised a dispute reads."""
    contact = session.get(Contact, dispute.contact_id) if dispute.contact_id else None
    return (contact.language if contact is not None else "") or dispute.customer.language or "en"


def filled(given: AnswerTemplate, language: str, facts: Mapping[str, str]) -> str:
    """The words of a template in a language, with what stands in braces filled in."""
    words = given.zh if language == "zh" else given.en
    return _PLACE.sub(lambda found: facts.get(found.group(1), found.group(0)), words)


def _write(session: Session, given: Sequence[AnswerTemplate], by: Actor) -> None:
    write(session, SETTING, [asdict(one) for one in given], by=by)
