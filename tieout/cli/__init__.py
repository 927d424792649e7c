"""The command line: each command imports what it needs, and says in words what went wrong."""

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when all went well, 1 when it did not, 2 when it was not understood."""
    # Whoever only reads books needs neither the commands nor their words.
    from tieout.cli.commands import main as run

    return run(arguments)
