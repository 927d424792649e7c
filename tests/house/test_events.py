"""Nothing happens unheard: each kind of event has a handler, or it is said that none is needed."""

from flask import Flask

from tieout import events


def test_every_event_is_heard(app: Flask) -> None:
    deaf = [
        kind.__name__
        for kind in events.kinds()
        if not events.handlers(kind) and kind not in events.NONE_NEEDED
    ]

    assert deaf == []


def test_nothing_is_said_to_need_no_handler_that_has_one(app: Flask) -> None:
    assert [kind.__name__ for kind in events.NONE_NEEDED if events.handlers(kind)] == []
