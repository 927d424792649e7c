"""`tieout serve`: the pages."""

import errno
import socket
from dataclasses import replace
from pathlib import Path

import click

from tieout.cli.place import data_option, opened
from tieout.cli.words import say
from tieout.config import Settings
from tieout.errors import Conflict, NotAllowed
from tieout.i18n import N_

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class PortTaken(Conflict):
    """Something else listens there."""

    message = N_("Port %(port)s is taken on %(host)s. Choose another: --port %(other)s")


class NotBeyondThisMachine(NotAllowed):
    """Pages without TLS must not be reached from elsewhere."""

    message = N_(
        "Without TLS the pages are served to this machine alone. Put a proxy with TLS in front"
        " and say so in tieout.toml: trusted_proxies = 1."
    )


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
def serve(data: Path, host: str, port: int, threads: int) -> None:
    """Serve the pages of portal and workbench."""
    run(at(opened(data), host, port), host, port, threads=threads)


def at(settings: Settings, host: str, port: int) -> Settings:
    """The settings with the address the pages are served at, where none was set.

    Behind a proxy nobody here can know it: there it is `base_url` of tieout.toml.
    """
    if settings.base_url != Settings.base_url or settings.trusted_proxies:
        return settings
    name = f"[{host}]" if ":" in host else host
    return replace(settings, base_url=f"http://{name}:{port}")


def run(
    settings: Settings,
    host: str,
    port: int,
    *,
    threads: int = 8,
    listening: socket.socket | None = None,
) -> None:
    """Serve until told to stop; `listening` is the port, where it was taken before.

    Raises:
        NotBeyondThisMachine: others would reach it without TLS.
        PortTaken: something else listens there.
    """
    from waitress.server import create_server

    from tieout.app import create_app
    from tieout.db.extension import let_wait

    if host not in _LOOPBACK and not settings.trusted_proxies:
        raise NotBeyondThisMachine
    listening = listening or listen(host, port)
    app = create_app(settings)
    let_wait(app, max(1, threads // 2))
    server = create_server(
        app,
        sockets=[listening],
        threads=threads,
        ident=None,
        # one byte more than is taken, so that the page that says so can be drawn
        max_request_body_size=settings.max_upload_bytes * 4,
    )
    say(N_("Portal: %(address)s"), address=f"http://{host}:{port}/")
    say(N_("Workbench: %(address)s"), address=f"http://{host}:{port}/desk/")
    server.run()


def listen(host: str, port: int) -> socket.socket:
    """Take the port, or say that it is taken.

    Raises:
        PortTaken: something else listens there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port, host=host, other=port + 1) from error
        raise
    return listening
