"""Messages with their figures, as they are kept: one of each kind, and of each turn it takes."""

from notifications.channels import File, Parcel
from notifications.figures import cash
from notifications.writing import write
from tieout.customers import acts
from tieout.db.base import Json
from tieout.disputes.reasons import REASONS
from tieout.i18n import Sentence
from tieout.ledger.models import DocumentKind
from tieout.ledger.words import KINDS
from tieout.money import Money

#: What more stands at the foot of what a reader may turn off.
_FOOT = ("unsubscribe", "preferences")
LINKS = {
    "statement_issued": ("statement", *_FOOT),
    "statement_answered": ("statement",),
    "statement_link_again": ("statement",),
    "changed_since": ("statement", *_FOOT),
    "answer_reminder": ("statement", *_FOOT),
    "reminder": ("page", *_FOOT),
    "due_soon": ("page", *_FOOT),
    "thanks": ("page", *_FOOT),
    "promise_given": ("page",),
    "bank_account_changed": ("page",),
    "sign_in_link": ("sign_in",),
    "mail_code": ("code", "page"),
}
AT = "2026-07-02T01:42:00+00:00"
JUNE = {"start": "2026-06-01", "end": "2026-06-30"}
PAY_TO = {
    "holder": "Harbour Tools Co., Ltd.",
    "bank": "ICBC Hangzhou Branch",
    "number": "1202 0214 0990 0044 17",
    "since": "2024-03-12",
}


def cny(text: str) -> Json:
    """An amount in CNY."""
    return cash(round(float(text) * 100), "CNY")


def section(currency: str = "CNY", **changes: object) -> Json:
    """One currency of a statement: 1,500.00 + 3,260.00 − 720.00 = 4,040.00."""

    def money(minor: int) -> Json:
        return cash(minor, currency)

    return {
        "currency": currency,
        "opening": money(150000),
        "charges": money(326000),
        "credits": money(72000),
        "closing": money(404000),
        "overdue": money(90000),
        "not_due": money(314000),
        "disputed": money(0),
        "unapplied": money(0),
        "items": [
            {
                "number": "INV-2026-0588",
                "due_on": "2026-05-28",
                "days": 33,
                "open": money(90000),
                "is_disputed": False,
            },
            {
                "number": "INV-2026-0601",
                "due_on": "2026-07-19",
                "days": -19,
                "open": money(314000),
                "is_disputed": False,
            },
        ],
        "more": 0,
        "pay_to": PAY_TO,
        **changes,
    }


STATEMENT: Json = {
    "number": "ST-2026-0142",
    "version": 1,
    "kind": "receivable",
    "request": "positive",
    "period": JUNE,
    "as_at": "2026-06-30",
    "answer_by": "2026-07-10",
    "sections": [section()],
}
REMINDER: Json = {
    "level": 1,
    "tone": "friendly",
    "net": cny("900.00"),
    "as_at": "2026-07-02",
    "pay_by": "2026-07-10",
    "overdue_since": "2026-05-28",
    "not_due": cny("3140.00"),
    "items": [
        {
            "number": "INV-2026-0588",
            "reference": "PO 4500-1121",
            "due_on": "2026-05-28",
            "days": 35,
            "amount": cny("900.00"),
        }
    ],
    "left_out_rows": [],
    "pay_to": PAY_TO,
}
ANSWER: Json = {
    "what": "balance",
    "receipt": "R-2026-000318",
    "outcome": "agreed",
    "outcome_words": "Agreed",
    "balance": cny("4040.00"),
    "disputed": cny("0"),
    "stated": None,
    "note": "",
    "answered_at": AT,
    "person_answered": "Wang Min",
    "handled_by": "2026-07-06",
    "number": "ST-2026-0142",
    "period": JUNE,
}
DISPUTE: Json = {
    "receipt": "D-2026-000027",
    "number": "INV-2026-0601",
    "amount": cny("120.00"),
    "reason_words": REASONS["price"],
    "state": "open",
    "accepted": None,
    "answer_by": "2026-07-09",
    "lowers": False,
}
#: Of a document that lowers what is owed.
PAYMENT_DISPUTE: Json = {**DISPUTE, "number": "PAY-0654", "lowers": True}

#: Raised in the same act.
OTHER_DISPUTES: list[Json] = [
    {**DISPUTE, "receipt": "D-2026-000028", "number": "INV-2026-0608", "amount": cny("40.00")},
    {**PAYMENT_DISPUTE, "receipt": "D-2026-000029", "amount": cny("500.00")},
]

#: Each message by name: its kind and its figures.
MESSAGES: dict[str, tuple[str, Json]] = {
    "statement_issued": ("statement_issued", STATEMENT),
    "statement_issued_blank": (
        "statement_issued",
        {**STATEMENT, "request": "blank", "sections": []},
    ),
    "statement_issued_two_currencies": (
        "statement_issued",
        {**STATEMENT, "sections": [section(), section("EUR", pay_to=None)]},
    ),
    "statement_issued_in_credit": (
        "statement_issued",
        {
            **STATEMENT,
            "request": "negative",
            "sections": [
                section(
                    opening=cny("0"),
                    charges=cny("0"),
                    credits=cny("320.00"),
                    closing=cny("-320.00"),
                    overdue=cny("0"),
                    not_due=cny("0"),
                    unapplied=cny("-320.00"),
                    items=[],
                )
            ],
        },
    ),
    "statement_answered": ("statement_answered", ANSWER),
    "statement_answered_own_balance": (
        "statement_answered",
        {
            **ANSWER,
            "outcome": "own_balance",
            "outcome_words": "Own balance stated",
            "stated": cny("3920.00"),
            "note": "Two invoices <b>are</b> missing.\nPlease look.",
        },
    ),
    "statement_answered_lines": (
        "statement_answered",
        {
            "what": "lines",
            "receipt": "R-2026-000319",
            "lines": [
                {"number": "INV-2026-0588", "amount": cny("900.00")},
                {"number": "INV-2026-0601", "amount": cny("3140.00")},
            ],
            "answered_at": AT,
            "person_answered": "Wang Min",
            "number": "ST-2026-0142",
            "period": JUNE,
        },
    ),
    "statement_link_again": ("statement_link_again", {"number": "ST-2026-0142", "period": JUNE}),
    "changed_since": (
        "changed_since",
        {
            "number": "ST-2026-0142",
            "period": JUNE,
            "as_at": "2026-06-30",
            "answers": [{"balance": cny("4040.00"), "receipt": "R-2026-000318", "answered_at": AT}],
        },
    ),
    "answer_reminder": (
        "answer_reminder",
        {
            "number": "ST-2026-0142",
            "kind": "receivable",
            "request": "positive",
            "period": JUNE,
            "as_at": "2026-06-30",
            "answer_by": "2026-07-10",
            "sections": [{"currency": "CNY", "closing": cny("4040.00")}],
        },
    ),
    "answer_reminder_blank": (
        "answer_reminder",
        {
            "number": "ST-2026-0142",
            "kind": "receivable",
            "request": "blank",
            "period": JUNE,
            "as_at": "2026-06-30",
            "answer_by": None,
            "sections": [],
        },
    ),
    "dispute_raised": ("dispute_raised", DISPUTE),
    "dispute_raised_payment": ("dispute_raised", PAYMENT_DISPUTE),
    "dispute_raised_several": ("dispute_raised", {**DISPUTE, "others": OTHER_DISPUTES}),
    "dispute_answered": (
        "dispute_answered",
        {**DISPUTE, "words": "The price list of May holds.\nSee page 2.", "author": "Chen Li"},
    ),
    "dispute_resolved": (
        "dispute_resolved",
        {
            **DISPUTE,
            "state": "part_accepted",
            "accepted": cny("100.00"),
            "words": "One box came damaged.",
        },
    ),
    "dispute_resolved_payment": (
        "dispute_resolved",
        {
            **PAYMENT_DISPUTE,
            "state": "accepted",
            "accepted": cny("120.00"),
            "words": "",
        },
    ),
    "dispute_resolved_payment_rejected": (
        "dispute_resolved",
        {**PAYMENT_DISPUTE, "state": "rejected", "words": "The bank says 1,440.00."},
    ),
    "dispute_resolved_rejected": (
        "dispute_resolved",
        {**DISPUTE, "state": "rejected", "words": ""},
    ),
    "reminder": ("reminder", REMINDER),
    "reminder_costing": (
        "reminder",
        {
            **REMINDER,
            "level": 2,
            "tone": "firm",
            "charges": {
                "fee": cny("10.00"),
                "interest": cny("8.63"),
                "rate": "10",
                "is_posted": True,
                "rows": [
                    {
                        "number": "INV-2026-0588",
                        "amount": cny("900.00"),
                        "from_on": "2026-05-29",
                        "through_on": "2026-07-02",
                        "days": 35,
                        "interest": cny("8.63"),
                    }
                ],
                "in_all": cny("918.63"),
            },
        },
    ),
    "reminder_last": (
        "reminder",
        {
            **REMINDER,
            "level": 3,
            "tone": "final",
            "net": cny("1750.00"),
            "not_due": cny("0"),
            "items": [
                *REMINDER["items"],
                {
                    "number": "INV-2026-0590",
                    "reference": "",
                    "due_on": "2026-06-01",
                    "days": 31,
                    "amount": cny("1000.00"),
                },
            ],
            "left_out_rows": [
                {"number": "INV-2026-0591", "amount": cny("120.00"), "why": "disputed"},
                {"number": "INV-2026-0592", "amount": cny("60.00"), "why": "promised"},
                {"number": "", "amount": cny("150.00"), "why": "unapplied"},
            ],
        },
    ),
    "bank_account_changed": (
        "bank_account_changed",
        {
            "currency": "CNY",
            "valid_from": "2026-08-01",
            "new": {
                "holder": "Harbour Tools Co., Ltd.",
                "bank": "Bank of Hangzhou",
                "number": "3301 0401 6000 8812 06",
                "swift": "",
            },
            "old": {**PAY_TO, "swift": ""},
        },
    ),
    "sign_in_link": ("sign_in_link", {"minutes": 30}),
    "mail_code": ("mail_code", {"minutes": 15}),
    "book_compared": (
        "book_compared",
        {
            "receipt": "B-2026-000011",
            "filename": "ledger june.xlsx",
            "as_at": "2026-06-30",
            "ours": cny("128500.00"),
            "theirs": cny("95340.00"),
            "difference": cny("33160.00"),
            "unexplained": cny("0"),
            "last_agreed_on": "2026-05-31",
        },
    ),
    "document_copy": (
        "document_copy",
        {
            "number": "INV-2026-0588",
            "kind_words": KINDS[DocumentKind.INVOICE],
            "issued_on": "2026-04-28",
            "due_on": "2026-05-28",
            "amount": cny("1500.00"),
        },
    ),
    "staff_dispute": (
        "staff_dispute",
        {
            **DISPUTE,
            "customer_name": "Mingyuan Hardware Co., Ltd.",
            "words": "We ordered at 9.80, not at 10.40.",
        },
    ),
    "staff_dispute_several": (
        "staff_dispute",
        {
            **DISPUTE,
            "others": OTHER_DISPUTES,
            "customer_name": "Mingyuan Hardware Co., Ltd.",
            "words": "We ordered at 9.80, not at 10.40.",
        },
    ),
    "staff_address": (
        "staff_address",
        {
            "channel": "E-mail",
            "address": "wang.min@mingyuan.example",
            "person_name": "Wang Min",
            "customer_name": "Mingyuan Hardware Co., Ltd.",
            "words": "550 5.1.1 user unknown",
        },
    ),
    "staff_mail": (
        "staff_mail",
        {
            "customer_name": "Mingyuan Hardware Co., Ltd.",
            "writer": "Wang Min",
            "address": "wang.min@mingyuan.example",
            "title": "Re: Statement ST-2026-0142",
            "words": "We paid on Monday.\nPlease look once more.",
        },
    ),
    "staff_import": (
        "staff_import",
        {"filename": "payments 2026-07-01.csv", "prepared_by": "Chen Li"},
    ),
    "staff_draft": (
        "staff_draft",
        {"customer_name": "Mingyuan Hardware Co., Ltd.", "prepared_by": "Chen Li"},
    ),
    "due_soon": (
        "due_soon",
        {
            "due_on": "2026-07-09",
            "total": cny("4130.00"),
            "items": [
                {"number": "INV-2026-0612", "reference": "PO-7731", "amount": cny("1900.00")},
                {"number": "INV-2026-0613", "reference": "", "amount": cny("2230.00")},
            ],
            "pay_to": PAY_TO,
        },
    ),
    "dispute_step": (
        "dispute_step",
        {
            **DISPUTE,
            "done": Sentence(
                "Your message about dispute %(receipt)s is with us.",
                {"receipt": DISPUTE["receipt"]},
            ).to_json(),
            "follows": Sentence("You hear from us on its page and by mail.").to_json(),
            "is_answered": True,
            "words": "The price list of May says 10.",
        },
    ),
    "dispute_step_withdrawn": (
        "dispute_step",
        {
            **DISPUTE,
            "done": Sentence(
                "Dispute %(receipt)s is withdrawn.", {"receipt": DISPUTE["receipt"]}
            ).to_json(),
            "follows": Sentence("The amount counts as due, as it was booked.").to_json(),
            "is_answered": False,
            "words": "",
        },
    ),
    "act_recorded": (
        "act_recorded",
        {
            "receipt": "R-2026-000320",
            "done": Sentence("%(name)s is added.", {"name": "Sun Qi"}).to_json(),
            "follows": Sentence(acts.WORDS[acts.PERSON_ADDED][1], {"name": "Sun Qi"}).to_json(),
            "of_sign_in": True,
        },
    ),
    "act_recorded_wishes": (
        "act_recorded",
        {
            "receipt": "R-2026-000321",
            "done": Sentence(acts.WORDS[acts.MESSAGES][0]).to_json(),
            "follows": Sentence(acts.WORDS[acts.MESSAGES][1]).to_json(),
            "of_sign_in": False,
        },
    ),
    "promise_given": (
        "promise_given",
        {
            "receipt": "P-00012",
            "amount": cny("900.00"),
            "pay_on": "2026-07-13",
            "last": "2026-07-15",
            "pay_to": PAY_TO,
        },
    ),
    "thanks": ("thanks", {"on": "2026-07-02", "currency": "CNY"}),
    "staff_digest": (
        "staff_digest",
        {
            "on": "2026-07-02",
            "rows": [
                {"what": "over_limit", "count": 1, "amounts": [cny("128500.00")]},
                {"what": "promises", "count": 2, "amounts": [cny("4000.00"), cash(50000, "USD")]},
                {"what": "messages", "count": 3, "amounts": []},
                {"what": "unanswered", "count": 4, "amounts": [cny("9300.00")]},
            ],
        },
    ),
    "staff_alert": (
        "staff_alert",
        {
            "count": 12,
            "rows": [
                Sentence(
                    "%(customer)s owes %(amount)s, above its limit of %(limit)s.",
                    {
                        "customer": "Mingyuan Hardware Co., Ltd.",
                        "amount": Money(12850000, "CNY"),
                        "limit": Money(10000000, "CNY"),
                    },
                ).to_json(),
                Sentence(
                    "A message to %(to)s did not arrive.", {"to": "wang.min@mingyuan.example"}
                ).to_json(),
            ],
            "more": 10,
        },
    ),
    "staff_held": (
        "staff_held",
        {"on": "2026-07-02", "newest_on": "2026-06-26", "pull": None},
    ),
    "staff_held_pull": (
        "staff_held",
        {
            "on": "2026-07-02",
            "newest_on": "2026-07-01",
            "pull": {"name": "Bank", "on": "2026-07-02"},
        },
    ),
    "test_message": ("test_message", {"asked_by": "Chen Li"}),
}


def head(language: str, *, staff: bool = False, **changes: object) -> Json:
    """What stands around every message."""
    chinese = language == "zh"
    return {
        "company_name": "海港工具有限公司" if chinese else "Harbour Tools Co., Ltd.",
        "sender": "海港工具" if chinese else "Harbour Tools",
        "our_contact": {
            "name": "Chen Li",
            "email": "chen.li@harbour.example",
            "phone": "0571-8888 0000",
        },
        "person": "王敏" if chinese else "Wang Min",
        "customer": None
        if staff
        else {"code": "M-0217", "name": "明远五金" if chinese else "Mingyuan Hardware Co., Ltd."},
        "zone": "Asia/Shanghai",
        "amounts": True,
        "subject_amounts": True,
        **changes,
    }


def written(name: str, language: str, form: str, **changes: object) -> Parcel:
    """A message in words."""
    kind, figures = MESSAGES[name]
    parcel = Parcel(
        kind, "wang.min@mingyuan.example", f"<{name}@harbour.example>", language, "", ""
    )
    files = [File("ST-2026-0142.pdf", "application/pdf", b"%PDF")]
    return write(
        parcel,
        form,
        frozen={
            "figures": figures,
            "head": head(language, staff=kind.startswith("staff"), **changes),
        },
        links={
            link: f"https://books.harbour.example/{link}/secret"
            for link in LINKS.get(kind, ("page",))
            if form == "email" or link not in _FOOT
        },
        files=files if name == "statement_issued" else [],
    )
