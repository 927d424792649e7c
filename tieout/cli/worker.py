"""`tieout worker`: what happens by itself, in a process of its own."""

import signal
import threading
from pathlib import Path

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import say
from tieout.i18n import N_


@click.command()
@data_option
def worker(data: Path) -> None:
    """Deliver messages, send reminders when they are due, answer in the chat."""
    settings = opened(data)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())

    from notifications.worker import start

    running = start(settings)
    say(N_("The worker runs. It ends with Ctrl+C, once what is at hand is done."))
    stopped.wait()
    say(N_("Ending …"))
    running.stop()
