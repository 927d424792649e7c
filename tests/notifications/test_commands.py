"""The worker as a process of its own: begun and ended from the command line."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_worker_ends_when_told_to(tmp_path: Path) -> None:
    here = {**os.environ, "PYTHONPATH": str(ROOT), "TIEOUT_LANGUAGE": "en"}
    tieout = [sys.executable, "-P", "-m", "tieout"]
    given = ["--name", "Harbour Tools", "--currency", "CNY", "--time-zone", "Asia/Shanghai"]
    data = ["--data", str(tmp_path / "var")]
    subprocess.run([*tieout, "init", *data, *given], env=here, check=True, capture_output=True)

    running = subprocess.Popen(
        [*tieout, "worker", *data],
        env=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    too_long = threading.Timer(240, running.kill)  # or a line that never comes is waited for
    too_long.start()
    try:
        assert running.stdout is not None
        assert running.stdout.readline().startswith("The worker runs.")
        running.send_signal(signal.SIGTERM)
        said, _ = running.communicate()
    finally:
        too_long.cancel()
        running.kill()

    assert running.returncode == 0, said
    assert said.strip() == "Ending …"
