"""What may stand in braces in a message of each kind, and what it becomes.

The sources on the right are templates of ours, filled in with the figures the message leaves
with; what a person writes is never one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tieout.i18n import N_

_T = TypeVar("_T")


@dataclass(frozen=True)
class Place:
    """A word or an amount inside a line."""

    what: str
    source: str
    #: An amount, which is not said everywhere.
    is_amount: bool = False


@dataclass(frozen=True)
class Block:
    """Something that takes lines of its own: `messages/blocks/<name>`."""

    what: str
    name: str


@dataclass(frozen=True)
class Worded:
    """A kind of message whose words a company may choose."""

    places: Mapping[str, Place]
    blocks: Mapping[str, Block] = field(default_factory=dict)
    #: What the one button says, and the link it opens.
    button: tuple[str, str] = ("", "page")
    #: Whether each level may have words of its own.
    has_levels: bool = False
    #: Whether it goes to our own people; whom it is about stands in its own places.
    is_internal: bool = False


_PERSON = Place(N_("the reader's name"), "{{ person }}")
#: Known in every message; the customer only where it goes to one.
EVERYWHERE: Mapping[str, Place] = {
    "person": _PERSON,
    "customer": Place(N_("the customer's name"), "{{ customer.name }}"),
    "account": Place(N_("the customer's code"), "{{ customer.code }}"),
    "company": Place(N_("our name"), "{{ company_name }}"),
    "sender": Place(N_("our short name"), "{{ sender }}"),
    "contact": Place(N_("who of us answers questions"), "{{ our_contact.name }}"),
    "phone": Place(N_("the phone number for questions"), "{{ our_contact.phone }}"),
}
#: Known in every mail.
BLOCKS: Mapping[str, Block] = {
    "button": Block(N_("the button that opens the page"), "button"),
    "regards": Block(N_("the greeting at the end"), "regards"),
}

#: What is known in every message, but not in those to our own people.
_OF_A_CUSTOMER = frozenset({"customer", "account", "regards"})

_RECEIPT = Place(N_("the reference number"), "{{ receipt }}")
_STATEMENT = {
    "number": Place(N_("the statement's number"), "{{ number }}"),
    "period": Place(N_("its period"), "{{ period|period }}"),
}
#: A statement and the day its balance is asked for.
_ASKED = {
    **_STATEMENT,
    "as_at": Place(N_("the day it is drawn up for"), "{{ as_at|longday }}"),
}
_STATE_THE_BALANCE = (
    "{% if request == 'blank' %}{{ _('State the balance on %(day)s', day=as_at|longday) }}"
)
_SEE_AND_CONFIRM = (
    "{% else %}{{ _('See and confirm statement %(number)s', number=number) }}{% endif %}"
)
_DISPUTE = {
    "receipt": _RECEIPT,
    "number": Place(N_("the document's number"), "{{ number }}"),
    "amount": Place(N_("the amount in dispute"), "{{ amount|amount }}", is_amount=True),
    "reason": Place(N_("the customer's reason"), "{{ reason_words|sentence }}"),
    "answer_by": Place(N_("the day we answer by"), "{{ answer_by|weekday_day }}"),
}
_ABOUT_DISPUTE = {"dispute": Block(N_("the dispute: document, amount, reason"), "dispute")}
_SEE_DISPUTE = ("{{ _('See the dispute') }}", "page")
_NUMBERS = Place(
    N_("the numbers of the invoices"), "{{ items|map(attribute='number')|join(_(', ')) }}"
)
_PAY_TO = Block(N_("our bank account"), "pay_to")
_ABOUT = Place(N_("the customer it is about"), "{{ customer_name }}")
_PREPARED_BY = Place(N_("who of us has prepared it"), "{{ prepared_by }}")


def _internal(
    places: Mapping[str, Place], button: str, blocks: Mapping[str, Block] | None = None
) -> Worded:
    """A kind of message to our own people, with the words of its button."""
    return Worded(places, blocks or {}, (button, "page"), is_internal=True)


#: Messages to our own people: what waits for them, and what went wrong.
INTERNAL: Mapping[str, Worded] = {
    "staff_alert": _internal(
        {
            "things": Place(
                N_("how many things there are to look at"),
                "{{ ngettext('%(num)s thing to look at', '%(num)s things to look at', count) }}",
            ),
            "what": Place(
                N_("what went wrong, in one line"),
                "{% for row in rows %}{{ row|sentence }} {% endfor %}",
                is_amount=True,
            ),
            "more": Place(
                N_("how many more there are, where it is too long a list"),
                "{% if more %}{{ ngettext('and %(num)s more', 'and %(num)s more', more) }}"
                "{% endif %}",
            ),
        },
        "{{ _('See the alerts') }}",
        {"alerts": Block(N_("what went wrong, line by line"), "alerts")},
    ),
    "staff_digest": _internal(
        {
            "day": Place(N_("the day it is made for"), "{{ on|longday }}"),
            "what": Place(
                N_("what waits, in one line"),
                "{% from 'messages/staff_digest/words.txt' import called, sums %}"
                "{% for row in rows %}{{ called(row.what) }}: {{ row.count }}"
                "{% if row.amounts %} ({{ sums(row.amounts) }}){% endif %}"
                "{% if not loop.last %}{{ _(', ') }}{% endif %}{% endfor %}",
                is_amount=True,
            ),
        },
        "{{ _('Open the list of the day') }}",
        {"list": Block(N_("what waits, line by line"), "waiting")},
    ),
    "staff_dispute": _internal(
        {
            "customer": _ABOUT,
            **_DISPUTE,
            "answer_day": Place(
                N_("the day we answer by, without its weekday"), "{{ answer_by|longday }}"
            ),
        },
        "{{ _('See dispute %(receipt)s', receipt=receipt) }}",
        {
            "words": Block(N_("what was written"), "quote"),
            "dispute": Block(N_("the reason, and the reference number"), "dispute_reason"),
        },
    ),
    "staff_import": _internal(
        {
            "file": Place(N_("the name of the file"), "{{ filename }}"),
            "prepared_by": _PREPARED_BY,
        },
        "{{ _('Look at the file') }}",
    ),
    "staff_draft": _internal(
        {"customer": _ABOUT, "prepared_by": _PREPARED_BY}, "{{ _('Look at the document') }}"
    ),
    "staff_mail": _internal(
        {
            "customer": _ABOUT,
            "who": Place(
                N_("who has written, in a sentence"),
                "{% if customer_name %}{{ _('%(writer)s of %(customer)s has written.',"
                " writer=writer, customer=customer_name) }}"
                "{% else %}{{ _('%(writer)s has written.', writer=writer) }}{% endif %}",
            ),
            "writer": Place(N_("who has written"), "{{ writer }}"),
            "address": Place(N_("the address it came from"), "{{ address }}"),
            "title": Place(N_("the subject of the mail"), "{{ title }}"),
            "said": Place(N_("what was written, in one line"), "{{ words }}", is_amount=True),
        },
        "{{ _('Look at it') }}",
        {"words": Block(N_("what was written"), "quote")},
    ),
    "staff_address": _internal(
        {
            "customer": _ABOUT,
            "who": Place(N_("who cannot be reached"), "{{ person_name or customer_name or '–' }}"),
            "address": Place(N_("the address that takes no messages"), "{{ address }}"),
            "answer": Place(N_("what the far side said"), "{{ words }}"),
        },
        "{{ _('See the messages') }}",
        {"facts": Block(N_("the customer, the channel, what the far side said"), "unreached")},
    ),
    "staff_held": _internal(
        {
            "day": Place(N_("the day it is made for"), "{{ on|longday }}"),
            "why": Place(
                N_("why, and what to do about it"),
                "{% from 'messages/staff_held/words.txt' import why %}{{ why(newest_on, pull) }}",
            ),
        },
        "{{ _('Import payments') }}",
    ),
}

#: Every kind a company may say in its own words. What keeps people safe is not among them: links
#: and codes to sign in with, and the change of our bank account, are always said the built-in way.
WORDED: Mapping[str, Worded] = {
    "statement_issued": Worded(
        {
            **_ASKED,
            "opening": Place(
                N_("who owes whom how much, in a sentence"),
                "{% from 'messages/statement_issued/words.txt' import greeting %}"
                "{{ greeting(person, kind, sections, as_at, number, period) }}",
                is_amount=True,
            ),
            "balance": Place(
                N_("the balance"),
                "{% for one in sections %}{{ one.closing|amount }}"
                "{% if not loop.last %} + {% endif %}{% endfor %}",
                is_amount=True,
            ),
            "request": Place(
                N_("what is asked, and by when"),
                "{% from 'messages/statement_issued/words.txt' import asked %}"
                "{{ asked(request, answer_by, as_at) }}",
            ),
            "attached": Place(
                N_("that the statement is attached, where it is"),
                "{% if files %}{{ _('The statement is attached: %(file)s. Nothing has to be"
                " opened or signed; the button is enough.', file=files|join(', ')) }}{% endif %}",
            ),
        },
        {
            "statement": Block(N_("movements, balance and open items"), "statement"),
            "links": Block(N_("the ways to object and to compare"), "statement_links"),
        },
        (
            (
                _STATE_THE_BALANCE
                + "{% elif request == 'negative' %}"
                + "{{ _('See statement %(number)s', number=number) }}"
                + _SEE_AND_CONFIRM
            ),
            "statement",
        ),
    ),
    "reminder": Worded(
        {
            "amount": Place(N_("what is to be paid now"), "{{ net|amount }}", is_amount=True),
            "pay_by": Place(N_("the day to pay by"), "{{ pay_by|weekday_day }}"),
            "overdue_since": Place(
                N_("since when it has been overdue"), "{{ overdue_since|longday }}"
            ),
            "as_at": Place(N_("the day it is worked out for"), "{{ as_at|longday }}"),
            "level": Place(N_("the level"), "{{ level }}"),
            "numbers": _NUMBERS,
            "left_out": Place(
                N_("what was left out, and what is not due yet"),
                "{% from 'messages/reminder/words.txt' import beside %}"
                "{{ beside(left_out_rows, not_due) }}",
                is_amount=True,
            ),
        },
        {
            "items": Block(N_("the items that are overdue"), "reminder_items"),
            "links": Block(N_("“already paid” and “something is wrong”"), "reminder_links"),
            "pay_to": _PAY_TO,
        },
        ("{{ _('See the %(amount)s and how to pay', amount=net|money) }}", "page"),
        has_levels=True,
    ),
    "due_soon": Worded(
        {
            "amount": Place(N_("what falls due"), "{{ total|amount }}", is_amount=True),
            "due_on": Place(N_("the day it falls due"), "{{ due_on|weekday_day }}"),
            "numbers": _NUMBERS,
        },
        {"items": Block(N_("the items that fall due"), "due_soon_items"), "pay_to": _PAY_TO},
        ("{{ _('See what it is and how to pay') }}", "page"),
    ),
    "dispute_step": Worded(
        {
            **_DISPUTE,
            "done": Place(N_("what the customer did"), "{{ done|sentence }}"),
            "what_now": Place(
                N_("what follows from it"),
                "{% from 'messages/dispute_step/words.txt' import what_now %}"
                "{{ what_now(follows, is_answered, answer_by) }}",
            ),
        },
        {**_ABOUT_DISPUTE, "words": Block(N_("what was written"), "quote")},
        _SEE_DISPUTE,
    ),
    "act_recorded": Worded(
        {
            "receipt": _RECEIPT,
            "done": Place(N_("what the customer did"), "{{ done|sentence }}"),
            "what_now": Place(N_("what follows from it"), "{{ follows|sentence }}"),
            "if_not_you": Place(
                N_("whom to tell, where it lets somebody in"),
                "{% if of_sign_in %}"
                "{{ _('If it was not you who did this, reply to this mail at once.') }}"
                "{% endif %}",
            ),
        },
        {},
        ("{{ _('See what was recorded') }}", "page"),
    ),
    "promise_given": Worded(
        {
            "receipt": _RECEIPT,
            "amount": Place(N_("the amount promised"), "{{ amount|amount }}", is_amount=True),
            "pay_on": Place(N_("the day it is promised for"), "{{ pay_on|weekday_day }}"),
            "last": Place(N_("the last day that keeps it"), "{{ last|weekday_day }}"),
        },
        {"pay_to": _PAY_TO},
        ("{{ _('See your account') }}", "page"),
    ),
    "thanks": Worded({}, {}, ("{{ _('See your account') }}", "page")),
    "statement_answered": Worded(
        {
            **_STATEMENT,
            "receipt": _RECEIPT,
            "answered_at": Place(N_("when it was given"), "{{ answered_at|moment }}"),
        },
        {"answer": Block(N_("the answer"), "answer")},
        ("{{ _('See statement %(number)s and your answer', number=number) }}", "statement"),
    ),
    "changed_since": Worded(
        _ASKED,
        {"confirmed": Block(N_("what was confirmed"), "confirmed")},
        ("{{ _('See what has changed in %(number)s', number=number) }}", "statement"),
    ),
    "answer_reminder": Worded(
        {
            **_ASKED,
            "request": Place(
                N_("what is asked, and by when"),
                "{% from 'messages/answer_reminder/words.txt' import wanted %}"
                "{{ wanted(request, answer_by, as_at) }}",
            ),
        },
        {
            "links": Block(N_("the way to say that something is wrong"), "wrong_link"),
            "balances": Block(N_("the balances not answered yet"), "unanswered"),
        },
        (
            _STATE_THE_BALANCE + _SEE_AND_CONFIRM,
            "statement",
        ),
    ),
    "document_copy": Worded(
        {
            "kind": Place(N_("the kind of document"), "{{ kind_words|sentence }}"),
            "number": Place(N_("the document's number"), "{{ number }}"),
            "day": Place(N_("the document's day"), "{{ issued_on|longday }}"),
            "due_on": Place(
                N_("the day it falls due"), "{% if due_on %}{{ due_on|longday }}{% endif %}"
            ),
            "amount": Place(N_("its amount"), "{{ amount|amount }}", is_amount=True),
        },
        {},
        ("{{ _('See the document') }}", "page"),
    ),
    "dispute_raised": Worded(_DISPUTE, _ABOUT_DISPUTE, _SEE_DISPUTE),
    "dispute_answered": Worded(
        {**_DISPUTE, "author": Place(N_("who of us has written"), "{{ author }}")},
        {**_ABOUT_DISPUTE, "words": Block(N_("what was written"), "quote")},
        ("{{ _('Answer') }}", "page"),
    ),
    "dispute_resolved": Worded(
        {
            **_DISPUTE,
            "outcome": Place(
                N_("what was decided, in a sentence"),
                "{% from 'messages/dispute_resolved/words.txt' import outcome %}"
                "{{ outcome(state, number, accepted, amount) }}",
                is_amount=True,
            ),
            "what_now": Place(
                N_("what follows from it"),
                "{% from 'messages/dispute_resolved/words.txt' import what_now %}"
                "{{ what_now(state) }}",
            ),
        },
        {
            "dispute": Block(N_("the dispute: document, amount, reason"), "dispute_outcome"),
            "words": Block(N_("what was written"), "quote"),
        },
        _SEE_DISPUTE,
    ),
    "book_compared": Worded(
        {
            "receipt": _RECEIPT,
            "as_at": Place(N_("the day it is compared for"), "{{ as_at|longday }}"),
            "file": Place(N_("the name of the file"), "{{ filename }}"),
            "difference": Place(N_("the difference"), "{{ difference|amount }}", is_amount=True),
            "outcome": Place(
                N_("what came of it, in a sentence"),
                "{% from 'messages/book_compared/words.txt' import outcome %}"
                "{{ outcome(difference, unexplained) }}",
                is_amount=True,
            ),
        },
        {"comparison": Block(N_("both books and the difference"), "comparison")},
        ("{{ _('See both books') }}", "page"),
    ),
    **INTERNAL,
}

#: The ways a template is for; every group robot speaks as one.
CHANNELS = {"email": N_("E-mail"), "telegram": "Telegram", "robot": N_("Group robots")}


def places_of(kind: str) -> dict[str, Place]:
    """What may stand inside a line of a message."""
    return {**_everywhere(EVERYWHERE, kind), **WORDED[kind].places}


def blocks_of(kind: str, channel: str) -> dict[str, Block]:
    """What may stand on a line of its own; in chats nothing, their buttons come by themselves."""
    return {**WORDED[kind].blocks, **_everywhere(BLOCKS, kind)} if channel == "email" else {}


def _everywhere(known: Mapping[str, _T], kind: str) -> dict[str, _T]:
    hidden = _OF_A_CUSTOMER if WORDED[kind].is_internal else frozenset()
    return {name: one for name, one in known.items() if name not in hidden}
