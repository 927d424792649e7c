"""Where the workbench's places are, for links from one page to another's list."""

from urllib.parse import urlencode

from flask import request


def place(name: str, **query: object) -> str:
    """The address of a place below /desk, with what is asked of it."""
    asked = {key: value for key, value in query.items() if value not in (None, "")}
    address = f"{request.script_root}/desk/{name}"
    return f"{address}?{urlencode(asked)}" if asked else address
