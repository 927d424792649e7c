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
from tieout.settings.company import check_zone

NAME_TWICE = N_(
    "Customer %(code)s stands in row %(row)s already under another name, “%(name)s”. Correct the "
    "code or the name."
)
NOTHING_NEW = N_("%(name)s stands in the books just so. Nothing to do.")
NO_NAME = N_("A customer needs a name. Fill it in, in the file or here.")
NO_PARENT = N_(
    "There is no customer “%(text)s” that this one could belong to. Correct it, or leave it empty."
)
NO_OWNER = N_(
    "Nobody of the company is called “%(text)s”. Write the mail address or the name, or leave it "
    "empty."
)
NOT_YES_OR_NO = N_("“%(text)s” is neither yes nor no. Write one of the two, or leave it empty.")
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
    owner, active = (_said(group, field) for field in ("owner", "is_active"))
    for field, sentence in (
        ("owner", _owner_problem(owner, books)),
        ("is_active", _active_problem(active)),
        ("time_zone", _zone_problem(_said(group, "time_zone"))),
    ):
        if sentence is not None:
            first.refuse(Problem(sentence, field, check="master_data"))
            return
    try:
        plan = _made(mapping, group, there, name, books)
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


_YES = frozenset({"yes", "y", "true", "1", "active", "是", "启用", "有效"})
_NO = frozenset({"no", "n", "false", "0", "inactive", "否", "停用", "禁用", "无效"})


def is_yes(text: str) -> bool:
    """Whether a cell says yes."""
    return folded(text) in _YES


def _owner_problem(text: str, books: Books) -> Sentence | None:
    if text and folded(text) not in books.staff:
        return Sentence(NO_OWNER, {"text": text})
    return None


def _active_problem(text: str) -> Sentence | None:
    if text and folded(text) not in _YES | _NO:
        return Sentence(NOT_YES_OR_NO, {"text": text})
    return None


def _zone_problem(text: str) -> Sentence | None:
    try:
        check_zone(text)
    except InvalidInput as error:
        return error.sentence
    return None


def _made(
    mapping: Mapping, group: Group, there: Customer | None, name: str, books: Books
) -> CustomerPlan:
    active = folded(_first(group, lambda row: row.text("is_active")))
    tags = _first(group, lambda row: row.text("tags")).replace("，", ",").replace("、", ",")
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
        delivery_address=_first(group, lambda row: row.text("delivery_address")),
        time_zone=_first(group, lambda row: row.text("time_zone")),
        owner_id=books.staff.get(folded(_first(group, lambda row: row.text("owner")))),
        tags=tuple(tag.strip() for tag in tags.split(",") if tag.strip()),
        is_active=active in _YES if active else None,
        accounts=tuple(_accounts(mapping, group, is_there=there is not None)),
        contacts=tuple(_contacts(group, name)),
        clears=tuple(sorted(_cleared(group))),
    )


def _cleared(group: Group) -> set[str]:
    """What is to be emptied, unless another row of the same customer says something there."""
    wanted = {field for row in group.rows for field in row.row.cleared}
    return {field for field in wanted - {"credit_limit"} if not _said(group, field)}


def _said(group: Group, field: str) -> str:
    return _first(group, lambda row: row.text(field))


def _first(group: Group, of: Callable[[UnderstoodRow], str]) -> str:
    return next((text for row in group.rows if (text := of(row.row))), "")


def _accounts(mapping: Mapping, group: Group, *, is_there: bool) -> Iterator[AccountPlan]:
    seen: set[str] = set()
    for row in group.rows:
        currency = row.row.text("currency") or mapping.currency
        if not currency or currency in seen:
            continue
        limit, terms = row.row.number_of("credit_limit"), row.row.values.get("terms_days")
        clears_limit = limit is None and "credit_limit" in row.row.cleared
        says_nothing = limit is None and terms is None and not clears_limit
        if is_there and says_nothing and not row.row.text("currency"):
            # it says nothing of any account
            continue
        seen.add(currency)
        yield AccountPlan(
            currency,
            terms if isinstance(terms, int) else None,
            None if limit is None else money_of(mapping, limit, currency),
            clears_limit,
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
        (plan.delivery_address, there.delivery_address),
        (plan.time_zone, there.time_zone),
        (plan.group, books.groups.get(there.group_id or 0, "")),
        (plan.owner_id, there.owner_id),
        (list(plan.tags), there.tags),
    )
    if plan.is_active is not None and plan.is_active != there.is_active:
        return True
    if any(new and new != old for new, old in said):
        return True
    if set(plan.aliases) - set(there.aliases):
        return True
    if any(getattr(there, emptied(field)) for field in plan.clears):
        return True
    return any(_account_changes(account, there.id, books) for account in plan.accounts) or any(
        new_contact(contact, people := books.contacts.get(there.id, []))
        or changed_contact(contact, people) is not None
        for contact in plan.contacts
    )


def _account_changes(account: AccountPlan, customer_id: int, books: Books) -> bool:
    account_id = books.accounts.get((customer_id, account.currency))
    if account_id is None:
        return True
    there, limit = books.terms[account_id], account.credit_limit
    if account.clears_limit and there.credit_limit_minor is not None:
        return True
    return (account.terms_days is not None and account.terms_days != there.terms_days) or (
        limit is not None and limit.minor != there.credit_limit_minor
    )


#: What a customer keeps as the id of somebody or something else.
_BY_ID = frozenset({"group", "parent", "owner"})


def emptied(field: str) -> str:
    """Where a customer keeps what a field of a file says."""
    return f"{field}_id" if field in _BY_ID else field


def changed_contact(plan: ContactPlan, there: Sequence[Contact]) -> Contact | None:
    """The person with the mail address of the file, where it says something else of them."""
    for contact in there:
        if plan.email and contact.email.casefold() == plan.email.casefold():
            said = (
                (plan.name, contact.name),
                (plan.phone, contact.phone),
                (plan.position, contact.position),
            )
            return contact if any(new and new != old for new, old in said) else None
    return None


def new_contact(plan: ContactPlan, there: Sequence[Contact]) -> bool:
    """Whether nobody there is the person of the file."""
    return not any(
        contact.email.casefold() == plan.email.casefold()
        if plan.email
        else contact.name == plan.name
        for contact in there
    )
