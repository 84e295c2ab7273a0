"""The room that a workbook gives its texts, measured with the advances of real fonts.

A spreadsheet counts the width of a column in digits of the workbook's default font. Here each text of a workbook is
broken into lines twice: in columns of 宋体, whose free likeness is AR PL UMing, and in columns of Calibri, whose free
likeness is Carlito, as programs without 宋体 show them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import libreoffice as office
import openpyxl

FONTS = Path("/usr/share/fonts/truetype")
UMING, CARLITO = FONTS / "arphic" / "uming.ttc", FONTS / "crosextra" / "Carlito-Regular.ttf"
HIGHEST_ROW, USUAL_WIDTH = 409, 8.43
_CLOSING, _OPENING = "，。、；：？！）》」』】〕”’…—,.;:?!%)", "（《「『【〔“‘"
_PIECE = re.compile(rf"[{_OPENING}]*(?:[!-~]+|.?)[{_CLOSING}]* *")


@dataclass(frozen=True)
class Metric:
    """A program's default font: the pixels of a digit at 11 points, and the points of a line of 11."""

    name: str
    digit: int
    line: float
    latin: Mapping[int, float]
    chinese: Mapping[int, float]

    def pixels(self, width: float) -> float:
        """Return the room for text in a column, by the formula of ISO/IEC 29500-1, 18.3.1.13."""
        return int((256 * width + 128 // self.digit) / 256 * self.digit) - 5

    def wide(self, text: str, size: float) -> float:
        em = round(size * 4 / 3)
        return sum(self.latin.get(ord(each), self.chinese.get(ord(each), 1.0)) for each in text) * em

    def lines(self, text: str, room: float, size: float) -> int:
        return sum(self._paragraph(each, room, size) for each in text.split("\n"))

    def _paragraph(self, text: str, room: float, size: float) -> int:
        lines, used = 1, 0.0
        for piece in _PIECE.findall(text):
            width = self.wide(piece.rstrip(), size)
            parts = [piece] if width <= room else list(piece)
            for each in parts:
                if used and used + self.wide(each.rstrip(), size) > room:
                    lines, used = lines + 1, 0.0
                used += self.wide(each, size)
        return lines


@cache
def metrics() -> tuple[Metric, Metric]:
    """Return both metrics, or skip."""
    songti, calibri = _advances(UMING), _advances(CARLITO)
    latin = {code: width for code, width in calibri.items() if code < 0x80}
    return Metric("宋体", 8, 13.5, {}, songti), Metric("Calibri", 7, 15, latin, songti)


def _advances(path: Path) -> dict[int, float]:
    from fontTools.ttLib import TTFont

    if not path.exists():
        office.missing(f"no {path} (fonts-crosextra-carlito, fonts-arphic-uming)")
    with TTFont(path, fontNumber=0, lazy=True) as font:
        units, widths = font["head"].unitsPerEm, font["hmtx"].metrics
        return {code: widths[glyph][0] / units for code, glyph in font.getBestCmap().items()}


def cut(data: bytes) -> list[str]:
    """Return the cells whose text is not shown completely in one of the metrics."""
    workbook = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return [
        f"{sheet.title}!{where} {metric.name}: {why}"
        for metric in metrics()
        for sheet in workbook.worksheets
        if sheet.sheet_state == "visible"
        for where, why in _cut(sheet, metric)
    ]


def _cut(sheet: Any, metric: Metric) -> Iterator[tuple[str, str]]:
    widths = {
        column: each.width
        for each in sheet.column_dimensions.values()
        for column in range(each.min or 0, (each.max or 0) + 1)
    }
    merged = {area.coord.partition(":")[0]: area for area in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        for cell in row:
            # openpyxl takes the target of a link for the text of an empty cell.
            if isinstance(cell.value, str) and cell.value and not cell.value.startswith("'"):
                area = merged.get(cell.coordinate)
                last_column, last_row = (area.max_col, area.max_row) if area else (cell.column, cell.row)
                room = sum(
                    metric.pixels(widths.get(each, USUAL_WIDTH)) + 5 for each in range(cell.column, last_column + 1)
                )
                room -= 5 + cell.alignment.indent * metric.wide(" ", 11) * 3
                size = cell.font.sz
                if cell.alignment.wrap_text:
                    heights = [sheet.row_dimensions[each].height for each in range(cell.row, last_row + 1)]
                    if None in heights and not area:
                        continue  # the program makes the row as high as its text
                    height = sum(each or 15 for each in heights)
                    needed = metric.lines(cell.value, room, size) * metric.line * size / 11
                    if needed > height and height < HIGHEST_ROW:
                        yield cell.coordinate, f"{needed:g} of {height:g} points: {cell.value[:20]}"
                elif (needed := metric.wide(cell.value, size)) > room + _beside(sheet, cell, metric, widths):
                    yield cell.coordinate, f"{needed:.0f} of {room:.0f} pixels: {cell.value[:20]}"


def _beside(sheet: Any, cell: Any, metric: Metric, widths: Mapping[int, float]) -> float:
    """Return the pixels of the empty cells into which a text that is not wrapped runs on."""
    way = {"right": (-1,), "center": (-1, 1)}.get(cell.alignment.horizontal, (1,))
    more = []
    for step in way:
        column, room = cell.column + step, 0.0
        while 0 < column <= cell.column + 40 and sheet.cell(cell.row, column).value in (None, ""):
            room += metric.pixels(widths.get(column, USUAL_WIDTH)) + 5
            column += step
        more.append(room)
    return min(more) * len(more)
