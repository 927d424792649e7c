"""What happened with Mingyuan that its own ledger tells otherwise: one of each difference."""

from decimal import Decimal

from tieout.demo.cast import MINGYUAN as M
from tieout.demo.dates import Dates
from tieout.demo.entries import Entry, paid, ref, sold
from tieout.money import Money


def entries(dates: Dates) -> list[Entry]:
    """Our side of it."""
    day = dates.day
    made = [
        # they book it in another month
        sold("late at theirs", M, day(3, 18), "HT-2005", 67, "33.20"),
        paid("pays late", M, day(2, 17), "2224.40", "late at theirs", bank="TT204170411"),
        # they book it in two parts
        sold("in two parts", M, day(2, 9), "HT-2030", 240, "40.00"),
        paid("pays parts", M, day(1, 8), "9600.00", "in two parts", bank="TT204171835"),
        # the bank keeps a fee
        sold("less a fee", M, day(2, 20), "HT-1022", 125, "24.00"),
        paid("fee kept", M, day(1, 20), "2985.00", "less a fee", bank="TT20440617", names=False),
        # we book the payment twice
        sold("paid once", M, day(1, 4), "HT-4001", 75, "15.40"),
        paid("booked", M, day(0, 8), "1155.00", "paid once", bank="TT20467790", names=False),
        paid("booked again", M, day(0, 9), "1155.00", bank="TT20467790", names=False),
        # they take two per cent off
        sold("less discount", M, day(1, 5), "HT-1022", 200, "25.00"),
        paid(
            "discounted", M, day(1, 14), "4900.00", "less discount", bank="TT20441052", names=False
        ),
        # they book two as one
        sold("first of two", M, day(1, 6), "HT-2005", 45, "32.80"),
        sold("second of two", M, day(1, 7), "HT-2030", 60, "45.00"),
        # they book it twice
        sold("twice at theirs", M, day(1, 21), "HT-6001", 30, "118.00"),
        # one order, cut differently
        sold(
            "order part one",
            M,
            day(0, 2),
            "HT-2005",
            58,
            "32.80",
            references=ref("po", "PO-77881234"),
        ),
        sold(
            "order part two",
            M,
            day(0, 3),
            "HT-1010",
            25,
            "28.00",
            references=ref("po", "PO-77881234"),
        ),
        # they never book the return
        sold(
            "came back",
            M,
            day(0, 3),
            "HT-6001",
            -8,
            "118.00",
            reason="return",
            description="RMA 31",
        ),
        # their own number instead of ours
        sold("their number", M, day(0, 5), "HT-1010", 111, "28.00"),
        # cents, a rate of another day, digits
        sold("cents", M, day(0, 10), "HT-3015", 98, "12.60"),
        sold(
            "foreign",
            M,
            day(0, 11),
            "HT-2044",
            46,
            "153.00",
            original=Money.of(900, "EUR"),
            rate=Decimal(1),
        ),
        sold("swapped", M, day(0, 12), "HT-2044", 30, "181.00"),
        sold("mistyped", M, day(0, 15), "HT-2030", 67, "40.00"),
        # on the wrong side, at another price
        sold(
            "wrong side",
            M,
            day(0, 16),
            "HT-5003",
            -8,
            "38.50",
            reason="allowance",
            description="Dents",
        ),
        sold("price", M, day(0, 17), "HT-3015", 100, "12.00"),
        # less arrives than they say they sent
        sold("paid in part", M, day(1, 12), "HT-1010", 108, "28.00"),
        paid("part of it", M, day(0, 19), "2700.00", "paid in part", bank="TT204172018"),
        # on its way at the end of the month
        sold("on its way", M, day(0, 28), "HT-4010", 50, "48.00"),
        paid(
            "money on its way",
            M,
            dates.after(2),
            "4176.00",
            "first of two",
            "second of two",
            bank="TT204174402",
        ),
    ]
    return [entry for entry in made if entry.on <= dates.today]
