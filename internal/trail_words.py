"""Changes of a customer, its accounts and its people, as sentences."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from tieout.i18n import N_
from tieout.rendering.translation import gettext
from tieout.reports.customer_page import Change

ACTIONS = {
    "customer.added": N_("added the customer"),
    "customer.changed": N_("changed the customer"),
    "account.opened": N_("opened an account"),
    "account.changed": N_("changed an account"),
    "contact.added": N_("added a contact"),
    "contact.changed": N_("changed a contact"),
}

FIELDS = {
    "address": N_("Address"),
    "aliases": N_("Other names"),
    "code": N_("Code"),
    "credit_limit_minor": N_("Credit limit"),
    "delivery_address": N_("Delivery address"),
    "email": N_("E-mail address"),
    "group_id": N_("Group"),
    "is_active": N_("Active"),
    "language": N_("Language"),
    "name": N_("Name"),
    "owner_id": N_("Owner"),
    "parent_id": N_("Part of"),
    "phone": N_("Phone"),
    "position": N_("Position"),
    "receives_reminders": N_("Receives reminders"),
    "receives_statements": N_("Receives statements"),
    "role": N_("May"),
    "tags": N_("Tags"),
    "tax_id": N_("Tax number"),
    "terms_days": N_("Days to pay"),
    "time_zone": N_("Time zone"),
}


class Entry(NamedTuple):
    """A change as the page's history shows it."""

    at: datetime
    who: str
    side: str
    act: str
    text: str


def change_words(change: Change) -> Entry:
    """Say who did what, and which fields it was."""
    action = change.entry.action
    act = gettext(ACTIONS[action]) if action in ACTIONS else action
    side = "theirs" if change.entry.actor_kind == "contact" else "ours"
    return Entry(change.entry.at, change.who, side, act, _fields(change.entry.changes))


def _fields(changes: Mapping[str, Any]) -> str:
    before = changes.get("before")
    if not isinstance(before, dict):
        return ""
    after = changes.get("after") or {}
    parts = [
        gettext(
            "%(field)s: %(before)s → %(after)s",
            field=_field(name),
            before=_value(before[name]),
            after=_value(after.get(name)),
        )
        for name in before
        if name not in ("credit_limit_minor", "group_id", "owner_id", "parent_id")
        and name in FIELDS
    ]
    personal = {
        name.removesuffix("_after")
        for name in changes.get("personal") or {}
        if name.endswith("_after")
    }
    silent = {name for name in before if name in FIELDS and name.endswith(("_id", "_minor"))}
    parts += [
        gettext("%(field)s changed", field=_field(name)) for name in sorted(personal | silent)
    ]
    return "; ".join(parts)


def _field(name: str) -> str:
    return gettext(FIELDS[name]) if name in FIELDS else name


def _value(value: object) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return str(value) if value not in (None, "") else gettext("nothing")
