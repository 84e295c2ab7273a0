"""What a person sees of a cell, where that differs from what the cell stores.

The reasons are number formats that scale or replace, fonts in the colour of the background, struck-out or raised runs,
hidden rows, columns and sheets, merges, and drawings on top. The library that reads the values ignores all of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Protocol

from gouji.formats.spreadsheet.drawings import Note
from gouji.formats.spreadsheet.facts import Area
from gouji.formats.spreadsheet.number_format import GENERAL, shown
from gouji.report import numerals

Spots = frozenset[tuple[int, int]]
"""The rows and the columns of some cells, which count from 0."""


class Why(Enum):
    """The reason why the visible number differs from the stored one."""

    FORMAT = "format"
    UNKNOWN_FORMAT = "unknown format"
    STRUCK = "struck out"
    RAISED = "raised"
    UNSEEN = "colour of the ground"
    ROW = "hidden row"
    COLUMN = "hidden column"
    SHEET = "hidden sheet"
    MERGED = "merged"
    COVERED = "covered"
    CONDITIONAL = "conditional format"
    NO_ZEROS = "zeros are not shown"
    SYMBOLS = "font of symbols"
    CROSSED = "diagonal border"
    REPEATED = "repeated"
    SHRUNK = "shrunk"


@dataclass(frozen=True)
class Seen:
    """What is visible of a cell, where that differs from what it stores."""

    text: str
    """The displayed text; empty where nothing is visible."""
    why: Why


class Sight(Protocol):
    """What is visible of the cells of one sheet."""

    def of(self, row: int, column: int, value: float | str) -> Seen | None:
        """Return what is visible of a cell that stores a value, or None where that is the value itself."""

    def digits(self, row: int, column: int, value: float) -> str | None:
        """Return how a cell shows a number, with the zeros before it; None where that is not known."""

    def is_ordinary(self, spots: Spots) -> bool:
        """Tell whether every whole number in these cells is certain to be displayed as it is stored.

        That is so in nearly every workbook, and saves the look at each cell.
        """

    @property
    def notes(self) -> Sequence[Note]:
        """The notes on the cells."""

    @property
    def merges(self) -> Sequence[Area]:
        """The areas of merged cells."""


@lru_cache(4096)
def formatted(code: str | None, value: float) -> Seen | None:
    """Return what a number format displays for a number, or None where that is the number itself."""
    if code == GENERAL or (code == "0" and value == int(value)):
        return None
    number = Decimal(f"{value:.15g}")
    text = shown(code, number) if code is not None else None
    if text is None:
        return Seen(f"{text_of(value)}（格式 {code or '不明'}）", Why.UNKNOWN_FORMAT)
    text = text.strip()
    return None if same_number(text, number) else Seen(text, Why.FORMAT)


def same_number(text: str, number: Decimal) -> bool:
    """Tell whether a text is exactly a number in digits, grouped or not, with or without the sign of a currency."""
    text = _CURRENCY.sub(r"\1", text.strip())
    if number == 0 and _NIL.fullmatch(text):
        return True
    if numerals.is_numeral(text):
        # Digits of another script, which a format shows: 四十六, or one by one 四六.
        return number == (numerals.from_digits(text) if numerals.spelt_out(text) else numerals.from_words(text))
    return _PLAIN.fullmatch(text) is not None and Decimal(text.replace(",", "")) == number


_CURRENCY = re.compile(r"^(-?)\s*[¥￥$€£]\s*")
_NIL = re.compile("[-－—–]{1,2}")
"""Accounting formats show zero as a dash."""
_PLAIN = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?")


def text_of(value: float | str) -> str:
    """Return a value as text, with the digits that programs display."""
    return value if isinstance(value, str) else format(Decimal(f"{value:.15g}"), "f")
