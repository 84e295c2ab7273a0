"""Calculators other than LibreOffice: each calculates our workbooks anew, whatever results they bring along.

They are there because offices and web pages open workbooks with programs that were written from scratch, and these
differ in what our formulas could lean on by accident.
"""

from __future__ import annotations

import importlib.util
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import libreoffice as office
import openpyxl
import programs
import sheet_xml
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

Results = dict[tuple[str, str], float | str]
"""What each formula gives, by sheet and address; an error value is its text, such as ``#N/A``."""

Calculator = Callable[[Sequence[bytes], Path], list[Results]]
"""Workbooks and an empty folder to work in → the results of each."""

_SCRIPT = Path(__file__).with_name("hyperformula.mjs")


def hyperformula(workbooks: Sequence[bytes], folder: Path) -> list[Results]:
    """Calculate with HyperFormula, the calculator of many web pages, from npm."""
    node, home = programs.node_with("hyperformula")
    said = programs.run([node, str(_SCRIPT), home], len(workbooks), json.dumps([_as_rows(data) for data in workbooks]))
    return [
        {
            (sheet, _address(*map(int, place.split(",")))): _plain(result)
            for sheet, results in calculated.items()
            for place, result in results.items()
        }
        for calculated in json.loads(said)
    ]


def _as_rows(data: bytes) -> dict[str, list[list[Any]]]:
    """Return the cells of a workbook: numbers as they are, formulas with a ``=`` and texts with a ``'`` before them."""
    return {
        sheet.title: [[_as_cell(cell) for cell in row] for row in sheet.iter_rows()]
        for sheet in openpyxl.load_workbook(io.BytesIO(data))
    }


def _as_cell(cell: Any) -> Any:
    if cell.value is None or isinstance(cell.value, int | float):
        return cell.value
    return cell.value if cell.data_type in ("f", "e") else f"'{cell.value}"


def _address(row: int, column: int) -> str:
    return f"{get_column_letter(column + 1)}{row + 1}"


def _plain(result: Any) -> float | str:
    if isinstance(result, Mapping):
        return str(result["error"])
    return result if isinstance(result, str) else float(result)


def ironcalc(workbooks: Sequence[bytes], folder: Path) -> list[Results]:
    """Calculate with IronCalc, a calculator in Rust, from PyPI."""
    if importlib.util.find_spec("ironcalc") is None:
        office.missing('IronCalc is not installed (pip install ".[calculators]")')
    return [_by_ironcalc(data, folder / f"report{number}.xlsx") for number, data in enumerate(workbooks)]


def _by_ironcalc(data: bytes, path: Path) -> Results:
    import ironcalc

    path.write_bytes(data)
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    sheets = list(sheet_xml.sheet_parts(data))
    results: Results = {}
    for sheet, address in sheet_xml.formulas(data):
        letters, row = coordinate_from_string(address)
        value = model.get_cell_value(sheets.index(sheet), row, column_index_from_string(letters))
        results[sheet, address] = _plain(value)
    return results


def gnumeric(workbooks: Sequence[bytes], folder: Path) -> list[Results]:
    """Calculate with Gnumeric, from Debian."""
    ssconvert = programs.ssconvert()
    results = []
    for number, data in enumerate(workbooks):
        file, saved = folder / f"report{number}.xlsx", folder / f"saved{number}.xlsx"
        file.write_bytes(data)
        programs.run([ssconvert, "--recalc", str(file), str(saved)], 1)
        results.append({place: formula.result for place, formula in sheet_xml.formulas(saved.read_bytes()).items()})
    return results


CALCULATORS: Mapping[str, Calculator] = {"HyperFormula": hyperformula, "IronCalc": ironcalc, "Gnumeric": gnumeric}
