"""What codes are called on the workbench, in the reader's language."""

from tieout.i18n import N_
from tieout.ledger.models import DocumentKind
from tieout.ledger.words import KINDS, REFERENCES, RULES
from tieout.rendering.translation import gettext, pgettext

#: How a document stands, in the order of a filter.
STATUSES = {
    "open": N_("Open"),
    "part_paid": N_("Part paid"),
    "overdue": N_("Overdue"),
    "disputed": N_("Disputed"),
    "settled": N_("Settled"),
    "reversed": N_("Reversed"),
    "draft": N_("Draft"),
}

#: Messages by what they tell.
MESSAGES = {
    "statement_issued": N_("Statement"),
    "statement_answered": N_("Receipt of an answer"),
    "statement_link_again": N_("New link to a statement"),
    "changed_since": N_("Changed since the answer"),
    "answer_reminder": N_("Reminder to answer a statement"),
    "dispute_raised": N_("Receipt of a dispute"),
    "dispute_answered": N_("Answer to a dispute"),
    "dispute_resolved": N_("Decision of a dispute"),
    "reminder": N_("Reminder"),
    "sign_in_link": N_("Link to sign in"),
    "mail_code": N_("Code before an answer"),
    "bank_account_changed": N_("Change of our bank account"),
    "book_compared": N_("Result of a comparison"),
    "document_copy": N_("Copy of a document"),
    "staff_dispute": N_("Dispute to answer"),
    "staff_address": N_("Address out of reach"),
    "staff_mail": N_("Mail of a customer"),
    "staff_import": N_("File to approve"),
    "staff_draft": N_("Document to approve"),
    "staff_held": N_("Reminders held"),
    "due_soon": N_("Note before something falls due"),
    "promise_given": N_("Receipt of a promise to pay"),
    "dispute_step": N_("Copy of a message about a dispute"),
    "act_recorded": N_("Receipt of a change in the portal"),
    "thanks": N_("Thanks after payment"),
    "staff_digest": N_("Digest of the day"),
    "staff_alert": N_("Alert"),
    "test_message": N_("Test message"),
}


def kind_word(kind: str) -> str:
    """What a kind of document is called."""
    return gettext(KINDS[DocumentKind(kind)])


def status_word(status: str) -> str:
    """What the standing of a document is called."""
    if status == "open":
        return pgettext("state", "Open")
    return gettext(STATUSES[status])


def reference_word(kind: str) -> str:
    """What a kind of reference is called."""
    return gettext(REFERENCES.get(kind, REFERENCES["other"]))


def rule_word(rule: str) -> str:
    """Why two items were settled with one another."""
    return gettext(RULES[rule])


def message_word(kind: str) -> str:
    """What a kind of message is called."""
    return gettext(MESSAGES.get(kind, N_("Message")))


def account_word(kind: str) -> str:
    """Receivable or payable."""
    return gettext("Receivable") if kind == "receivable" else gettext("Payable")
