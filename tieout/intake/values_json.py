"""Values of a row as JSON keeps them; `stored` reads them back."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from json.encoder import encode_basestring_ascii as _text
from typing import Any

from tieout.intake.columns import Value


def values_to_json(values: Mapping[str, Value]) -> dict[str, Any]:
    """Values by field as JSON keeps them."""
    return {name: value if type(value) is str else _plain(value) for name, value in values.items()}


def stored_member(name: str, value: Value) -> str:
    """One of these values as `json.dumps` would write it."""
    return f'"{name}": {_text(value) if type(value) is str else json.dumps(_plain(value))}'


def _plain(value: Value) -> object:
    if isinstance(value, Decimal):
        text = str(value)
        return format(value, "f") if "E" in text else text
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value
