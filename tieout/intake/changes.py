"""What rows of customers or products would change in the books: field by field, old and new."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from tieout.catalog import Product
from tieout.customers.models import Contact, Customer, CustomerAccount, CustomerGroup
from tieout.customers.names import folded
from tieout.i18n import N_, Sentence
from tieout.identity.models import StaffUser
from tieout.intake.fields import FIELDS
from tieout.intake.judging.customers import is_yes
from tieout.intake.kinds import BatchKind
from tieout.intake.models import ImportBatch, StagedRow
from tieout.intake.states import OPEN, RowState
from tieout.intake.understanding import CLEARED
from tieout.money import Money

CHANGES = N_("%(field)s: “%(before)s” becomes “%(after)s”.")
FILLS = N_("%(field)s: “%(after)s”, empty so far.")
EMPTIES = N_("%(field)s: “%(before)s” is emptied.")
ADDS = N_("New: it is not in the books yet.")


@dataclass(frozen=True)
class Change:
    """A field of a customer or product as it is and as the file would have it."""

    field: str
    before: str
    after: str

    @property
    def sentence(self) -> Sentence:
        """It in words."""
        words = CHANGES if self.before and self.after else FILLS if self.after else EMPTIES
        facts = {"field": Sentence(self.field), "before": self.before, "after": self.after}
        return Sentence(words, {name: facts[name] for name in facts if f"%({name})s" in words})


def told(
    session: Session, batch: ImportBatch, rows: Sequence[StagedRow]
) -> dict[int, list[Sentence]]:
    """What each row that is ready would change, by the id of the row."""
    kind = BatchKind(batch.kind)
    ready = [row for row in rows if row.state == RowState.READY]
    if batch.state not in OPEN or kind not in (BatchKind.CUSTOMERS, BatchKind.PRODUCTS):
        return {}
    known = _customers(session, ready) if kind is BatchKind.CUSTOMERS else _products(session, ready)
    table, said = FIELDS[kind], dict[int, list[Sentence]]()
    for row in ready:
        there = known.get(row.id)
        if there is None:
            said[row.id] = [Sentence(ADDS)]
            continue
        changes = (Change(table[name].label, *both) for name, both in _differing(row, there))
        said[row.id] = [one.sentence for one in changes]
    return said


#: What the books say of a customer or product, by field.
_There = Mapping[str, str]


def _differing(row: StagedRow, there: _There) -> Iterator[tuple[str, tuple[str, str]]]:
    """Fields the file says something else of; an empty cell says nothing."""
    for name, before in there.items():
        after = str(row.values.get(name, "") or "").strip()
        if after and not _same(name, before, after):
            yield name, (before, after)
    for name in str(row.values.get(CLEARED, "")).split():
        if there.get(name):
            yield name, (there[name], "")


def _same(name: str, before: str, after: str) -> bool:
    """Whether the file says of a field what the books say."""
    match name:
        case "tags":
            parts = after.replace("，", ",").replace("、", ",").split(",")
            return [one.strip() for one in parts if one.strip()] == before.split(", ")
        case "aliases":
            parts = after.replace("；", ";").split(";")
            return {one.strip() for one in parts if one.strip()} <= set(before.split("; "))
        case "parent":
            return folded(before) == folded(after)
        case "owner":
            return folded(after) in map(folded, before.split(" · "))
        case "is_active":
            return is_yes(before) == is_yes(after)
        case "credit_limit" | "unit_price" | "terms_days":
            return _number(before) == _number(after)
        case _:
            return before == after


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "").partition(" ")[0])
    except InvalidOperation:
        return None


def _customers(session: Session, rows: Sequence[StagedRow]) -> dict[int, _There]:
    codes = {str(row.values.get("code", "")).lower() for row in rows} - {""}
    names = {str(row.values.get("name", "")) for row in rows if not row.values.get("code")} - {""}
    query = (
        select(Customer)
        .where(or_(func.lower(Customer.code).in_(codes), Customer.name.in_(names)))
        .options(selectinload(Customer.accounts), selectinload(Customer.contacts))
    )
    found = session.scalars(query).all() if rows else []
    by_code = {folded(one.code): one for one in found}
    by_name = {one.name: one for one in found}
    groups = {one.id: one.name for one in session.scalars(select(CustomerGroup))}
    owners = {one.id: f"{one.name} · {one.email}" for one in session.scalars(select(StaffUser))}
    above = select(Customer.id, Customer.code).where(
        Customer.id.in_({one.parent_id for one in found if one.parent_id})
    )
    parents = {one: code for one, code in session.execute(above)}  # noqa: C416 - typed
    there: dict[int, _There] = {}
    for row in rows:
        code = folded(str(row.values.get("code", "")))
        one = by_code.get(code) if code else by_name.get(str(row.values.get("name", "")))
        if one is not None:
            there[row.id] = _of_customer(one, row, groups, owners, parents)
    return there


def _of_customer(
    one: Customer,
    row: StagedRow,
    groups: Mapping[int, str],
    owners: Mapping[int, str],
    parents: Mapping[int, str],
) -> dict[str, str]:
    values = {
        "name": one.name,
        "aliases": "; ".join(one.aliases),
        "tax_id": one.tax_id,
        "address": one.address,
        "delivery_address": one.delivery_address,
        "language": one.language,
        "time_zone": one.time_zone,
        "group": groups.get(one.group_id or 0, ""),
        "parent": parents.get(one.parent_id or 0, ""),
        "owner": owners.get(one.owner_id or 0, ""),
        "tags": ", ".join(one.tags),
        "is_active": "yes" if one.is_active else "no",
    }
    said = row.values
    account = _account(one, str(said.get("currency", "")))
    if account is not None:
        limit = account.credit_limit_minor
        values["terms_days"] = str(account.terms_days)
        money = None if limit is None else Money(limit, account.currency)
        values["credit_limit"] = "" if money is None else format(money.decimal, "f")
    person = _person(one, str(said.get("email", "")), str(said.get("contact", "")))
    if person is not None:
        values |= {"contact": person.name, "phone": person.phone, "position": person.position}
    elif said.get("email") or said.get("contact"):
        values |= dict.fromkeys(("contact", "email", "phone", "position"), "")
    return values


def _account(one: Customer, currency: str) -> CustomerAccount | None:
    """The account a row speaks of: of its currency, or the only one."""
    ours = [account for account in one.accounts if account.kind == "receivable"]
    if not currency:
        return ours[0] if len(ours) == 1 else None
    return next((account for account in ours if account.currency == currency), None)


def _person(one: Customer, email: str, name: str) -> Contact | None:
    for person in one.contacts:
        if email and person.email.casefold() == email.casefold():
            return person
        if not email and name and person.name == name:
            return person
    return None


def _products(session: Session, rows: Sequence[StagedRow]) -> dict[int, _There]:
    codes = {str(row.values.get("code", "")).lower() for row in rows} - {""}
    query = select(Product).where(func.lower(Product.code).in_(codes))
    found = {folded(one.code): one for one in session.scalars(query)} if codes else {}
    there: dict[int, _There] = {}
    for row in rows:
        if (one := found.get(folded(str(row.values.get("code", ""))))) is not None:
            price = one.price_micro
            there[row.id] = {
                "name": one.name,
                "specification": one.specification,
                "unit": one.unit,
                "unit_price": ""
                if price is None
                else format(Decimal(price).scaleb(-6).normalize(), "f"),
            }
    return there
