"""What does not go the usual way: returns, exchanges, instalments, overpayments, late bookings."""

from datetime import timedelta

from tieout.demo import cast
from tieout.demo.dates import Dates
from tieout.demo.entries import Entry, Settles, paid, sold
from tieout.demo.trade import rate_on
from tieout.ledger.models import DocumentKind
from tieout.money import Money


def entries(dates: Dates) -> list[Entry]:
    """All of it, as far as it has happened."""
    made = [
        *_goods_back(dates),
        *_money_otherwise(dates),
        *_to_be_disputed(dates),
        *_booked_late(dates),
    ]
    return [entry for entry in made if entry.books_on <= dates.today]


def _goods_back(dates: Dates) -> list[Entry]:
    """A return, and an exchange: 1,200.00 came back, 1,350.00 went out."""
    lianyi, sanyou, day = cast.LIANYI, cast.SANYOU, dates.day
    return [
        sold("saws", sanyou, day(3, 9), "HT-5003", 80, "38.50"),
        sold(
            "saws back",
            sanyou,
            day(3, 24),
            "HT-5003",
            -12,
            "38.50",
            related="saws",
            reason="return",
            settles=(Settles("saws"),),
            description="退回：锯齿缺口",
        ),
        paid("saws paid", sanyou, day(2, 25), "2618.00", "saws"),
        sold("wrenches", lianyi, day(2, 6), "HT-2030", 100, "40.00"),
        sold(
            "wrenches back",
            lianyi,
            day(2, 20),
            "HT-2030",
            -30,
            "40.00",
            swap="wrenches out",
            settles=(Settles("wrenches"),),
        ),
        sold(
            "wrenches out",
            lianyi,
            day(2, 20),
            "HT-2030",
            30,
            "45.00",
            description="Exchanged for the 300 mm model",
        ),
    ]


def _money_otherwise(dates: Dates) -> list[Entry]:
    """Instalments, a discount, a bounced payment, too much paid, money on account, a fee."""
    day, dongfang, lianyi = dates.day, cast.DONGFANG, cast.LIANYI
    sanyou, tianhe, huadong = cast.SANYOU, cast.TIANHE, cast.HUADONG
    third = Money.of("9912.00", "CNY")
    dues = tuple((day(back, 28), third) for back in (2, 1, 0))
    bounced = DocumentKind.BOUNCED_PAYMENT
    return [
        sold("cabinets", dongfang, day(3, 12), "HT-6001", 252, "118.00", due=dues),
        paid("first instalment", dongfang, day(2, 28), "9912.00", "cabinets"),
        paid("half an instalment", dongfang, day(1, 28), "5000.00", "cabinets"),
        sold("paid early", lianyi, day(1, 11), "HT-2044", 50, "168.00"),
        paid("early", lianyi, day(1, 18), "8232.00", "paid early"),
        Entry(
            "for paying early",
            lianyi.code,
            DocumentKind.DISCOUNT,
            day(1, 18),
            -Money.of(168, "CNY"),
            settles=(Settles("paid early"),),
            description="2 % for payment within 10 days",
        ),
        paid("cheque", tianhe, day(1, 12), "6000.00", bank="CHQ 00318", names=False),
        Entry(
            "cheque back",
            tianhe.code,
            bounced,
            day(1, 16),
            Money.of(6000, "CNY"),
            related="cheque",
            settles=(Settles("cheque"),),
            description="Cheque 00318 returned unpaid",
        ),
        Entry(
            "bank's fee",
            tianhe.code,
            DocumentKind.FEE,
            day(1, 16),
            Money.of(50, "CNY"),
            description="Bank's fee for the returned cheque",
        ),
        paid("too much", sanyou, day(1, 19), "500.00", bank="TT 60013", names=False),
        Entry(
            "given back",
            sanyou.code,
            DocumentKind.REFUND,
            day(1, 27),
            Money.of(500, "CNY"),
            settles=(Settles("too much"),),
            description="多付款退回",
        ),
        paid(
            "on account",
            huadong,
            day(0, 22),
            "20000.00",
            bank="TT 60241",
            names=False,
            description="On account",
        ),
    ]


def _to_be_disputed(dates: Dates) -> list[Entry]:
    """Invoices somebody will not agree with."""
    day = dates.day
    return [
        sold("wrong price", cast.DONGFANG, day(0, 6), "HT-2030", 120, "48.00"),
        sold("not received", cast.MINGYUAN, day(1, 9), "HT-1010", 60, "28.00"),
        sold("short delivery", cast.SANYOU, day(0, 4), "HT-4001", 200, "15.80"),
        sold("said returned", cast.TIANHE, day(1, 7), "HT-2011", 40, "29.90"),
        sold("allowance due", cast.LIANYI, day(1, 23), "HT-4010", 90, "48.00"),
    ]


def _booked_late(dates: Dates) -> list[Entry]:
    """Dated before a month end, but known only after its statement was issued."""
    atlas, on = cast.ATLAS, dates.day(0, 24)
    return [
        sold(
            "found in May",
            cast.ZHENGDA,
            dates.day(1, 29),
            "HT-2044",
            20,
            "168.00",
            booked=dates.day(0, 6),
        ),
        sold(
            "found today",
            cast.DONGFANG,
            dates.anchor,
            "HT-4001",
            60,
            "15.80",
            booked=dates.after(5),
        ),
        sold(
            "freight",
            atlas,
            on,
            "HT-2044",
            -6,
            "21.50",
            currency="EUR",
            rate=rate_on(on),
            reason="allowance",
            description="Freight charged twice",
            booked=dates.after(3),
        ),
        sold("tape", cast.NINGBO, dates.anchor - timedelta(days=3), "HT-4001", 40, "15.80"),
    ]
