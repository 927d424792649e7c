"""The words of a mail: decoded whatever their charset, out of HTML, and without what is quoted."""

import re
from collections.abc import Sequence
from email.message import Message
from html.parser import HTMLParser

#: Charsets that say less than what is meant: mail programs write gb2312 for all of GB18030.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "us-ascii": "utf-8", "ascii": "utf-8"}
#: Where a mail program begins to quote what is answered, in English and Chinese.
_QUOTES = (
    re.compile(
        r"^\s*[-_—]{3,}\s*(original message|forwarded message|(回复的)?原始?邮件|转发邮件).*$",
        re.I,
    ),
    re.compile(r"^\s*(on|am|le)\b.{5,200}\b(wrote|writes|schrieb|écrit)\s*[:：]\s*$", re.I),
    re.compile(r"^\s*(在|于)?\s*.{4,160}(写道|来信|写到)\s*[:：]\s*$"),
    re.compile(r"^\s*[_]{10,}\s*$"),
)
#: The head of the mail answered, as Outlook and its like put it above: two of these lines.
_HEAD = re.compile(
    r"^\s*\*?(from|sent|to|subject|date|发件人|发送时间|发送日期|收件人|主题|日期)\*?\s*[:：]", re.I
)
#: What begins a new line in a page, and what is no text at all.
_BREAKS = frozenset("p div br tr li h1 h2 h3 h4 table blockquote".split())
_HIDDEN = frozenset("style script head title".split())
#: Deeper quotes and longer pages are not read.
_LONGEST = 500_000


def in_words(parts: Sequence[Message]) -> str:
    """The first text a mail holds, plain before HTML."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() != kind or part.get_content_disposition() == "attachment":
                continue
            text = _decoded(part)
            if text.strip():
                return _tidy(_out_of_html(text) if kind == "text/html" else text)
    return ""


def own_words(text: str) -> str:
    """What a person wrote, without the mail they answer below or above it."""
    lines = text.split("\n")
    kept: list[str] = []
    for place, line in enumerate(lines):
        if any(quote.match(line) for quote in _QUOTES):
            break
        # a head that is quoted has several lines
        if _HEAD.match(line) and any(_HEAD.match(one) for one in lines[place + 1 : place + 3]):
            break
        if not line.lstrip().startswith((">", "＞")):
            kept.append(line)
    said = "\n".join(kept).partition("\n--\n")[0].strip()
    return said or "\n".join(line.lstrip("> ") for line in lines).strip()


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    named = str(part.get_content_charset() or "utf-8").lower()
    for charset in (_WIDER.get(named, named), "utf-8", "gb18030"):
        try:
            return content[:_LONGEST].decode(charset)
        except (LookupError, UnicodeError):
            continue
    return content[:_LONGEST].decode("utf-8", "replace")


def _tidy(text: str) -> str:
    """Lines end alike, blanks are blanks, and nothing controls anything."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    text = "".join(one for one in text if one in "\n\t" or one.isprintable())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


class _Words(HTMLParser):
    """Gathers what a page says."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Begin a line, or something nobody reads."""
        if tag in _HIDDEN:
            self._hidden += 1
        if tag in _BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a line, or what nobody reads."""
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag in _BREAKS and tag != "br":
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words, not the line breaks of the source."""
        if not self._hidden:
            self.said.append(re.sub(r"\s+", " ", data))


def _out_of_html(text: str) -> str:
    words = _Words()
    words.feed(text)
    words.close()
    return re.sub(r" *\n *", "\n", "".join(words.said))
