"""`tieout worker`: what happens by itself, in a process of its own."""

import signal
from pathlib import Path
from queue import SimpleQueue

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import say
from tieout.i18n import N_


@click.command()
@data_option
def worker(data: Path) -> None:
    """Deliver messages, send reminders when they are due, answer in the chat."""
    settings = opened(data)
    # not an Event: its lock may be held by the very thread the signal interrupts
    stopped: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: stopped.put(number))

    from notifications.worker import start

    running = start(settings)
    say(N_("The worker runs. It ends with Ctrl+C, once what is at hand is done."))
    stopped.get()
    say(N_("Ending …"))
    running.stop()
