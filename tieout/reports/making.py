"""Making a report where files are made."""

from collections.abc import Mapping
from typing import Any

from tieout.rendering import pool
from tieout.reports import REPORTS


def made(report: str, data: Mapping[str, Any]) -> bytes:
    """Make the bytes of a report from plain data; outside any transaction."""
    return pool.run(make, report, data)


def make(report: str, data: Mapping[str, Any]) -> bytes:
    """Make a report in this process."""
    return REPORTS[report](data)
