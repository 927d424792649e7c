"""The checks: one visible table of rules, each told to people and switched in settings.

Built-ins stand in `CHECKS`; plug-ins add theirs through the entry points `tieout.checks`. Those
of `reading` and `books_say` speak while rows are read and numbers compared; the others are shown
one document or payment at a time, or what is known of a whole file.
"""

from tieout.intake.judging.check import Check
from tieout.registry import Registry

_HERE = "tieout.intake.judging"

CHECKS: Registry[Check] = Registry(
    "tieout.checks",
    file_seen=f"{_HERE}.file_checks:FILE_SEEN",
    control_totals=f"{_HERE}.file_checks:CONTROL_TOTALS",
    readable=f"{_HERE}.spoken:READABLE",
    customer_unknown=f"{_HERE}.spoken:CUSTOMER_UNKNOWN",
    customer_ambiguous=f"{_HERE}.spoken:CUSTOMER_AMBIGUOUS",
    customer_missing=f"{_HERE}.spoken:CUSTOMER_MISSING",
    document_whole=f"{_HERE}.spoken:DOCUMENT_WHOLE",
    master_data=f"{_HERE}.spoken:MASTER_DATA_WHOLE",
    row_seen=f"{_HERE}.spoken:ROW_SEEN",
    number_taken=f"{_HERE}.spoken:NUMBER_TAKEN",
    lines_sum=f"{_HERE}.document_checks:LINES_SUM",
    rules_of_the_books=f"{_HERE}.document_checks:RULES_OF_THE_BOOKS",
    open_period=f"{_HERE}.day_checks:OPEN_PERIOD",
    due_after_issued=f"{_HERE}.day_checks:DUE_AFTER_ISSUED",
    date_ahead=f"{_HERE}.day_checks:DATE_AHEAD",
    date_before_books=f"{_HERE}.day_checks:DATE_BEFORE_BOOKS",
    date_old=f"{_HERE}.day_checks:DATE_OLD",
    price_times_quantity=f"{_HERE}.document_checks:PRICE_TIMES_QUANTITY",
    net_and_tax=f"{_HERE}.document_checks:NET_AND_TAX_SUM",
    tax_within=f"{_HERE}.document_checks:TAX_WITHIN",
    tax_rate=f"{_HERE}.document_checks:TAX_RATE",
    retention_release=f"{_HERE}.retention_checks:RETENTION_RELEASE",
    retention_rate=f"{_HERE}.retention_checks:RETENTION_RATE",
    agreed_price=f"{_HERE}.price_checks:AGREED_PRICE",
    customer_inactive=f"{_HERE}.document_checks:CUSTOMER_INACTIVE",
    deliveries_stopped=f"{_HERE}.document_checks:DELIVERIES_STOPPED",
    account_currency=f"{_HERE}.document_checks:ACCOUNT_CURRENCY",
    twins=f"{_HERE}.document_checks:TWINS",
    zero_amount=f"{_HERE}.document_checks:ZERO_AMOUNT",
    below_zero=f"{_HERE}.document_checks:BELOW_ZERO",
    unusual_amount=f"{_HERE}.document_checks:UNUSUAL_AMOUNT",
)
