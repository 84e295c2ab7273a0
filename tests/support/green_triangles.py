"""The cells that Excel marks with a green triangle because their text looks like a number."""

from __future__ import annotations

import io
import re

import openpyxl
import sheet_xml
from openpyxl.utils import coordinate_to_tuple, range_boundaries

_IGNORED = re.compile(r'<ignoredError sqref="([^"]*)" numberStoredAsText="1"')
_VERY_HIDDEN = "veryHidden"


def numbers_stored_as_text(data: bytes) -> tuple[list[str], list[str]]:
    """Return the visible cells with digits for a text: those that Excel marks, and those that it is told to leave."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    marked, left = [], []
    for sheet in book:
        if sheet.sheet_state == _VERY_HIDDEN:
            continue
        xml = sheet_xml.part(data, sheet_xml.sheet_parts(data)[sheet.title])
        areas = [range_boundaries(area) for found in _IGNORED.findall(xml) for area in found.split()]
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            if cell.data_type == "s" and re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", str(cell.value).strip()):
                row, column = coordinate_to_tuple(cell.coordinate)
                inside = any(a <= column <= c and b <= row <= d for a, b, c, d in areas)
                (left if inside else marked).append(f"{sheet.title}!{cell.coordinate}")
    return marked, left
