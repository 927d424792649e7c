"""What of an installation stands in files: settings, keys, disk, fonts, languages."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from urllib.parse import urlsplit

from tieout.config import Settings
from tieout.i18n import N_, Sentence
from tieout.translations import catalogues

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Megabytes free below which somebody should know, and below which nothing can be trusted.
_LITTLE, _NEXT_TO_NOTHING = 1000, 100


def settings(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Addresses and cookies that fit together."""
    address = urlsplit(given.base_url)
    facts = {"address": given.base_url}
    if address.hostname in _LOOPBACK:
        yield (
            "note",
            Sentence(
                N_("Links in messages begin with %(address)s: they work on this machine alone."),
                facts,
            ),
        )
    elif address.scheme != "https":
        yield (
            "wrong",
            Sentence(
                N_("%(address)s is not encrypted. Serve it by https, and set base_url."), facts
            ),
        )
    elif not given.secure_cookies:
        yield "wrong", Sentence(N_("Set secure_cookies = true: the pages are served by https."))
    else:
        yield "well", Sentence(N_("Links in messages begin with %(address)s."), facts)
    if address.hostname not in {host.strip("[]") for host in given.hosts}:
        yield (
            "wrong",
            Sentence(
                N_("%(host)s is not among trusted_hosts: links in messages lead to a refusal."),
                {"host": address.hostname},
            ),
        )


def keys(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """The key file, for its owner's eyes alone."""
    path = given.data / "keys.json"
    others = stat.S_IMODE(path.stat().st_mode) & 0o077
    if others and os.name == "posix":
        yield (
            "wrong",
            Sentence(
                N_("Others on this machine can read %(path)s. Run: chmod 600 %(path)s"),
                {"path": path},
            ),
        )
    else:
        yield "well", Sentence(N_("Only its owner can read %(path)s."), {"path": path})


def disk(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Room to write."""
    with tempfile.TemporaryFile(dir=given.data) as file:
        file.write(b"\0" * 4096)
    free = shutil.disk_usage(given.data).free // 1_000_000
    state = "wrong" if free < _NEXT_TO_NOTHING else "note" if free < _LITTLE else "well"
    yield (
        state,
        Sentence(N_("%(free)s MB are free in %(path)s."), {"free": free, "path": given.data}),
    )


def fonts(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Chinese and Latin letters for paper."""
    from tieout.rendering import lettering

    lettering.register()
    lettering.printable("对账 Tieout")
    yield "well", Sentence(N_("Statements can be printed in Chinese and English."))


def languages(given: Settings) -> Iterator[tuple[str, Sentence]]:
    """Compiled translations."""
    for language in catalogues.LANGUAGES:
        if language != catalogues.SOURCE and not catalogues.load(language).info():
            yield "wrong", Sentence(N_("The Chinese words are missing. Start Tieout by ./run."))
            return
    yield "well", Sentence(N_("The words of every language are there."))
