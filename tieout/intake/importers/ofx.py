"""OFX, the older one in SGML and the newer one in XML: accounts, entries, balances.

Banks mix both: tags that are never closed under an XML header, blanks in numbers, decimal commas.
So the tags are read one by one, whatever the header says; there are no entities but the five of
XML, no document types, and no nesting to get lost in.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from tieout.i18n import N_, Sentence
from tieout.intake.importers.contents import Contents
from tieout.intake.importers.statement import Balance, Entry, Statement, contents_of
from tieout.intake.importers.writing import text_of
from tieout.intake.reading.errors import BankRefused, BreaksOff, NestedTooDeep

_HEAD = re.compile(rb"OFXHEADER|<OFX\b", re.IGNORECASE)
_CHARSET = re.compile(r"CHARSET:\s*([\w-]+)|encoding=[\"']([\w-]+)[\"']", re.IGNORECASE)
#: A tag, and what stands behind it up to the next.
_TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*)[^<>]*>((?:<!\[CDATA\[.*?\]\]>|[^<])*)", re.DOTALL)
_FIRST = re.compile(r"<OFX>", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS", "INVSTMTRS"})
_ACCOUNTS = frozenset({"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"})
#: Elements that hold a value, even where that is empty and nothing closes them.
_LEAVES = frozenset(
    "TRNTYPE DTPOSTED DTUSER DTAVAIL TRNAMT FITID CORRECTFITID SRVRTID CHECKNUM REFNUM SIC PAYEEID"
    " NAME EXTDNAME MEMO CURSYM CURRATE CURDEF BANKID BRANCHID ACCTID ACCTTYPE ACCTKEY BROKERID"
    " BALAMT DTASOF".split()
)
#: Elements whose values belong to the entry they stand in.
_WITHIN = frozenset({"CURRENCY", "ORIGCURRENCY", "PAYEE", "BANKACCTTO", "CCACCTTO"})
#: The answers of a bank, each of which says first whether it is one.
_ANSWERS = frozenset({"STMTTRNRS", "CCSTMTTRNRS", "INVSTMTTRNRS"})
_DEEPEST = 100
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2,6}(\.\d+)?)?(\[[^\]]*\])?")
_PLAIN = re.compile(r"[+-]?\d+([.,]\d*)?|[+-]?[.,]\d+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*(?:[.,]\d{1,2})?")

ACCOUNT_REFUSED = N_(
    "For account %(account)s the bank answered with an error (%(reason)s), so that its entries are "
    "missing here. Fetch the statement of that account again."
)
SOME_ACCOUNT_REFUSED = N_(
    "For one of the accounts the bank answered with an error (%(reason)s), so that its entries are "
    "missing here. Fetch the statement of that account again."
)


@dataclass
class _Element:
    """An element that is read: the values in it."""

    name: str
    values: dict[str, str] = field(default_factory=dict)


class Ofx:
    """Files in the Open Financial Exchange format."""

    def recognises(self, head: bytes) -> bool:
        """See whether its header or its first element stands there."""
        return bool(_HEAD.search(head[:2_000].replace(b"\0", b"")))

    def read(self, path: Path, file: str) -> Contents:
        """Read every account; an amount or day that is none keeps its own row back alone.

        Raises:
            BankRefused: instead of any statement an error stands there.
        """
        text, encoding = text_of(path, file, _stated(path))
        refused: list[_Refused] = []
        statements = list(_statements(text, file, refused))
        if refused and not any(one.entries or one.balances for one in statements):
            raise BankRefused(file=file, reason=refused[0].reason)
        row = 1
        for statement in statements:
            for place, entry in enumerate(statement.entries):
                statement.entries[place] = replace(entry, row=row)
                row += 1
        warnings = [one.sentence for one in refused]
        return contents_of(statements, encoding=encoding, warnings=warnings)


@dataclass
class _Refused:
    """An account for which the bank had an error to tell instead of entries."""

    reason: str
    account: str = ""

    @property
    def sentence(self) -> Sentence:
        """What a person should know."""
        if self.account:
            return Sentence(ACCOUNT_REFUSED, {"account": self.account, "reason": self.reason})
        return Sentence(SOME_ACCOUNT_REFUSED, {"reason": self.reason})


def _stated(path: Path) -> str:
    """The encoding its header states, for what is not UTF-8."""
    with path.open("rb") as content:
        found = _CHARSET.search(content.read(1_000).decode("latin-1"))
    name = (found[1] or found[2]) if found else ""
    return f"cp{name}" if name.isdigit() else name


def _statements(text: str, file: str, refused: list[_Refused]) -> Iterator[Statement]:
    statement = Statement()
    ended = False
    error: _Refused | None = None
    for is_end, element in _elements(text, file):
        name, values = element.name, element.values
        if not is_end:
            if name in _STATEMENTS:
                statement = Statement()
            elif name in _ANSWERS:
                error = None
        elif name == "STATUS" and values.get("SEVERITY", "").upper() == "ERROR":
            error = _Refused(f"{values.get('CODE', '')} {values.get('MESSAGE', '')}".strip())
            refused.append(error)
        elif name == "OFX":
            ended = True
        elif name in _STATEMENTS:
            yield _closed(statement, values.get("CURDEF", "").upper())
        elif name in _ACCOUNTS:
            statement.account = statement.account or values.get("ACCTID", "")
            if error is not None:
                error.account = statement.account
            bank = values.get("BANKID", "") or values.get("BROKERID", "")
            statement.more = {"bank": bank, "account_type": values.get("ACCTTYPE", "")}
        elif name == "STMTTRN":
            statement.entries.append(_entry(values))
        elif name in ("LEDGERBAL", "AVAILBAL"):
            amount = _amount(values.get("BALAMT", ""))
            if amount is not None:
                on = _day(values.get("DTASOF", "")) or ""
                statement.balances.append(Balance(name, amount, "", on))
    if not ended:
        raise BreaksOff(file=file, line=text.count("\n") + 1)


def _elements(text: str, file: str) -> Iterator[tuple[bool, _Element]]:
    """Yield each element with others in it where it opens, and again with its values at its end."""
    stack: list[_Element] = []
    text = _without_openings(text)
    first = _FIRST.search(text)
    for tag in _TAG.finditer(text, first.start() if first else 0):
        name, value = tag[2].upper(), _value(tag[3])
        if tag[1]:
            if any(one.name == name for one in stack):
                yield from _ended(stack, name)
        elif value or name in _LEAVES or text.startswith(f"</{tag[2]}>", tag.end()):
            if stack:
                stack[-1].values.setdefault(name, value)
        else:
            if len(stack) >= _DEEPEST:
                raise NestedTooDeep(file=file, limit=_DEEPEST)
            stack.append(_Element(name))
            yield False, stack[-1]


def _without_openings(text: str) -> str:
    """Take away what opens a CDATA section that nothing closes: each would be sought to the end."""
    closed = text.rfind("]]>") + 1
    return text[:closed] + text[closed:].replace("<![CDATA[", "")


def _ended(stack: list[_Element], name: str) -> Iterator[tuple[bool, _Element]]:
    """Close an element, and what was left open in it."""
    while stack:
        element = stack.pop()
        if stack and element.name in _WITHIN:
            for key, said in element.values.items():
                stack[-1].values.setdefault(f"{element.name}.{key}", said)
        yield True, element
        if element.name == name:
            return


def _value(text: str) -> str:
    if "<!" in text:
        return " ".join(_CDATA.sub(r"\1", text).split())
    return " ".join(html.unescape(text).split())


def _entry(values: dict[str, str]) -> Entry:
    amount, day = _amount(values.get("TRNAMT", "")), values.get("DTPOSTED", "")
    name = values.get("NAME", "") or values.get("PAYEE.NAME", "")
    memo = values.get("MEMO", "")
    return Entry(
        row=0,
        amount=f"TRNAMT: {values.get('TRNAMT', '')}" if amount is None else amount,
        currency=values.get("CURRENCY.CURSYM", "").upper(),
        booked_on=_day(day) or f"DTPOSTED: {day}",
        value_on=_day(values.get("DTAVAIL", "")) or "",
        party=name,
        party_account=values.get("BANKACCTTO.ACCTID", "") or values.get("CCACCTTO.ACCTID", ""),
        reference=values.get("FITID", ""),
        their_reference=values.get("REFNUM", "") or values.get("CHECKNUM", ""),
        text=memo if name in memo else f"{name} {memo}".strip(),
        code=values.get("TRNTYPE", ""),
        original_currency=values.get("ORIGCURRENCY.CURSYM", "").upper(),
    )


def _closed(statement: Statement, currency: str) -> Statement:
    """Give entries and balances the currency of their account, where they name none."""
    statement.currency = currency
    statement.entries = [
        replace(entry, currency=entry.currency or currency, original_currency="")
        for entry in statement.entries
    ]
    statement.balances = [replace(one, currency=currency) for one in statement.balances]
    statement.more["fitids"] = len({entry.reference for entry in statement.entries})
    return statement


def _amount(text: str) -> Decimal | None:
    """An amount, its decimals behind a point or a comma; None for what is none."""
    plain = text.replace(" ", "").replace("\u00a0", "")
    if _PLAIN.fullmatch(plain):
        return Decimal(plain.replace(",", "."))
    if not _GROUPED.fullmatch(text):
        return None
    marks = [letter for letter in text if letter in ".,"]
    decimal = marks[-1] if len(marks) > 1 and marks[-1] != marks[0] else ""
    whole, _, cents = text.rpartition(decimal) if decimal else (text, "", "")
    sign = "-" if text.startswith("-") else ""
    digits = "".join(letter for letter in whole if letter.isdigit())
    return Decimal(f"{sign}{digits}.{cents or 0}")


def _day(text: str) -> date | None:
    """A day, in the bank's own time zone: what follows it is left aside."""
    found = _DAY.fullmatch(text.replace(" ", ""))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
