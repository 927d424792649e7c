"""Chinese sentences have the full-width marks of Chinese."""

import re

HAN = "[\u3400-\u9fff]"
_ADDRESS = re.compile(r"\S*[:@]//?\S*|\S+@\S+")
_MARKS = (
    re.compile(rf"{HAN} ?[,;?!]|{HAN} ?:(?=\s|{HAN}|$)"),
    re.compile(rf"[,;:?!] ?{HAN}"),
    re.compile(rf"{HAN}[^\n]*[()]|[()][^\n]*{HAN}"),
)


def half_width(text: str) -> list[str]:
    """What stands around each mark of another writing, where a line has Chinese in it."""
    text = _ADDRESS.sub("", text)
    found = (one for marks in _MARKS for one in marks.finditer(text))
    return [text[max(one.start() - 12, 0) : one.end() + 12] for one in found]
