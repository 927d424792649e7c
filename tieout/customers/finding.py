"""Finding a customer by what a person or a file calls it: code, tax id, name, another name."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout.chinese import simplified
from tieout.customers.models import Customer
from tieout.customers.names import folded
from tieout.errors import InvalidInput, NotFound
from tieout.i18n import N_


class CustomerUnknown(NotFound):
    """Nobody is called so."""

    message = N_("There is no customer “%(text)s”. Correct it, or add the customer first.")


class CustomerAmbiguous(InvalidInput):
    """Several are called so."""

    message = N_("“%(text)s” could be any of these customers: %(known)s. Use the code.")


@dataclass
class Directory:
    """Every customer by all it is called, to find thousands without asking the database again."""

    by_code: dict[str, int] = field(default_factory=dict)
    by_tax_id: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    codes: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session) -> "Directory":
        """Read what every customer is called."""
        made = cls()
        query = select(
            Customer.id,
            Customer.code,
            Customer.name,
            Customer.aliases,
            Customer.tax_id,
            Customer.merged_into_id,
        ).order_by(Customer.id)
        signposts: dict[int, int] = {}
        codes: dict[str, int] = {}
        for customer_id, code, name, aliases, tax_id, merged_into in session.execute(query):
            made.codes[customer_id] = code
            codes[folded(code)] = customer_id
            if merged_into is not None:
                # found by its code still; its names stand with the other customer
                signposts[customer_id] = merged_into
                continue
            if tax_id:
                made.by_tax_id[folded(tax_id)].append(customer_id)
            for called in {simplified(folded(one)) for one in (name, *aliases)}:
                made.by_name[called].append(customer_id)
        made.by_code = {code: _follow(signposts, one) for code, one in codes.items()}
        return made

    def find(self, text: str) -> list[int]:
        """Return who is called so: by code, else by tax id, else by name, in either script."""
        key = folded(text)
        if not key:
            return []
        if key in self.by_code:
            return [self.by_code[key]]
        return list(self.by_tax_id.get(key) or self.by_name.get(simplified(key)) or ())

    def one(self, text: str) -> int:
        """Return the one customer that is called so.

        Raises:
            CustomerUnknown, CustomerAmbiguous: there is none, or there are several.
        """
        found = self.find(text)
        if not found:
            raise CustomerUnknown(text=text.strip())
        if len(found) > 1:
            raise CustomerAmbiguous(text=text.strip(), known=[self.codes[one] for one in found])
        return found[0]


def _follow(signposts: dict[int, int], customer_id: int) -> int:
    """Whom a customer was merged into, in the end; itself where it was not."""
    while customer_id in signposts:
        customer_id = signposts[customer_id]
    return customer_id


def standing(session: Session, customer: Customer) -> Customer:
    """The customer itself, or whom it was merged into in the end."""
    while customer.merged_into_id is not None:
        customer = session.get_one(Customer, customer.merged_into_id)
    return customer


def find_customer(session: Session, text: str) -> Customer:
    """Find the customer a text names: exactly, by code, tax id, name or another name.

    Raises:
        CustomerUnknown: nobody is called so.
        CustomerAmbiguous: several are; it names their codes.
    """
    found = candidates(session, text)
    if not found:
        raise CustomerUnknown(text=text.strip())
    if len(found) > 1:
        raise CustomerAmbiguous(text=text.strip(), known=[one.code for one in found])
    return found[0]


def candidates(session: Session, text: str) -> Sequence[Customer]:
    """Find whoever is called exactly so; several where the text is ambiguous."""
    key = folded(text)
    if not key:
        return []
    exact = session.scalars(select(Customer).where(Customer.code == text.strip())).all()
    if exact:
        return [standing(session, exact[0])]
    near = session.scalars(
        select(Customer)
        .where(Customer.search_key.contains(key, autoescape=True))
        .order_by(Customer.code)
    ).all()
    for called in (_code, _tax_id, _names):
        found = [one for one in near if key in {folded(text) for text in called(one)}]
        if found:
            return list(dict.fromkeys(standing(session, one) for one in found))
    return []


def _code(customer: Customer) -> list[str]:
    return [customer.code]


def _tax_id(customer: Customer) -> list[str]:
    return [customer.tax_id]


def _names(customer: Customer) -> list[str]:
    return [customer.name, *customer.aliases]
