"""Which formulas of others depend on the cells that were filled, and what the plain ones among them now give.

Worked out are sums, the four basic operations and references. A formula with anything else loses the result that was
kept, so that no program shows an old one; it is calculated by the program that opens the file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Context, Decimal, localcontext
from functools import cached_property

from gouji.formats.filling.references import Token, areas_of, is_reaching, tokens_of
from gouji.formats.filling.sheet_xml import SheetXml, Spot, Text
from gouji.formats.spreadsheet.facts import Area, holds

Cell = tuple[str, Spot]
"""A sheet and a cell on it."""

_EXACT = Context(prec=40)
_DEEPEST = 60
"""Formulas that need one another in a row; a longer row of them is left to the office program."""


class _UnknownError(Exception):
    """A formula that is not worked out here."""


class Calculation:
    """The formulas of a workbook."""

    def __init__(self, sheets: Mapping[str, SheetXml], calculating: Collection[str] | None = None) -> None:
        """Take the sheets; those that have formulas are named in ``calculating``, where that is known."""
        self._sheets, self._calculating = sheets, sheets.keys() if calculating is None else calculating
        self._by_folded = {name.casefold(): name for name in sheets}
        self._tokens: dict[Cell, Sequence[Token]] = {}
        self._stale: set[Cell] = set()
        self._results: dict[Cell, Decimal | None] = {}
        self._depth = 0

    @cached_property
    def _formulas(self) -> Mapping[Cell, Sequence[Token]]:
        return {
            (name, spot): tokens_of(formula.text)
            for name in self._sheets
            if name in self._calculating
            for spot, formula in self._sheets[name].formulas.items()
        }

    def stale_after(self, filled: Iterable[Cell]) -> set[Cell]:
        """Return the formulas that depend on some cells, near or far; from then on they are worked out anew."""
        self._stale = self.dependents_of(filled)
        return self._stale

    def dependents_of(self, cells: Iterable[Cell]) -> set[Cell]:
        """Return the formulas that depend on some cells, near or far."""
        dependents: set[Cell] = set()
        changed: dict[str, set[Spot]] = {}
        for name, spot in cells:
            changed.setdefault(name, set()).add(spot)
        waiting = {
            cell: (list(self._areas(cell[0], tokens)), is_reaching(tokens) or not tokens)
            for cell, tokens in self._formulas.items()
        }
        found = True
        while changed and found:
            found = False
            for cell, (areas, reaching) in list(waiting.items()):
                if reaching or any(_meets(changed.get(name, ()), area) for name, area in areas):
                    name, spot = cell
                    changed.setdefault(name, set()).update(self._filled_by(name, spot))
                    dependents.add(cell)
                    del waiting[cell]
                    found = True
        return dependents

    def _areas(self, own: str, tokens: Sequence[Token]) -> Iterator[tuple[str, Area]]:
        for name, area in areas_of(tokens, own):
            yield self._by_folded.get(name.casefold(), name), area

    def _filled_by(self, name: str, spot: Spot) -> Iterator[Spot]:
        """Yield the cell of a formula, or all cells that it fills."""
        area = self._sheets[name].formulas[spot].area
        if area is None:
            yield spot
            return
        yield from (cell for cell in self._sheets[name].cells if holds(area, *cell))

    def spoilt_by(self, cell: Cell) -> Iterator[Spot]:
        """Yield the cells whose kept results a stale formula spoils."""
        return self._filled_by(*cell)

    # ---- results

    def has(self, cell: Cell) -> bool:
        """Tell whether a cell has a formula of its own."""
        return cell in self._formulas

    def result(self, cell: Cell) -> Decimal | None:
        """Return the number that a formula gives; None where that is no number, or is not worked out here."""
        if cell not in self._results:
            self._results[cell] = None  # one that needs itself gives nothing
            with contextlib.suppress(_UnknownError, ArithmeticError):
                self._results[cell] = self._worked_out(cell)
        return self._results[cell]

    def _worked_out(self, cell: Cell) -> Decimal:
        name, spot = cell
        sheet = self._sheets[name]
        if cell not in self._stale:
            kept = sheet.held(spot)
            if isinstance(kept, Decimal):
                return kept
        if sheet.formulas[spot].area or self._depth > _DEEPEST:
            raise _UnknownError
        self._depth += 1
        try:
            with localcontext(_EXACT):
                return _Reader(self, name, self._formulas[cell]).whole()
        finally:
            self._depth -= 1

    def number_at(self, name: str, spot: Spot) -> Decimal | Text | None:
        """Return what a cell holds for a formula that refers to it.

        Raises an error of this module where that is not known.
        """
        sheet = self._sheets.get(self._by_folded.get(name.casefold(), name))
        if sheet is None:
            raise _UnknownError
        name = self._by_folded[name.casefold()]
        if (name, spot) in self._formulas:
            result = self.result((name, spot))
            if result is not None:
                return result
            kept = None if (name, spot) in self._stale else sheet.held(spot)
            if kept is None or (isinstance(kept, Text) and kept.error):
                raise _UnknownError
            return kept
        held = sheet.held(spot)
        if (isinstance(held, Text) and held.error) or (held is not None and sheet.is_calculated(spot)):
            raise _UnknownError
        return held

    def cells_in(self, name: str, area: Area) -> Iterator[Spot]:
        """Yield the cells of an area that the file has."""
        sheet = self._sheets.get(self._by_folded.get(name.casefold(), name))
        if sheet is None:
            raise _UnknownError
        if (area[2] - area[0] + 1) * (area[3] - area[1] + 1) > len(sheet.cells):
            yield from (spot for spot in sheet.cells if holds(area, *spot))
            return
        for row in range(area[0], area[2] + 1):
            yield from ((row, column) for column in range(area[1], area[3] + 1) if (row, column) in sheet.cells)


def _meets(spots: Collection[Spot], area: Area) -> bool:
    top, left, bottom, right = area
    if (bottom - top + 1) * (right - left + 1) > len(spots):
        return any(holds(area, *spot) for spot in spots)
    return any((row, column) in spots for row in range(top, bottom + 1) for column in range(left, right + 1))


class _Reader:
    """Reads one formula from left to right."""

    def __init__(self, cells: Calculation, own: str, tokens: Sequence[Token]) -> None:
        self._cells, self._own, self._tokens, self._at = cells, own, tokens, 0

    def whole(self) -> Decimal:
        """Return the result."""
        result = self._sum()
        if self._at < len(self._tokens):
            raise _UnknownError
        return result

    def _next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *signs: str) -> str:
        token = self._next()
        if token and token.kind == "sign" and token.text in signs:
            self._at += 1
            return token.text
        return ""

    def _sum(self) -> Decimal:
        total = self._product()
        while sign := self._take("+", "-"):
            other = self._product()
            total = total + other if sign == "+" else total - other
        return total

    def _product(self) -> Decimal:
        total = self._factor()
        while sign := self._take("*", "/"):
            other = self._factor()
            total = total * other if sign == "*" else total / other
        return total

    def _factor(self) -> Decimal:
        if sign := self._take("+", "-"):
            value = self._factor()
            return value if sign == "+" else -value
        token = self._next()
        if token is None:
            raise _UnknownError
        self._at += 1
        if token.kind == "number":
            return Decimal(token.text)
        if token.kind == "sign" and token.text == "(":
            return self._closed(self._sum())
        if token.kind == "function" and token.text.upper() == "SUM":
            return self._added_up()
        if token.kind == "ref" and token.area and token.area[:2] == token.area[2:]:
            held = self._cells.number_at(token.sheet or self._own, token.area[:2])
            if isinstance(held, Text):
                raise _UnknownError
            return held if held is not None else Decimal(0)
        raise _UnknownError

    def _closed(self, value: Decimal) -> Decimal:
        if not self._take(")"):
            raise _UnknownError
        return value

    def _added_up(self) -> Decimal:
        total = Decimal(0)
        while True:
            token, following = self._next(), self._tokens[self._at + 1 : self._at + 2]
            if token and token.kind == "ref" and token.area and following and following[0].text in (",", ")"):
                self._at += 1
                total += self._total_of(token.sheet or self._own, token.area)
            else:
                total += self._sum()
            if not self._take(","):
                return self._closed(total)

    def _total_of(self, name: str, area: Area) -> Decimal:
        total = Decimal(0)
        for spot in self._cells.cells_in(name, area):
            held = self._cells.number_at(name, spot)
            if isinstance(held, Decimal):
                total += held
        return total
