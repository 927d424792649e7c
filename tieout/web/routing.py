"""What the parts of an address may be."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

#: The largest number a record can have.
_LARGEST = 2**63 - 1


class RecordNumber(IntegerConverter):
    """`<int:…>` in an address: beyond what a record can be numbered there is no such page."""

    def __init__(self, map: Map, *arguments: Any, **keywords: Any) -> None:
        super().__init__(map, *arguments, **{"max": _LARGEST, **keywords})


def init_app(app: Flask) -> None:
    """Let addresses be read that way; before any address is added."""
    app.url_map.converters["int"] = RecordNumber
