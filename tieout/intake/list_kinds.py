"""The lists there are: agreed prices, exchange rates, deliveries not yet invoiced."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from tieout import settings
from tieout.audit import Actor
from tieout.catalog import find_product
from tieout.customers import Directory
from tieout.customers.models import CustomerAccount, CustomerGroup
from tieout.errors import InvalidInput
from tieout.i18n import N_
from tieout.intake.lists import (
    CODE,
    DAY,
    NUMBER,
    TEXT,
    ListColumn,
    ListKind,
    ListRow,
    gathered,
    once,
)
from tieout.ledger import deliveries, prices
from tieout.ledger.deliveries import DeliveryInput
from tieout.ledger.numbers import number_key
from tieout.ledger.prices import PriceInput
from tieout.money import Money
from tieout.settings import rates
from tieout.settings.rates import RateInput


class GroupUnknown(InvalidInput):
    """A group nobody is in."""

    message = N_("There is no group of customers “%(name)s”. Correct it, or add it to a customer.")


class AccountMissing(InvalidInput):
    """A customer without an account in a currency."""

    message = N_("Customer %(code)s has no account in %(currency)s. Open one first.")


_CURRENCY = ListColumn("currency", N_("Currency"), CODE, ("Currency", "币种"), example="CNY")


def _prices(
    session: Session, rows: Sequence[ListRow], source: str, by: Actor, at: datetime
) -> tuple[int, int, int]:
    directory, base = Directory.of(session), settings.company(session).base_currency
    groups = {
        name: group_id
        for group_id, name in session.execute(select(CustomerGroup.id, CustomerGroup.name))
    }

    def price(row: ListRow) -> PriceInput:
        group = row.text("group")
        if group and group not in groups:
            raise GroupUnknown(name=group)
        customer, on, figure = row.text("customer"), row.day("valid_from"), row.figure("price")
        assert on is not None and figure is not None  # noqa: S101, PT018 - they are required
        given = PriceInput(
            product_id=find_product(session, row.text("product")).id,
            currency=row.text("currency") or base,
            price=figure,
            valid_from=on,
            valid_to=row.day("valid_to"),
            from_quantity=row.figure("from_quantity") or Decimal(0),
            customer_id=directory.one(customer) if customer else None,
            group_id=groups[group] if group else None,
            source=row.text("source"),
        )
        prices.check(given)
        return given

    given = gathered(rows, source, price)
    once(rows, given, _side_of_a_price)
    return prices.take_over(session, given, source=source, by=by, at=at)


def _side_of_a_price(given: PriceInput) -> object:
    """What two prices may not share."""
    side = (given.customer_id, given.group_id, given.currency.upper())
    return (given.product_id, *side, given.from_quantity, given.valid_from)


PRICES = ListKind(
    "prices",
    N_("Price list"),
    (
        ListColumn(
            "product",
            N_("Product code"),
            CODE,
            ("Product code", "产品编码", "商品编码", "Product"),
            True,
            "HT-0187",
        ),
        ListColumn(
            "customer",
            N_("Customer"),
            CODE,
            ("Customer", "客户", "客户编码", "Customer code"),
            example="M-0217",
        ),
        ListColumn("group", N_("Group"), TEXT, ("Group", "客户组", "客户分组")),
        _CURRENCY,
        ListColumn(
            "price",
            N_("Unit price, tax included"),
            NUMBER,
            ("Unit price", "含税单价", "单价", "Price", "协议价", "Unit price, tax included"),
            True,
            "128.50",
        ),
        ListColumn(
            "from_quantity",
            N_("From quantity"),
            NUMBER,
            ("From quantity", "起订数量", "起始数量", "Minimum quantity"),
            example="1",
        ),
        ListColumn(
            "valid_from",
            N_("Valid from"),
            DAY,
            ("Valid from", "生效日期", "开始日期", "From"),
            True,
            "2026-01-01",
        ),
        ListColumn(
            "valid_to",
            N_("Valid to"),
            DAY,
            ("Valid to", "失效日期", "结束日期", "To"),
            example="2026-12-31",
        ),
        ListColumn(
            "source",
            N_("Contract or offer"),
            TEXT,
            ("Contract or offer", "合同或报价单", "合同号", "Contract", "Source"),
            example="K-2026-17",
        ),
    ),
    _prices,
)


def _rates(
    session: Session, rows: Sequence[ListRow], source: str, by: Actor, at: datetime
) -> tuple[int, int, int]:
    def rate(row: ListRow) -> RateInput:
        on, figure = row.day("on"), row.figure("rate")
        assert on is not None and figure is not None  # noqa: S101, PT018 - they are required
        given = RateInput(row.text("currency"), on, figure, row.text("source"))
        return rates.checked(session, given)

    given = gathered(rows, source, rate)
    once(rows, given, lambda one: (one.currency, one.on, one.source))
    return rates.take_over(session, given, source=source, by=by)


RATES = ListKind(
    "rates",
    N_("Exchange rates"),
    (
        ListColumn("currency", N_("Currency"), CODE, ("Currency", "币种", "外币"), True, "EUR"),
        ListColumn("on", N_("Date"), DAY, ("Date", "日期", "Day"), True, "2026-06-30"),
        ListColumn("rate", N_("Rate"), NUMBER, ("Rate", "汇率", "中间价"), True, "7.8512"),
        ListColumn("source", N_("Source"), TEXT, ("Source", "来源"), True, "PBOC central parity"),
    ),
    _rates,
)


def _deliveries(
    session: Session, rows: Sequence[ListRow], source: str, by: Actor, at: datetime
) -> tuple[int, int, int]:
    directory, base = Directory.of(session), settings.company(session).base_currency
    query = select(CustomerAccount.customer_id, CustomerAccount.currency, CustomerAccount.id)
    accounts = {
        (customer_id, currency): account_id
        for customer_id, currency, account_id in session.execute(
            query.where(CustomerAccount.kind == "receivable")
        )
    }

    def delivery(row: ListRow) -> DeliveryInput:
        customer_id = directory.one(row.text("customer"))
        currency = (row.text("currency") or base).upper()
        account_id = accounts.get((customer_id, currency))
        if account_id is None:
            raise AccountMissing(code=directory.codes[customer_id], currency=currency)
        on, figure = row.day("delivered_on"), row.figure("amount")
        assert on is not None and figure is not None  # noqa: S101, PT018 - they are required
        given = DeliveryInput(
            account_id,
            row.text("number"),
            on,
            Money.of(figure, currency),
            row.text("order_number"),
            row.text("description"),
        )
        deliveries.check(session, given)
        return given

    given = gathered(rows, source, delivery)
    once(rows, given, lambda one: (one.account_id, number_key(one.number)))
    return deliveries.take_over(session, given, source=source, by=by, at=at)


DELIVERIES = ListKind(
    "deliveries",
    N_("Deliveries not yet invoiced"),
    (
        ListColumn(
            "customer",
            N_("Customer"),
            CODE,
            ("Customer", "客户", "客户编码", "Customer code", "客户名称"),
            True,
            "M-0217",
        ),
        ListColumn(
            "number",
            N_("Delivery note"),
            CODE,
            ("Delivery note", "送货单号", "发货单号", "出库单号", "Delivery no"),
            True,
            "DN-2026-0815",
        ),
        ListColumn(
            "delivered_on",
            N_("Delivered on"),
            DAY,
            ("Delivered on", "发货日期", "送货日期", "Date", "日期"),
            True,
            "2026-06-28",
        ),
        _CURRENCY,
        ListColumn(
            "amount",
            N_("Amount, tax included"),
            NUMBER,
            ("Amount", "含税金额", "金额", "Amount, tax included"),
            True,
            "1280.00",
        ),
        ListColumn("order_number", N_("Order"), CODE, ("Order", "订单号"), example="SO-2026-0455"),
        ListColumn(
            "description",
            N_("Description"),
            TEXT,
            ("Description", "说明", "摘要", "备注"),
            example="Claw hammers",
        ),
    ),
    _deliveries,
)

#: By name, as addresses say it.
LISTS: dict[str, ListKind] = {one.name: one for one in (PRICES, RATES, DELIVERIES)}
