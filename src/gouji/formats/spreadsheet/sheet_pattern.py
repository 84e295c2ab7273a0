"""What a sheet says except its values, and what follows from that.

The sheets of a collection have few patterns, so all that follows from one is found once.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import compress
from typing import NamedTuple

Room = tuple[tuple[int, int], bytes | None, bytes | None]
"""A cell that has room for a value: row and column, which count from 0, kind and style."""


def own_values(rooms: Sequence[Room]) -> Sequence[tuple[int, bytes | None, bytes | None]]:
    """Return position, kind and style of those whose value is not the number of a text that the workbook shares."""
    return [(at, kind, style) for at, (_, kind, style) in enumerate(rooms) if kind != b"s"]


@dataclass(frozen=True)
class Pattern:
    """All that a sheet says except its values; the sheets of a collection have few patterns.

    There is one item for each cell in its sequences; None where a cell does not say it. The values of a sheet belong to
    the cells that have room for one, in their order.
    """

    addresses: Sequence[bytes]
    """At most HZ1999."""
    styles: Sequence[bytes | None]
    kinds: Sequence[bytes | None]
    has_room: Sequence[bool]
    """Whether the cell has a value, be it an empty one."""
    formulas: Formulas
    rows: bytes
    """The tags of the rows."""
    before: bytes
    """What stands before the cells, from the root."""
    after: bytes
    """What stands after the cells."""
    validated: Sequence[str]
    """The ranges that have a validation."""
    elements: int
    """How many elements the whole sheet has."""

    @cached_property
    def rooms(self) -> Sequence[Room]:
        """The cells that have room for a value."""
        cells = zip(map(spot_of, self.addresses), self.kinds, self.styles, strict=True)
        return list(compress(cells, self.has_room))

    @cached_property
    def spots(self) -> Sequence[tuple[int, int]]:
        """Row and column of each of them."""
        return [spot for spot, _, _ in self.rooms]

    @cached_property
    def own(self) -> Sequence[tuple[int, bytes | None, bytes | None]]:
        """What :func:`own_values` says of them."""
        return own_values(self.rooms)

    @cached_property
    def height(self) -> int:
        """The number of the last row in which there is room for a value."""
        return max((row + 1 for row, _ in self.spots), default=0)

    @cached_property
    def style_by_address(self) -> Mapping[bytes, bytes | None]:
        """The style of each cell."""
        return dict(zip(self.addresses, self.styles, strict=True))

    @cached_property
    def _used_styles(self) -> frozenset[bytes | None]:
        return frozenset(self.styles)

    def spots_with_other_styles(self, styles: frozenset[bytes | None]) -> set[tuple[int, int]]:
        """Return row and column of the cells in other styles than these."""
        others = self._used_styles - styles
        return set(map(spot_of, compress(self.addresses, map(others.__contains__, self.styles)))) if others else set()


class Cells(NamedTuple):
    """The cells of a sheet."""

    pattern: Pattern
    values: Sequence[bytes]
    """The values of those that have room for one."""


@lru_cache(8192)
def spot_of(address: bytes) -> tuple[int, int]:
    """Return row and column of an address, which count from 0."""
    letters = address.rstrip(b"0123456789")
    column = letters[0] - 65 if len(letters) == 1 else (letters[0] - 64) * 26 + letters[1] - 65
    return int(address[len(letters) :]) - 1, column


class Formulas(Mapping[str, str]):
    """The formulas of a sheet as typed, by address; of most of them nobody asks what they say."""

    def __init__(self, elements: Iterable[tuple[bytes, bytes]]) -> None:
        self._elements = {address.decode(): element for address, element in elements}

    def __getitem__(self, address: str) -> str:
        text = self._elements[address].partition(b">")[2].removesuffix(b"</f>").decode("utf-8", "replace")
        return "=" + (html.unescape(text) if "&" in text else text)

    def __contains__(self, address: object) -> bool:
        return address in self._elements

    def __iter__(self) -> Iterator[str]:
        return iter(self._elements)

    def __len__(self) -> int:
        return len(self._elements)
