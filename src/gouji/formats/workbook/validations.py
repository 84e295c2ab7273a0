"""The validation of an input cell, its prompt, and its colour while its value is not permitted."""

from __future__ import annotations

from typing import Any

from gouji.form.expressions import EntryOf
from gouji.form.model import FRACTIONS, Cell
from gouji.form.prompts import number_prompt
from gouji.form.values import TOO_LARGE, Entry
from gouji.formats.drawing.canvas import WRONG_COLOUR, Canvas
from gouji.formats.workbook.layout import Layout

LONGEST_PARAGRAPH = 5000
Rule = dict[str, Any]


def number_rule(cell: Cell, title: str) -> Rule:
    """Return the validation of a number cell; its prompt says what the cell counts."""
    rule = {
        "count": whole(0, TOO_LARGE - 1),
        "change": whole(1 - TOO_LARGE, TOO_LARGE - 1),
        **dict.fromkeys(FRACTIONS, decimal(0, TOO_LARGE - 1)),
    }[cell.kind]
    wanted = {
        "count": "请填 0 或者正整数。只填数字，不写单位、文字和逗号。没有的填 0。",
        "change": "请填整数，减少的填负数。只填数字，不写单位。没有变化的填 0。",
        **dict.fromkeys(FRACTIONS, f"请填数字，单位是{cell.column.unit}，可以带小数。不写单位和逗号。没有的填 0。"),
    }[cell.kind]
    return {
        **rule,
        "input_title": title,
        "input_message": number_prompt(cell),
        "error_title": "不合要求",
        "error_message": wanted,
    }


def text_rule(title: str, message: str, longest: int = LONGEST_PARAGRAPH) -> Rule:
    """Return the validation of a text cell."""
    return {
        "validate": "length",
        "criteria": "<=",
        "value": longest,
        "input_title": title,
        "input_message": message,
        "error_title": "文字太长",
        "error_message": f"一格最多写 {longest} 字。请分成几段，一格写一段。",
    }


def whole(least: int, most: int) -> Rule:
    """Return the validation of a whole number between two bounds."""
    return {"validate": "integer", "criteria": "between", "minimum": least, "maximum": most}


def decimal(least: int, most: int) -> Rule:
    """Return the validation of a number between two bounds."""
    return {"validate": "decimal", "criteria": "between", "minimum": least, "maximum": most}


def mark_entries(canvas: Canvas[Layout], refs: tuple[str, ...]) -> None:
    """Colour the cells whose value is not a permitted number."""
    for ref in refs:
        place = canvas.plan.places[ref]
        wrong = f"{EntryOf(ref, canvas.plan.form.cells[ref].kind).formula(canvas.view)}>={Entry.NEGATIVE.value}"
        canvas.mark(place.row, place.column, place.row, place.column, wrong, WRONG_COLOUR)
