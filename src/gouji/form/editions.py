"""The forms that this process knows: the official editions, which are shipped, and those that offices have written."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Generic, TypeVar

from gouji.form.edition_file import parse_form
from gouji.form.model import Form
from gouji.runtime.errors import GoujiError

T = TypeVar("T")
R = TypeVar("R")


@cache
def editions() -> tuple[str, ...]:
    """Return the names of the editions that are shipped, newest first."""
    files = resources.files("gouji.form").joinpath("editions").iterdir()
    return tuple(
        sorted((file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")), reverse=True)
    )


_OWN: dict[str, Form] = {}
"""The own forms that this process knows. The name of one holds the hash of what it says, so none replaces another."""


def adopt(form: Form) -> None:
    """Let the process know an office's own form; the one that was named last goes before the others."""
    _OWN.pop(form.edition, None)
    _OWN[form.edition] = form


def own_forms() -> tuple[Form, ...]:
    """Return the own forms that the process knows."""
    return tuple(_OWN.values())


def known_editions() -> tuple[str, ...]:
    """Return the names of all forms that the process knows, own ones first, the last one before the others."""
    return (*reversed(_OWN), *editions())


def load_form(edition: str) -> Form:
    """Return the form of an edition: an official one by its first year, an own one that was adopted by its name.

    Raises GoujiError for an edition that is not known, EditionError for a file that is not a form.
    """
    return _OWN[edition] if edition in _OWN else _shipped(edition)


class _Knowing(Generic[T, R]):
    """A function with the own forms of this process, for another one."""

    def __init__(self, function: Callable[[T], R], forms: tuple[Form, ...]) -> None:
        self._function, self._forms = function, forms

    def __call__(self, item: T) -> R:
        for form in self._forms:
            adopt(form)
        return self._function(item)


def knowing(function: Callable[[T], R]) -> Callable[[T], R]:
    """Return a function that knows the own forms of this process also in another one."""
    return _Knowing(function, own_forms()) if _OWN else function


def name_of(edition: str) -> str:
    """Return what an own form calls itself; of an official one an empty text."""
    name, at, _ = edition.rpartition("@")
    return name if at else ""


def other_version(edition: str) -> str:
    """Return the version that is known here of an own form of which another is named, or an empty text."""
    name = name_of(edition)
    return next((known for known in reversed(_OWN) if name and name_of(known) == name), "")


@cache
def _shipped(edition: str) -> Form:
    if edition not in editions():
        known = "、".join(editions())
        raise GoujiError(f"没有“{edition}”版的格式。现有的是：{known}。")
    text = resources.files("gouji.form").joinpath("editions", f"{edition}.toml").read_text(encoding="utf-8")
    return parse_form(text, f"editions/{edition}.toml")


def edition_in_force(year: int | None) -> str:
    """Return the edition that is in force for reports on a year; without a year, the newest one."""
    forms = [load_form(edition) for edition in editions()]
    if year is None:
        return forms[0].edition
    return next((form.edition for form in forms if form.first_year <= year), forms[-1].edition)
