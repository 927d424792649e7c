"""Whoever asks again and again for links and codes that are not ours waits a while."""

from datetime import datetime

from flask import current_app

from tieout import clock
from tieout.identity.limits import Guesses, refuse
from tieout.web.addresses import origin


def guessed() -> None:
    """Count a link or code that is not ours, for the address it was asked from."""
    _guesses().add(origin().address, at=clock.now())


def refused_until() -> datetime | None:
    """Until when nothing is looked up for whoever asks; None while they may go on."""
    return _guesses().refused_until(origin().address, at=clock.now())


def check() -> None:
    """See that whoever asks has not guessed too often.

    Raises:
        TooManyTries: they have.
    """
    refuse(refused_until(), at=clock.now())


def _guesses() -> Guesses:
    kept: Guesses = current_app.config.setdefault("TIEOUT_GUESSES", Guesses())
    return kept
