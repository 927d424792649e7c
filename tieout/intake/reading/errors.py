"""Why a file cannot be read, each with what to do about it."""

from tieout.errors import InvalidInput
from tieout.i18n import N_


class Unreadable(InvalidInput):
    """A file that cannot be taken as it is."""

    message = N_("“%(file)s” cannot be read. Export it again, as .xlsx or .csv.")


class EmptyFile(Unreadable):
    """Nothing in it at all."""

    message = N_("“%(file)s” is empty. Export it again and check that it shows rows.")


class WrongFileType(Unreadable):
    """Something else than a table."""

    message = N_(
        "“%(file)s” is of a kind not read here. "
        "Open it where it comes from and save it as .xlsx or .csv."
    )


class PackedFolder(WrongFileType):
    """A .zip of files, or another packed one."""

    message = N_("“%(file)s” is a packed folder. Unpack it and hand in the files in it.")


class XmlFile(WrongFileType):
    """Markup that is no workbook."""

    message = N_("“%(file)s” is an XML file, not a table. Export it as .xlsx or .csv.")


class WebPage(WrongFileType):
    """A page of HTML without a table in it, whatever its name ends in."""

    message = N_(
        "“%(file)s” is a web page without a table, such as one that asks to sign in, whatever its "
        "name says. Export the list again, or open it in Excel and save it as .xlsx."
    )


class JsonFile(WrongFileType):
    """Data for programs."""

    message = N_("“%(file)s” is a JSON file, not a table. Export it as .xlsx or .csv.")


class PdfFile(WrongFileType):
    """A PDF without an invoice as XML in it."""

    message = N_(
        "“%(file)s” is a PDF; no invoice as XML was found in it (Factur-X, ZUGFeRD), and figures "
        "cannot be read from a drawing safely. Ask for the XML, or for the same list as .xlsx or "
        ".csv."
    )


class SeveralInvoices(Unreadable):
    """A PDF in which several invoices stand as XML."""

    message = N_(
        "“%(file)s” holds %(count)s different invoices as XML. Take them out of the PDF and hand "
        "in the one that counts."
    )


class Picture(WrongFileType):
    """A picture."""

    message = N_("“%(file)s” is a picture. Ask for the same list as .xlsx or .csv.")


class PasswordProtected(Unreadable):
    """A workbook that opens with a password only."""

    message = N_(
        "“%(file)s” is protected with a password. "
        "Open it, remove the password, and hand it in again."
    )


class FileTooLarge(Unreadable):
    """More bytes than one file may have."""

    message = N_(
        "“%(file)s” has %(size)s MB; %(limit)s MB may be read at once. "
        "Split it by period or customer."
    )


class UnpacksTooLarge(Unreadable):
    """A packed file that grows beyond all measure."""

    message = N_(
        "“%(file)s” unpacks to far more than a table needs, so it was not opened. "
        "Copy its rows into a new workbook and hand that in."
    )


class Damaged(Unreadable):
    """A file that is cut off or broken inside."""

    message = N_(
        "“%(file)s” is damaged or cut off. Open it, save it again as .xlsx, and hand that in."
    )


class TookTooLong(Unreadable):
    """More time than one file may take."""

    message = N_(
        "Reading “%(file)s” took longer than %(seconds)s seconds and was stopped. "
        "Copy its rows into a new workbook, or save it as .csv."
    )


class TooMuchMemory(Unreadable):
    """More memory than one file may take."""

    message = N_(
        "Reading “%(file)s” needed more than %(limit)s MB of memory and was stopped. "
        "Split it, or save it as .csv."
    )


class ReaderFailed(Unreadable):
    """The reading process died of the file."""

    message = N_(
        "“%(file)s” could not be opened by any reader here. "
        "Open it in Excel or LibreOffice and save it as .csv."
    )


class NoSuchSheet(Unreadable):
    """A sheet was asked for that the workbook does not have."""

    message = N_("“%(file)s” has no sheet “%(sheet)s”. It has: %(sheets)s.")


class NoRows(Unreadable):
    """A table without a row."""

    message = N_(
        "“%(file)s”, sheet “%(sheet)s”, has no rows to read. "
        "Choose another sheet, or export it again."
    )


class NoRowsInFile(NoRows):
    """A text file without a row."""

    message = N_("“%(file)s” has no rows below its headings. Export it again.")


class QuoteNeverClosed(Unreadable):
    """A quotation mark that opens a cell and never closes it."""

    message = N_(
        "“%(file)s”, row %(row)s: a quotation mark opens a cell that never ends. "
        "Put the closing mark there, or export the file again."
    )


class CellTooLong(Unreadable):
    """A cell longer than any real one."""

    message = N_(
        "“%(file)s”, row %(row)s: one cell has more than %(limit)s characters. "
        "A quotation mark is probably missing near there."
    )


class LineTooLong(Unreadable):
    """A text without lines."""

    message = N_(
        "“%(file)s” has not one line end in its first %(limit)s MB, so it is no table. Export it "
        "again, as .xlsx or .csv."
    )


class TooManyColumns(Unreadable):
    """Wider than any real table."""

    message = N_(
        "“%(file)s”, row %(row)s, has %(columns)s columns; %(limit)s can be read. "
        "Delete the columns that are not needed."
    )


class NothingButRows(Unreadable):
    """Empty rows without end."""

    message = N_(
        "“%(file)s”, row %(row)s: more than %(limit)s empty rows follow. Delete them, or export "
        "the file again."
    )


class NeverCalculatedAtAll(Unreadable):
    """A workbook written by a program that left everything for Excel to calculate."""

    message = N_(
        "“%(file)s”, sheet “%(sheet)s”: more than %(limit)s cells hold a formula without a result, "
        "or an error. Open it in Excel, save it, and hand that in."
    )


class UnknownWriting(Unreadable):
    """A text in no encoding that could be told."""

    message = N_(
        "The characters of “%(file)s” cannot be told. "
        "Save it as “CSV UTF-8”, or choose its encoding."
    )


class CutInACharacter(Unreadable):
    """A text that ends between the bytes of one character."""

    message = N_(
        "“%(file)s” ends in the middle of a character, so it was cut off. Export it again where "
        "it comes from; nothing of it was taken."
    )


class BreaksOff(Unreadable):
    """A statement, an invoice or a record that does not come to its end."""

    message = N_(
        "“%(file)s” breaks off or is damaged near line %(line)s. Export it again where it comes "
        "from; nothing of it was taken."
    )


class DeclaresTypes(Unreadable):
    """XML with a document type of its own: no statement needs one, and it can do harm."""

    message = N_(
        "“%(file)s” declares a document type of its own, which no statement or invoice needs and "
        "which can do harm, so it was not read. Ask for the file without it."
    )


class NestedTooDeep(Unreadable):
    """Things in things in things."""

    message = N_(
        "“%(file)s” is nested more than %(limit)s levels deep, as no real file is, so it was not "
        "read. Export it again where it comes from."
    )


class BankRefused(Unreadable):
    """A statement in which the bank says only that it has none to give."""

    message = N_(
        "“%(file)s” holds no statement: the bank answered with an error (%(reason)s). Fetch it "
        "again there; nothing was taken."
    )


class NothingInIt(Unreadable):
    """A statement, an invoice or a list of records without a single one."""

    message = N_(
        "“%(file)s” holds not a single entry. Nothing is to be taken in; if something should be "
        "there, export it again for the right days."
    )


class NoRecords(Unreadable):
    """JSON that lists nothing."""

    message = N_(
        "“%(file)s” is JSON without a list of records. Hand in a list, such as "
        '[{"number": …}, …], or the list within it.'
    )


#: What the child may answer, by name: nothing else is believed.
BY_NAME: dict[str, type[Unreadable]] = {
    kind.__name__: kind
    for kind in (
        Unreadable,
        EmptyFile,
        WrongFileType,
        WebPage,
        PasswordProtected,
        PdfFile,
        SeveralInvoices,
        UnpacksTooLarge,
        Damaged,
        TooMuchMemory,
        NoSuchSheet,
        NoRows,
        QuoteNeverClosed,
        CellTooLong,
        CutInACharacter,
        TooManyColumns,
        UnknownWriting,
        BreaksOff,
        DeclaresTypes,
        LineTooLong,
        NestedTooDeep,
        NeverCalculatedAtAll,
        NothingButRows,
        NothingInIt,
        BankRefused,
        NoRecords,
        XmlFile,
    )
}
