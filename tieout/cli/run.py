"""`tieout run`: pages and worker in one process, for a small company."""

import signal
import sys
from pathlib import Path

import click

from tieout.cli.place import data_option, opened


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
def run(data: Path, host: str, port: int, threads: int) -> None:
    """Serve the pages and do what happens by itself, in one process."""
    from notifications import worker
    from tieout.cli import serve

    settings = serve.at(opened(data), host, port)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    running = worker.start(settings)
    try:
        serve.run(settings, host, port, threads=threads)
    finally:
        running.stop()
