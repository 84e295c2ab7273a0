"""What a person sees of a cell, where that is not what the cell stores.

A number format that scales or replaces, a font in the colour of its ground, a run that is struck out or raised, a
hidden row, column or sheet, a merge, a drawing on top: the library that takes the values knows nothing of them.
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
from gouji.formats.spreadsheet.number_format import GENERAL, shown


class Why(Enum):
    """Why a number that is stored is not the number that is seen."""

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


@dataclass(frozen=True)
class Seen:
    """What is seen of a cell instead of what it stores."""

    text: str
    """As it is shown; empty where nothing is."""
    why: Why


class Sight(Protocol):
    """What is seen of the cells of one sheet."""

    def of(self, row: int, column: int, value: float | str) -> Seen | None:
        """Return what is seen of a cell that stores a value, or None where it is just that."""

    @property
    def notes(self) -> Sequence[Note]:
        """The notes on the cells."""


@lru_cache(4096)
def formatted(code: str | None, value: float) -> Seen | None:
    """Return what a number format shows of a number, if that is another number or none."""
    if code == GENERAL or (code == "0" and value == int(value)):
        return None
    number = Decimal(f"{value:.15g}")
    text = shown(code, number) if code is not None else None
    if text is None:
        return Seen(f"{text_of(value)}（格式 {code or '不明'}）", Why.UNKNOWN_FORMAT)
    text = text.strip()
    return None if same_number(text, number) else Seen(text, Why.FORMAT)


def same_number(text: str, number: Decimal) -> bool:
    """Tell whether a text is just the digits of a number, grouped or not."""
    text = text.strip()
    return _PLAIN.fullmatch(text) is not None and Decimal(text.replace(",", "")) == number


_PLAIN = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?")


def text_of(value: float | str) -> str:
    """Return a value with the digits that programs show of it."""
    return value if isinstance(value, str) else format(Decimal(f"{value:.15g}"), "f")
