"""What may be wrong with a single cell."""

from tieout.errors import InvalidInput
from tieout.i18n import N_


class BadCell(InvalidInput):
    """A cell whose value cannot be taken."""

    message = N_("“%(text)s” cannot be read here. Correct it in the file, or here.")


class NotANumber(BadCell):
    """Text where a number should be."""

    message = N_("“%(text)s” is not a number. Write it like 1234.56, without words.")


class DateForNumber(BadCell):
    """A date where a number should be."""

    message = N_(
        "%(text)s is a date where a number should be. "
        "Format the column as number in the spreadsheet, or map another column."
    )


class WrongGrouping(BadCell):
    """A number whose thousands marks stand where none belong."""

    message = N_(
        "“%(text)s” can be read as two different numbers. "
        "Write it without thousands marks, or choose the other decimal mark for this column."
    )


class CutByTheSpreadsheet(BadCell):
    """A long number of which a spreadsheet kept the first digits only."""

    message = N_(
        "“%(text)s” is a long number of which a spreadsheet has lost the last digits. "
        "Format the column as text before the export."
    )


class ErrorInCell(BadCell):
    """A spreadsheet's own error."""

    message = N_("The cell holds the error %(text)s. Correct it in the spreadsheet.")


class NeverCalculated(BadCell):
    """A formula without a result."""

    message = N_(
        "The cell holds a formula that was never calculated. "
        "Open the file in Excel or LibreOffice, save it, and hand it in again."
    )


class NotAPercentage(BadCell):
    """A figure that is no part of a whole."""

    message = N_("“%(text)s” is not a percentage. Write it like 5 %%.")


class ShareOrPercentage(BadCell):
    """A figure below one that could be a share or a percentage."""

    message = N_(
        "“%(text)s” could be a share or a percentage. Write it with its sign, such as 5 %%."
    )


class NotADate(BadCell):
    """Text where a date should be."""

    message = N_("“%(text)s” is not a date. Write it with its year, like 2026-06-30.")


class NoSuchDay(BadCell):
    """A day that no calendar has."""

    message = N_("“%(text)s”: there is no such day. Correct the date, or the order of its parts.")


class YearOutOfReach(BadCell):
    """A year no books are kept for."""

    message = N_("“%(text)s” lies in the year %(year)s. Correct the year.")


class UnknownCurrencyWord(BadCell):
    """A word that names no currency."""

    message = N_("“%(text)s” is not a currency. Use its three letters, such as CNY or EUR.")


class UnknownKindWord(BadCell):
    """A word that names no kind of document."""

    message = N_(
        "“%(text)s” names no kind of document known here. "
        "Say in the mapping what it means: invoice, credit note, payment, …"
    )


class UnknownDirection(BadCell):
    """A word that says neither in nor out."""

    message = N_("“%(text)s” says neither debit nor credit. Correct it, or map another column.")


class NotAnAddress(BadCell):
    """Text that is no mail address."""

    message = N_("“%(text)s” is not an e-mail address. Correct it, or leave it empty.")


class UnknownLanguage(BadCell):
    """A word that names no language offered here."""

    message = N_("“%(text)s” is not a language offered here. Write en or zh.")


class TooFine(BadCell):
    """More decimals than are kept."""

    message = N_("“%(text)s” has more than %(decimals)s decimals. Round it first.")


class TooLong(BadCell):
    """More characters than are kept."""

    message = N_("“%(text)s” is longer than %(limit)s characters. Shorten it.")
