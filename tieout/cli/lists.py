"""How a command lists what there is: a line each for people, JSON for programs."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

Row = Mapping[str, Any]

json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


def listed(rows: Sequence[Row], line: Callable[[Row], str], as_json: bool) -> None:
    """Print rows; one that is switched off is marked."""
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        mark = "" if row.get("is_active", True) else " (-)"
        click.echo(f"{line(row)}{mark}")
