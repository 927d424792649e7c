"""Files that are read by rules of their own: bank statements, invoices, records of programs.

An importer knows a kind of file by its first kilobytes and turns it into what a table gives:
rows of cells under headings, with a mapping that needs no guessing, and the figures by which the
file proves itself. It runs in the child process that reads every file, within its limits. What
no importer recognises is read as a table. Built-ins stand in `IMPORTERS`; plug-ins add theirs
through the entry points `tieout.importers` and are asked first.
"""

from tieout.intake.importers.contents import Contents
from tieout.intake.importers.importer import IMPORTERS, Importer, recognised

__all__ = ["IMPORTERS", "Contents", "Importer", "recognised"]
