"""Messages in the company's own words: what may be written, and what comes of it."""

import html5lib
import pytest
from sqlalchemy.orm import Session

from tests.factories import AT, BY
from tieout.errors import InvalidInput
from tieout.rendering.translation import reading
from tieout.wording import examples, kept, text
from tieout.wording.filling import Filled, built_in, filled
from tieout.wording.kept import Spot
from tieout.wording.places import WORDED
from tieout.wording.starting import beginning
from tieout.wording.text import Own

SPOTS = [
    Spot(kind, level, language, channel)
    for kind, worded in WORDED.items()
    for level in ((0, 2, 3) if worded.has_levels else (0,))
    for language in ("en", "zh")
    for channel in ("email", "telegram")
]
MAIL = Spot("reminder", 0, "en", "email")
CHAT = Spot("reminder", 0, "en", "telegram")


def said(spot: Spot, own: Own | None, **changes: object) -> Filled:
    """The example of a spot in words."""
    form = "email" if spot.channel == "email" else "chat"
    data = {**examples.data(spot.kind, spot.level, spot.language), **changes}
    with reading(spot.language, examples.ZONE):
        if own is None:
            return built_in(spot.kind, form, data)
        return filled(spot.kind, form, own, data)


@pytest.mark.parametrize("spot", SPOTS, ids=str)
def test_whoever_keeps_the_beginning_as_it_is_says_what_is_built_in(spot: Spot) -> None:
    begun = beginning(spot.kind, spot.level, spot.language, spot.channel)

    text.check(begun, spot.kind, spot.channel)
    mine, usual = said(spot, begun), said(spot, None)
    assert mine.text == usual.text
    assert mine.subject == usual.subject
    assert mine.buttons == usual.buttons
    assert "900.00" not in begun.body
    if spot.channel == "email":
        html5lib.HTMLParser(strict=True).parse(mine.html)
        assert mine.html.count("<h1") == 1
        assert mine.html.count('class="e-button"') == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "Pay {amonut}\n{button}",
            "“{amonut}” cannot be filled in. Known are: {account},",
        ),
        ("{{ 7 * 7 }}\n{button}", "“{ 7 * 7 }” cannot be filled in."),
        ("{person.__class__}\n{button}", "“{person.__class__}” cannot be filled in."),
        ("{% for one in items %}\n{button}", "cannot be filled in"),
        ("A brace } alone\n{button}", "Line 1 holds a brace"),
        ("See {items} here\n{button}", "“{items}” takes lines of its own"),
        ("Please pay {amount}.", "Put {button} on a line of its own"),
        ("", "Write what the message is to say"),
        ("x" * 10_001, "at most 10000 characters"),
    ],
)
def test_what_cannot_be_filled_in_is_refused_with_what_is_known(body: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        text.check(Own("Reminder", body), "reminder", "email")

    assert words in str(refused.value.sentence)


@pytest.mark.parametrize(
    ("subject", "error"),
    [
        ("Pay {nope}", text.UnknownInSubject),
        ("Pay {items}", text.UnknownInSubject),
        ("Pay } now", text.BraceInSubject),
    ],
)
def test_what_cannot_stand_in_a_subject_is_said_of_it(
    subject: str, error: type[InvalidInput]
) -> None:
    with pytest.raises(error) as refused:
        text.check(Own(subject, "Dear {person}\n{button}"), "reminder", "email")

    assert "Line" not in str(refused.value.sentence)


def test_what_a_figure_holds_is_text_and_is_never_looked_at_again() -> None:
    own = Own("For {person}", "Dear {person}, pay {amount}.\n\n{button}")

    mail = said(MAIL, own, person="<script>{amount} {{ 7*7 }}</script>")

    assert "Dear <script>{amount} {{ 7*7 }}</script>, pay CNY 900.00." in mail.text
    assert "&lt;script&gt;{amount} {{ 7*7 }}&lt;/script&gt;" in mail.html
    assert "<script" not in mail.html
    assert "\n" not in mail.subject


def test_the_foot_and_the_buttons_of_a_chat_stay_as_they_are() -> None:
    mail = said(MAIL, Own("Hello", "Hello {person}\n{button}"))
    chat = said(CHAT, Own("", "Hello {person}"))

    assert mail.text.startswith("Hello Wang Min\nSee the 900.00 and how to pay: https://")
    assert mail.text.endswith("Reminder 1 for account M-0217 of Mingyuan Hardware\n")
    assert chat.text == "Hello Wang Min"
    assert chat.buttons == said(CHAT, None).buttons


def test_amounts_are_not_said_where_they_must_not_be() -> None:
    mail, chat = Own("Pay {amount}", "Hello\n{button}"), Own("", "Pay {amount}")

    assert "900.00" not in said(MAIL, mail, subject_amounts=False).subject
    assert "900.00" not in said(CHAT, chat, amounts=False).text
    assert said(CHAT, Own("", "Hello {person}"), amounts=False).text == "Hello Wang Min"


def test_a_line_of_placeholders_that_come_to_nothing_is_left_out() -> None:
    own = Own("Statement", "Hello\n{attached}\nBye\n{button}")

    mail = said(Spot("statement_issued", 0, "en", "email"), own)

    assert mail.text.startswith("Hello\nBye\nSee and confirm")


def test_words_are_kept_in_versions_and_the_built_in_ones_come_back(session: Session) -> None:
    first, second = Own("One", "First\n{button}"), Own("Two", "Second\n{button}")
    kept.keep(session, MAIL, first, seen=0, by=BY, at_=AT)
    with pytest.raises(kept.TemplateChanged):
        kept.keep(session, MAIL, second, seen=0, by=BY, at_=AT)
    kept.keep(session, MAIL, second, seen=1, by=BY, at_=AT)

    found = kept.holding(session, "reminder", 2, "en", "email")
    assert found is not None
    assert (found["version"], found["subject"]) == (2, "Two")
    third = Spot("reminder", 2, "en", "email")
    kept.keep(session, third, Own("Level two", "At once\n{button}"), seen=0, by=BY, at_=AT)
    assert _subject(session, 2) == "Level two"
    assert _subject(session, 1) == "Two"

    kept.take_again(session, MAIL, 1, by=BY, at_=AT)
    assert _subject(session, 1) == "One"
    kept.go_back(session, MAIL, by=BY)
    assert _subject(session, 1) is None
    template = kept.at(session, MAIL)
    assert template is not None
    assert [one.no for one in kept.versions(session, template)] == [3, 2, 1]
    kept.keep(session, MAIL, second, seen=3, by=BY, at_=AT)
    assert _subject(session, 1) == "Two"


def test_every_group_robot_speaks_as_one(session: Session) -> None:
    kept.keep(
        session, Spot("thanks", 0, "zh", "robot"), Own("", "多谢 {customer}"), seen=0, by=BY, at_=AT
    )

    for platform in ("wecom", "dingtalk", "feishu"):
        assert kept.holding(session, "thanks", 0, "zh", platform) is not None
    assert kept.holding(session, "thanks", 0, "zh", "telegram") is None


def _subject(session: Session, level: int) -> str | None:
    found = kept.holding(session, "reminder", level, "en", "email")
    return None if found is None else str(found["subject"])
