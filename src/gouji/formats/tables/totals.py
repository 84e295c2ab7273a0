"""Writing the workbook of a sum, for people and auditors: open, filtered, linked from each figure down to the files.

From a figure of the first sheet one click leads to its column in the sheet of the units, and from a row there one click
to the file that the unit has sent. Every formula is written with its right result. Nothing is locked.
"""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gouji.form.calculations import evaluate
from gouji.form.model import Form
from gouji.form.values import Number, Value
from gouji.formats.drawing.canvas import Canvas, Formats
from gouji.formats.drawing.measure import LINE_HEIGHT, lines_of
from gouji.formats.drawing.plan import Plan
from gouji.formats.drawing.row_sheet import RowSheet
from gouji.formats.drawing.seams import PlainWorkbook
from gouji.formats.tables.listing import Field, ListFormats, Listing, draw_list
from gouji.formats.tables.totals_layout import PARTS, PROBLEMS, RELATIONS, SUMS, UNITS, YEARS, TotalsLayout
from gouji.formats.tables.totals_sheets import draw_relations, draw_sums, draw_units, draw_years
from gouji.report.model import added_up

_EPOCH = datetime.datetime(2000, 1, 1)
MOST_LINKS = 65_000
"""Links that a sheet may have; the units after so many stand there without one."""


@dataclass(frozen=True)
class SummedUnit:
    """A unit whose figures are in the sum."""

    code: str
    name: str
    above: str
    """The unit above it in the roster."""
    file: str
    """Where its file stands, from the folder of the workbook."""
    figures: Mapping[str, Number | None]


@dataclass(frozen=True)
class Summary:
    """What the workbook of a sum says."""

    form: Form
    title: str
    state: str
    """Whether the sum is complete, in one line."""
    units: Sequence[SummedUnit]
    figures: Mapping[str, Number]
    before: Mapping[str, Number]
    """Last year's sum, as far as it is known."""
    before_state: str
    """What last year's sum is made of, in one line."""
    years: tuple[str, str]
    """What last year and this year are called."""
    members: Sequence[tuple[Sequence[str | int | None], str]]
    """The rows of the list of units, and where the file of each stands, from the folder of the workbook."""
    problems: Sequence[Sequence[str | int | None]]


def summary_bytes(summary: Summary) -> bytes:
    """Return the workbook of a sum; the same input gives the same bytes in one environment.

    Raises GoujiError for a text that a cell cannot keep.
    """
    layout = TotalsLayout(summary.form, len(summary.units))
    cells = layout.plan
    values = evaluate(cells.expressions, _cells(summary))
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning of the library means that it has left something out
        workbook = PlainWorkbook(buffer)
        workbook.set_properties({"title": summary.title, "author": "gouji", "created": _EPOCH})
        workbook.set_size(2400, 1500)
        formats = Formats(workbook)

        def canvas(name: str, kind: type[RowSheet] | None = None) -> Canvas[Plan]:
            sheet = workbook.add_worksheet(name, kind)
            return Canvas(sheet, cells, formats, values, frozenset(), {})

        draw_sums(canvas(SUMS), layout, summary.title, summary.state)
        units = canvas(UNITS, RowSheet)
        draw_units(
            units, layout, [((unit.code, unit.name, unit.above), _row(summary.form, unit)) for unit in summary.units]
        )
        for at, unit in enumerate(summary.units[:MOST_LINKS]):
            units.sheet.link(layout.first_unit + at, 1, link_to(unit.file), "打开这个单位报送的文件")
        lists = ListFormats(workbook)
        _draw_members(workbook, lists, summary)
        draw_relations(canvas(RELATIONS), layout)
        draw_years(canvas(YEARS), layout, workbook, summary.years, summary.before_state)
        _draw_problems(workbook, lists, summary)
        workbook.close()
    return buffer.getvalue()


def link_to(file: str) -> str:
    """Return the link to a file, from the folder of the workbook."""
    return f"external:{file}"


def _cells(summary: Summary) -> dict[str, Value]:
    form = summary.form
    added = {ref: summary.figures.get(ref) for ref in form.inputs}
    added.update(added_up(form.totals, [unit.figures for unit in summary.units]))
    return {
        **{f"added.{ref}": value for ref, value in added.items()},
        **{f"before.{ref}": value for ref, value in summary.before.items() if ref in form.cells},
    }


def _row(form: Form, unit: SummedUnit) -> list[Number | None]:
    return list(map(unit.figures.get, form.cells))


_FILE_WIDTH = 40
_MEMBERS = (
    Field("单位代码", 14),
    Field("单位全称", 28),
    Field("级别", 13),
    Field("上级单位", 22),
    Field("汇总", 22),
    Field("状态", 9),
    Field("已放行", 8, number=True),
    Field("已说明", 8, number=True),
    Field("报送的文件（点开）", _FILE_WIDTH, wrap=True),
    Field("发来的时间（UTC）", 20),
    Field("文件的 SHA-256", 36, wrap=True),
)
_FILE = 8
"""The column whose cells are links."""
_PROBLEMS = (
    Field("单位代码", 16),
    Field("单位", 28),
    Field("轻重", 14),
    Field("问题", 70, wrap=True),
    Field("处理", 12),
    Field("说明或者理由", 50, wrap=True),
    Field("规则", 32),
)
_PROBLEM_HEAD = (
    "问题、说明和放行",
    "汇总本身的问题，以及计入汇总的单位已经说明的、放行的问题。没有处理的排在前面。",
)


def _draw_problems(workbook: PlainWorkbook, formats: ListFormats, summary: Summary) -> None:
    sheet = draw_list(workbook, formats, Listing(PROBLEMS, _PROBLEMS, summary.problems, above=_PROBLEM_HEAD))
    wrapped = [(at, field.width) for at, field in enumerate(_PROBLEMS) if field.wrap]
    for row, problem in enumerate(summary.problems, len(_PROBLEM_HEAD) + 1):
        # A row with an automatic height opens one line high, whatever it holds.
        lines = max(lines_of(str(problem[at] or ""), width - 2) for at, width in wrapped)
        sheet.set_row(row, min(409, 4 + LINE_HEIGHT * lines))


def _draw_members(workbook: PlainWorkbook, formats: ListFormats, summary: Summary) -> None:
    head = ("名单", summary.state)
    rows = [row for row, _ in summary.members]
    sheet = draw_list(workbook, formats, Listing(PARTS, _MEMBERS, rows, above=head))
    for at, (row, file) in enumerate(summary.members[:MOST_LINKS], len(head) + 1):
        if file:
            name = str(row[_FILE])
            sheet.set_row(at, LINE_HEIGHT * max(2, lines_of(name, _FILE_WIDTH)))
            code = sheet.write_url(at, _FILE, link_to(file), formats.link, name, "打开归档的文件")
            assert code == 0, f"the workbook library refused {file!r} with {code}"
