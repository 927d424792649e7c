"""XML read safely: no document type, no entities of its own, no bottomless nesting."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat

from tieout.intake.reading.errors import BreaksOff, DeclaresTypes, NestedTooDeep

#: No statement or invoice is nested deeper.
DEEPEST = 100
_BLOCK = 1 << 16
_STATED = re.compile(rb"<\?xml[^>]*encoding=[\"']([\w.-]+)[\"']", re.IGNORECASE)
#: Encodings the parser reads by itself.
_OWN = frozenset({"utf-8", "utf8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "latin1"})


class Node:
    """An element: its local name, whatever namespace it stands in, and what is in it."""

    __slots__ = ("attributes", "children", "line", "made", "name", "text")

    def __init__(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.text = ""
        self.children: list[Node] = []
        #: What was made of children at once, instead of keeping them.
        self.made: list[Any] = []

    def all(self, path: str) -> Iterator["Node"]:
        """Every element at a path of names: "Acct/Id/IBAN"."""
        first, _, rest = path.partition("/")
        for child in self.children:
            if child.name == first:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def first(self, *paths: str) -> "Node | None":
        """The first element at the first path that leads to one."""
        for path in paths:
            for found in self.all(path):
                return found
        return None

    def said(self, *paths: str) -> str:
        """What the first element that says anything says, on one line."""
        for path in paths:
            for found in self.all(path):
                if text := " ".join(found.text.split()):
                    return text
        return ""


def read_tree(
    path: Path, file: str, shrink: Mapping[str, Callable[[Node], object]] | None = None
) -> Node:
    """Read a file whole; elements named in `shrink` are made into something small at once.

    Raises:
        DeclaresTypes, NestedTooDeep, BreaksOff
    """
    return tree_of(path.read_bytes(), file, shrink)


def tree_of(
    content: bytes, file: str, shrink: Mapping[str, Callable[[Node], object]] | None = None
) -> Node:
    """Read what stands in a file, as `read_tree` does."""
    growing = _Growing(file, shrink or {})
    stated = _STATED.match(content[:200].lstrip())
    name = stated[1].decode("ascii").lower() if stated else "utf-8"
    encoding = None
    if name not in _OWN:
        content, encoding = _recoded(content, name, file), "utf-8"
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = growing.refuse
    parser.EntityDeclHandler = growing.refuse
    parser.StartElementHandler = growing.start
    parser.EndElementHandler = growing.end
    parser.CharacterDataHandler = growing.say
    growing.parser = parser
    try:
        for begin in range(0, len(content), _BLOCK):
            parser.Parse(content[begin : begin + _BLOCK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BreaksOff(file=file, line=error.lineno) from error
    if growing.root is None:
        raise BreaksOff(file=file, line=1)
    return growing.root


def _recoded(content: bytes, name: str, file: str) -> bytes:
    try:
        return content.decode(name).encode()
    except (UnicodeError, LookupError) as error:
        raise BreaksOff(file=file, line=1) from error


class _Growing:
    """The tree while it is read."""

    def __init__(self, file: str, shrink: Mapping[str, Callable[[Node], object]]) -> None:
        self.file = file
        self.shrink = shrink
        self.root: Node | None = None
        self.open: list[Node] = []
        self.parser: Any = None

    def refuse(self, *_: object) -> None:
        raise DeclaresTypes(file=self.file)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) >= DEEPEST:
            raise NestedTooDeep(file=self.file, limit=DEEPEST)
        local = name.rpartition(":")[2]
        node = Node(local, attributes, self.parser.CurrentLineNumber)
        if not self.open:
            self.root = node
        elif local not in self.shrink:
            self.open[-1].children.append(node)
        self.open.append(node)

    def end(self, _: str) -> None:
        node = self.open.pop()
        if self.open and (make := self.shrink.get(node.name)):
            self.open[-1].made.append(make(node))

    def say(self, text: str) -> None:
        self.open[-1].text += text
