"""A message of each kind with figures nobody has, shown until there is a real one."""

from collections.abc import Mapping
from typing import Any

from tieout.customers import acts
from tieout.db.base import Json
from tieout.i18n import N_, Sentence
from tieout.money import Money
from tieout.wording.figures import cash, thawed
from tieout.wording.places import WORDED

ZONE = "Asia/Shanghai"
_PERIOD = {"start": "2026-06-01", "end": "2026-06-30"}
_AT = "2026-07-02T01:42:00+00:00"
_PAY_TO = {
    "holder": "Harbour Tools Co., Ltd.",
    "bank": "ICBC Hangzhou Branch",
    "number": "1202 0214 0990 0044 17",
    "since": "2024-03-12",
}
_DISPUTE: Json = {
    "receipt": "D-2026-000027",
    "number": "INV-2026-0601",
    "amount": cash(12000, "CNY"),
    "reason_words": "The price is wrong",
    "state": "rejected",
    "accepted": None,
    "answer_by": "2026-07-09",
    "lowers": False,
    "words": "The price list of May holds.",
    "author": "Li Na",
}
_STATEMENT = {"number": "ST-2026-0142", "period": _PERIOD}


def _item(number: str, minor: int) -> Json:
    return {
        "number": number,
        "reference": "",
        "due_on": "2026-05-28",
        "days": 35,
        "amount": cash(minor, "CNY"),
    }


_SECTION: Json = {
    "currency": "CNY",
    "opening": cash(150_000, "CNY"),
    "charges": cash(326_000, "CNY"),
    "credits": cash(72_000, "CNY"),
    "closing": cash(404_000, "CNY"),
    "overdue": cash(0, "CNY"),
    "not_due": cash(404_000, "CNY"),
    "disputed": cash(0, "CNY"),
    "unapplied": cash(0, "CNY"),
    "items": [
        {
            "number": "INV-2026-0601",
            "due_on": "2026-07-19",
            "days": -19,
            "open": cash(404_000, "CNY"),
            "is_disputed": False,
        }
    ],
    "more": 0,
    "pay_to": _PAY_TO,
}
_FIGURES: Mapping[str, Json] = {
    "statement_issued": {
        **_STATEMENT,
        "version": 1,
        "kind": "receivable",
        "request": "positive",
        "as_at": "2026-06-30",
        "answer_by": "2026-07-10",
        "sections": [_SECTION],
    },
    "statement_answered": {
        **_STATEMENT,
        "what": "balance",
        "receipt": "R-2026-000318",
        "outcome": "agreed",
        "outcome_words": "Agreed",
        "balance": cash(404_000, "CNY"),
        "disputed": cash(0, "CNY"),
        "stated": None,
        "note": "",
        "answered_at": _AT,
        "person_answered": "Wang Min",
        "handled_by": "2026-07-06",
    },
    "changed_since": {
        **_STATEMENT,
        "as_at": "2026-06-30",
        "answers": [
            {"balance": cash(404_000, "CNY"), "receipt": "R-2026-000318", "answered_at": _AT}
        ],
    },
    "reminder": {
        "net": cash(90_000, "CNY"),
        "as_at": "2026-07-02",
        "pay_by": "2026-07-10",
        "overdue_since": "2026-05-28",
        "not_due": cash(0, "CNY"),
        "items": [_item("INV-2026-0588", 90_000)],
        "left_out_rows": [],
        "pay_to": _PAY_TO,
    },
    "due_soon": {
        "due_on": "2026-07-09",
        "total": cash(413_000, "CNY"),
        "items": [_item("INV-2026-0612", 413_000)],
        "pay_to": _PAY_TO,
    },
    "answer_reminder": {
        **_STATEMENT,
        "kind": "receivable",
        "request": "positive",
        "as_at": "2026-06-30",
        "answer_by": "2026-07-10",
        "sections": [{"currency": "CNY", "closing": cash(404_000, "CNY")}],
    },
    "document_copy": {
        "kind_words": "Invoice",
        "number": "INV-2026-0601",
        "issued_on": "2026-06-19",
        "due_on": "2026-07-19",
        "amount": cash(413_000, "CNY"),
    },
    "dispute_step": {
        **_DISPUTE,
        "done": Sentence(
            "Your message about dispute %(receipt)s is with us.", {"receipt": "D-2026-000027"}
        ).to_json(),
        "follows": Sentence("You hear from us on its page and by mail.").to_json(),
        "is_answered": True,
        "words": "The price list of May says 10.",
    },
    "act_recorded": {
        "receipt": "R-2026-000320",
        "done": Sentence("%(name)s is added.", {"name": "Sun Qi"}).to_json(),
        "follows": Sentence(acts.WORDS[acts.PERSON_ADDED][1], {"name": "Sun Qi"}).to_json(),
        "of_sign_in": True,
    },
    "promise_given": {
        "receipt": "P-00012",
        "amount": cash(90_000, "CNY"),
        "pay_on": "2026-07-13",
        "last": "2026-07-15",
        "pay_to": _PAY_TO,
    },
    "thanks": {"on": "2026-07-02", "currency": "CNY"},
    "dispute_raised": _DISPUTE,
    "dispute_answered": _DISPUTE,
    "dispute_resolved": _DISPUTE,
    "book_compared": {
        "receipt": "B-2026-000011",
        "filename": "ledger june.xlsx",
        "as_at": "2026-06-30",
        "ours": cash(12_850_000, "CNY"),
        "theirs": cash(9_534_000, "CNY"),
        "difference": cash(3_316_000, "CNY"),
        "unexplained": cash(0, "CNY"),
        "last_agreed_on": "2026-05-31",
    },
    "staff_alert": {
        "count": 3,
        "rows": [
            Sentence(
                N_("%(customer)s owes %(amount)s, above its limit of %(limit)s."),
                {
                    "customer": "Mingyuan Hardware",
                    "amount": Money(12_850_000, "CNY"),
                    "limit": Money(10_000_000, "CNY"),
                },
            ).to_json()
        ],
        "more": 2,
    },
    "staff_digest": {
        "on": "2026-07-02",
        "rows": [{"what": "over_limit", "count": 2, "amounts": [cash(12_850_000, "CNY")]}],
    },
    "staff_dispute": {
        **_DISPUTE,
        "customer_name": "Mingyuan Hardware",
        "words": "We ordered at 9.80, not at 10.40.",
    },
    "staff_import": {"filename": "payments 2026-07-01.csv", "prepared_by": "Li Na"},
    "staff_draft": {"customer_name": "Mingyuan Hardware", "prepared_by": "Li Na"},
    "staff_mail": {
        "customer_name": "Mingyuan Hardware",
        "writer": "Wang Min",
        "address": "wang.min@mingyuan.example",
        "title": "Re: Statement ST-2026-0142",
        "words": "We paid on Monday.",
    },
    "staff_address": {
        "channel": "email",
        "address": "wang.min@mingyuan.example",
        "person_name": "Wang Min",
        "customer_name": "Mingyuan Hardware",
        "words": "550 5.1.1 user unknown",
    },
    "staff_held": {"on": "2026-07-02", "newest_on": "2026-06-26", "pull": None},
}
#: The tone of each level by the standard policy.
_TONES = {1: "friendly", 2: "firm"}
#: Who reads an example: of ours or the customer's, in Chinese or in English.
_PEOPLE = {
    (False, False): "Wang Min",
    (False, True): "王敏",
    (True, False): "Zhou Wei",
    (True, True): "周伟",
}


def figures(kind: str, level: int) -> Json:
    """The figures of an example."""
    found = dict(_FIGURES[kind])
    if kind == "reminder":
        found["level"] = level or 1
        found["tone"] = _TONES.get(level or 1, "final")
    return found


def head(kind: str, language: str) -> Json:
    """What stands around an example; a message to our own people is to somebody of ours."""
    is_chinese = language == "zh"
    is_internal = WORDED[kind].is_internal
    customer = {"code": "M-0217", "name": "明远五金" if is_chinese else "Mingyuan Hardware"}
    return {
        "company_name": "海港工具有限公司" if is_chinese else "Harbour Tools Co., Ltd.",
        "sender": "海港工具" if is_chinese else "Harbour Tools",
        "our_contact": {
            "name": "Chen Li",
            "email": "chen.li@harbour.example",
            "phone": "0571-8888 0000",
        },
        "person": _PEOPLE[is_internal, is_chinese],
        "customer": None if is_internal else customer,
        "zone": ZONE,
        "amounts": True,
        "subject_amounts": True,
    }


def data(kind: str, level: int, language: str) -> dict[str, Any]:
    """All that the templates of an example ask for."""
    return assembled(figures(kind, level), head(kind, language))


def assembled(frozen_figures: Json, around: Json, address: str = "") -> dict[str, Any]:
    """Figures and head as templates ask for them, with links that lead nowhere in particular."""
    leads = address or "https://books.example/page"
    return {
        **thawed(frozen_figures),
        **around,
        "links": {"statement": leads, "page": leads},
        "files": [],
    }
