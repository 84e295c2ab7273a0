"""The layout of the workbook of a sum: which cell stands where, and what the calculated ones compute.

The figures of the units stand on one sheet, a unit a row; everything else is calculated from them, live. Keys are
those of :mod:`gouji.form.expressions`: a Ref is the sum itself; ``parts.<ref>`` its column added up as it is;
``left.``, ``right.``, ``difference.`` and ``show.<id>`` a relation of the sum; ``before.``, ``this.``, ``change.`` and
``share.<ref>`` a figure beside last year's; ``key.this.`` and ``key.before.<ref>`` what a chart shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from gouji.form.expressions import Difference, Total
from gouji.form.grid import Grid, Placed, grid_of
from gouji.form.model import Form, Relation, Table, Term
from gouji.form.values import Cells, Expression, Number, Places, Value, is_number
from gouji.formats.addresses import Place, address_of
from gouji.formats.drawing.plan import Plan

SUMS, UNITS, PARTS, RELATIONS, YEARS, PROBLEMS = "汇总", "各单位", "名单", "勾稽", "同比", "问题"

COLUMNS = 15
"""The sheet of the sum has so many equal columns, or as many as its widest table needs; every table is drawn on them,
its cells merged as needed."""

SUM_TOP, UNITS_TOP, RELATIONS_TOP, YEARS_TOP = 5, 6, 4, 4
"""The first rows below the heads."""

UNIT_TEXTS = 3
"""Columns of the sheet of the units before their figures: code, name, unit above."""

STATE = "state"
STATE_WORDS = ("全部相符", "有不符的", "有无法核对的")
OUTCOME_WORDS = ("相符", "不符", "无法核对")


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """A figure of all units, added up where every unit has it, else blank."""

    ref: str
    area: str
    count: int

    def value(self, cells: Cells) -> Value:
        """Compute it: it is added exactly before it comes here, under ``added.<ref>``."""
        return cells.get(f"added.{self.ref}")

    def formula(self, places: Places) -> str:
        """Write it."""
        return f'IF(COUNT({self.area})={self.count},SUM({self.area}),"")'


@dataclass(frozen=True, slots=True)
class Shown:
    """What another cell holds, if it is a number."""

    key: str

    def value(self, cells: Cells) -> Value:
        """Compute it."""
        value = cells.get(self.key)
        return value if is_number(value) else None

    def formula(self, places: Places) -> str:
        """Write it."""
        return f'IF(ISNUMBER({places.at(self.key)}),{places.at(self.key)},"")'


@dataclass(frozen=True, slots=True)
class Change:
    """What a figure is more than last year's, or blank."""

    now: str
    before: str

    def value(self, cells: Cells) -> Number | None:
        """Compute it."""
        now, before = cells.get(self.now), cells.get(self.before)
        if not is_number(now) or not is_number(before):
            return None
        change = now - before
        return change if isinstance(change, int) else round(change, 6)

    def formula(self, places: Places) -> str:
        """Write it."""
        now, before = places.at(self.now), places.at(self.before)
        return f'IF(AND(ISNUMBER({now}),ISNUMBER({before})),ROUND({now}-{before},6),"")'


@dataclass(frozen=True, slots=True)
class Share:
    """A change as a share of last year's figure; blank where that is not more than zero."""

    change: str
    before: str

    def value(self, cells: Cells) -> Number | None:
        """Compute it."""
        change, before = cells.get(self.change), cells.get(self.before)
        if not is_number(change) or not is_number(before) or before <= 0:
            return None
        return Decimal(change) / Decimal(before)

    def formula(self, places: Places) -> str:
        """Write it."""
        change, before = places.at(self.change), places.at(self.before)
        return f'IF(ISNUMBER({change}),IF({before}>0,{change}/{before},""),"")'


@dataclass(frozen=True, slots=True)
class Agreement:
    """Whether two sides are equal, in words, from their difference."""

    difference: str

    def value(self, cells: Cells) -> str:
        """Compute it."""
        difference = cells[self.difference]
        return OUTCOME_WORDS[2 if difference is None else int(difference != 0)]

    def formula(self, places: Places) -> str:
        """Write it."""
        cell, (holds, broken, unknown) = places.at(self.difference), OUTCOME_WORDS
        return f'IF({cell}="","{unknown}",IF({cell}=0,"{holds}","{broken}"))'


@dataclass(frozen=True, slots=True)
class AllAgree:
    """Whether all differences are zero, in words."""

    differences: tuple[str, ...]

    def value(self, cells: Cells) -> str:
        """Compute it."""
        known = [cells[key] for key in self.differences]
        return STATE_WORDS[1 if any(value for value in known) else 2 if None in known else 0]

    def formula(self, places: Places) -> str:
        """Write it."""
        areas, (holds, broken, unknown) = places.over(self.differences), STATE_WORDS
        wrong = "+".join(f'COUNTIF({area},">0")+COUNTIF({area},"<0")' for area in areas)
        known = f"COUNT({','.join(areas)})={len(self.differences)}"
        return f'IF({wrong}>0,"{broken}",IF({known},"{holds}","{unknown}"))'


@dataclass(frozen=True)
class RelationLine:
    """A row of the sheet of relations."""

    id: str
    table: Table
    name: str
    place: str
    target: str
    """The Ref to look at."""
    left: Sequence[Term]
    right: Sequence[Term]


@dataclass(frozen=True)
class Drawn:
    """An official table on the sheet of the sum."""

    table: Table
    heading: str
    top: int
    grid: Grid
    edges: tuple[int, ...]
    """The first column of the sheet for each column of the table, and the one behind the last."""

    def columns(self, cell: Placed) -> tuple[int, int]:
        """Return the first and the last column of the sheet that a cell takes."""
        return self.edges[cell.column], self.edges[cell.column + cell.colspan] - 1


@dataclass(frozen=True)
class TotalsLayout:
    """The layout of the workbook of a sum of so many units."""

    form: Form
    units: int

    @property
    def first_unit(self) -> int:
        """The row of the first unit."""
        return UNITS_TOP

    @cached_property
    def columns(self) -> int:
        """The columns of the sheet of the sum."""
        grids = map(grid_of, self.form.tables)
        return max(COLUMNS, *(_stub(grid)[-1] + grid.columns - grid.stub for grid in grids))

    @cached_property
    def tables(self) -> tuple[Drawn, ...]:
        """The tables of the sheet of the sum, one below another."""
        drawn, row = [], SUM_TOP
        for table in self.form.tables:
            grid = grid_of(table)
            section = self.form.section(table.section)
            drawn.append(Drawn(table, section.heading, row + 1, grid, _edges(grid, self.columns)))
            row += grid.rows + 2
        return tuple(drawn)

    @cached_property
    def lines(self) -> tuple[RelationLine, ...]:
        """The relations of the sum; then, of each total, that it is what the totals of the units add up to."""
        return (*map(self._relation, self.form.relations), *map(self._agreement, self.form.totals))

    @cached_property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """The figures that the charts show, by table: the totals of the rows that count most."""
        found = {}
        for table in self.form.official_tables:
            refs = tuple(ref for ref in table.cells if ref.removeprefix(f"{table.id}.") in table.chart)
            if refs:
                found[table.id] = refs
        return found

    @cached_property
    def plan(self) -> Plan:
        """Places and expressions."""
        plan = Plan(form=self.form)
        plan.places.update(self._places())
        plan.expressions.update(self._expressions())
        return plan

    def area(self, at: int) -> str:
        """Return where the figures of the units stand, for the ``at``-th Ref of the form."""
        column = UNIT_TEXTS + at
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
        for at, ref in enumerate(self.form.cells):
            yield f"parts.{ref}", Place(UNITS, UNITS_TOP - 4, UNIT_TEXTS + at)
            for column, name in enumerate(("before", "this", "change", "share"), 3):
                yield f"{name}.{ref}", Place(YEARS, YEARS_TOP + at, column)
        for row, line in enumerate(self.lines, RELATIONS_TOP):
            for column, name in enumerate(("left", "right", "difference", "show"), 3):
                yield f"{name}.{line.id}", Place(RELATIONS, row, column)
        yield STATE, Place(RELATIONS, 1, 1)
        for at, refs in enumerate(self.keys.values()):
            for row, ref in enumerate(refs, chart_top(at) + 2):
                for column, name in enumerate(("before", "this"), CHART_COLUMN + 1):
                    yield f"key.{name}.{ref}", Place(YEARS, row, column)

    def _expressions(self) -> Iterator[tuple[str, Expression]]:
        for at, ref in enumerate(self.form.cells):
            yield f"parts.{ref}", ColumnSum(ref, self.area(at), self.units)
            if ref not in self.form.totals:
                yield ref, ColumnSum(ref, self.area(at), self.units)
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


CHART_COLUMN = 8
_CHART_ROWS = 24


def chart_top(at: int) -> int:
    """Return the row in which the data of a chart begin."""
    return YEARS_TOP - 1 + at * _CHART_ROWS


def _stub(grid: Grid) -> tuple[int, ...]:
    """Return the first column of the sheet for each column of labels, and the one behind the last."""
    if grid.stub == 0:
        return (0,)
    if grid.stub == 1:
        return (0, 3)
    first = (0, *(1 + 2 * at for at in range(grid.stub - 1)))
    return (*first, first[-1] + 5)


def _edges(grid: Grid, columns: int) -> tuple[int, ...]:
    numbers, stub = grid.columns - grid.stub, _stub(grid)
    width = (columns - stub[-1]) // numbers
    return (*stub[:-1], *(stub[-1] + at * width for at in range(numbers)), columns)
