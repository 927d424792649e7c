"""A Bot API on this machine: takes messages and documents, gives updates, refuses as told."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.support.effort import PATIENCE

TOKEN = "42:token-of-the-tests"


@dataclass
class Said:
    """A message that came for a chat."""

    chat_id: int
    text: str
    buttons: list[dict[str, str]]
    filename: str = ""
    content: bytes = b""
    at: float = 0.0


@dataclass
class BotApi:
    """What came in, and what is answered to which chat."""

    url: str = ""
    said: list[Said] = field(default_factory=list)
    #: Each request, by method.
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    #: For a chat: [(status, answer), …], each used once.
    refusals: dict[int, list[tuple[int, dict[str, Any] | bytes]]] = field(default_factory=dict)
    #: Chats whose message is taken, but the line is cut before the answer.
    cut: set[int] = field(default_factory=set)
    #: Updates not yet confirmed.
    updates: list[dict[str, Any]] = field(default_factory=list)
    _numbers: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def to(self, chat_id: int) -> list[Said]:
        """What came for a chat."""
        return [one for one in self.said if one.chat_id == chat_id]

    def refuse(self, chat_id: int, status: int, description: str, **parameters: Any) -> None:
        """Refuse the next message for a chat."""
        answer: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
        if parameters:
            answer["parameters"] = parameters
        self.refusals.setdefault(chat_id, []).append((status, answer))

    def babble(self, chat_id: int, status: int, content: bytes) -> None:
        """Answer the next message for a chat with something no Bot API says."""
        self.refusals.setdefault(chat_id, []).append((status, content))

    def write(
        self, chat_id: int, text: str, *, language: str = "en", kind: str = "private"
    ) -> None:
        """Let somebody write to the bot."""
        chat: dict[str, Any] = {"id": chat_id, "type": kind}
        if kind != "private":
            chat["title"] = "Accounts"
        sender = {
            "id": abs(chat_id),
            "is_bot": False,
            "first_name": "Wang",
            "language_code": language,
        }
        entities = []
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        with self._lock:
            self._numbers += 1
            message = {
                "message_id": self._numbers,
                "date": 1_782_956_520,
                "chat": chat,
                "from": sender,
                "text": text,
                "entities": entities,
            }
            self.updates.append({"update_id": self._numbers, "message": message})

    def press(self, chat_id: int, data: str) -> None:
        """Let somebody press a button of the bot."""
        with self._lock:
            self._numbers += 1
            sender = {"id": abs(chat_id), "is_bot": False, "first_name": "Wang"}
            query = {
                "id": str(self._numbers),
                "from": sender,
                "chat_instance": "1",
                "data": data,
                "message": {
                    "message_id": 1,
                    "date": 1_782_956_520,
                    "chat": {"id": chat_id, "type": "private"},
                },
            }
            self.updates.append({"update_id": self._numbers, "callback_query": query})

    def wait_for(
        self, count: int, chat_id: int | None = None, seconds: float = PATIENCE
    ) -> list[Said]:
        """Wait until so many messages have come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.said if chat_id is None else self.to(chat_id)
            if len(found) >= count:
                return list(found)
            time.sleep(0.02)
        raise AssertionError(f"{count} messages were expected, these came: {self.said}")

    def answer(
        self, method: str, given: dict[str, Any]
    ) -> tuple[int, dict[str, Any] | bytes] | None:
        """Answer one request; None cuts the line."""
        match method:
            case "getMe":
                me = {
                    "id": 42,
                    "is_bot": True,
                    "first_name": "Harbour Tools",
                    "username": "harbour_tools_bot",
                }
                return 200, {"ok": True, "result": me}
            case "getUpdates":
                return 200, {"ok": True, "result": self._new_updates(given)}
            case "sendMessage" | "sendDocument":
                return self._send(method, given)
        return 200, {"ok": True, "result": True}

    def _new_updates(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        offset = int(given.get("offset", 0) or 0)
        end = time.monotonic() + min(float(given.get("timeout", 0) or 0), 0.3)
        while True:
            with self._lock:
                self.updates = [one for one in self.updates if one["update_id"] >= offset]
                if self.updates or time.monotonic() > end:
                    return list(self.updates)
            time.sleep(0.02)

    def _send(
        self, method: str, given: dict[str, Any]
    ) -> tuple[int, dict[str, Any] | bytes] | None:
        chat_id = int(given["chat_id"])
        with self._lock:
            if waiting := self.refusals.get(chat_id):
                return waiting.pop(0)
            markup = json.loads(given.get("reply_markup") or "{}")
            buttons = [one for row in markup.get("inline_keyboard", []) for one in row]
            name, content = given.get("document") or ("", b"")
            text = given.get("text") or given.get("caption") or ""
            self.said.append(Said(chat_id, text, buttons, name, content, time.monotonic()))
            number = len(self.said)
        if chat_id in self.cut:
            return None
        message = {
            "message_id": number,
            "date": 1_782_956_520,
            "chat": {"id": chat_id, "type": "private"},
            "text": text,
        }
        return 200, {"ok": True, "result": message}


class _Handler(BaseHTTPRequestHandler):
    api: BotApi
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take a request of the bot."""
        _, token, method = self.path.split("/", 2)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        given = _read(self.headers.get("Content-Type", ""), body)
        if token != f"bot{TOKEN}":
            answer: tuple[int, dict[str, Any] | bytes] | None
            answer = 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        else:
            self.api.asked.append((method, {k: v for k, v in given.items() if isinstance(v, str)}))
            answer = self.api.answer(method, given)
        if answer is None:
            self.close_connection = True
            self.connection.close()
            return
        status, content = answer
        written = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if 300 <= status < 400:
            self.send_header("Location", f"{self.api.url}/elsewhere/of/anybody")
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        with suppress(ConnectionError):  # whoever asked has gone
            self.wfile.write(written)

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


def _read(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        return {str(k): v for k, v in json.loads(body).items()}
    if not content_type.startswith("multipart/"):
        return {name: values[0] for name, values in parse_qs(body.decode()).items()}
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    parsed = BytesParser(policy=default).parsebytes(head + body)
    given: dict[str, Any] = {}
    for part in parsed.iter_parts():
        assert isinstance(part, EmailMessage)
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        filename = part.get_filename()
        given[name] = (filename, content) if filename else content.decode()
    return given


@contextmanager
def bot_api() -> Iterator[BotApi]:
    """Let a Bot API run for a while."""
    api = BotApi()
    handler = type("Handler", (_Handler,), {"api": api})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
