"""The layout of the workbook of the totals: the place of each cell, and what the calculated cells compute.

One sheet has the figures of the units, one unit a row; formulas calculate everything else from them. Keys are those of
:mod:`gouji.form.expressions`. A Ref is the total itself, and ``parts.<ref>`` the column of the units added up;
``left.``, ``right.``, ``difference.`` and ``show.<id>`` belong to a relation of the totals; ``before.``, ``this.``,
``change.`` and ``share.<ref>`` compare a figure with last year's; ``key.this.`` and ``key.before.<ref>`` are the data
of a chart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from gouji.form.expressions import Difference, Total
from gouji.form.grid import Grid, Placed, grid_of
from gouji.form.model import Form, Relation, Table, Term
from gouji.form.values import Cells, Expression, Number, Outcome, Places, Value, is_number
from gouji.formats.addresses import Place, address_of
from gouji.formats.drawing.plan import Plan

SUMS, UNITS, PARTS, RELATIONS, YEARS, PROBLEMS = "汇总", "各单位", "名单", "勾稽", "同比", "问题"

COLUMNS = 15
"""The first sheet has this many equal columns, or as many as its widest table needs. Every table is drawn on them, with
cells merged as needed."""

TOTALS_TOP, UNITS_TOP, RELATIONS_TOP, YEARS_TOP = 5, 6, 4, 4
"""The first row below the head, on each of the four sheets."""

UNIT_TEXTS = 3
"""The columns before the figures on the sheet of the units: code, name and unit above."""

STATE = "state"
STATE_WORDS = ("全部相符", "有不符的", "有无法核对的")
OUTCOME_WORDS = ("相符", "不符", "无法核对")
"""Both are in the order of :class:`gouji.form.values.Outcome`: holds, broken, not checkable."""

_PLACES = 6
"""Decimal places of a change: what binary fractions add beyond them is not meant."""

CHART_COLUMN = 8
CHART_COLUMNS = 4
"""The columns of a chart's data, with the gap to the next: the charts stand side by side."""


@dataclass(frozen=True, slots=True)
class ColumnTotal:
    """A figure added up over all units, or blank where one of them lacks it."""

    ref: str
    area: str
    count: int

    def value(self, cells: Cells) -> Value:
        """Return the value of ``added.<ref>``, which is added up exactly beforehand."""
        return cells.get(f"added.{self.ref}")

    def formula(self, places: Places) -> str:
        """Return a formula that counts the figures before it adds them up."""
        return f'IF(COUNT({self.area})={self.count},SUM({self.area}),"")'


@dataclass(frozen=True, slots=True)
class Shown:
    """The value of another cell, or blank where it is not a number."""

    key: str

    def value(self, cells: Cells) -> Value:
        """Return the number of the other cell, or None."""
        value = cells.get(self.key)
        return value if is_number(value) else None

    def formula(self, places: Places) -> str:
        """Return the formula: a plain reference would show a blank cell as 0."""
        return f'IF(ISNUMBER({places.at(self.key)}),{places.at(self.key)},"")'


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between a figure and last year's, or blank where one is missing."""

    now: str
    before: str

    def value(self, cells: Cells) -> Number | None:
        """Return the difference, or None."""
        now, before = cells.get(self.now), cells.get(self.before)
        if not is_number(now) or not is_number(before):
            return None
        change = now - before
        return change if isinstance(change, int) else round(change, _PLACES)

    def formula(self, places: Places) -> str:
        """Return the formula."""
        now, before = places.at(self.now), places.at(self.before)
        return f'IF(AND(ISNUMBER({now}),ISNUMBER({before})),ROUND({now}-{before},{_PLACES}),"")'


@dataclass(frozen=True, slots=True)
class Share:
    """A change as a share of last year's figure, or blank where that figure is zero or less."""

    change: str
    before: str

    def value(self, cells: Cells) -> Number | None:
        """Return the share, or None."""
        change, before = cells.get(self.change), cells.get(self.before)
        if not is_number(change) or not is_number(before) or before <= 0:
            return None
        return Decimal(change) / Decimal(before)

    def formula(self, places: Places) -> str:
        """Return the formula."""
        change, before = places.at(self.change), places.at(self.before)
        return f'IF(ISNUMBER({change}),IF({before}>0,{change}/{before},""),"")'


@dataclass(frozen=True, slots=True)
class Agreement:
    """The word that says whether a difference is zero."""

    difference: str

    def value(self, cells: Cells) -> str:
        """Return the word for the difference."""
        difference = cells[self.difference]
        if difference is None:
            return OUTCOME_WORDS[Outcome.NOT_CHECKABLE]
        return OUTCOME_WORDS[Outcome.BROKEN if difference != 0 else Outcome.HOLDS]

    def formula(self, places: Places) -> str:
        """Return the formula."""
        cell, (holds, broken, unknown) = places.at(self.difference), OUTCOME_WORDS
        return f'IF({cell}="","{unknown}",IF({cell}=0,"{holds}","{broken}"))'


@dataclass(frozen=True, slots=True)
class AllAgree:
    """The word that says whether all differences are zero."""

    differences: tuple[str, ...]

    def value(self, cells: Cells) -> str:
        """Return the word for all differences together; one broken relation outweighs those that cannot be checked."""
        differences = [cells[key] for key in self.differences]
        if any(differences):
            return STATE_WORDS[Outcome.BROKEN]
        return STATE_WORDS[Outcome.NOT_CHECKABLE if None in differences else Outcome.HOLDS]

    def formula(self, places: Places) -> str:
        """Return the formula."""
        areas, (holds, broken, unknown) = places.over(self.differences), STATE_WORDS
        wrong = "+".join(f'COUNTIF({area},">0")+COUNTIF({area},"<0")' for area in areas)
        known = f"COUNT({','.join(areas)})={len(self.differences)}"
        return f'IF({wrong}>0,"{broken}",IF({known},"{holds}","{unknown}"))'


@dataclass(frozen=True)
class RelationLine:
    """A row of the sheet of relations: a relation that the totals must fulfil."""

    id: str
    table: Table
    name: str
    place: str
    target: str
    """The Ref that the row links to."""
    left: Sequence[Term]
    right: Sequence[Term]


@dataclass(frozen=True)
class Drawn:
    """A table on the first sheet."""

    table: Table
    heading: str
    top: int
    grid: Grid
    edges: tuple[int, ...]
    """The first sheet column of each table column, and the one after the last."""

    def columns(self, cell: Placed) -> tuple[int, int]:
        """Return the first and the last sheet column of a cell."""
        return self.edges[cell.column], self.edges[cell.column + cell.colspan] - 1


@dataclass(frozen=True)
class TotalsLayout:
    """The layout of the workbook of the totals over this number of ``units``."""

    form: Form
    units: int

    @property
    def first_unit(self) -> int:
        """The row of the first unit on the sheet of the units."""
        return UNITS_TOP

    @cached_property
    def columns(self) -> int:
        """The number of columns on the first sheet."""
        grids = map(grid_of, self.form.tables)
        return max(COLUMNS, *(_stub(grid)[-1] + grid.columns - grid.stub for grid in grids))

    @cached_property
    def tables(self) -> tuple[Drawn, ...]:
        """The tables on the first sheet, one below the other."""
        drawn, row = [], TOTALS_TOP
        for table in self.form.tables:
            grid = grid_of(table)
            section = self.form.section(table.section)
            drawn.append(Drawn(table, section.heading, row + 1, grid, _edges(grid, self.columns)))
            row += grid.rows + 2
        return tuple(drawn)

    @cached_property
    def lines(self) -> tuple[RelationLine, ...]:
        """The relations of the totals; then one line for each total, which must equal the sum of the units' totals."""
        return (*map(self._relation, self.form.relations), *map(self._agreement, self.form.totals))

    @cached_property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """The figures that the charts show, by table, as the form selects them."""
        charted = {}
        for table in self.form.official_tables:
            refs = tuple(ref for ref in table.cells if ref.removeprefix(f"{table.id}.") in table.chart)
            if refs:
                charted[table.id] = refs
        return charted

    @cached_property
    def plan(self) -> Plan:
        """The places and the expressions of all cells."""
        plan = Plan(form=self.form)
        plan.places.update(self._places())
        plan.expressions.update(self._expressions())
        return plan

    def area(self, index: int) -> str:
        """Return the range of the units' figures for the Ref at an index of the form's cells."""
        column = UNIT_TEXTS + index
        first, last = address_of(UNITS_TOP, column), address_of(UNITS_TOP + self.units - 1, column)
        return f"'{UNITS}'!{first}:{last}"

    def _relation(self, relation: Relation) -> RelationLine:
        table = self.form.table(relation.family.table)
        cell = self.form.cells[relation.left[0].ref]
        column = relation.family.each == "column"
        place = f"“{cell.column.printed}”列" if column else f"“{cell.row.printed}”{'' if table.across else '行'}"
        return RelationLine(
            relation.id, table, relation.family.name, place, relation.left[0].ref, relation.left, relation.right
        )

    def _agreement(self, ref: str) -> RelationLine:
        cell = self.form.cells[ref]
        table = self.form.table(cell.table)
        return RelationLine(
            f"agree:{ref}",
            table,
            "重算的总计＝各单位的总计相加",
            cell.printed,
            ref,
            (Term(ref),),
            (Term(f"parts.{ref}"),),
        )

    def _places(self) -> Iterator[tuple[str, Place]]:
        for drawn in self.tables:
            for ref, cell in drawn.grid.numbers.items():
                yield ref, Place(SUMS, drawn.top + cell.row, drawn.edges[cell.column])
        for index, ref in enumerate(self.form.cells):
            yield f"parts.{ref}", Place(UNITS, UNITS_TOP - 4, UNIT_TEXTS + index)
            for column, name in enumerate(("before", "this", "change", "share"), 3):
                yield f"{name}.{ref}", Place(YEARS, YEARS_TOP + index, column)
        for row, line in enumerate(self.lines, RELATIONS_TOP):
            for column, name in enumerate(("left", "right", "difference", "show"), 3):
                yield f"{name}.{line.id}", Place(RELATIONS, row, column)
        yield STATE, Place(RELATIONS, 1, 1)
        for index, refs in enumerate(self.keys.values()):
            for row, ref in enumerate(refs, YEARS_TOP):
                for column, name in enumerate(("before", "this"), chart_column(index) + 1):
                    yield f"key.{name}.{ref}", Place(YEARS, row, column)

    def _expressions(self) -> Iterator[tuple[str, Expression]]:
        for index, ref in enumerate(self.form.cells):
            yield f"parts.{ref}", ColumnTotal(ref, self.area(index), self.units)
            if ref not in self.form.totals:
                yield ref, ColumnTotal(ref, self.area(index), self.units)
        for ref, pieces in self.form.totals.items():
            yield ref, Total(pieces)
        for line in self.lines:
            yield f"left.{line.id}", Total(tuple(term.ref for term in line.left))
            yield f"right.{line.id}", Total(tuple(term.ref for term in line.right))
            yield f"difference.{line.id}", Difference(tuple(line.left), tuple(line.right))
            yield f"show.{line.id}", Agreement(f"difference.{line.id}")
        yield STATE, AllAgree(tuple(f"difference.{line.id}" for line in self.lines))
        for ref in self.form.cells:
            yield f"this.{ref}", Shown(ref)
            yield f"change.{ref}", Change(f"this.{ref}", f"before.{ref}")
            yield f"share.{ref}", Share(f"change.{ref}", f"before.{ref}")
        for refs in self.keys.values():
            for ref in refs:
                yield f"key.before.{ref}", Shown(f"before.{ref}")
                yield f"key.this.{ref}", Shown(ref)


def chart_column(index: int) -> int:
    """Return the column in which the data of the chart with this index begin."""
    return CHART_COLUMN + index * CHART_COLUMNS


def _stub(grid: Grid) -> tuple[int, ...]:
    """Return the first sheet column of each column of labels, and the one after the last."""
    if grid.stub == 0:
        return (0,)
    if grid.stub == 1:
        return (0, 3)
    first = (0, *(1 + 2 * column for column in range(grid.stub - 1)))
    return (*first, first[-1] + 5)


def _edges(grid: Grid, columns: int) -> tuple[int, ...]:
    numbers, stub = grid.columns - grid.stub, _stub(grid)
    width = (columns - stub[-1]) // numbers
    return (*stub[:-1], *(stub[-1] + column * width for column in range(numbers)), columns)
