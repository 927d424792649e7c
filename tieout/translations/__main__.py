"""Compile the catalogues, bring one up to date, or list what has no words yet."""

import argparse
import sys
from pathlib import Path

from tieout.translations import catalogues


def main(arguments: list[str] | None = None) -> int:
    """Run `python -m tieout.translations`."""
    parser = argparse.ArgumentParser(prog="python -m tieout.translations", description=__doc__)
    verbs = parser.add_subparsers(dest="verb")
    extract = verbs.add_parser("extract", help="bring one area's catalogue up to date")
    extract.add_argument("area")
    extract.add_argument("paths", nargs="*", help="folders or files; left out: those of last time")
    verbs.add_parser("missing", help="list what has no words yet; exit 1 if anything")
    given = parser.parse_args(arguments)
    if given.verb is None:
        return _compile()

    from tieout.translations import extraction

    if given.verb == "extract":
        catalogue = extraction.update(given.area, given.paths, code=Path.cwd())
        empty = [m for m in catalogue if m.id and not catalogues.translated(m.string)]
        print(f"{given.area}: {len(catalogue)} messages, {len(empty)} without words")
        return 0
    lacking = [str(message) for message in extraction.missing(code=Path.cwd())]
    wrong = extraction.mistakes()
    for line in lacking + wrong:
        print(line)
    print(f"{len(lacking)} without Chinese words, {len(wrong)} mistaken", file=sys.stderr)
    return 1 if lacking or wrong else 0


def _compile() -> int:
    try:
        for language in catalogues.LANGUAGES:
            catalogues.build(language)
    except catalogues.TranslationsConflict as conflict:
        print(conflict, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
