"""Any JSON endpoint: pages of records asked for one after the other, kept as they were answered.

The importer of JSON makes rows of them, and knows what shops call their fields; where somebody
says which list inside a record holds its lines, the rows are made here.
"""

import base64
import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from tieout.errors import Conflict, InvalidInput
from tieout.i18n import N_, Sentence
from tieout.intake.connectors.flatten import NoSuchPath, at_path, records_at
from tieout.intake.connectors.gathering import Records
from tieout.intake.connectors.http import Source, check_address, same_place, trusting
from tieout.intake.connectors.marks import HighWater
from tieout.intake.connectors.protocol import (
    Asks,
    Mark,
    Pulled,
    PulledFile,
    Setting,
    SettingMissing,
    Values,
    number,
)

SECONDS = 300
PAGE_SIZE = 100
MOST_PAGES = 5_000
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
#: Headers that belong to the request itself.
_OWN_HEADERS = frozenset("host content-length transfer-encoding connection cookie".split())


class HeaderWrong(InvalidInput):
    """A name no header may have."""

    message = N_("“%(name)s” is no header for a key. Write it like X-Api-Key.")


class SamePageAgain(Conflict):
    """Paging that does not move."""

    message = N_(
        "Page %(page)s is the same as the one before. Check how the source counts pages; nothing"
        " was lost."
    )


class NextLeadsAway(Conflict):
    """A next page on another host."""

    message = N_("The next page is said to be on another host; it is not asked for.")


class TooManyPages(Conflict):
    """Pages without end."""

    message = N_("There are more than %(limit)s pages. Ask for larger ones, or for what is new.")


_WHERE, _SIGN_IN = N_("Where the data is"), N_("Sign-in")
_PAGES, _NEW, _LIMITS = N_("Pages"), N_("Only what is new"), N_("Limits")


class Rest:
    """An address that answers with JSON."""

    name = "rest"
    label = N_("Web address (JSON)")
    about = N_(
        "The interface of a shop, an ERP, a warehouse or a payment service that answers with JSON,"
        " page by page."
    )
    settings: Sequence[Setting] = (
        Setting(
            "url", N_("Address"), N_("By https, such as https://shop.example/wp-json/wc/v3/orders."),
            Asks.ADDRESS, is_required=True, part=_WHERE,
        ),
        Setting(
            "records", N_("Where the records are"),
            N_("The path in the answer, such as data.items; empty where the answer is the list."),
            part=_WHERE,
        ),
        Setting(
            "lines", N_("Lines inside a record"),
            N_("A list whose entries become rows, such as line_items; empty: found by itself; a"
               " dash: one row a record."),
            part=_WHERE,
        ),
        Setting(
            "auth", N_("Sign-in"), "", Asks.CHOICE, "none",
            choices={
                "none": N_("None"),
                "bearer": N_("Bearer token"),
                "basic": N_("Name and password"),
                "header": N_("Key in a header"),
            },
            part=_SIGN_IN,
        ),
        Setting("user", N_("Name, or name of the header"),
                N_("For “Name and password”, or such as X-Api-Key."), part=_SIGN_IN),
        Setting("secret", N_("Token, password or key"), "", Asks.SECRET, part=_SIGN_IN),
        Setting(
            "authority", N_("Certificate of your own authority"),
            N_("Where the source’s certificate was made by your company itself: that authority’s"
               " certificate, as text (PEM). It is trusted beside the usual ones."),
            Asks.LONG, part=_SIGN_IN,
        ),
        Setting(
            "paging", N_("How pages are asked for"), "", Asks.CHOICE, "none",
            choices={
                "none": N_("There is one page"),
                "page": N_("By number of the page"),
                "offset": N_("By number of the first record"),
                "cursor": N_("By a value of the page before"),
                "link": N_("By the Link header"),
            },
            part=_PAGES,
        ),
        Setting("page_name", N_("Name of the parameter"),
                N_("Such as page, offset or cursor."), default="page", part=_PAGES),
        Setting("first_page", N_("Number of the first page"), "", Asks.NUMBER, "1", part=_PAGES),
        Setting("size_name", N_("Name of the parameter for the size"),
                N_("Such as per_page or limit; empty: not said."), part=_PAGES),
        Setting("page_size", N_("Records of a page"), "", Asks.NUMBER, str(PAGE_SIZE), part=_PAGES),
        Setting("cursor", N_("Where the value for the next page stands"),
                N_("The path in the answer, such as meta.next_cursor."), part=_PAGES),
        Setting(
            "since_name", N_("Name of the parameter for “since”"),
            N_("Such as modified_after; empty: everything is asked for each time."), part=_NEW,
        ),
        Setting(
            "since_field", N_("Field that says how new a record is"),
            N_("The path in a record, such as date_modified_gmt."), part=_NEW,
        ),
        Setting("start", N_("Begin with"), N_("The value the first time; empty: from the"
                " beginning."), part=_NEW),
        Setting("seconds", N_("Seconds at most"), "", Asks.NUMBER, str(SECONDS), part=_LIMITS),
    )  # fmt: skip

    def check(self, given: Values, secrets: Values) -> None:
        """Look at the address and what belongs together.

        Raises:
            NotAWebAddress, NotEncrypted, NotACertificate, SettingMissing, HeaderWrong
        """
        check_address(secrets["url"])
        if authority := given.get("authority", "").strip():
            trusting(authority)
        needed = {
            "user": given["auth"] in ("basic", "header"),
            "page_name": given["paging"] in ("page", "offset", "cursor"),
            "cursor": given["paging"] == "cursor",
            "since_field": bool(given.get("since_name", "").strip()),
        }
        for setting in self.settings:
            if needed.get(setting.name) and not given.get(setting.name, "").strip():
                raise SettingMissing(setting=Sentence(setting.label))
        if given["auth"] != "none" and not secrets.get("secret"):
            raise SettingMissing(setting=Sentence(N_("Token, password or key")))
        if given["auth"] == "header":
            name = given["user"].strip()
            if not _HEADER.fullmatch(name) or name.lower() in _OWN_HEADERS:
                raise HeaderWrong(name=name)
        if re.search(r"[\r\n\0]", secrets.get("secret", "")):
            raise HeaderWrong(name="…")

    def source(self, given: Values) -> str:
        """The address without its secrets."""
        return given.get("url", "")

    def pull(
        self, given: Values, secrets: Values, mark: Mark, *, most: int | None = None
    ) -> Iterator[Pulled]:
        """Ask for page after page and yield the records as files of rows."""
        self.check(given, secrets)
        source = Source(
            headers=_headers(given, secrets),
            seconds=number(given, "seconds", SECONDS),
            authority=given.get("authority", "").strip(),
        )
        with tempfile.TemporaryDirectory(prefix="tieout-") as folder:
            try:
                found = _Pages(source, given, secrets["url"], mark, most).file(Path(folder))
            finally:
                source.close()
            if found is not None:
                yield found


class _Pages:
    """The pages of one pull."""

    def __init__(
        self, source: Source, given: Values, url: str, mark: Mark, most: int | None
    ) -> None:
        self.source, self.given, self.url, self.most = source, given, url, most
        self.field = given.get("since_field", "").strip()
        self.high = HighWater(self.field, mark, given.get("start", ""))
        self.size = number(given, "page_size", PAGE_SIZE) or PAGE_SIZE

    def file(self, folder: Path) -> PulledFile | None:
        """Everything new as one file, however long; records come in no order we know."""
        with Records(folder, self.given.get("lines", "").strip()) as gathered:
            for record in chain.from_iterable(self._pages()):
                if self._is_known(record):
                    continue
                gathered.add(record)
                if self.most is not None and gathered.count >= self.most:
                    break
            if not gathered.count:
                return None
            return PulledFile("", gathered.file(), self.high.mark() if self.field else {})

    def _pages(self) -> Iterator[list[Mapping[str, Any]]]:
        """Each page of records, until there is none."""
        query, url, before = self._first(), self.url, ""
        for page in range(1, MOST_PAGES + 1):
            answer = self.source.get(url, query)
            records = records_at(answer.body, self.given.get("records", "").strip())
            if not records:
                return
            digest = hashlib.sha256(
                json.dumps(records, sort_keys=True, default=str).encode()
            ).hexdigest()
            if digest == before:
                raise SamePageAgain(page=page)
            before = digest
            yield records
            following = self._next(answer.body, answer.next, url, query, len(records))
            if following is None:
                return
            url, query = following
        raise TooManyPages(limit=MOST_PAGES)

    def _first(self) -> dict[str, str]:
        query: dict[str, str] = {}
        name = self.given.get("page_name", "").strip()
        match self.given["paging"]:
            case "page":
                query[name] = self.given.get("first_page", "") or "1"
            case "offset":
                query[name] = "0"
        if self.given["paging"] != "none" and (sized := self.given.get("size_name", "").strip()):
            query[sized] = str(self.size)
        since = self.high.since
        if (asked := self.given.get("since_name", "").strip()) and since not in (None, ""):
            query[asked] = str(since)
        return query

    def _next(
        self, body: Any, link: str, url: str, query: dict[str, str], count: int
    ) -> tuple[str, dict[str, str]] | None:
        """Where the next page is; None after the last."""
        name = self.given.get("page_name", "").strip()
        is_short = bool(self.given.get("size_name", "").strip()) and count < self.size
        match self.given["paging"]:
            case "page":
                return None if is_short else (url, {**query, name: str(int(query[name]) + 1)})
            case "offset":
                return None if is_short else (url, {**query, name: str(int(query[name]) + count)})
            case "cursor":
                cursor = _cursor(body, self.given["cursor"].strip())
                return (url, {**query, name: cursor}) if cursor else None
            case "link":
                return self._linked(link, url)
            case _:
                return None

    def _linked(self, link: str, url: str) -> tuple[str, dict[str, str]] | None:
        if not link:
            return None
        target = urljoin(url, link)
        if not same_place(target, self.url):
            raise NextLeadsAway
        return target, {}

    def _is_known(self, record: Mapping[str, Any]) -> bool:
        """Whether a record was pulled before; any other is taken into account."""
        if not self.field:
            return False
        try:
            value = at_path(record, self.field)
        except NoSuchPath:
            return False
        told = [json.dumps(record, sort_keys=True, default=str)]
        if self.high.is_known(value, told):
            return True
        self.high.note(value, told)
        return False


def _headers(given: Values, secrets: Values) -> dict[str, str]:
    match given["auth"]:
        case "bearer":
            return {"Authorization": f"Bearer {secrets['secret'].strip()}"}
        case "basic":
            pair = f"{given['user']}:{secrets['secret']}".encode()
            return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        case "header":
            return {given["user"].strip(): secrets["secret"].strip()}
        case _:
            return {}


def _cursor(body: Any, path: str) -> str:
    try:
        found = at_path(body, path)
    except NoSuchPath:
        return ""
    return "" if found is None or found is False else str(found)


REST = Rest()
