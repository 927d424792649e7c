"""The core of Tieout: the books, matching, statements, answers and reminders.

Read DESIGN in ARCHITECTURE.md for the layers; a package imports only what stands below it.
"""

__version__ = "0.1.0"
