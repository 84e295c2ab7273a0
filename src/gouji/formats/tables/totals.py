"""Write the workbook of the totals, for officers and auditors.

A click on a figure of the first sheet leads to its column in the sheet of the units, and a click on a unit there opens
the file that the unit submitted. Every formula is written with its result. Nothing is locked.
"""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gouji.form.calculations import evaluate
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.form.values import Value as CellValue
from gouji.formats.drawing.canvas import Canvas, Formats
from gouji.formats.drawing.plan import Plan
from gouji.formats.drawing.row_sheet import RowSheet
from gouji.formats.drawing.seams import FileLink, PlainWorkbook
from gouji.formats.tables.listing import Field, Link, ListFormats, Listing, Value, draw_list
from gouji.formats.tables.totals_layout import PARTS, PROBLEMS, RELATIONS, SUMS, UNITS, YEARS, TotalsLayout
from gouji.formats.tables.totals_sheets import draw_relations, draw_totals_sheet, draw_units, draw_years
from gouji.report.model import added_up

_EPOCH = datetime.datetime(2000, 1, 1)
MOST_LINKS = 65_000
"""The most links that a sheet may have; the units after these have none."""


@dataclass(frozen=True)
class SummedUnit:
    """A unit whose figures are part of the totals."""

    code: str
    name: str
    above: str
    """The name of the unit above it in the roster."""
    file: str
    """The path of its file, relative to the folder of the workbook."""
    figures: Mapping[str, Number | None]


@dataclass(frozen=True)
class Summary:
    """The content of the workbook of the totals."""

    form: Form
    title: str
    state: str
    """One line that says whether the totals are complete."""
    units: Sequence[SummedUnit]
    figures: Mapping[str, Number]
    before: Mapping[str, Number]
    """Last year's totals, as far as they are known."""
    before_state: str
    """One line that says where last year's totals come from."""
    years: tuple[str, str]
    """The names of last year and this year."""
    members: Sequence[tuple[Sequence[str | int | None], str]]
    """The rows of the list of units, each with the path of the unit's file, relative to the folder of the workbook."""
    problems: Sequence[Sequence[str | int | None]]


def summary_bytes(summary: Summary) -> bytes:
    """Return the workbook of the totals. In one environment the same input gives the same bytes.

    Raises GoujiError for a text that a cell cannot keep.
    """
    layout = TotalsLayout(summary.form, len(summary.units))
    cells = layout.plan
    values = evaluate(cells.expressions, _cells(summary))
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the library only warns where it leaves something out
        workbook = PlainWorkbook(buffer)
        workbook.set_properties({"title": summary.title, "author": "gouji", "created": _EPOCH})
        workbook.set_size(2400, 1500)
        formats = Formats(workbook)

        def canvas(name: str, kind: type[RowSheet] | None = None) -> Canvas[Plan]:
            sheet = workbook.add_worksheet(name, kind)
            return Canvas(sheet, cells, formats, values, frozenset(), {})

        draw_totals_sheet(canvas(SUMS), layout, summary.title, summary.state)
        units = canvas(UNITS, RowSheet)
        draw_units(units, layout, [((unit.code, unit.name, unit.above), unit.figures) for unit in summary.units])
        for row, unit in enumerate(summary.units[:MOST_LINKS], layout.first_unit):
            units.sheet.link(row, 1, FileLink(unit.file, "打开这个单位报送的文件"))
        lists = ListFormats(workbook)
        _draw_members(workbook, lists, summary)
        draw_relations(canvas(RELATIONS), layout)
        draw_years(canvas(YEARS), layout, workbook, summary.years, summary.before_state)
        _draw_problems(workbook, lists, summary)
        workbook.close()
    return buffer.getvalue()


def _cells(summary: Summary) -> dict[str, CellValue]:
    form = summary.form
    added = {ref: summary.figures.get(ref) for ref in form.inputs}
    added.update(added_up(form.totals, [unit.figures for unit in summary.units]))
    return {
        **{f"added.{ref}": value for ref, value in added.items()},
        **{f"before.{ref}": value for ref, value in summary.before.items() if ref in form.cells},
    }


_MEMBERS = (
    Field("单位代码", 12),
    Field("单位全称", 24, wrap=True),
    Field("级别", 10, wrap=True),
    Field("上级单位", 15, wrap=True),
    Field("汇总", 10, wrap=True),
    Field("状态", 7),
    Field("已放行", 5, number=True),
    Field("已说明", 5, number=True),
    Field("报送的文件（点开）", 31, wrap=True),
    Field("发来的时间", 17),
    Field("文件的 SHA-256", 34, wrap=True),
)
_FILE = 8
"""The column of ``_MEMBERS`` whose cells are links."""
_PROBLEMS = (
    Field("单位代码", 12),
    Field("单位", 22, wrap=True),
    Field("轻重", 13),
    Field("问题", 58, wrap=True),
    Field("处理", 9),
    Field("说明或者理由", 36, wrap=True),
    Field("规则", 22, wrap=True),
)
_PROBLEM_HEAD = (
    "问题、说明和放行",
    "汇总本身的问题，以及计入汇总的单位已经说明的、放行的问题，最后是各单位的提示。没有处理的排在前面。",
)


def _draw_problems(workbook: PlainWorkbook, formats: ListFormats, summary: Summary) -> None:
    draw_list(workbook, formats, Listing(PROBLEMS, _PROBLEMS, summary.problems, above=_PROBLEM_HEAD))


def _draw_members(workbook: PlainWorkbook, formats: ListFormats, summary: Summary) -> None:
    head = ("名单", summary.state)
    rows = [_with_link(row, file) for row, file in summary.members]
    draw_list(workbook, formats, Listing(PARTS, _MEMBERS, rows, above=head))


def _with_link(row: Sequence[str | int | None], file: str) -> Sequence[Value]:
    """Return the row of a unit with a link to its file, if it has one."""
    if not file:
        return row
    return (*row[:_FILE], Link(file, str(row[_FILE]), "打开归档的文件"), *row[_FILE + 1 :])
