"""The command line: each command imports what it needs, and says in words what went wrong."""

from tieout.cli.main import main

__all__ = ["main"]
