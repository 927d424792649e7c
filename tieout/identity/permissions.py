"""Who may do what: one table of roles and permissions, for the company's people and customers'."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from tieout.audit import Actor
from tieout.errors import InvalidInput, NotAllowed
from tieout.i18n import N_


class Permission(StrEnum):
    """One thing a person may be allowed to do."""

    SEE_BOOKS = "see_books"
    KEEP_CUSTOMERS = "keep_customers"
    SEE_IMPORTS = "see_imports"
    IMPORT_FILES = "import_files"
    PULL = "pull"
    KEEP_BOOKS = "keep_books"
    MATCH = "match"
    ISSUE_STATEMENTS = "issue_statements"
    RESOLVE_DISPUTES = "resolve_disputes"
    REMIND = "remind"
    APPROVE = "approve"
    LOCK_PERIODS = "lock_periods"
    SEE_AUDIT = "see_audit"
    HEAR_FIRST = "hear_first"
    MANAGE_PEOPLE = "manage_people"
    CHANGE_SETTINGS = "change_settings"
    LOOK = "look"
    ANSWER = "answer"
    MANAGE = "manage"


class Role(StrEnum):
    """What somebody of the company is there for; one person may have several."""

    ACCOUNTANT = "accountant"
    APPROVER = "approver"
    SALES = "sales"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class PortalRole(StrEnum):
    """What somebody of a customer's may do; each includes the one before."""

    LOOK = "look"
    ANSWER = "answer"
    MANAGE = "manage"


#: What each permission means, for the help and the page of people.
MEANINGS: Mapping[Permission, str] = {
    Permission.SEE_BOOKS: N_("See customers, ledgers, statements, disputes and reports"),
    Permission.KEEP_CUSTOMERS: N_("Add and change customers, contacts and accounts"),
    Permission.SEE_IMPORTS: N_("See imports, their rows, and the files as they were handed in"),
    Permission.IMPORT_FILES: N_("Bring in files and prepare them for posting"),
    Permission.PULL: N_("See connectors, test them and pull from them"),
    Permission.KEEP_BOOKS: N_("Prepare documents, allocate payments and undo it"),
    Permission.MATCH: N_("Compare our book with a customer's and decide what belongs together"),
    Permission.ISSUE_STATEMENTS: N_("Prepare and issue statements"),
    Permission.RESOLVE_DISPUTES: N_("Answer and resolve disputes"),
    Permission.REMIND: N_("Hold, release and preview reminders"),
    Permission.APPROVE: N_("Approve what somebody else has prepared"),
    Permission.LOCK_PERIODS: N_("Lock and close periods"),
    Permission.SEE_AUDIT: N_("Read and check the audit trail"),
    Permission.HEAR_FIRST: N_(
        "Make requests for confirmation the auditor's, read their replies first, release them"
    ),
    Permission.MANAGE_PEOPLE: N_("Add people, change their roles, end their sessions"),
    Permission.CHANGE_SETTINGS: N_("Change the company's settings"),
    Permission.LOOK: N_("See statements and documents of the own company"),
    Permission.ANSWER: N_("Confirm balances, raise disputes, hand in the own ledger"),
    Permission.MANAGE: N_("Change contacts and who may sign in for the own company"),
}

_P = Permission
_ACCOUNTANT = frozenset(
    {
        _P.SEE_BOOKS,
        _P.KEEP_CUSTOMERS,
        _P.SEE_IMPORTS,
        _P.IMPORT_FILES,
        _P.PULL,
        _P.KEEP_BOOKS,
        _P.MATCH,
        _P.ISSUE_STATEMENTS,
        _P.RESOLVE_DISPUTES,
        _P.REMIND,
    }
)

#: The table: what each role may do.
ROLES: Mapping[Role | PortalRole, frozenset[Permission]] = {
    Role.ACCOUNTANT: _ACCOUNTANT,
    Role.APPROVER: _ACCOUNTANT | {_P.APPROVE, _P.LOCK_PERIODS, _P.SEE_AUDIT},
    # of customers they own, and no others
    Role.SALES: frozenset({_P.SEE_BOOKS, _P.RESOLVE_DISPUTES}),
    Role.AUDITOR: frozenset({_P.SEE_BOOKS, _P.SEE_IMPORTS, _P.SEE_AUDIT, _P.HEAR_FIRST}),
    Role.ADMINISTRATOR: frozenset(
        {
            _P.SEE_BOOKS,
            _P.SEE_IMPORTS,
            _P.SEE_AUDIT,
            _P.MANAGE_PEOPLE,
            _P.CHANGE_SETTINGS,
            _P.PULL,
        }
    ),
    PortalRole.LOOK: frozenset({_P.LOOK}),
    PortalRole.ANSWER: frozenset({_P.LOOK, _P.ANSWER}),
    PortalRole.MANAGE: frozenset({_P.LOOK, _P.ANSWER, _P.MANAGE}),
}

#: How each role is called.
NAMES: Mapping[Role | PortalRole, str] = {
    Role.ACCOUNTANT: N_("Accountant"),
    Role.APPROVER: N_("Approver"),
    Role.SALES: N_("Sales (own customers)"),
    Role.AUDITOR: N_("Auditor (reads)"),
    Role.ADMINISTRATOR: N_("Administrator"),
    PortalRole.LOOK: N_("Look"),
    PortalRole.ANSWER: N_("Answer"),
    PortalRole.MANAGE: N_("Manage"),
}


class UnknownRole(InvalidInput):
    """A role that is not in the table."""

    message = N_("There is no role “%(role)s”. Choose from: %(known)s.")


class SamePerson(NotAllowed):
    """Whoever prepared something wants to approve it too."""

    message = N_(
        "You prepared this yourself, so somebody else has to approve it. Nothing was changed."
    )


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Everything that somebody with these roles of the company may do."""
    return frozenset().union(*(ROLES[checked(role)] for role in roles))


def portal_permissions(role: str) -> frozenset[Permission]:
    """Everything that somebody with this role at a customer may do."""
    return ROLES[checked_portal(role)]


def may(roles: Iterable[str], permission: Permission) -> bool:
    """Whether somebody with these roles of the company may do it."""
    return permission in permissions_of(roles)


def sees_all_customers(roles: Iterable[str]) -> bool:
    """Whether somebody sees every customer; who is there for sales alone does not."""
    return bool(set(roles) - {Role.SALES.value})


def checked(role: str) -> Role:
    """The role of the company with this name.

    Raises:
        UnknownRole: there is none.
    """
    try:
        return Role(role)
    except ValueError as error:
        raise UnknownRole(role=role, known=", ".join(Role)) from error


def checked_portal(role: str) -> PortalRole:
    """The role at a customer with this name.

    Raises:
        UnknownRole: there is none.
    """
    try:
        return PortalRole(role)
    except ValueError as error:
        raise UnknownRole(role=role, known=", ".join(PortalRole)) from error


def keep_apart(prepared_by: int | None, approver: Actor) -> None:
    """See that whoever approves is not the staff user who prepared.

    Raises:
        SamePerson: it is the same person.
    """
    if approver.kind == "staff" and approver.id is not None and approver.id == prepared_by:
        raise SamePerson
