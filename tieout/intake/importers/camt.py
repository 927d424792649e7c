"""CAMT.052, 053 and 054: reports, statements and notifications of a bank, of any version."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from tieout.i18n import N_, Sentence
from tieout.intake.controls import Control, ControlKind
from tieout.intake.importers.contents import Contents
from tieout.intake.importers.markup import Node, read_tree
from tieout.intake.importers.statement import Balance, Entry, Statement, contents_of
from tieout.intake.reading.errors import XmlFile

_HEAD = re.compile(rb"<(\w+:)?BkToCstmr(AcctRpt|Stmt|DbtCdtNtfctn)\b|\bcamt\.05[234]\.")
#: An account's part of a message: report, statement, notification.
_PARTS = ("Rpt", "Stmt", "Ntfctn")
_OPENING = ("OPBD", "PRCD")
_CLOSING = ("CLBD",)
#: What pages of one statement open and close with, in the order in which they stand.
_INTERIM = "ITBD"
_NOTHING = frozenset({"", "NOTPROVIDED", "NONREF"})

STAYS_WHOLE = N_(
    "Row %(row)s is a collective booking of %(count)s payments that do not come to its "
    "%(amount)s, so it stays one row. Enter the payments by hand, or ask the bank for their list."
)


NOT_LISTED = N_(
    "Row %(row)s is a collective booking of %(count)s payments that are not listed here, so it "
    "stays one row. Ask the bank for their list (CAMT.054), or enter the payments by hand."
)


@dataclass(frozen=True)
class _Movement:
    """An entry as it stands in the message, and the transactions it consists of."""

    whole: Entry
    parts: tuple[Entry, ...]
    details: int
    #: How many payments the bank says it is of.
    stated: int = 1


class Camt:
    """Messages CAMT.052, 053 and 054."""

    def recognises(self, head: bytes) -> bool:
        """See whether such a message begins there."""
        return b"<" in head[:200] and bool(_HEAD.search(head.replace(b"\0", b"")))

    def read(self, path: Path, file: str) -> Contents:
        """Read every account; a booking of many transactions becomes one row for each."""
        root = read_tree(path, file, {"Ntry": _movement})
        parts = [part for message in root.children for name in _PARTS for part in message.all(name)]
        if not parts:
            raise XmlFile(file=file)
        row = 1
        statements = []
        for part in parts:
            statement = _statement(part, row)
            row += len(statement.entries)
            statements.append(statement)
        return contents_of(statements, encoding="", warnings=_whole_ones(parts, statements))


def _whole_ones(parts: Sequence[Node], statements: Sequence[Statement]) -> Iterator[Sentence]:
    """Say which collective bookings stay one row, since their parts do not come to what moved."""
    for part, statement in zip(parts, statements, strict=True):
        rows = iter(statement.entries)
        for movement in part.made:
            row = next(rows)
            for _ in movement.parts[1:]:
                next(rows)
            if movement.details > 1 and not movement.parts:
                facts = {"row": row.row, "count": movement.details, "amount": f"{row.moved:f}"}
                yield Sentence(STAYS_WHOLE, facts)
            elif not movement.details and movement.stated > 1:
                yield Sentence(NOT_LISTED, {"row": row.row, "count": movement.stated})


def _statement(part: Node, first: int) -> Statement:
    movements: list[_Movement] = part.made
    currency = part.said("Acct/Ccy")
    statement = Statement(
        account=part.said("Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/PrtryAcct/Id"),
        number=part.said("Id"),
        currency=currency,
        balances=[balance for one in part.all("Bal") if (balance := _balance(one))],
        more={
            "kind": part.name,
            "bookings": len(movements),
            "transactions": sum(one.details for one in movements),
        },
    )
    entries = (entry for one in movements for entry in (one.parts or (one.whole,)))
    statement.entries = [replace(entry, row=row) for row, entry in enumerate(entries, first)]
    if part.name == "Stmt":
        statement.tied(*_page_of(statement.balances))
    else:
        statement.tied(_OPENING, _CLOSING)
    statement.controls += _summary(part, statement, movements)
    return statement


def _page_of(balances: Sequence[Balance]) -> tuple[Sequence[str], Sequence[str]]:
    """Codes of the balances a statement lies between; one of several pages has interim ones."""
    codes = [balance.code for balance in balances]
    opens, closes = bool({*codes} & {*_OPENING}), bool({*codes} & {*_CLOSING})
    pages = codes.count(_INTERIM)
    return (
        _OPENING if opens or pages < 1 + (not closes) else (_INTERIM,),
        _CLOSING if closes or not pages else (_INTERIM,),
    )


def _balance(node: Node) -> Balance | None:
    amount = _amount(node, "Amt")
    code = node.said("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd")
    if not isinstance(amount, Decimal) or not code:
        return None
    signed = -amount if node.said("CdtDbtInd") == "DBIT" else amount
    return Balance(code, signed, _currency(node, "Amt"), _day(node, "Dt") or "")


def _summary(part: Node, statement: Statement, movements: Sequence[_Movement]) -> Iterator[Control]:
    """What the message sums up of itself."""
    summary = part.first("TxsSummry")
    if summary is None:
        return
    for name, side in (("TtlNtries", 0), ("TtlCdtNtries", 1), ("TtlDbtNtries", -1)):
        stated = summary.first(name)
        if stated is None:
            continue
        amounts = [m.whole.moved for m in movements if not side or m.whole.moved * side > 0]
        account, currency = statement.account, statement.currency
        if (count := _number(stated.said("NbOfNtries"))) is not None:
            found = Decimal(len(amounts))
            yield Control(ControlKind.COUNT, name, "", count, found, account=account)
        if (total := _number(stated.said("Sum"))) is not None:
            found = sum((abs(one) for one in amounts), Decimal(0))
            yield Control(ControlKind.TOTAL, name, currency, total, found, account=account)


def _movement(node: Node) -> _Movement:
    """An entry, shrunk to what is needed of it while the file is read."""
    whole = _entry(node)
    details = list(node.all("NtryDtls/TxDtls"))
    if len(details) == 1:
        return _Movement(_told(whole, details[0], of_whole=True), (), 1)
    parts = _parts(whole, node, details)
    if details and not parts:
        texts = " · ".join(text for one in details if (text := _text(one)))
        parties = {party for one in details if (party := _party(one, whole)[0])}
        party = parties.pop() if len(parties) == 1 else ""
        whole = replace(whole, text=texts or whole.text, party=party)
    count = node.said("NtryDtls/Btch/NbOfTxs")
    return _Movement(whole, parts, len(details), int(count) if count.isdecimal() else 1)


def _entry(node: Node) -> Entry:
    amount = _amount(node, "Amt")
    went_out = node.said("CdtDbtInd") == "DBIT"
    signed = -amount if went_out and isinstance(amount, Decimal) else amount
    status = node.said("Sts/Cd", "Sts/Prtry", "Sts")
    return Entry(
        row=0,
        amount=signed,
        currency=_currency(node, "Amt"),
        booked_on=_day(node, "BookgDt") or _day(node, "ValDt") or node.said("BookgDt/Dt"),
        value_on=_day(node, "ValDt") or "",
        reference=_given(node.said("AcctSvcrRef", "NtryRef")),
        text=node.said("AddtlNtryInf"),
        status="" if status in ("BOOK", "") else status,
        code=_code(node),
        charges=_charges(node),
        is_reversal=node.said("RvslInd").lower() in ("true", "1"),
    )


def _parts(whole: Entry, node: Node, details: Sequence[Node]) -> tuple[Entry, ...]:
    """The transactions of a collective booking, where they come to what was booked.

    Charges that were taken off before the booking become a row of their own, so that each payer
    is seen with the whole payment.
    """
    parts = [_told(_of_part(whole, one), one, of_whole=False) for one in details]
    if not parts or any(part.currency != whole.currency for part in parts):
        return ()
    if not all(isinstance(part.amount, Decimal) for part in parts):
        return ()
    total = sum((part.moved for part in parts), Decimal(0))
    if total == whole.moved:
        return tuple(parts)
    charges = whole.charges or sum((part.charges or Decimal(0) for part in parts), Decimal(0))
    if charges and total - charges == whole.moved:
        fee = replace(whole, amount=-charges, charges=None, code="CHRG", text=whole.text)
        return (*parts, fee)
    return ()


def _of_part(whole: Entry, detail: Node) -> Entry:
    amount, currency = _amount(detail, "Amt"), _currency(detail, "Amt")
    if not isinstance(amount, Decimal) or currency != whole.currency:
        for path in ("AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt"):
            if _currency(detail, path) == whole.currency:
                amount, currency = _amount(detail, path), whole.currency
                break
    side = detail.said("CdtDbtInd")
    went_out = side == "DBIT" if side else whole.moved < 0
    signed = -amount if went_out and isinstance(amount, Decimal) else amount
    return replace(whole, amount=signed, currency=currency, charges=_charges(detail))


def _told(entry: Entry, detail: Node, *, of_whole: bool) -> Entry:
    """The entry with what one transaction says of it."""
    party, account = _party(detail, entry)
    original = _amount(detail, "AmtDtls/InstdAmt/Amt")
    currency = _currency(detail, "AmtDtls/InstdAmt/Amt")
    other = isinstance(original, Decimal) and currency not in ("", entry.currency)
    reference = detail.said("Refs/AcctSvcrRef", "Refs/TxId")
    return replace(
        entry,
        party=party,
        party_account=account,
        text=_text(detail) or detail.said("AddtlTxInf") or entry.text,
        reference=_given(entry.reference if of_whole and entry.reference else reference)
        or entry.reference,
        their_reference=_given(detail.said("Refs/EndToEndId", "Refs/InstrId")),
        code=entry.code or _code(detail),
        original=original if other and isinstance(original, Decimal) else None,
        original_currency=currency if other else "",
        charges=entry.charges if entry.charges is not None else _charges(detail),
    )


def _party(detail: Node, entry: Entry) -> tuple[str, str]:
    """The other party: who paid what came in, who was paid what went out."""
    came_in = entry.moved > 0
    if entry.is_reversal or detail.first("RtrInf") is not None:
        came_in = not came_in  # the parties are those of the first booking
    who = "Dbtr" if came_in else "Cdtr"
    name = detail.said(
        f"RltdPties/{who}/Nm",
        f"RltdPties/{who}/Pty/Nm",
        f"RltdPties/Ultmt{who}/Nm",
        f"RltdPties/Ultmt{who}/Pty/Nm",
    )
    account = detail.said(
        f"RltdPties/{who}Acct/Id/IBAN",
        f"RltdPties/{who}Acct/Id/Othr/Id",
        f"RltdPties/{who}Acct/Id/PrtryAcct/Id",
    )
    return name, account


def _text(detail: Node) -> str:
    said = [one.text for one in detail.all("RmtInf/Ustrd")]
    said += [one.text for one in detail.all("RmtInf/Strd/CdtrRefInf/Ref")]
    for path in ("RmtInf/Strd/RfrdDocInf/Nb", "RmtInf/Strd/RfrdDocInf/RfrdDocNb"):
        said += [one.text for one in detail.all(path)]
    said += [one.text for one in detail.all("RmtInf/Strd/AddtlRmtInf")]
    return " ".join(" ".join(said).split())


def _code(node: Node) -> str:
    parts = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
    domain = "/".join(text for path in parts if (text := node.said(path)))
    return domain or node.said("BkTxCd/Prtry/Cd")


def _charges(node: Node) -> Decimal | None:
    """What the bank took; earlier versions name each charge, later ones a total."""
    total = _number(node.said("Chrgs/TtlChrgsAndTaxAmt"))
    if total is not None:
        return total
    records = [*node.all("Chrgs/Rcrd"), *(one for one in node.all("Chrgs") if one.first("Amt"))]
    amounts = [amount for one in records if (amount := _number(one.said("Amt"))) is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def _amount(node: Node, path: str) -> Decimal | str:
    """An amount above zero, or as it stands where it is none."""
    text = node.said(path)
    found = _number(text)
    return found if found is not None else f"{path.rpartition('/')[2]}: {text}"


def _number(text: str) -> Decimal | None:
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _currency(node: Node, path: str) -> str:
    found = node.first(path)
    return "" if found is None else found.attributes.get("Ccy", "").strip()


def _day(node: Node, path: str) -> date | None:
    text = node.said(f"{path}/Dt", f"{path}/DtTm")[:10]
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _given(text: str) -> str:
    return "" if text.upper() in _NOTHING else text
