"""How a face is put together from its pages."""

from collections.abc import Iterable
from importlib import import_module

from flask import Blueprint

from tieout.web import choices
from tieout.web.login import guard


def assemble(face: Blueprint, package: str, pages: Iterable[str]) -> Blueprint:
    """Guard a face and give it its pages: each is a module with a blueprint `bp`."""
    face.before_request(guard)
    face.register_blueprint(choices.blueprint())
    for name in pages:
        face.register_blueprint(import_module(f"{package}.{name}").bp)
    return face
