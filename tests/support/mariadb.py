"""A MariaDB server for tests: of a URL, or started where one is installed."""

import getpass
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.support.smtp import free_port

#: Where a server is running already: mysql://name:password@host:port
URL = "TIEOUT_TEST_MARIADB"
MISSING = (
    "MariaDB was not tried: no server is installed here (apt-get install mariadb-server) and"
    f" {URL} names none."
)
_SERVER, _INSTALL = "mariadbd", "mariadb-install-db"
_SECONDS = 60


def is_there() -> bool:
    """Whether there is a server to be used."""
    return bool(os.environ.get(URL)) or bool(_path(_SERVER) and _path(_INSTALL))


def _path(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin")


@contextmanager
def mariadb(folder: Path) -> Iterator[str]:
    """The address of a server, without a database."""
    if url := os.environ.get(URL):
        yield url.rstrip("/")
        return
    data = folder / "mariadb"
    install, server = str(_path(_INSTALL)), str(_path(_SERVER))
    mine = f"--user={getpass.getuser()}"
    words = ["--auth-root-authentication-method=normal", "--skip-test-db", mine]
    subprocess.run(
        [install, "--no-defaults", f"--datadir={data}", *words], check=True, capture_output=True
    )
    port = free_port()
    words = [f"--datadir={data}", f"--port={port}", "--bind-address=127.0.0.1", mine]
    words += [f"--socket={data}/m.sock", f"--pid-file={data}/pid", "--skip-name-resolve"]
    with (folder / "mariadb.log").open("wb") as log:
        process = subprocess.Popen([server, "--no-defaults", *words], stdout=log, stderr=log)
    try:
        url = f"mysql+pymysql://root@127.0.0.1:{port}"
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(_SECONDS)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    engine, until = create_engine(url), time.monotonic() + _SECONDS
    while True:
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
            break
        except Exception:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.2)
    engine.dispose()
