"""The trail in the reader's words: what was done, and what was before and after."""

import re
from collections.abc import Mapping
from typing import Any

from tieout.i18n import N_
from tieout.rendering.translation import gettext

#: A digest: its beginning is enough to tell it from another.
_DIGEST = re.compile(r"[0-9a-f]{64}")

#: What each action is called, to be read behind a name; a test holds that none is missing.
ACTIONS: Mapping[str, str] = {
    "account.changed": N_("changed an account"),
    "account.opened": N_("opened an account"),
    "address.linked": N_("linked an address"),
    "address.switched_off": N_("switched an address off"),
    "address.switched_on": N_("switched an address on"),
    "address.unlinked": N_("unlinked an address"),
    "allocation.made": N_("settled documents with one another"),
    "allocation.undone": N_("undid a settlement"),
    "bank_account.approved": N_("approved a bank account of ours"),
    "bank_account.ended": N_("ended a bank account of ours"),
    "bank_account.proposed": N_("proposed a bank account of ours"),
    "bank_account.turned_down": N_("turned a bank account of ours down"),
    "calendar.day_marked": N_("marked a day of the calendar"),
    "calendar.day_unmarked": N_("took the mark of a day away"),
    "company.changed": N_("changed the company"),
    "company.set_up": N_("set the company up"),
    "contact.added": N_("added a contact"),
    "contact.changed": N_("changed a contact"),
    "customer.added": N_("added a customer"),
    "customer.changed": N_("changed a customer"),
    "customer_group.added": N_("added a group of customers"),
    "dispute.accepted": N_("accepted a dispute"),
    "dispute.answered": N_("answered a dispute"),
    "dispute.assigned": N_("gave a dispute to somebody"),
    "dispute.noted": N_("noted something with a dispute"),
    "dispute.part_accepted": N_("accepted a part of a dispute"),
    "dispute.promised": N_("promised an answer to a dispute"),
    "dispute.proposed": N_("proposed to accept a dispute"),
    "dispute.raised": N_("raised a dispute"),
    "dispute.rejected": N_("rejected a dispute"),
    "dispute.reopened": N_("insisted on a dispute"),
    "dispute.sent_back": N_("turned the credit note of a dispute down"),
    "dispute.taken_up": N_("took a dispute up again"),
    "dispute.withdrawn": N_("withdrew a dispute"),
    "document.posted": N_("posted a document"),
    "document.reversed": N_("reversed a document"),
    "documents.posted": N_("posted documents at once"),
    "draft.approved": N_("approved a document"),
    "draft.changed": N_("changed a prepared document"),
    "draft.prepared": N_("prepared a document"),
    "draft.rejected": N_("rejected a prepared document"),
    "draft.submitted": N_("handed a document in for approval"),
    "dunning_policy.added": N_("made a policy of reminders"),
    "dunning_policy.assigned": N_("let a policy of reminders hold for somebody"),
    "dunning_policy.changed": N_("changed a policy of reminders"),
    "file.stored": N_("stored a file"),
    "import.checked_again": N_("had an import checked again"),
    "import.customer_chosen": N_("chose a customer for rows of an import"),
    "import.discarded": N_("discarded an import"),
    "import.mapped": N_("said what the columns of an import mean"),
    "import.posted": N_("posted an import"),
    "import.row_corrected": N_("corrected a row of an import"),
    "import.rows_left_out": N_("left rows of an import out"),
    "import.rows_taken_back": N_("took rows of an import back in"),
    "import.sent_back": N_("sent an import back"),
    "import.submitted": N_("handed an import in for approval"),
    "import.undone": N_("undid an import"),
    "import.uploaded": N_("uploaded a file"),
    "language.chosen": N_("chose a language"),
    "login.added": N_("let somebody sign in to the portal"),
    "login.deactivated": N_("let somebody sign in to the portal no more"),
    "login.password_set": N_("chose a password"),
    "login.reactivated": N_("let somebody sign in to the portal again"),
    "login.second_factor_off": N_("switched the second factor off"),
    "login.second_factor_on": N_("switched the second factor on"),
    "login.sign_in_failed": N_("failed to sign in to the portal"),
    "login.signed_in": N_("signed in to the portal"),
    "match.accepted": N_("accepted a match"),
    "match.made": N_("matched lines by hand"),
    "match.rejected": N_("rejected a match"),
    "match.undone": N_("undid a decision about a match"),
    "membership.added": N_("let somebody act for a customer"),
    "message.sent_again": N_("sent a message again"),
    "numbers.changed": N_("changed how numbers look"),
    "opt_out.made": N_("wants a kind of message no more"),
    "opt_out.taken_back": N_("wants a kind of message again"),
    "period.close_asked": N_("asked to close a period"),
    "period.close_refused": N_("left a period open"),
    "period.closed": N_("closed a period"),
    "period.locked": N_("locked a period"),
    "period.unlocked": N_("lifted the lock of a period"),
    "product.added": N_("added a product"),
    "product.changed": N_("changed a product"),
    "promise.broken": N_("judged a promise: broken"),
    "promise.given": N_("promised to pay"),
    "promise.kept": N_("judged a promise: kept"),
    "promise.part_kept": N_("judged a promise: part kept"),
    "promise.withdrawn": N_("took a promise back"),
    "rates.added": N_("added exchange rates"),
    "reconciliation.made": N_("compared both books"),
    "reminder.cancelled": N_("cancelled a reminder"),
    "reminder.planned": N_("planned a reminder"),
    "reminder.sent": N_("sent a reminder"),
    "reminder.unknown": N_("does not know whether a reminder arrived"),
    "reminders.held": N_("held reminders"),
    "reminders.resumed": N_("let reminders go on"),
    "rules.written": N_("changed the rules of comparing"),
    "run.cancelled": N_("cancelled a run"),
    "run.created": N_("began a run"),
    "run.resumed": N_("went on with a run"),
    "run.retried": N_("tried the failed items of a run again"),
    "setting.changed": N_("changed a rule of the company"),
    "staff.added": N_("added somebody of the company"),
    "staff.changed": N_("changed somebody's name or roles"),
    "staff.deactivated": N_("let somebody sign in no more"),
    "staff.invited": N_("made an invitation"),
    "staff.password_set": N_("chose a password"),
    "staff.reactivated": N_("let somebody sign in again"),
    "staff.second_factor_off": N_("switched a second factor off"),
    "staff.second_factor_on": N_("switched the second factor on"),
    "staff.session_ended": N_("signed a browser out"),
    "staff.sign_in_failed": N_("failed to sign in"),
    "staff.signed_in": N_("signed in"),
    "statement.answered": N_("answered a statement"),
    "statement.approved": N_("approved a statement"),
    "statement.correction_drafted": N_("drafted a new version of a statement"),
    "statement.delivered": N_("received a statement, as is proven"),
    "statement.drafted": N_("drafted a statement"),
    "statement.excused": N_("let a customer go without a statement"),
    "statement.issued": N_("issued a statement"),
    "statement.lines_confirmed": N_("confirmed lines of a statement"),
    "statement.queued_again": N_("sent a statement again"),
    "statement.refreshed": N_("brought a draft of a statement up to date"),
    "statement.sent_to": N_("sent a statement to somebody added since"),
    "statement.viewed": N_("looked at a statement"),
    "their_book.kept": N_("kept a customer's own ledger"),
    "their_book.turned": N_("turned the sign of a customer's own ledger"),
    "their_ledger.staged": N_("handed in a ledger of their own"),
}

#: What the objects are called.
OBJECTS: Mapping[str, str] = {
    "Address": N_("Address"),
    "Allocation": N_("Settlement"),
    "Attachment": N_("File"),
    "BankAccount": N_("Bank account"),
    "CalendarDay": N_("Day of the calendar"),
    "Company": N_("Company"),
    "Confirmation": N_("Answer"),
    "Contact": N_("Contact"),
    "Customer": N_("Customer"),
    "CustomerAccount": N_("Account"),
    "CustomerGroup": N_("Group"),
    "Dispute": N_("Dispute"),
    "Document": N_("Document"),
    "DocumentDraft": N_("Prepared document"),
    "DunningPolicy": N_("Policy of reminders"),
    "Hold": N_("Hold"),
    "ImportBatch": N_("Import"),
    "MatchGroup": N_("Match"),
    "Membership": N_("Membership"),
    "Message": N_("Message"),
    "Notice": N_("Reminder"),
    "NumberSeries": N_("Number series"),
    "PeriodClose": N_("Close"),
    "PeriodLock": N_("Lock"),
    "PolicyAssignment": N_("Policy of reminders"),
    "PortalLogin": N_("Login"),
    "Product": N_("Product"),
    "PromiseToPay": N_("Promise"),
    "Reconciliation": N_("Comparison"),
    "RuleSet": N_("Rules of comparing"),
    "Run": N_("Run"),
    "Setting": N_("Setting"),
    "StaffUser": N_("Person"),
    "Statement": N_("Statement"),
    "StatementDelivery": N_("Recipient"),
    "TheirBook": N_("Their ledger"),
}

#: What the fields are called; one that is not here is shown by its own name.
FIELDS: Mapping[str, str] = {
    "account_id": N_("Account"),
    "address": N_("Address"),
    "amount": N_("Amount"),
    "answer_by": N_("Answer by"),
    "as_at": N_("As at"),
    "assignee_id": N_("Cared for by"),
    "balance": N_("Balance"),
    "bank": N_("Bank"),
    "base_currency": N_("Base currency"),
    "code": N_("Code"),
    "contact_email": N_("E-mail address"),
    "contact_name": N_("Contact"),
    "contact_phone": N_("Telephone"),
    "credit": N_("Credit"),
    "currency": N_("Currency"),
    "customer_id": N_("Customer"),
    "debit": N_("Debit"),
    "description": N_("Description"),
    "digest": N_("Fingerprint"),
    "disputed": N_("Disputed"),
    "document_id": N_("Document"),
    "documents": N_("Documents"),
    "due": N_("Due"),
    "effective_on": N_("Effective on"),
    "file": N_("File"),
    "gap_days": N_("Days between two reminders"),
    "group_id": N_("Group"),
    "hard": N_("For ever"),
    "is_active": N_("Active"),
    "is_working": N_("Working day"),
    "issued_on": N_("Date"),
    "items": N_("Items"),
    "key": N_("Key"),
    "kind": N_("Kind"),
    "known_at": N_("As known on"),
    "language": N_("Language"),
    "languages": N_("Languages of the pages"),
    "left_out": N_("Left out"),
    "level": N_("Level"),
    "levels": N_("Levels"),
    "lines": N_("Lines"),
    "name": N_("Name"),
    "net_minor": N_("Asked for, in minor units"),
    "note": N_("Note"),
    "number": N_("Number"),
    "on": N_("Day"),
    "ours": N_("Ours"),
    "outcome": N_("Answer"),
    "owner_id": N_("Owner"),
    "pattern": N_("Pattern"),
    "pay_on": N_("To be paid by"),
    "period": N_("Period"),
    "period_end": N_("Last day"),
    "policy": N_("Policy of reminders"),
    "posted": N_("Posted"),
    "proof": N_("Proof"),
    "purpose": N_("Purpose"),
    "reason": N_("Reason"),
    "receipt": N_("Receipt"),
    "references": N_("References"),
    "refused": N_("Refused"),
    "role": N_("Role"),
    "roles": N_("Roles"),
    "rows": N_("Rows"),
    "rule": N_("Rule"),
    "scope": N_("Holds for"),
    "sha256": N_("Fingerprint"),
    "size": N_("Size"),
    "source": N_("Source"),
    "state": N_("State"),
    "stated": N_("Their balance"),
    "statement": N_("Statement"),
    "tags": N_("Tags"),
    "tax_id": N_("Tax number"),
    "terms_days": N_("Days to pay"),
    "theirs": N_("Theirs"),
    "through": N_("Through"),
    "time_zone": N_("Time zone"),
    "totals": N_("Totals"),
    "two_people": N_("Needs a second person"),
    "unexplained": N_("Unexplained"),
    "until": N_("Until"),
    "valid_from": N_("Printed from"),
    "value": N_("Value"),
    "version": N_("Version"),
    "words": N_("Words"),
    "yearly": N_("Begins again at 1 every year"),
}

#: Kinds of actors.
ACTORS: Mapping[str, str] = {
    "staff": N_("People of the company"),
    "contact": N_("Customers' people"),
    "system": N_("By itself"),
}


def action_words(action: str) -> str:
    """What was done, behind a name."""
    return gettext(ACTIONS[action]) if action in ACTIONS else action


def object_words(kind: str, key: str) -> str:
    """Which object it was done to."""
    name = gettext(OBJECTS[kind]) if kind in OBJECTS else kind
    return f"{name} {key}".strip()


def changes(stored: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What was before and after, field by field."""
    before, after = stored.get("before") or {}, stored.get("after") or {}
    names = [*before, *(name for name in after if name not in before)]
    return [
        (_field(name), _value(before.get(name)), _value(after.get(name)))
        for name in names
        if name != "by" and before.get(name) != after.get(name)
    ]


def _field(name: str) -> str:
    return gettext(FIELDS[name]) if name in FIELDS else name.replace("_", " ")


def _value(value: object) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return gettext("yes") if value else gettext("no")
        case list():
            return ", ".join(_value(part) for part in value)
        case dict():
            return "; ".join(f"{name}: {_value(part)}" for name, part in value.items())
    said = str(value)
    return f"{said[:12]}…" if _DIGEST.fullmatch(said) else said
