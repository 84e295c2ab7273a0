"""The place of a cell in a spreadsheet, and its address as people write it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A cell of a workbook; row and column count from 0."""

    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """The address inside the sheet, such as ``D8``."""
        return address_of(self.row, self.column)

    @property
    def printed(self) -> str:
        """The address with its sheet, such as ``三、依申请公开!D8``."""
        return f"{self.sheet}!{self.address}"


class PlaceMap(dict[str, Place]):
    """The places of cells by their keys. What follows from all of them is found once, so add none afterwards."""

    @cached_property
    def by_sheet(self) -> Mapping[str, Sequence[tuple[str, int, int]]]:
        """The key, the row and the column of each cell, by its sheet."""
        sheets: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
        for key, place in self.items():
            sheets[place.sheet].append((key, place.row, place.column))
        return sheets

    @cached_property
    def keys_by_address(self) -> Mapping[str, Mapping[str, str]]:
        """The key of each cell, by its sheet and its address there."""
        sheets = self.by_sheet.items()
        return {sheet: {address_of(row, column): key for key, row, column in cells} for sheet, cells in sheets}


@lru_cache(8192)
def address_of(row: int, column: int) -> str:
    """Return the address of a cell whose row and column count from 0."""
    return f"{column_letters(column)}{row + 1}"


def column_of(letters: str) -> int:
    """Return a column by its letters, in capitals or not; it counts from 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(column: int) -> str:
    """Return the letters of a column that counts from 0."""
    letters = ""
    while column >= 0:
        column, digit = divmod(column, 26)
        letters = chr(65 + digit) + letters
        column -= 1
    return letters
