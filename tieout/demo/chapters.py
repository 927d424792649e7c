"""A chapter of the sample company's story: what happens at a moment, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Chapter:
    """What happens at a moment."""

    at: datetime
    act: Callable[[Session], object]
    #: What has to be done first, outside the transaction, such as reading a file.
    first: Callable[[], object] | None = None
