"""The figures of many reports in little memory: one row for each report, and the Refs only once.

A dict of 200 figures takes 7 KB, and 16 KB where its Refs come from JSON. A row takes 1.6 KB, so that a process can
keep those of ten thousand units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gouji.form.values import Number


class FigureRow(Mapping[str, Number | None]):
    """The figures of one report by their Refs; a figure that is not known is None. Made by :class:`FigureRows`."""

    __slots__ = ("_numbers", "_places")

    def __init__(self, places: Mapping[str, int], numbers: tuple[Number | None, ...]) -> None:
        self._places, self._numbers = places, numbers

    def __getitem__(self, ref: str) -> Number | None:
        return self._numbers[self._places[ref]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, ref: object) -> bool:
        return ref in self._places

    def picked(self, refs: Iterable[str]) -> tuple[Number | None, ...]:
        """Return the figures of some of its Refs, in their order."""
        return tuple(map(self._numbers.__getitem__, map(self._places.__getitem__, refs)))


class FigureRows:
    """Makes the rows of reports that answer one form."""

    def __init__(self, refs: Iterable[str]) -> None:
        self._places = {ref: place for place, ref in enumerate(refs)}

    def row(self, figures: Mapping[str, Number | None]) -> FigureRow:
        """Return figures as a row."""
        return FigureRow(self._places, tuple(map(figures.get, self._places)))


def picked(figures: Mapping[str, Number | None], refs: Iterable[str]) -> tuple[Number | None, ...]:
    """Return the figures of some Refs in their order; None for one that is not known."""
    return figures.picked(refs) if isinstance(figures, FigureRow) else tuple(map(figures.get, refs))
