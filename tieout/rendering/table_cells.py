"""Cells of a table's rows that know their heads.

Beside each other they stand below their heads; where a phone shows every row as a card, each says
its head itself. The roles are written out because some browsers forget that cards are a table.
"""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

#: A row or a cell opens; a cell may hold nothing but space.
OPENS = re.compile(r"<(tr|t[hd])(?=[\s>])([^>]*)>(?:\s+(?=</t[hd]>))?")
SPAN = re.compile(r'\bcolspan="(\d+)"')
#: A bare number, as that of a row of a file, is no title without its head.
BARE = re.compile(r"(?:<[^>]*>|\s)*\d+(?:<[^>]*>|\s)*(?:</t|$)")
ROLES = {"td": "cell", "th": "rowheader"}


def cells(rows: str, headings: Sequence[str | Sequence[str]]) -> Markup:
    """Give every cell its role and its place on a card: `told` (with its head), `title` or `pick`.

    The title is the head of the row, else its first cell; what stands before it picks the row.
    """
    heads = [each if isinstance(each, str) else each[0] for each in headings]
    return Markup("".join(_row(row, heads) for row in re.split(r"(?=<tr[\s>])", str(rows))))  # noqa: S704 - escaped before


def _row(row: str, heads: list[str]) -> str:
    """One row's cells; the space before the first row is none."""
    kinds = [found[1] for found in OPENS.finditer(row) if found[1] != "tr"]
    title = kinds.index("th") if "th" in kinds else 0
    at = seen = 0

    def opened(found: re.Match[str]) -> str:
        nonlocal at, seen
        kind, attributes = found[1], found[2]
        if kind == "tr":
            return f'<tr role="row"{attributes}>'
        place = "pick" if seen < title else "title" if seen == title else "told"
        head = heads[at] if at < len(heads) else ""
        span = SPAN.search(attributes)
        seen, at = seen + 1, at + (int(span[1]) if span else 1)
        says = place == "told" or (place == "title" and BARE.match(row, found.end()))
        told = f' data-head="{escape(head)}"' if says and head else ""
        return f'<{kind} role="{ROLES[kind]}" data-card="{place}"{told}{attributes}>'

    return OPENS.sub(opened, row)
