"""Whose entries a ledger holds, where a column says it: two companies in one file are no account.

A ledger is handed in for one account, so nothing is posted by this column; it is read only to say
that there are several.
"""

from dataclasses import replace

from tieout.errors import NotFound
from tieout.intake.headings import variants
from tieout.intake.uploads import Inspected
from tieout.intake.values.text import shown

#: Headings of a column that names the other company, as they are compared.
_HEADINGS = frozenset(
    {
        "customer", "customer name", "customer code", "customer no", "customer id",
        "customer account", "client", "client name", "debtor", "debtor name", "supplier",
        "supplier name", "supplier code", "supplier no", "vendor", "vendor name",
        "vendor code", "vendor no",
        "creditor", "party", "party name", "business partner", "business partner name",
        "客户", "客户名称", "客户编码", "客户编号", "客户代码", "供应商", "供应商名称",
        "供应商编码", "供应商编号", "供应商代码", "往来单位", "往来单位名称", "单位名称",
        "对方单位",
    }
)  # fmt: skip


def party_of(inspected: Inspected) -> dict[int, str]:
    """The company each row is about, by row number; nothing where no column says it."""
    places = [
        place
        for place, heading in enumerate(inspected.layout.headings)
        if _HEADINGS.intersection(variants(heading))
    ]
    for place in places:
        said = {
            row.number: text
            for row in inspected.rows
            if place < len(row.cells) and (text := shown(row.cells[place]).strip())
        }
        if said:
            return said
    return {}


def parties(inspected: Inspected) -> tuple[str, ...]:
    """The companies the entries of a file are about, in their order."""
    found = party_of(inspected)
    entries = (text for row, text in found.items() if row not in inspected.asides)
    return tuple(dict.fromkeys(entries))


def of_party(inspected: Inspected, name: str) -> Inspected:
    """The same file with the rows of one company alone, and what it states of them.

    Raises:
        NotFound: the file holds no such company.
    """
    found = party_of(inspected)
    rows = tuple(row for row in inspected.rows if found.get(row.number) == name)
    if not rows:
        raise NotFound
    numbers = {row.number for row in rows}
    asides = {row: aside for row, aside in inspected.asides.items() if row in numbers}
    return replace(inspected, rows=rows, asides=asides, stated=())
