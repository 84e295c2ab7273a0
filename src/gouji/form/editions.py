"""The official editions, which are shipped: constants of the package."""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from gouji.form.edition_file import parse_form
from gouji.form.model import Form, unpacked
from gouji.runtime.errors import GoujiError


@cache
def editions() -> tuple[str, ...]:
    """Return the names of the shipped editions, newest first."""
    files = resources.files("gouji.form").joinpath("editions").iterdir()
    return tuple(
        sorted((file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")), reverse=True)
    )


@cache
def load_form(edition: str) -> Form:
    """Return the official form with this edition name, which is the first year that the edition applies to.

    Raises GoujiError for an unknown edition.
    """
    if edition not in editions():
        known = "、".join(editions())
        raise GoujiError(f"没有“{edition}”版的格式。现有的是：{known}。")
    text = resources.files("gouji.form").joinpath("editions", f"{edition}.toml").read_text(encoding="utf-8")
    return parse_form(text, f"editions/{edition}.toml")


def edition_in_force(year: int | None) -> str:
    """Return the name of the edition in force for reports on a year; without a year, the newest edition."""
    # From the newest to the oldest; the forms of before the right one are not read.
    fitting = (edition for edition in editions() if year is None or load_form(edition).first_year <= year)
    return next(fitting, editions()[-1])


def _pickled(form: Form) -> tuple[Callable[..., Form], tuple[Any, ...]]:
    if form.edition in editions():
        return load_form, (form.edition,)
    return unpacked, (form.packed,)


# A pickled report only names its official form, which every process can load, but includes a supplementary form.
# Form cannot define this itself: its module is below this one and does not know which editions are shipped.
copyreg.pickle(Form, _pickled)
