"""Frozen data as the books give it: June of a dealer, and as long as a test wants it."""

from datetime import date, timedelta

from tieout.reports.data import (
    BucketData,
    CompanyData,
    CustomerData,
    LineData,
    OpenItemData,
    PayToData,
    SectionData,
    StatementData,
    StatementPrint,
)

COMPANY: CompanyData = {
    "name": "Harbour Tools Co., Ltd.",
    "name_zh": "海港工具有限公司",
    "address": "18 Quay Road, Hangzhou 310000",
    "tax_id": "91330100MA2XXXXX0K",
    "phone": "0571-8888 0000",
    "email": "ar@harbourtools.example",
    "contact": "Chen Li",
}
CUSTOMER: CustomerData = {
    "code": "M-0217",
    "name": "Mingyuan Hardware Co., Ltd. 明远五金有限公司",
    "address": "浙江省杭州市余杭区良渚街道 7 号",
    "tax_id": "91330110MA2YYYYY1P",
}
PAY_TO: PayToData = {
    "bank": "ICBC Hangzhou Branch",
    "holder": "Harbour Tools Co., Ltd.",
    "number": "1202 0214 0990 0044 17",
    "since": "2024-03-12",
}


def line(no: int, on: str, kind: str, number: str, amount: int, **more: object) -> LineData:
    """A movement; its balance is worked out by `section`."""
    made: LineData = {
        "no": no,
        "document_id": no,
        "date": on,
        "due_on": None,
        "kind": kind,
        "number": number,
        "reference": "",
        "description": "",
        "amount": amount,
        "balance": 0,
        "late": False,
    }
    made.update(more)  # type: ignore[typeddict-item]
    return made


def item(number: str, kind: str, on: str, due: str | None, open_: int, days: int) -> OpenItemData:
    """An open document."""
    return {
        "document_id": 1,
        "number": number,
        "kind": kind,
        "date": on,
        "due_on": due,
        "amount": open_,
        "open": open_,
        "disputed": 0,
        "days": days,
    }


def section(
    opening: int,
    lines: list[LineData],
    ageing: dict[str, int],
    items: list[OpenItemData],
    currency: str = "CNY",
) -> SectionData:
    """An account: its running balance and sums worked out from its lines."""
    balance = opening
    for movement in lines:
        balance += movement["amount"]
        movement["balance"] = balance
    buckets: list[BucketData] = [{"key": key, "amount": amount} for key, amount in ageing.items()]
    days = [key for key in ageing if key[0].isdigit()]
    return {
        "account_id": 7,
        "currency": currency,
        "opening": opening,
        "charges": sum(movement["amount"] for movement in lines if movement["amount"] > 0),
        "credits": -sum(movement["amount"] for movement in lines if movement["amount"] < 0),
        "closing": balance,
        "overdue": sum(ageing[key] for key in days),
        "not_due": ageing["not_due"],
        "disputed": ageing["disputed"],
        "unapplied": ageing["unapplied"],
        "ageing": buckets,
        "lines": lines,
        "open_items": items,
        "pay_to": PAY_TO,
    }


def statement(*sections: SectionData) -> StatementData:
    """A statement for June 2026."""
    return {
        "number": "ST-2026-0611",
        "version": 1,
        "kind": "receivable",
        "issued_on": "2026-07-01",
        "period": {"start": "2026-06-01", "end": "2026-06-30"},
        "as_at": "2026-06-30",
        "known_at": "2026-07-01T01:30:00+00:00",
        "answer_by": "2026-07-10",
        "language": "en",
        "company": COMPANY,
        "customer": CUSTOMER,
        "audit_head": {"seq": 4817, "hash": "7c1f09ae51d2" + "0" * 48 + "e83b"},
        "verify_code": "K7Q2-M4XD",
        "sections": list(sections),
    }


def june() -> StatementData:
    """1,500.00 + 1,000.00 − 600.00 − 120.00 + 2,260.00 = 4,040.00."""
    lines = [
        line(1, "2026-06-03", "invoice", "INV-2026-0611", 100000, reference="PO 4500-1182",
             due_on="2026-07-03", description="98 × M8 hex bolts 六角螺栓"),
        line(2, "2026-06-12", "payment", "PAY-0388", -60000, reference="TT 88213"),
        line(3, "2026-06-18", "credit_note", "CN-0077", -12000, reference="RMA 31"),
        line(4, "2026-06-26", "invoice", "INV-2026-0640", 226000, reference="PO 4500-1207",
             due_on="2026-07-26"),
    ]  # fmt: skip
    ageing = {
        "not_due": 302000, "1-30": 0, "31-60": 90000, "61-90": 0, "91-120": 0, "121+": 0,
        "disputed": 12000, "unapplied": 0,
    }  # fmt: skip
    items = [
        item("INV-2026-0588", "invoice", "2026-04-28", "2026-05-28", 90000, 33),
        item("INV-2026-0611", "invoice", "2026-06-03", "2026-07-03", 88000, -3),
        item("INV-2026-0640", "invoice", "2026-06-26", "2026-07-26", 226000, -26),
    ]
    items[2]["disputed"] = 12000
    return statement(section(150000, lines, ageing, items))


def with_euros() -> StatementData:
    """June with a second currency, in credit, and a line booked late."""
    made = june()
    lines = [
        line(1, "2026-05-29", "payment", "PAY-0391", -70000, reference="SEPA 5512", late=True),
        line(2, "2026-06-09", "invoice", "INV-2026-0620", 45050, due_on="2026-07-09"),
    ]
    ageing = {
        "not_due": 45050, "1-30": 0, "31-60": 0, "61-90": 0, "91-120": 0, "121+": 0,
        "disputed": 0, "unapplied": -70000,
    }  # fmt: skip
    items = [
        item("PAY-0391", "payment", "2026-05-29", None, -70000, 0),
        item("INV-2026-0620", "invoice", "2026-06-09", "2026-07-09", 45050, -9),
    ]
    made["sections"].append(section(0, lines, ageing, items, "EUR"))
    return made


def long(count: int) -> StatementData:
    """As many movements as asked for."""
    first = date(2026, 6, 1)
    lines = [
        line(
            no,
            str(first + timedelta(days=(no - 1) * 30 // count)),
            "payment" if no % 4 == 0 else "invoice",
            f"{'PAY' if no % 4 == 0 else 'INV'}-2026-{no:05}",
            -(no * 1013 % 90000) if no % 4 == 0 else 5000 + no * 377 % 80000,
            reference=f"PO 45{no:05}",
        )
        for no in range(1, count + 1)
    ]
    closing = 150000 + sum(movement["amount"] for movement in lines)
    ageing = {
        "not_due": closing, "1-30": 0, "31-60": 0, "61-90": 0, "91-120": 0, "121+": 0,
        "disputed": 0, "unapplied": 0,
    }  # fmt: skip
    items = [item("INV-2026-00001", "invoice", "2026-06-01", "2026-07-01", closing, -1)]
    return statement(section(150000, lines, ageing, items))


def printing(data: StatementData, language: str = "en") -> StatementPrint:
    """A statement to be printed in a language."""
    return {
        "statement": data,
        "language": language,
        "zone": "Asia/Shanghai",
        "printed_at": "2026-07-03T01:42:00+00:00",
        "verify_url": "https://books.harbourtools.example/v/K7Q2-M4XD",
    }
