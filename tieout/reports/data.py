"""The plain data reports are made from, as it is frozen: amounts in minor units, dates in ISO form.

Whoever prepares a report writes these; nothing in them is an object of the database.
"""

from typing import Any, NotRequired, TypedDict


class Printing(TypedDict):
    """For whom and when something is printed; never part of what is frozen."""

    language: str
    zone: str
    #: A moment with its zone; left out where the file must not change with the day.
    printed_at: NotRequired[str]
    #: Where anyone can check the paper; printed as text and QR code.
    verify_url: NotRequired[str]


class CompanyData(TypedDict):
    """Who sends it."""

    name: str
    name_zh: NotRequired[str]
    address: NotRequired[str]
    tax_id: NotRequired[str]
    phone: NotRequired[str]
    email: NotRequired[str]
    #: Whom to ask.
    contact: NotRequired[str]


class CustomerData(TypedDict):
    """Whom it is for."""

    code: str
    name: str
    address: NotRequired[str]
    tax_id: NotRequired[str]


class SpanData(TypedDict):
    """The days a statement is about, both included."""

    start: str
    end: str


class AuditHeadData(TypedDict):
    """How far the audit trail went when it was frozen."""

    seq: int
    hash: str


class BucketData(TypedDict):
    """One column of the ageing; they add up to the closing balance."""

    #: not_due, disputed, unapplied, or days: "1-30", "121+".
    key: str
    #: Signed: unapplied credit is negative.
    amount: int


class LineData(TypedDict):
    """One movement."""

    no: int
    document_id: int
    date: str
    due_on: str | None
    kind: str
    number: str
    #: The customer's own.
    reference: str
    description: str
    #: Signed.
    amount: int
    #: Of the account after it.
    balance: int
    #: Dated before the period, booked after the last statement was frozen.
    late: bool


class OpenItemData(TypedDict):
    """What of a document is still to be settled."""

    document_id: int
    number: str
    kind: str
    date: str
    due_on: str | None
    amount: int
    #: Signed as the document.
    open: int
    disputed: int
    #: Past its due date at the cut-off; nought or less is not due.
    days: int
    #: Money kept back until a guarantee has run out; left out where it is none.
    retention: NotRequired[bool]


class DeliveryData(TypedDict):
    """Goods delivered and not yet invoiced; never part of the balance."""

    number: str
    date: str
    order: str
    description: str
    amount: int


class PayToData(TypedDict):
    """Our account the customer pays to."""

    bank: str
    holder: str
    number: str
    swift: NotRequired[str]
    #: Since when it has not changed.
    since: NotRequired[str | None]


class SectionData(TypedDict):
    """One account, which is one currency."""

    account_id: int
    currency: str
    opening: int
    #: Sum of the positive lines, and of the negative ones without their sign.
    charges: int
    credits: int
    closing: int
    overdue: int
    not_due: int
    disputed: int
    unapplied: int
    ageing: list[BucketData]
    lines: list[LineData]
    open_items: list[OpenItemData]
    #: Left out where there are none.
    deliveries: NotRequired[list[DeliveryData]]
    pay_to: NotRequired[PayToData | None]


class SilenceData(TypedDict):
    """The contract's clause by which silence counts."""

    clause: str
    days: int


class StatementData(TypedDict):
    """A statement as it was frozen; its canonical form is what is hashed."""

    number: str
    version: int
    #: receivable, or payable where the amounts are what we owe.
    kind: str
    issued_on: str
    period: SpanData
    as_at: str
    known_at: str
    answer_by: NotRequired[str | None]
    language: NotRequired[str]
    company: CompanyData
    customer: CustomerData
    audit_head: NotRequired[AuditHeadData | None]
    verify_code: NotRequired[str | None]
    #: How an answer is asked for: positive, negative, blank.
    request: NotRequired[str]
    #: Of a negative request: the clause that lets silence count, and after how many days.
    silence: NotRequired["SilenceData"]
    sections: list[SectionData]


class LookData(TypedDict):
    """The template a statement is printed by; left out where it looks as usual."""

    #: As `tieout.statements.layouts` stores it.
    layout: dict[str, Any]
    #: PNG.
    logo: bytes | None
    seal: bytes | None


class BookedData(TypedDict):
    """A document that came after a statement was issued."""

    date: str
    kind: str
    number: str
    reference: str
    recorded_at: str
    #: Signed.
    amount: int


class SinceData(TypedDict):
    """One currency of a statement the books no longer say."""

    currency: str
    stated: int
    now: int
    entries: list[BookedData]


class StatementPrint(Printing):
    """A statement to be printed."""

    statement: StatementData
    look: NotRequired[LookData | None]
    #: What came after it was issued; a currency each, and nothing where it still holds.
    since: NotRequired[list[SinceData]]


class AdjustmentData(TypedDict):
    """One line on the way from a book's balance to its adjusted one."""

    #: Words in the reader's language, or a Sentence, or what its `to_json` gave.
    words: Any
    note: NotRequired[Any]
    #: Signed.
    amount: int


class BookData(TypedDict):
    """One column of the balance reconciliation statement."""

    balance: int
    items: list[AdjustmentData]
    adjusted: int


class GroupData(TypedDict):
    """Lines of one book that belong to a group, on one row."""

    numbers: str
    on: str | None
    #: None where the book has no line.
    amount: int | None


class MatchedData(TypedDict):
    """Lines of both books that agree."""

    type: Any
    ours: GroupData
    theirs: GroupData


class DifferenceData(TypedDict):
    """A named difference with its proof and who has to act."""

    words: Any
    proof: NotRequired[Any]
    #: you, we, itself or together.
    who: str
    #: The day by which it is done or gone.
    until: NotRequired[str | None]
    amount: int
    #: What a workbook shows in columns of their own.
    type: NotRequired[Any]
    ours: NotRequired[GroupData]
    theirs: NotRequired[GroupData]


class ReconciliationPrint(Printing):
    """Two books compared, to be printed.

    ours.adjusted − theirs.adjusted − others = residual, and nought where the books tie out.
    """

    number: str
    company: CompanyData
    customer: CustomerData
    currency: str
    as_at: str
    #: customer where "you" is the customer, staff where the customer is "they".
    audience: NotRequired[str]
    their_file: NotRequired[str]
    ours: BookData
    theirs: BookData
    #: Undecided items and different openings: on neither side.
    others: list[AdjustmentData]
    residual: int
    differences: list[DifferenceData]
    matched: int
    matched_amount: int
    #: For a workbook: what agrees, line by line.
    agreed: NotRequired[list[MatchedData]]
    #: The latest day both books agreed.
    last_agreed: NotRequired[str | None]


class CopyLineData(TypedDict):
    """A line of a copied document."""

    code: str
    words: str
    #: In millionths; None where it says none.
    quantity: int | None
    unit: str
    price: int | None
    amount: int


class CopyReferenceData(TypedDict):
    """A number a document is known by elsewhere."""

    #: What kind of number it is; marked for translation.
    words: str
    value: str


class CopyDueData(TypedDict):
    """What of a document is due when."""

    on: str
    amount: int


class CopyPrint(Printing):
    """The copy of one document; its lines add up to its amount, tax included."""

    company: CompanyData
    customer: CustomerData
    kind: str
    number: str
    date: str
    currency: str
    amount: int
    #: Of which tax.
    tax: int
    description: str
    references: list[CopyReferenceData]
    due: list[CopyDueData]
    lines: list[CopyLineData]


class AnswerData(TypedDict):
    """What was answered about one currency."""

    currency: str
    #: agreed, agreed_except, disagreed, own_balance or deemed.
    outcome: str
    balance: int
    disputed: int
    #: The customer's own figure, when it disagrees.
    stated: NotRequired[int | None]
    disputes: NotRequired[list["DisputedData"]]


class DisputedData(TypedDict):
    """One disputed document."""

    number: str
    amount: int
    reason: Any
    receipt: NotRequired[str]


class FileData(TypedDict):
    """A file handed in with an answer."""

    name: str
    sha256: str


class CertificatePrint(Printing):
    """An answer with its evidence, to be printed."""

    receipt: str
    company: CompanyData
    customer: CustomerData
    statement_number: str
    statement_version: int
    statement_sha256: str
    as_at: str
    answers: list[AnswerData]
    person: str
    position: NotRequired[str]
    #: The words of the authority that was ticked.
    authority: NotRequired[str]
    #: How the person was known: link, password, …, in words.
    signed_in: Any
    answered_at: str
    address: NotRequired[str]
    user_agent: NotRequired[str]
    channel: NotRequired[Any]
    #: Exactly what the button and the sentence beside it said.
    wording: str
    note: NotRequired[str]
    files: NotRequired[list[FileData]]
    audit_head: NotRequired[AuditHeadData | None]
