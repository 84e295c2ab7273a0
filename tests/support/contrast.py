"""The contrast between a text and its ground, by the Web Content Accessibility Guidelines."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

LEAST = 4.5
_BLACK, _WHITE = "000000", "FFFFFF"


def contrast(ink: str, ground: str) -> float:
    """Return the contrast of two colours, between 1 and 21."""
    darker, lighter = sorted((_luminance(ink), _luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def too_pale(data: bytes) -> list[str]:
    """Return the cells of a workbook whose texts have too little contrast, also while a conditional format holds."""
    pale = []
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            ground = _rgb(cell.fill.fgColor) if cell.fill.fill_type == "solid" else None
            if contrast(_rgb(cell.font.color) or _BLACK, ground or _WHITE) < LEAST:
                pale.append(f"{sheet.title}!{cell.coordinate}")
        for area, rules in sheet.conditional_formatting._cf_rules.items():
            for style in (rule.dxf for rule in rules if rule.dxf):
                ink = _rgb(style.font.color) if style.font else None
                if style.fill and contrast(ink or _BLACK, _rgb(style.fill.bgColor) or _WHITE) < LEAST:
                    pale.append(f"{sheet.title}!{area.sqref}")
    return pale


def _rgb(colour: Any) -> str | None:
    return colour.rgb[-6:] if colour is not None and colour.type == "rgb" else None
