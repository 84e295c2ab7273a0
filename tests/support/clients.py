"""Programs other than Excel and WPS that load a workbook, put a number into it and save it.

Web pages, scripts and other offices do so with our forms. Each is listed with what the report then needs to be asked
about or notes; docs/clients.md has the same table.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import libreoffice as office
import programs
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from damaged.workbook import Workbook

_SCRIPT = Path(__file__).with_name("clients.mjs")


class Typed(NamedTuple):
    """A number that is put into a cell."""

    sheet: str
    address: str
    number: int

    @property
    def row(self) -> int:
        """The row, from 1."""
        return coordinate_from_string(self.address)[1]

    @property
    def column(self) -> int:
        """The column, from 1."""
        return column_index_from_string(coordinate_from_string(self.address)[0])


class Saving(NamedTuple):
    """What a program is given."""

    source: Path
    typed: Typed | None
    target: Path
    libreoffice: Callable[[], office.LibreOffice]


# ---------------------------------------------------------------- npm


def _in_node(package: str) -> Callable[[Saving], None]:
    def save(saving: Saving) -> None:
        node, home = programs.node_with(package)
        typed = [str(part) for part in saving.typed or ()]
        programs.run([node, str(_SCRIPT), home, package, str(saving.source), str(saving.target), *typed], 1)

    return save


# ---------------------------------------------------------------- PyPI


def _needs(*names: str) -> None:
    for name in names:
        if importlib.util.find_spec(name.partition(".")[0]) is None:
            office.missing(f'{name} is not installed (pip install ".[calculators,clients]")')


def _openpyxl(saving: Saving) -> None:
    import openpyxl

    book = openpyxl.load_workbook(saving.source)
    if saving.typed:
        book[saving.typed.sheet][saving.typed.address] = saving.typed.number
    book.save(saving.target)


def _pandas(saving: Saving) -> None:
    _needs("pandas")
    import pandas

    sheets = pandas.read_excel(saving.source, sheet_name=None, header=None, dtype=object)
    if typed := saving.typed:
        sheets[typed.sheet].iat[typed.row - 1, typed.column - 1] = typed.number
    with pandas.ExcelWriter(saving.target, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            frame.to_excel(writer, sheet_name=name, header=False, index=False)


def _polars(saving: Saving) -> None:
    """A column of a frame has one type, so every number that stands below a heading becomes a text."""
    _needs("polars", "fastexcel")
    import polars
    import xlsxwriter

    options: dict[str, Any] = {"has_header": False, "drop_empty_rows": False, "drop_empty_cols": False}
    sheets = polars.read_excel(saving.source, sheet_id=0, **options)
    # As polars itself opens a workbook; by default XlsxWriter makes a text that begins with = a formula.
    with xlsxwriter.Workbook(saving.target, {"strings_to_formulas": False}) as book:
        for name, frame in sheets.items():
            if saving.typed and saving.typed.sheet == name:
                frame[saving.typed.row - 1, saving.typed.column - 1] = str(saving.typed.number)
            frame.write_excel(book, worksheet=name, include_header=False)


def _ironcalc(saving: Saving) -> None:
    _needs("ironcalc")
    import ironcalc

    model = ironcalc.load_from_xlsx(str(saving.source), "en", "UTC", "en")
    if typed := saving.typed:
        sheet = Workbook(saving.source.read_bytes()).names.index(typed.sheet)
        model.set_user_input(sheet, typed.row, typed.column, str(typed.number))
    model.evaluate()
    model.save_to_xlsx(str(saving.target))


_ASPOSE = """
import sys
from aspose.cells import Workbook

source, target, *typed = sys.argv[1:]
book = Workbook(source)
if typed:
    book.worksheets.get(typed[0]).cells.get(typed[1]).put_value(int(typed[2]))
    book.calculate_formula()
book.save(target)
"""


def _aspose(saving: Saving) -> None:
    """In a process of its own: it brings the runtime of another language along."""
    _needs("aspose.cells")
    typed = [str(part) for part in saving.typed or ()]
    # Without this, its runtime needs the machine's own tables of languages.
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    command = [sys.executable, "-c", _ASPOSE, str(saving.source), str(saving.target), *typed]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)


# ---------------------------------------------------------------- Debian


def _gnumeric(saving: Saving) -> None:
    """Without a window it types into the first sheet only; so the number is put into the file beforehand."""
    ssconvert = programs.ssconvert()
    book = Workbook(saving.source.read_bytes())
    if saving.typed:
        book[saving.typed.sheet].set(saving.typed.address, saving.typed.number)
    typed = saving.target.with_name("typed.xlsx")
    typed.write_bytes(book.data())
    programs.run([ssconvert, "--recalc", str(typed), str(saving.target)], 1)


def _libreoffice(saving: Saving) -> None:
    typed = [(saving.typed.sheet, saving.typed.address, str(saving.typed.number))] if saving.typed else []
    saving.libreoffice().type_in(saving.source, typed, saving.target)


# ---------------------------------------------------------------- all


class Client(NamedTuple):
    """A program, and what it makes of a form."""

    version: str
    """With which the table in docs/clients.md was made; what comes from npm is exactly this version."""
    origin: str
    save: Callable[[Saving], None]
    rules: frozenset[str]
    """The rules of the findings on our filled form, after the program has saved it."""


_LOST, _STALE = "evidence.validation", "totals.stale"

CLIENTS: Mapping[str, Client] = {
    "LibreOffice": Client("7.4.7", "Debian", _libreoffice, frozenset()),
    "Gnumeric": Client("1.12.55", "Debian", _gnumeric, frozenset()),
    "openpyxl": Client("3.1.5", "PyPI", _openpyxl, frozenset({_STALE})),
    "pandas": Client("3.1.1", "PyPI", _pandas, frozenset({_LOST})),
    "polars": Client("2.1.0", "PyPI", _polars, frozenset({_LOST, "figure.unread"})),
    "IronCalc": Client("0.9.1", "PyPI", _ironcalc, frozenset({_LOST})),
    "Aspose.Cells": Client("26.10.0", "PyPI", _aspose, frozenset({"structure.extra"})),
    "ExcelJS": Client("4.4.0", "npm", _in_node("exceljs"), frozenset()),
    "SheetJS": Client("0.18.5", "npm", _in_node("xlsx"), frozenset({_LOST, "identity.property"})),
    "xlsx-populate": Client("1.21.0", "npm", _in_node("xlsx-populate"), frozenset({_STALE})),
}

NPM_NAMES = {"ExcelJS": "exceljs", "SheetJS": "xlsx", "xlsx-populate": "xlsx-populate"}


def saved_by(name: str, saving: Saving) -> bytes:
    """Return what a program saves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are not ours, and all of them are seen in what was saved
        CLIENTS[name].save(saving)
    return saving.target.read_bytes()
