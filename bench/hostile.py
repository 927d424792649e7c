"""What hostile and damaged files cost: peak memory of both processes, seconds, and what is said.

    .venv/bin/python bench/hostile.py [--only WORD] [--cuts] [FOLDER …]

Builds what a person or a program could hand in to do harm, or by mistake, and goes through each as
an import does; every file in the folders named is gone through, too, and with `--cuts` each of
them again, cut off at every tenth. A line each: how it ended, seconds, megabytes of ours and of
the child. It ends with 1 where one took over 30 seconds, over 500 MB, or failed in any other way
than by one sentence, in English and in Chinese.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.hostile_files import BUILT  # noqa: E402 - found by the line above

MOST_SECONDS, MOST_MEGABYTES = 30, 500
GOES_THROUGH = """
import json, resource, sys, time
from pathlib import Path
from typing import Any
from tieout.errors import TieoutError
from tieout.translations.catalogues import load
from tieout.intake.uploads import opened
began = time.perf_counter()
rows, kind, sentence, said, warnings = 0, "", None, ["", ""], 0
try:
    with opened(Path(sys.argv[1]), sys.argv[2], None) as table:
        for chunk in table.chunks():
            rows += len(chunk.rows)
        warnings = len(table.warnings)
except TieoutError as error:
    kind, sentence = type(error).__name__, error.sentence
seconds = time.perf_counter() - began
own, child = (resource.getrusage(who).ru_maxrss // 1024
              for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
if sentence is not None:
    said = [str(sentence), load("zh").gettext(sentence.text) % dict(sentence.facts)]
print(json.dumps([kind, rows, warnings, seconds, own, child, said]))
"""


def main() -> int:
    """Go through all of them; return how it ended."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folders", nargs="*", type=Path)
    options.add_argument("--only", default="", help="files with this word in their name")
    options.add_argument("--cuts", action="store_true", help="the files of the folders, cut off")
    given = options.parse_args()
    print(f"{'file':<46}{'seconds':>8}{'ours':>6}{'child':>6}  how it ended")
    worst = {"seconds": 0.0, "megabytes": 0}
    failed: list[str] = []

    def tell(path: Path, name: str) -> None:
        ended = _gone_through(path, name)
        if ended is None:
            failed.append(name)
            return
        kind, rows, warnings, seconds, own, child, said = ended
        worst["seconds"] = max(worst["seconds"], seconds)
        worst["megabytes"] = max(worst["megabytes"], own + child)
        how = said[0] or f"{rows:,} rows, {warnings} warnings"
        print(f"{name[:45]:<46}{seconds:>8.1f}{own:>6}{child:>6}  {kind} {how[:120]}", flush=True)
        is_dear = seconds > MOST_SECONDS or own + child > MOST_MEGABYTES
        if is_dear or (kind and not all(said)) or (kind and said[0] == said[1]):
            failed.append(name)

    with tempfile.TemporaryDirectory(prefix="tieout-bench-") as folder:
        for name in BUILT:
            if given.only in name:
                _with_built(Path(folder, "upload"), name, tell)
        for path in (path for one in given.folders for path in sorted(one.rglob("*"))):
            if path.is_file() and given.only in path.name:
                tell(path, path.name)
                for tenth in range(1, 10) if given.cuts else ():
                    content = path.read_bytes()
                    cut = Path(folder, "upload")
                    cut.write_bytes(content[: len(content) * tenth // 10])
                    tell(cut, f"{tenth}0% of {path.name}")
    print(f"at worst {worst['seconds']:.1f} s, {worst['megabytes']} MB; {len(failed)} failed")
    for name in failed:
        print(f"  {name}")
    return 1 if failed else 0


def _with_built(path: Path, name: str, tell: Callable[[Path, str], None]) -> None:
    """Build a file in a process of its own: a child inherits how much memory its parent had."""
    subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-m", "tests.support.hostile_files", name, str(path)],
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    tell(path, name)
    path.unlink()


def _gone_through(path: Path, name: str) -> list[Any] | None:
    """What became of a file, in a process of its own; None where that failed."""
    began = time.monotonic()
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-P", "-c", GOES_THROUGH, str(path), name],
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", "")},
        )
        found: list[Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        print(f"{name[:45]:<46}{time.monotonic() - began:>8.1f}  FAILED: {error!r:.100}")
        return None
    return found


if __name__ == "__main__":
    raise SystemExit(main())
