"""What the books learned after statements were issued: entry by entry, for pages and files."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tieout.ledger.items import Movement
from tieout.ledger.words import kind_name
from tieout.money import Money
from tieout.rendering.tables import Check, Column, Kind, Row, TableDefinition
from tieout.rendering.translation import gettext, reader
from tieout.statements import since
from tieout.statements.models import Statement


@dataclass(frozen=True)
class Later:
    """A statement the books no longer say, in one currency, with what came later."""

    statement: Statement
    stated: Money
    now: Money
    entries: Sequence[Movement]


def of(session: Session, statements: Sequence[Statement], currency: str) -> list[Later]:
    """What came later than each of some statements, as far as its balance is another now."""
    return [
        Later(statement, one.stated, one.now, one.entries)
        for statement in statements
        for one in since.changed(session, statement)
        if one.currency == currency and one.now != one.stated
    ]


def table(later: Sequence[Later], currency: str) -> TableDefinition:
    """Each entry beside its statement; stated + entries = books now is its check."""
    stated = Money.total((one.stated for one in later), currency)
    now = Money.total((one.now for one in later), currency)
    rows = [
        Row(
            (
                one.statement.customer.code,
                one.statement.customer.name,
                one.statement.number,
                entry.issued_on,
                reader.get().sentence(kind_name(entry.kind)),
                entry.number,
                entry.recorded_at,
                entry.amount,
            )
        )
        for one in later
        for entry in one.entries
    ]
    came = Money.total((entry.amount for one in later for entry in one.entries), currency)
    say = reader.get().fact
    words = gettext(
        "Stated %(stated)s + came since %(came)s = books now %(now)s",
        stated=str(say(stated)),
        came=str(say(came)),
        now=str(say(now)),
    )
    return TableDefinition(
        name=gettext("Changed since"),
        columns=(
            Column("code", gettext("Code"), width=10),
            Column("name", gettext("Customer"), width=24),
            Column("statement", gettext("Statement"), width=16),
            Column("date", gettext("Date"), Kind.DATE, width=12),
            Column("kind", gettext("Kind"), width=12),
            Column("number", gettext("Document"), width=18),
            Column("recorded", gettext("Booked on"), Kind.MOMENT, width=18),
            Column("amount", gettext("Amount"), Kind.MONEY, width=16),
        ),
        rows=rows,
        totals={"amount": came},
        checks=(Check(words, stated + came == now),),
        empty=gettext("Nothing came later than the statements."),
    )
