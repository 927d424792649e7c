"""The sample an address asks for: the same address draws the same accounts on every page."""

from flask import request

from tieout.money import Money
from tieout.month_end.sample import METHODS, RANDOM, Draw
from tieout.periods import Period
from tieout.rendering.translation import gettext
from tieout.web import asked

#: How many are drawn unless the address says.
SIZE = 25


def wanted_draw(period: Period, currency: str) -> Draw:
    """What the address asks for; what it leaves out is the month's own."""
    size = asked.number("size")
    return Draw(
        method=asked.choice("method", METHODS, RANDOM),
        seed=asked.text("seed") or period.code,
        size=SIZE if size is None else size,
        above=Money.of(asked.amount("above") or 0, currency),
    )


def sent_draw(period: Period, currency: str) -> Draw:
    """What a form asks for."""
    sent = request.form.get
    method, size = sent("method", ""), sent("size", "")
    return Draw(
        method=method if method in METHODS else RANDOM,
        seed=sent("seed", "").strip()[:200] or period.code,
        size=int(size) if size.isdecimal() and len(size) < 7 else SIZE,
        above=Money.of(sent("above", "").strip() or "0", currency),
    )


def methods() -> list[tuple[str, str]]:
    """The ways of drawing, for a choice."""
    return [(code, gettext(words)) for code, words in METHODS.items()]
