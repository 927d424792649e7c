"""Fields for files that are not lost when their form comes back: what was chosen is held.

The form shows each held file by its name, ticked; unticked it is not sent.
"""

from typing import Any, Protocol

from flask import after_this_request
from flask.wrappers import Response
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage

from tieout.disputes.files import File
from tieout.errors import InvalidInput, TieoutError
from tieout.web import held
from tieout.web.held import Held


class Comes(Protocol):
    """A field that does something when its form comes back."""

    def come_back(self, error: TieoutError) -> None:
        """Get ready to be shown again."""


class _Holding:
    """What fields for one file and for several have in common."""

    name: str
    data: Any
    errors: Any

    def process(self, formdata: Any, *arguments: Any, **keywords: Any) -> None:
        """Read what was chosen, and what is held from before."""
        super().process(formdata, *arguments, **keywords)  # type: ignore[misc]
        keys = formdata.getlist(f"{self.name}_held") if formdata else []
        self.held: tuple[Held, ...] = held.found(keys)
        self._chosen: tuple[File, ...] | None = None

    def chosen(self) -> tuple[File, ...]:
        """The files chosen this time, read once."""
        if self._chosen is None:
            data = self.data if isinstance(self.data, list) else [self.data]
            given = [one for one in data if isinstance(one, FileStorage)]
            self._chosen = tuple(File(name_of(one), one.read()) for one in given if one.filename)
        return self._chosen

    def files(self) -> tuple[File, ...]:
        """Every file of the form, those held first; once the request is done none is held."""
        kept, chosen = self.held, self.chosen()
        if kept:
            after_this_request(lambda response: _taken(response, kept))
        contents = {one.content for one in chosen}
        before = (File(one.filename, one.content) for one in kept if one.content not in contents)
        return (*before, *chosen)

    def come_back(self, error: TieoutError) -> None:
        """Hold what was chosen, but for what would be refused again."""
        contents = {one.content for one in self.held}
        new = [one for one in self.chosen() if one.content not in contents and self.is_fit(one)]
        made = (held.hold(one.filename, one.content) for one in new)
        self.held = (*self.held, *(one for one in made if one is not None))

    def is_fit(self, file: File) -> bool:
        """Whether a file may be sent again."""
        try:
            file.checked()
        except InvalidInput:
            return False
        return True


class FilesField(_Holding, MultipleFileField):
    """Several photos or papers."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.type = "MultipleFileField"  # what the macros know


class OneFileField(_Holding, FileField):
    """One file; chosen anew, it takes the place of the one that is held."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.type = "FileField"  # what the macros know

    def file(self) -> File | None:
        """The file, if there is one."""
        return next(iter(self.files()[::-1]), None)

    def come_back(self, error: TieoutError) -> None:
        """Hold the file where something else of the form was wrong."""
        if self.errors:
            return
        if self.chosen():
            self.held = ()
        super().come_back(error)


def name_of(file: FileStorage) -> str:
    """What a file calls itself, without the folders some browsers send along."""
    return (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1]


def _taken(response: Response, kept: tuple[Held, ...]) -> Response:
    if response.status_code < 400:
        held.let_go(kept)
    return response
