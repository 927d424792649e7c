"""Rows of customers: added, or changed where the file says something else."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tieout.customers.models import Contact, Customer
from tieout.customers.names import folded
from tieout.errors import InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.amounts import money_of
from tieout.intake.judging.books import Books
from tieout.intake.judging.plans import AccountPlan, ContactPlan, CustomerPlan
from tieout.intake.judging.rows import Group, Judged, grouped
from tieout.intake.mapping import Mapping
from tieout.intake.places import Problem
from tieout.intake.states import RowState
from tieout.intake.understanding import UnderstoodRow

NAME_TWICE = N_(
    "Customer %(code)s stands in row %(row)s already under another name, “%(name)s”. Correct the "
    "code or the name."
)
NOTHING_NEW = N_("%(name)s stands in the books just so. Nothing to do.")
NO_NAME = N_("A customer needs a name. Fill it in, in the file or here.")
NO_PARENT = N_(
    "There is no customer “%(text)s” that this one could belong to. Correct it, or leave it empty."
)
OWN_PARENT = N_("A customer cannot belong to itself. Correct the code, or leave it empty.")
TOO_LONG = N_("“%(text)s…” is longer than %(limit)s characters. Shorten it.")

_LIMITS = {"code": 120, "name": 200, "tax_id": 120, "email": 200, "phone": 200, "contact": 200}


def groups_of(mapping: Mapping, rows: Sequence[Judged], books: Books) -> list[Group]:
    """Put the rows of each customer together and work out what it would be."""
    ready = [row for row in rows if row.state == RowState.READY]
    for row in ready:
        _check_texts(row)
    codes = {folded(_code(row.row)) for row in rows}
    groups = grouped(rows, [f"customer:{folded(_code(row.row))}"[:120] for row in rows])
    for group in groups:
        _plan(mapping, group, books, codes)
    return groups


def _name(row: UnderstoodRow) -> str:
    person = f"{row.text('first_name')} {row.text('last_name')}".strip()
    return row.text("name") or person


def _code(row: UnderstoodRow) -> str:
    return row.text("code") or _name(row)


def _check_texts(row: Judged) -> None:
    for field, limit in _LIMITS.items():
        text = row.row.text(field)
        if len(text) > limit:
            row.refuse(
                Problem(
                    Sentence(TOO_LONG, {"text": text[:40], "limit": limit}),
                    field,
                    check="master_data",
                )
            )


def _plan(mapping: Mapping, group: Group, books: Books, codes: set[str]) -> None:
    if any(row.state != RowState.READY for row in group.rows):
        return
    first, name = group.first, _name(group.first.row)
    if not name:
        first.refuse(Problem(Sentence(NO_NAME), "name", check="master_data"))
        return
    for row in group.rows[1:]:
        if folded(_name(row.row)) not in ("", folded(name)):
            facts = {"code": _code(row.row), "row": first.number, "name": name}
            row.refuse(Problem(Sentence(NAME_TWICE, facts), "name", check="master_data"))
            return
    there = _there(first.row, books)
    if problem := _parent_problem(group, books, codes):
        first.refuse(replace(problem, check="master_data"))
        return
    try:
        plan = _made(mapping, group, there, name)
    except InvalidInput as error:
        first.refuse(Problem(error.sentence, "credit_limit", check="master_data"))
        return
    if there is not None and not _changes(plan, there, books):
        for row in group.rows:
            row.say(RowState.REPEATED, Problem(Sentence(NOTHING_NEW, {"name": there.name})))
        return
    group.plan, group.customer_id = plan, there.id if there else None


def _there(row: UnderstoodRow, books: Books) -> Customer | None:
    """The customer that is meant: by its code, and without one by its name."""
    if code := row.text("code"):
        found = books.directory.by_code.get(folded(code))
        return None if found is None else books.customers[found]
    found_by_name = books.directory.find(_name(row))
    return books.customers[found_by_name[0]] if len(found_by_name) == 1 else None


def _parent_problem(group: Group, books: Books, codes: set[str]) -> Problem | None:
    parent = _first(group, lambda row: row.text("parent"))
    if not parent:
        return None
    if folded(parent) == folded(_code(group.first.row)):
        return Problem(Sentence(OWN_PARENT), "parent")
    if folded(parent) not in codes and folded(parent) not in books.directory.by_code:
        return Problem(Sentence(NO_PARENT, {"text": parent}), "parent")
    return None


def _made(mapping: Mapping, group: Group, there: Customer | None, name: str) -> CustomerPlan:
    aliases = [
        alias.strip()
        for row in group.rows
        for alias in row.row.text("aliases").replace("；", ";").split(";")
        if alias.strip()
    ]
    return CustomerPlan(
        customer_id=there.id if there else 0,
        code=there.code if there else _code(group.first.row),
        name=name,
        aliases=tuple(dict.fromkeys(aliases)),
        tax_id=_first(group, lambda row: row.text("tax_id")),
        address=_first(group, lambda row: row.text("address")),
        language=_first(group, lambda row: row.text("language")),
        group=_first(group, lambda row: row.text("group")),
        parent=_first(group, lambda row: row.text("parent")),
        accounts=tuple(_accounts(mapping, group)),
        contacts=tuple(_contacts(group, name)),
    )


def _first(group: Group, of: Callable[[UnderstoodRow], str]) -> str:
    return next((text for row in group.rows if (text := of(row.row))), "")


def _accounts(mapping: Mapping, group: Group) -> Iterator[AccountPlan]:
    seen: set[str] = set()
    for row in group.rows:
        currency = row.row.text("currency") or mapping.currency
        if not currency or currency in seen:
            continue
        seen.add(currency)
        limit, terms = row.row.number_of("credit_limit"), row.row.values.get("terms_days")
        yield AccountPlan(
            currency,
            terms if isinstance(terms, int) else None,
            None if limit is None else money_of(mapping, limit, currency),
        )


def _contacts(group: Group, name: str) -> Iterator[ContactPlan]:
    seen: set[str] = set()
    for row in group.rows:
        said = row.row
        person = f"{said.text('first_name')} {said.text('last_name')}".strip()
        called, email = said.text("contact") or person, said.text("email")
        if not (said.text("contact") or email):
            continue
        key = (email or called).casefold()
        if key not in seen:
            seen.add(key)
            yield ContactPlan(called or name, email, said.text("phone"), said.text("position"))


def _changes(plan: CustomerPlan, there: Customer, books: Books) -> bool:
    """Whether the file says anything the books do not."""
    parent = books.customers.get(there.parent_id) if there.parent_id else None
    said = (
        (plan.name, there.name),
        (plan.tax_id, there.tax_id),
        (plan.address, there.address),
        (plan.language, there.language),
        (plan.parent, parent.code if parent else ""),
    )
    if any(new and new != old for new, old in said):
        return True
    if set(plan.aliases) - set(there.aliases) or (plan.group and there.group_id is None):
        return True
    return any(_account_changes(account, there.id, books) for account in plan.accounts) or any(
        new_contact(contact, books.contacts.get(there.id, ())) for contact in plan.contacts
    )


def _account_changes(account: AccountPlan, customer_id: int, books: Books) -> bool:
    account_id = books.accounts.get((customer_id, account.currency))
    if account_id is None:
        return True
    there, limit = books.terms[account_id], account.credit_limit
    return (account.terms_days is not None and account.terms_days != there.terms_days) or (
        limit is not None and limit.minor != there.credit_limit_minor
    )


def new_contact(plan: ContactPlan, there: Sequence[Contact]) -> bool:
    """Whether nobody there is the person of the file."""
    return not any(
        contact.email.casefold() == plan.email.casefold()
        if plan.email
        else contact.name == plan.name
        for contact in there
    )
