"""Frozen data as the books give it: June of a dealer, and as long as a test wants it."""

from datetime import date, timedelta

from tieout.reports.data import (
    BucketData,
    CertificatePrint,
    CompanyData,
    CustomerData,
    LineData,
    OpenItemData,
    PayToData,
    ReconciliationPrint,
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


def reconciliation(language: str = "en") -> ReconciliationPrint:
    """Ours 128,500.00, theirs 95,340.00, both adjusted to 115,700.00."""
    return {
        "language": language,
        "zone": "Asia/Shanghai",
        "printed_at": "2026-07-03T01:42:00+00:00",
        "verify_url": "https://books.harbourtools.example/v/K7Q2-M4XD",
        "number": "REC-2026-0017",
        "company": COMPANY,
        "customer": CUSTOMER,
        "currency": "CNY",
        "as_at": "2026-06-30",
        "their_file": "mingyuan-ap-june.xlsx",
        "ours": {
            "balance": 12850000,
            "items": [
                {
                    "words": "Your payment of 29 June, received 2 July",
                    "note": "clears by itself",
                    "amount": -1280000,
                }
            ],
            "adjusted": 11570000,
        },
        "theirs": {
            "balance": 9534000,
            "items": [
                {
                    "words": "Invoice INV-1043 of 29 June, you booked it on 2 July",
                    "note": "clears by itself",
                    "amount": 2500000,
                },
                {
                    "words": "Credit note CN-77 of 3 June, not in your book",
                    "note": "you correct",
                    "amount": -200000,
                },
                {
                    "words": "Invoice INV-1039 booked as 4,530.00 instead of 5,430.00",
                    "note": "you correct",
                    "amount": 90000,
                },
                {
                    "words": "Invoice INV-1021 booked twice",
                    "note": "you correct",
                    "amount": -354000,
                },
            ],
            "adjusted": 11570000,
        },
        "others": [],
        "residual": 0,
        "differences": [
            {
                "words": "Invoice INV-1021 is in your book twice.",
                "proof": "Lines 12 and 31 of your file carry the same number and amount; we issued"
                " it once, on 18 May. Reverse one of them.",
                "who": "you",
                "amount": 354000,
            },
            {
                "words": "Credit note CN-77 of 3 June is missing in your book.",
                "proof": "We credited you for the return RMA-31. Your file has no line with this"
                " number or amount.",
                "who": "you",
                "amount": 200000,
            },
            {
                "words": "Invoice INV-1039: two digits are swapped.",
                "proof": "The invoice says 5,430.00, your book 4,530.00 (line 27).",
                "who": "you",
                "amount": 90000,
            },
            {
                "words": "Invoice INV-1043 of 29 June reached your book on 2 July.",
                "proof": "Line 48 of your file, after the cut-off.",
                "who": "itself",
                "amount": 2500000,
            },
            {
                "words": "Your payment of 29 June reached our bank on 2 July.",
                "proof": "Bank reference TT 88231 on both sides.",
                "who": "itself",
                "amount": 1280000,
            },
        ],
        "matched": 44,
        "matched_amount": 10007000,
        "last_agreed": "2026-06-02",
    }


def certificate(language: str = "en") -> CertificatePrint:
    """Wang Min confirms June, but for 120.00."""
    return {
        "language": language,
        "zone": "Asia/Shanghai",
        "printed_at": "2026-07-03T01:45:00+00:00",
        "verify_url": "https://books.harbourtools.example/r/R-2026-004817",
        "receipt": "R-2026-004817",
        "company": COMPANY,
        "customer": CUSTOMER,
        "statement_number": "ST-2026-0611",
        "statement_version": 1,
        "statement_sha256": "7c1f09ae51d2" + "0" * 48 + "e83b",
        "as_at": "2026-06-30",
        "answers": [
            {
                "currency": "CNY",
                "outcome": "agreed_except",
                "balance": 404000,
                "disputed": 12000,
                "disputes": [
                    {
                        "number": "INV-2026-0640",
                        "amount": 12000,
                        "reason": "98 × 12.00 delivered, 108 × 12.00 invoiced",
                        "receipt": "R-2026-004816",
                    }
                ],
            },
            {"currency": "EUR", "outcome": "agreed", "balance": -24950, "disputed": 0},
        ],
        "person": "Wang Min",
        "position": "finance manager",
        "authority": "I am Wang Min and may sign for Mingyuan Hardware.",
        "signed_in": "link sent to w***@mingyuan.example",
        "answered_at": "2026-07-03T01:42:10+00:00",
        "address": "203.0.113.7",
        "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X)",
        "channel": "portal",
        "wording": "Confirm 3,920.00, dispute 120.00. Mingyuan Hardware agrees that it owes Harbour"
        " Tools CNY 3,920.00 as at 30 June 2026.",
        "files": [{"name": "盖章回执.pdf", "sha256": "ab" * 32}],
        "audit_head": {"seq": 4817, "hash": "7c1f09ae51d2" + "0" * 48 + "e83b"},
    }
