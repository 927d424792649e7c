"""The company's pages, at /desk.

Each page is a module named in `PAGES` with a blueprint `bp`; its views say
`@requires(Permission.X)`, and read customers' records within `internal.scope`.
"""

from flask import Blueprint

from tieout.events import Subscription

#: The modules of this face, in the order of its menu.
PAGES = (
    "sign_in",
    "dashboard",
    "customers",
    "customer_changes",
    "customer",
    "customer_ledger",
    "allocations",
    "ledger",
    "imports",
    "imports_mapping",
    "imports_readings",
    "imports_rows",
    "imports_problems",
    "imports_acts",
    "connectors",
    "connectors_setup",
    "connectors_acts",
    "entry",
    "entry_shared",
    "documents",
    "document_copies",
    "drafts",
    "handover",
    "periods",
    "month_end",
    "month_end_bulk",
    "month_close",
    "runs",
    "statements",
    "statement_new",
    "statement_acts",
    "dunning",
    "dunning_runs",
    "dunning_holds",
    "dunning_promises",
    "dunning_tasks",
    "alerts",
    "dunning_charges",
    "delivery_stops",
    "dunning_policies",
    "settings_company",
    "settings_rules",
    "settings_checks",
    "settings_matching",
    "settings_numbers",
    "settings_banks",
    "settings_calendar",
    "settings_statements",
    "statement_templates",
    "customer_statements",
    "message_templates",
    "settings_delivery",
    "robots",
    "schedules",
    "people",
    "me",
    "audit",
    "reports",
    "sampling",
    "auditor",
    "evidence",
    "products",
    "product_duplicates",
    "prices",
    "deliveries",
    "rates",
    "bad_debts",
    "lists",
    "duplicates",
    "messages",
    "incoming",
    "mailbox",
    "search",
    "matching",
    "matching_acts",
    "matching_disputes",
    "matching_new",
    "matching_customer",
    "matching_lessons",
    "matching_runs",
    "matching_what_if",
    "disputes",
    "dispute_acts",
    "dispute_bulk",
    "dispute_templates",
    "dispute_answers",
    "approvals",
)

#: What the pages listen to: nothing.
SUBSCRIPTIONS: list[Subscription] = []


def blueprint() -> Blueprint:
    """The face, put together anew for each application."""
    from internal import frame
    from tieout.web.faces import assemble

    face = assemble(Blueprint("internal", __name__, url_prefix="/desk"), __name__, PAGES)
    face.context_processor(frame.context)
    return face
