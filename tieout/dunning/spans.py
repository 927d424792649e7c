"""Accounts some at a time: who is gone through in one piece of work."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute


@dataclass(frozen=True)
class Span:
    """The accounts from one id to another, both included."""

    first: int
    last: int

    def holds(self, account_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        """Whether a column names one of them."""
        return account_id.between(self.first, self.last)

    def __str__(self) -> str:
        """As the key of an item of a run has it."""
        return f"{self.first}-{self.last}"

    @classmethod
    def read(cls, written: str) -> "Span":
        """The other way round."""
        first, _, last = written.partition("-")
        return cls(int(first), int(last))


EVERYBODY = Span(0, 2**62)
