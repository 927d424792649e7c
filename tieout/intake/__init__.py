"""Whatever other systems and customers hand over, on its way into the books.

Read, mapped, cleaned, staged, approved, posted. `reading`, `values`, `fields`, `guessing`,
`mapping` and `understanding` are pure: they know files and values, no database. `uploads` opens
a file, `staging` takes it in, `judging` says what becomes of each row, `correcting`, `approving`,
`posting` and `undoing` are what people do with it.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """What intake listens to; found when asked for, since readers know no database."""
    if name != "SUBSCRIPTIONS":
        raise AttributeError(name)
    from tieout.events import DocumentPosted, DocumentsReversed
    from tieout.intake.forgetting import when_many_reversed, when_reversed

    # rows of a reversed document may come again
    return [(DocumentPosted, when_reversed), (DocumentsReversed, when_many_reversed)]
