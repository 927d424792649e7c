"""A query looked at before it is sent: one SELECT, and nothing that changes anything.

This is the first of two fences; the second is the transaction, which only reads.
"""

import re
from dataclasses import dataclass

from tieout.errors import InvalidInput
from tieout.i18n import N_

#: The parameter for the mark.
SINCE = "since"

_TOKEN = re.compile(
    r"""
      (?P<comment>--[^\n]*|/\*.*?\*/)
    | (?P<dollar>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    | (?P<text>'(?:[^']|'')*')
    | (?P<name>"(?:[^"]|"")*"|`[^`]*`|\[[\w .$-]*\])
    | (?P<param>(?<![:\w]):[A-Za-z_]\w*)
    | (?P<word>[^\W\d]\w*)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
#: Words that have no place in a query that only reads.
_CHANGING = frozenset(
    "insert update delete merge into drop alter create grant revoke attach pragma exec".split()
)
#: Functions that reach out of the database.
_REACHING = re.compile(
    r"(load_extension|load_file|readfile|writefile|edit|pg_read_file|pg_read_binary_file|pg_ls_dir|"
    r"pg_sleep|lo_import|lo_export|dblink\w*|xp_\w+|sp_\w+|openrowset|opendatasource|utl_\w+|"
    r"sleep|benchmark|pg_terminate_backend|pg_cancel_backend|set_config|query_to_xml)",
    re.IGNORECASE,
)


class NotASelect(InvalidInput):
    """Something other than a query."""

    message = N_(
        "The query has to be one SELECT. “%(word)s” has no place in it: connectors only read."
    )


class SeveralStatements(InvalidInput):
    """More than one statement."""

    message = N_("The query has to be one SELECT; there is something after its end.")


class UnknownParameter(InvalidInput):
    """A parameter nobody fills in."""

    message = N_("The query names :%(name)s, but :since is the only value that is filled in.")


class AfterSince(InvalidInput):
    """Rows of the same moment would be lost."""

    message = N_(
        "Write >= :since. With > a row of the very same moment would be lost; rows that were"
        " pulled already are recognised."
    )


@dataclass(frozen=True)
class Query:
    """A query that only reads."""

    #: With every colon that is no parameter escaped.
    text: str
    has_since: bool
    #: Whether rows come in the order of a column, by its name.
    ordered_by: str


def read_query(text: str) -> Query:
    """Look at a query.

    Raises:
        NotASelect, SeveralStatements, UnknownParameter, AfterSince
    """
    out: list[str] = []
    words: list[str] = []
    flat: list[str] = []
    ended, last = False, ""
    for found in _TOKEN.finditer(text):
        kind, piece = found.lastgroup, found.group()
        if kind == "tag":
            kind = "dollar"
        if kind == "comment":
            if piece.startswith("/*!"):  # MySQL runs what stands in such a comment
                raise NotASelect(word="/*!")
            out.append(" ")
            continue
        if kind == "space":
            out.append(piece)
            flat.append(" ")
            continue
        if piece == ";":
            ended = True
            continue
        if ended:
            raise SeveralStatements
        if kind == "param":
            name = piece[1:].lower()
            if name != SINCE:
                raise UnknownParameter(name=piece[1:])
            out.append(f":{SINCE}")
            flat.append(f":{SINCE}")
            continue
        if piece == "(" and words and _REACHING.fullmatch(words[-1]) and last == words[-1]:
            raise NotASelect(word=words[-1])
        if kind == "word":
            words.append(piece.lower())
            if words[-1] in _CHANGING:
                raise NotASelect(word=piece)
        if piece in ("'", '"', "`"):
            raise NotASelect(word=piece)
        last = piece.lower()
        out.append(piece.replace(":", "\\:"))
        flat.append("''" if kind in ("text", "dollar") else piece)
    if not words or words[0] not in ("select", "with"):
        raise NotASelect(word=words[0] if words else "")
    plain = re.sub(r"\s+", " ", "".join(flat))
    if re.search(rf"(?<![<>=])>\s*:{SINCE}\b|:{SINCE}\b\s*<(?!=)", plain):
        raise AfterSince
    return Query("".join(out).strip(), f":{SINCE}" in plain, _order(plain))


def _order(text: str) -> str:
    """The first column of the last ORDER BY, where rows go up by it."""
    found = re.search(
        r"\border by ((?:[\w\"`\[\]]+\.)?[\w\"`\[\]]+)(?: asc)?(?:,[^()]*)?(?: limit \d+)?\s*$",
        text,
        re.IGNORECASE,
    )
    return found.group(1).rpartition(".")[2].strip('"`[]').lower() if found else ""
