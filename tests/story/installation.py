"""An installation as its owner sets it up: commands in a shell, a process that serves."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.bot_api import TOKEN, BotApi
from tests.support.effort import PATIENCE
from tests.support.smtp import MailServer, free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Installation:
    """A folder with an installation, and where its pages are."""

    data: Path
    port: int
    language: str

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str, given: str = "", fails: bool = False) -> str:
        """Type a command and give back what it says; it must end well, unless it is to fail."""
        done = subprocess.run(
            self._line(*words), input=given, capture_output=True, text=True, env=self._environment()
        )
        said = done.stdout + done.stderr
        assert "Traceback" not in said, said
        assert (done.returncode != 0) is fails, said
        return said

    def settings(self, mail: MailServer, bot: BotApi) -> None:
        """Write the settings file: where mail leaves, which bot it is."""
        self.data.mkdir(parents=True, exist_ok=True)
        given = {
            "base_url": self.address,
            "smtp_host": "127.0.0.1",
            "smtp_port": mail.port,
            "smtp_security": "plain",
            "mail_from": "accounts@harbourtools.example",
            "mail_reply_to": "chen.li@harbourtools.example",
            "telegram_token": TOKEN,
            "telegram_api": bot.url,
            "telegram_bot_name": "harbour_tools_bot",
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in given.items()]
        (self.data / "tieout.toml").write_text("\n".join(lines) + "\n", "utf-8")

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let pages and worker run in one process, until told to stop."""
        log = (self.data / "run.log").open("w")
        process = subprocess.Popen(
            self._line("run", "--port", str(self.port)),
            stdout=log,
            stderr=subprocess.STDOUT,
            env=self._environment(),
        )
        try:
            self._wait_until_open(process)
            yield
        finally:
            process.terminate()
            ended = process.wait(PATIENCE)
            log.close()
            said = (self.data / "run.log").read_text("utf-8")
            assert "Traceback" not in said, said
            assert ended == 0, said

    def _wait_until_open(self, process: "subprocess.Popen[bytes]") -> None:
        for _ in range(10 * PATIENCE):
            assert process.poll() is None, (self.data / "run.log").read_text("utf-8")
            try:
                with urlopen(f"{self.address}/healthz", timeout=5) as answer:  # noqa: S310 - ours
                    assert answer.status == 200
                    return
            except (URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the pages did not open")

    def _line(self, *words: str) -> list[str]:
        command, *rest = words
        if command == "user":
            command, rest = f"user {rest[0]}", rest[1:]
        return [
            sys.executable, "-P", "-m", "tieout", "--language", self.language,
            *command.split(), "--data", str(self.data), *rest,
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}


def installation(folder: Path, language: str) -> Installation:
    """A place for an installation, with a free port."""
    return Installation(folder / "installation", free_port(), language)
