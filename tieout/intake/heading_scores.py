"""How well a heading, with the values below it, fits what a column can say."""

import re
from functools import cache

from tieout.intake.fields import Field, Reads
from tieout.intake.headings import variants
from tieout.intake.profile import Profile

#: Ways of reading that a column must mostly take, whatever its heading says.
STRICT = frozenset(Reads) - {Reads.IDENTIFIER, Reads.TEXT}
#: Words strong enough to be known inside a longer heading.
_STRONG = frozenset(
    "amount date currency debit credit balance quantity qty price tax vat invoice customer "
    "description payer reference supplier email phone address gstin sku betrag montant importe "
    "importo bedrag belopp monto".split()
)
#: Chinese headings that mean something else at the end of a longer one.
_WHOLE_ONLY = frozenset({"单位", "元", "借", "贷", "时间", "编号", "类型", "名称", "收款", "付款"})
#: Words by which a heading says that it is something else after all.
_AGAINST = {
    "unit_price": re.compile(
        r"purchase|cost|buying|minimum|%|\b(tax|vat|exchange) rate|excl tax"
        r"|采购|进价|进货|成本|最低|批发|税率|汇率"
    ),
    "amount": re.compile(
        r"\b(untaxed|net of|without|excl|fee|shipping|discount|paid|coupon|freight|refund)\b"
        r"|\b(offen\w*|open|rest\w*|reste|pendiente|openstaand|saldo|solde|netto|neto|ht)\b"
        r"|不含税|无税|未税|优惠(?!后)|折扣(?!后)|运费|手续费|退款|抵扣"
        r"|收款|付款|到账|回款|已收|已付"
    ),
    "line_amount": re.compile(r"\bsub ?total\b|不含税|无税|未税"),
    "customer_name": re.compile(
        r"\b(user|file|sheet|first|last) name\b|\bcard ?holder\b|\bcard (brand|type)\b"
    ),
    "customer_code": re.compile(r"\b(payee|beneficiary|card|bank|gl|ledger) |收款"),
    "payer": re.compile(r"\bcard ?holder\b"),
    "currency": re.compile(r"\bamount currency\b"),
    "own_account": re.compile(r"\b(payee|beneficiary) "),
    "original_amount": re.compile(r"balance|余额|结余"),
    "number": re.compile(r"\b(reference|related|parent|original) (transaction|txn)\b"),
    "quantity": re.compile(r"inventory|stock|on hand|库存|结存"),
    "date": re.compile(r"\b(due|start|end|from|to|paid|available|value|clearing) "),
}
#: Nouns that stand before what was done: “Date Invoiced”.
_FIRST_NOUNS = frozenset({"date", "qty", "quantity", "amount"})
_DONE = re.compile(r"(?!paid|shipped|closed|modified|received|updated|due)\w+(ed|en|t)")
#: Headings that say little: taken where the values look like it.
_WEAK = {"name", "item", "reference", "ref", "id", "rate", "charge", "konto", "transaction"}
#: Headings over one's own account where every row says the same, over a payer's where not.
_ANY_ACCOUNT = frozenset(
    ("account", "account no", "account number", "iban", "konto", "kontonummer", "账号", "账户")
)
_ACCOUNT = re.compile(r"account|konto|账号|账户")
_OF_CUSTOMERS = re.compile(r"\b(customer|cust|client|debtor)\b|客户")
#: Where every row says the same, it is one's own shop; where not, that of a customer.
_SHOP = re.compile(r"\b(shop|store)\b|店铺|门店|网店")


def score_of(field: Field, heading: str, seen: Profile) -> float:
    """How well a column, by its heading and values, could be a field; 0 where it cannot be."""
    named = _heading_score(field, heading)
    if named <= 0:
        return 0
    fit = seen.fit[field.reads]
    if field.reads in STRICT and seen.filled and fit < 0.5:
        return 0
    ways = variants(heading)
    against = _AGAINST.get(field.name)
    if against is not None and against.search(ways[0]) and ways[0] not in ranks_of(field):
        return 0
    if field.name in ("customer_code", "customer_name", "payer") and seen.filled:
        is_name_field = field.name != "customer_code"
        if is_name_field != seen.looks_like_names:
            named -= 40 if ways[0] in _WEAK else 12
        is_account = _ACCOUNT.search(ways[0]) and not _OF_CUSTOMERS.search(ways[0])
        if not is_name_field and is_account and (seen.is_constant or seen.looks_like_names):
            return 0  # our own account, or those of the general ledger
        if is_name_field and _SHOP.search(ways[0]) and seen.is_constant:
            return 0
    if field.name == "own_account" and ways[0] in _ANY_ACCOUNT and not seen.is_constant:
        return 0  # accounts that change are those of others
    if field.name == "number" and ways[0] in _WEAK and seen.looks_like_names:
        return 0
    # what every row must say stands in a column that every row fills
    empty = 1 - seen.share_filled
    wanted = 0.4 if field.is_required or field.one_of == "name" else 0.03
    return named * (0.4 + 0.6 * fit) * (1 - wanted * empty)


@cache
def ranks_of(field: Field) -> dict[str, int]:
    """The headings of a field, each with its place: the first are the surest."""
    return {heading: rank for rank, heading in enumerate(field.headings)}


def _heading_score(field: Field, heading: str) -> float:
    if not heading.strip():
        return 0
    ranks = ranks_of(field)
    best = 0.0
    for place, way in enumerate(variants(heading)):
        if way in ranks:
            best = max(best, 100 - 4 * place - min(ranks[way], 100) * 0.1)
    return best or max(_part_score(field, way) for way in variants(heading))


def _part_score(field: Field, heading: str) -> float:
    """A known heading at the end of a longer one: there stands the noun, in both languages."""
    parts = heading.split()
    best = 0.0
    if len(parts) == 2 and parts[0] in _FIRST_NOUNS and _DONE.fullmatch(parts[1]):
        best = 55.0 if parts[0] in ranks_of(field) else 0.0  # “Date Invoiced”, “QtyOrdered”
    for known in field.headings:
        if known.isascii():
            pieces = known.split()
            if len(pieces) == 1 and known not in _STRONG:
                continue
            if parts[-len(pieces) :] == pieces:
                best = max(best, 30 + 40 * len(pieces) / len(parts))
        elif len(known) >= 2 and known not in _WHOLE_ONLY and heading.endswith(known):
            best = max(best, 30 + 40 * len(known) / len(heading))
    return best
