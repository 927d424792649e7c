"""A table of what can be extended: built-ins and entry points, both "package.module:object"."""

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from typing import Generic, TypeVar, cast

from tieout.errors import NotFound
from tieout.i18n import N_

T = TypeVar("T")


class NotRegistered(NotFound):
    """A name that no built-in and no plug-in has."""

    message = N_("There is no “%(name)s” here. Known: %(known)s.")


class Registry(Generic[T]):
    """Names and where the object behind each is found; imported when first asked for."""

    def __init__(self, group: str, /, **builtins: str) -> None:
        self.group = group
        self._addresses = dict(builtins)
        self._loaded: dict[str, T] = {}
        self._plugged = False

    def _plug_in(self) -> None:
        if not self._plugged:
            self._plugged = True
            for point in entry_points(group=self.group):
                self._addresses.setdefault(point.name, point.value)

    def names(self) -> list[str]:
        """The names, in the order they were registered."""
        self._plug_in()
        return list(self._addresses)

    def register(self, name: str, address: str) -> None:
        """Add one by hand, as a plug-in would."""
        self._addresses[name] = address
        self._loaded.pop(name, None)

    def address(self, name: str) -> str:
        """Where the object behind a name is, for a process that imports it itself.

        Raises:
            NotRegistered: no built-in and no plug-in has the name.
        """
        if name not in self.names():
            raise NotRegistered(name=name, known=", ".join(self.names()))
        return self._addresses[name]

    def forget(self, name: str) -> None:
        """Take one out again."""
        self._addresses.pop(name, None)
        self._loaded.pop(name, None)

    def __contains__(self, name: str) -> bool:
        return name in self.names()

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __getitem__(self, name: str) -> T:
        if name not in self.names():
            raise NotRegistered(name=name, known=", ".join(self.names()))
        if name not in self._loaded:
            module, _, attribute = self._addresses[name].partition(":")
            self._loaded[name] = cast(T, getattr(import_module(module), attribute))
        return self._loaded[name]
