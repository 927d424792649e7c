"""Small worlds for tests: a company, customers, people. Append what your tests share."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from tieout import audit, settings
from tieout.customers.models import Contact, Customer, CustomerAccount
from tieout.identity.models import StaffUser
from tieout.settings import Company

AT = datetime(2026, 7, 2, 1, 42, tzinfo=UTC)
BY = audit.Actor("staff", 1, "Chen Li")
OTHER = audit.Actor("staff", 2, "Zhou Wei")


def make_company(session: Session, **changes: object) -> Company:
    """Harbour Tools in Hangzhou, in CNY."""
    given: dict[str, object] = {
        "name": "Harbour Tools Co., Ltd.",
        "short_name": "Harbour Tools",
        "name_zh": "海港工具有限公司",
        "short_name_zh": "海港工具",
        "base_currency": "CNY",
        "time_zone": "Asia/Shanghai",
        "languages": ["en", "zh"],
        "by": audit.SYSTEM,
        **changes,
    }
    return settings.set_up(session, **given)  # type: ignore[arg-type]


def make_staff(session: Session, *roles: str, name: str = "Chen Li", email: str = "") -> StaffUser:
    """Somebody of the company, an accountant unless said otherwise."""
    user = StaffUser(
        email=email or f"{name.lower().replace(' ', '.')}@harbourtools.example",
        name=name,
        roles=list(roles or ("accountant",)),
        created_at=AT,
    )
    session.add(user)
    session.flush()
    return user


def make_customer(
    session: Session, code: str = "M-0217", currency: str = "CNY", kind: str = "receivable"
) -> CustomerAccount:
    """A customer with one contact and one account; the account is returned."""
    customer = Customer(code=code, name=f"Customer {code}", created_at=AT)
    session.add(customer)
    session.flush()
    session.add(
        Contact(
            customer_id=customer.id,
            name=f"Wang Min of {code}",
            email=f"wang.min@{code.lower()}.example",
            created_at=AT,
        )
    )
    account = CustomerAccount(customer_id=customer.id, currency=currency, kind=kind, created_at=AT)
    session.add(account)
    session.flush()
    return account
