"""Where a request comes from, and where one may be sent on to."""

from urllib.parse import urlsplit

from flask import request

from tieout.audit import Origin


def origin() -> Origin:
    """From where somebody acts; behind a trusted proxy, the address the proxy saw."""
    return Origin(request.remote_addr or "", request.user_agent.string[:500])


def own_page(target: str | None, otherwise: str) -> str:
    """A page of ours somebody wants to go on to; for anything else, the other one."""
    if not target or not target.startswith("/") or "\\" in target:
        return otherwise
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or target.startswith("//") or not target.isprintable():
        return otherwise
    return target
