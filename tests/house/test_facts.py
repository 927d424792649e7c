"""Every sentence gets the facts it names: one that lacks a fact cannot be said."""

import ast
import importlib
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.house.source import modules
from tieout.errors import TieoutError
from tieout.i18n import Sentence

_FACT = re.compile(r"%\((\w+)\)")


def test_every_sentence_gets_the_facts_it_names() -> None:
    found = [(place, fact) for place, named, given in said() for fact in sorted(named - given)]

    assert found == []
    assert sum(1 for _ in said()) > 300


def said() -> Iterator[tuple[str, set[str], set[str]]]:
    """Where a sentence or an error is made with its facts written out: facts named, and given."""
    for path, tree in modules():
        if path.endswith("__main__.py"):
            continue
        module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            place = f"{path}:{call.lineno}"
            made = resolved(module, call.func)
            if made is Sentence and call.args:
                text, given = resolved(module, call.args[0]), facts_of(call.args[1:])
                if isinstance(text, str) and given is not None:
                    yield place, set(_FACT.findall(text)), given
            elif isinstance(made, type) and issubclass(made, TieoutError) and is_plain(call):
                given = {str(word.arg) for word in call.keywords}
                yield place, set(_FACT.findall(str(made.message))), given


def is_plain(call: ast.Call) -> bool:
    """Whether every fact is given by its name."""
    return not call.args and all(word.arg for word in call.keywords)


def resolved(module: ModuleType, node: ast.expr) -> Any:
    """What a name, an attribute or a marked text of a module is; None where it is worked out."""
    match node:
        case ast.Constant(value):
            return value
        case ast.Name(name):
            return getattr(module, name, None)
        case ast.Attribute(inner, name):
            owner = resolved(module, inner)
            return getattr(owner, name, None) if isinstance(owner, ModuleType | type) else None
        case ast.Call(ast.Name("N_"), [ast.Constant(value)]):
            return value
    return None


def facts_of(rest: list[ast.expr]) -> set[str] | None:
    """The facts of a sentence, where they are written out beside it."""
    if not rest:
        return set()
    match rest[0]:
        case ast.Dict(keys):
            if all(isinstance(key, ast.Constant) for key in keys):
                return {str(key.value) for key in keys if isinstance(key, ast.Constant)}
    return None


def test_it_would_be_seen() -> None:
    with pytest.raises(KeyError):
        str(Sentence("%(file)s begins on %(first)s.", {"file": "theirs.csv"}))
