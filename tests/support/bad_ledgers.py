"""Files that are no ledger one could compare, and what is said about each, in both languages."""

from dataclasses import dataclass

HEAD = "Date,Type,Invoice no,Debit,Credit"


@dataclass(frozen=True)
class Bad:
    """A file, and what whoever hands it in reads; `{number}` is an invoice both books have."""

    name: str
    text: str
    #: Nothing is compared: the file is asked for again.
    is_refused: bool
    en: str
    zh: str


BAD = (
    Bad(
        "no ledger at all",
        "Dear Sirs,\nthank you for your letter.\nKind regards\n",
        True,
        "“june.csv” is no ledger: no row of it holds a date and an amount.",
        "“june.csv”不是往来明细账",
    ),
    Bad(
        "totals of customers",
        "Customer,Opening,Debit,Credit,Closing\nHarbour,100.00,50.00,20.00,130.00\n",
        True,
        "“june.csv” holds sums and no single entries: no row of it has a date.",
        "“june.csv”只有合计，没有逐笔明细",
    ),
    Bad(
        "a total row alone",
        f"{HEAD}\n,,Total,100.00,50.00\n",
        True,
        "“june.csv” holds sums and no single entries",
        "“june.csv”只有合计，没有逐笔明细",
    ),
    Bad(
        "dates without a year",
        f"{HEAD}\n05/06,Invoice,{{number}},,4040.00\n06/07,Invoice,X-1,,70.00\n",
        True,
        "The dates of “june.csv” have no year: “05/06” in row 2, column A.",
        "“june.csv”的日期没有年份：第 2 行 A 列“05/06”",
    ),
    Bad(
        "dates in words without a year",
        f"{HEAD}\n6月5日,Invoice,{{number}},,4040.00\n",
        True,
        "The dates of “june.csv” have no year: “6月5日” in row 2, column A.",
        "“june.csv”的日期没有年份：第 2 行 A 列“6月5日”",
    ),
    Bad(
        "an empty side, theirs",
        f"{HEAD}\n",
        True,
        "“june.csv” has no rows below its headings.",
        "“june.csv”",
    ),
    Bad(
        "two customers in one file",
        f"Customer,{HEAD}\nHarbour,2026-06-05,Invoice,{{number}},,4040.00\n"
        "Other Works,2026-06-06,Invoice,X-1,,70.00\n",
        False,
        "“june.csv” holds entries of several companies: Harbour, Other Works.",
        "“june.csv”中含多家单位的分录：Harbour, Other Works",
    ),
    Bad(
        "a sign nobody can tell",
        "Date,Reference,Amount\n2026-06-05,X-1,70.00\n2026-06-06,X-2,-70.00\n",
        False,
        "Nothing of “june.csv” agrees with our book, so its sign is taken from",
        "“june.csv”与我方账没有任何一笔相符",
    ),
    Bad(
        "line ids that stand twice",
        f"Line no,{HEAD}\n1,2026-06-05,Invoice,{{number}},,4040.00\n"
        "2,2026-06-06,Payment,TT-1,40.00,\n2,2026-06-06,Payment,TT-1,40.00,\n"
        "3,2026-06-07,Invoice,X-1,,70.00\n",
        False,
        "Line number 2 of “june.csv” stands in rows 3, 4.",
        "“june.csv”的行号 2 出现在第 3, 4 行",
    ),
    Bad(
        "a cut-off before all lines",
        f"{HEAD}\n2026-08-06,Invoice,X-1,,70.00\n",
        False,
        "has no entry up to the cut-off 30 June 2026; its first one is of 6 August 2026.",
        "“june.csv”在截止日 2026年6月30日之前没有分录",
    ),
    Bad(
        "a closing balance its lines do not give",
        f"{HEAD},Balance\n2026-05-31,Opening balance,,,,0.00\n"
        "2026-06-05,Invoice,{number},,4040.00,4040.00\n2026-06-30,Closing balance,,,,5040.00\n",
        False,
        "“june.csv” states a closing balance of",
        "“june.csv”",
    ),
    Bad(
        "no amounts",
        f"{HEAD}\n2026-06-05,Invoice,{{number}},,0.00\n2026-06-06,Payment,P-1,0.00,\n",
        False,
        "Every amount of “june.csv” is 0.00.",
        "“june.csv”的金额均为 0.00",
    ),
    Bad(
        "a slip of the year",
        f"{HEAD}\n2026-06-05,Invoice,{{number}},,4040.00\n2062-06-06,Invoice,X-1,,70.00\n"
        "2026-06-07,Invoice,X-2,,71.00\n",
        False,
        "Row 3 of “june.csv” is dated 6 June 2062, more than a year from every other entry.",
        "“june.csv”第 3 行的日期为2062年6月6日",
    ),
    Bad(
        "days that could be two",
        f"{HEAD}\n05/06/2026,Invoice,{{number}},,4040.00\n",
        False,
        "“05/06/2026” in column A of “june.csv” could be two different days",
        "“june.csv”A 列的“05/06/2026”可能是两个不同的日期",
    ),
    Bad(
        "an amount too large for any book",
        f"{HEAD}\n2026-06-05,Invoice,{{number}},,99999999999999999999.00\n",
        True,
        "Nothing of “june.csv” could be compared. “june.csv”, row 2:"
        " CNY 99,999,999,999,999,999,999.00 cannot be right.",
        "“june.csv”中没有可核对的内容。",
    ),
    Bad(
        "another currency throughout",
        f"{HEAD},Currency\n2026-06-05,Invoice,{{number}},,4040.00,EUR\n",
        True,
        "This row is in EUR, but the account is kept in CNY.",
        "“june.csv”中没有可核对的内容。",
    ),
    Bad(
        "a running balance its lines do not give",
        f"{HEAD},Balance\n2026-06-05,Invoice,{{number}},,4040.00,4040.00\n"
        "2026-06-09,Payment,P-1,40.00,,4000.00\n2026-06-10,Invoice,X-2,,10.00,4010.00\n"
        "2026-06-11,Invoice,X-3,,10.00,4920.00\n2026-06-12,Invoice,X-4,,100.00,5020.00\n",
        False,
        "its entries come to",
        "“june.csv”",
    ),
)
