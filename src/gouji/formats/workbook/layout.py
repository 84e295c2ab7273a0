"""The layout of the workbook: where each cell is, which cells are inputs, and what the others compute.

The writer draws at these places and the reader looks there; neither counts rows itself. Keys are those
of :mod:`gouji.form.expressions` and, only here: ``unit.name``, ``unit.code``, ``year``, ``people.<field>``,
``text.<topic>.<n>`` (a paragraph), ``explain.<subject>``, ``show.<…>`` (a result as people read it).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count

import msgspec

from gouji.findings.rules import SUBJECTS
from gouji.form.calculations import calculations
from gouji.form.expressions import Count, Length, Total
from gouji.form.grid import Grid, grid_of
from gouji.form.levels import level_of
from gouji.form.model import CHECKS, COVER, HIDDEN, Cell, Form, RelationFamily, Section, Table, Topic
from gouji.form.states import LevelOf, Same, Tallied, Worded, Worst
from gouji.form.values import Expression, Outcome, State, Value
from gouji.formats.addresses import Place
from gouji.formats.drawing.plan import STATE, Plan
from gouji.formats.workbook.versions import NEWEST, TEXT_COLUMN, VERSIONS, Version
from gouji.report.model import Report

VERSION = NEWEST.name
"""The version in which workbooks are written."""

TOP = 4
"""Rows above each official table: state, heading, what to fill in, zero declaration."""

PEOPLE = ("people.filled_by", "people.reviewed_by", "people.phone", "people.date")
COVER_FIELDS = tuple(NEWEST.cover)
"""The inputs of the first sheet, in reading order."""
FIELD_LABELS = {
    "unit.name": "单位名称",
    "unit.code": "单位代码",
    "unit.level": "单位级别",
    "year": "报告年度",
    "people.filled_by": "填报人",
    "people.reviewed_by": "审核人",
    "people.phone": "联系电话",
    "people.date": "填报日期",
}
ZERO_LABEL = "零报告（全表都是 0 时选“是”）→"
_ISSUED_LEVEL = "level.issued"
"""The key of the hidden cell with the level that the office gave."""

IDENTITY = ("edition", "year", "unit.name", "unit.code", "level", "version", "locked", "signature")
"""The rows of the hidden sheet that identify the workbook; ``locked`` lists the keys that the office filled in."""

RELATION_WORDS = ("相符", "不符", "未填完，无法核对", "不适用")
ENTRY_WORDS = ("填好", "有不合要求的", "有未填的", "不适用")
GROUP_WORDS = ("全部相符", "处不符", "未填完，无法核对", "不适用")
DONE_WORDS = ("都合要求", "项有错", "没有填完", "不适用")
ZERO_WORDS = ("已选零报告", "与表中数字矛盾", "", "未选零报告")
TEXT_WORDS = ("已写", "", "没有写", "")


@dataclass(frozen=True)
class TableSheet:
    """A sheet that holds a table."""

    section: Section
    table: Table
    grid: Grid
    zero_column: int
    """The column of the zero drop-down, in the row above the table."""
    differences: tuple[RelationFamily, ...]
    """The relations whose differences are shown below the table, one row each."""

    @property
    def below(self) -> int:
        """The first row below the table."""
        return TOP + self.grid.rows


class TextLine(msgspec.Struct, frozen=True):
    """A row of a sheet of texts: a topic's heading, a paragraph, or a number that the sheet asks for."""

    row: int
    topic: Topic | None = None
    paragraph: int = 0
    ref: str = ""


class TextSheet(msgspec.Struct, frozen=True):
    """A sheet that holds the texts of a section in one wide column, one paragraph a row."""

    section: Section
    lines: tuple[TextLine, ...]


class CheckLine(msgspec.Struct, frozen=True):
    """A row of the check sheet."""

    row: int
    text: str
    key: str = ""
    """The key of the result, the two sides and the difference; empty for a heading without a result."""
    shown: tuple[str, ...] = ()
    """Which of ``left``, ``right`` and ``count`` the row shows."""
    target: str = ""
    """The key of the cell that the row links to."""
    subject: str = ""
    """The subject that can be explained in this row."""
    members: tuple[str, ...] = ()
    """The keys of the lines that the heading of a group sums up."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout(Plan):
    """The layout of the workbook of one form. There is one object for each form and version (:func:`layout_of`)."""

    version: Version
    tables: tuple[TableSheet, ...]
    texts: tuple[TextSheet, ...]
    checks: tuple[CheckLine, ...]

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of the sheets, in order."""
        return (COVER, *(section.sheet for section in self.form.sections), CHECKS, HIDDEN)

    def rows(self, topic: Topic) -> int:
        """Return the number of rows for the paragraphs of a topic."""
        return self.version.rows.get(topic.key, topic.rows)

    def paragraphs(self, topic: Topic) -> tuple[str, ...]:
        """Return the keys of the paragraphs of a topic."""
        return tuple(f"text.{topic.key}.{n}" for n in range(1, self.rows(topic) + 1))


LENGTH_COLUMN = 2
RESULT, LEFT, RIGHT, DIFFERENCE, LINK, EXPLANATION = 2, 3, 4, 5, 6, 7
_ZERO_WORDS_WIDTH = 34


def column_widths(table: Table) -> tuple[float, ...]:
    """Return the widths of a table's columns in characters, enough for Chinese labels and seven digits."""
    grid = grid_of(table)
    if table.across:
        return (8.5,) * grid.columns
    numbers = grid.columns - grid.stub
    if grid.stub == 1:
        return (30.0,) + (22.0 if numbers <= 3 else 14.0 if numbers <= 6 else 8.5,) * numbers
    groups = (4.5, *(11.5,) * (grid.stub - 2)) if grid.stub > 2 else (11.5,) * (grid.stub - 1)
    return (*groups, 37.0, *(8.5,) * numbers)


def layout_of(form: Form, version: Version = NEWEST) -> Layout:
    """Return the layout of a form's workbook, of the newest version or of an earlier one."""
    return _layout_of(form, version.name)


@cache
def _layout_of(form: Form, name: str) -> Layout:
    version = VERSIONS[name]
    tables = tuple(_table_sheet(form, table) for table in form.official_tables)
    texts = tuple(
        _text_sheet(form, section, version) for section in form.sections if form.table_of(section.key) is None
    )
    layout = Layout(form=form, version=version, tables=tables, texts=texts, checks=tuple(_check_lines(form, version)))
    layout.places.update(_visible_places(layout))
    lengths = {f"length.{topic.key}": Length(layout.paragraphs(topic)) for topic in form.topics}
    level = {"level": LevelOf(_ISSUED_LEVEL, "unit.level")} if "unit.level" in version.cover else {}
    layout.expressions.update({**lengths, **level, **calculations(form, totals=True)})
    layout.expressions.update(_shown(layout))
    hidden = (key for key in layout.expressions if key not in layout.places)
    first = len(IDENTITY) + 1
    layout.places.update({key: Place(HIDDEN, row, 1) for row, key in enumerate(hidden, first)})
    return layout


def number_label(cell: Cell) -> str:
    """Return the label of a number that a sheet of texts asks for."""
    return f"{cell.column.printed}（{cell.column.unit}）"


def inputs(form: Form, given: Iterable[str] = ()) -> dict[str, Place]:
    """Return the places where clerks write, by key, without the ``given`` keys, which the office fills in and locks."""
    layout, locked = layout_of(form), set(given)
    keys = [
        *COVER_FIELDS,
        *(f"zero.{table.id}" for table in form.official_tables),
        *form.inputs,
        *(key for topic in form.topics for key in layout.paragraphs(topic)),
        *(f"explain.{subject}" for subject in SUBJECTS),
    ]
    return {key: layout.places[key] for key in keys if key not in locked}


def given_identity(report: Report) -> frozenset[str]:
    """Return the keys on the cover that the office has filled in and therefore locked."""
    unit = report.unit
    values = {"unit.name": unit.name, "unit.code": unit.code, "unit.level": unit.level, "year": report.year}
    return frozenset(key for key, value in values.items() if value)


def laid_out(report: Report) -> dict[str, Value]:
    """Return what a report puts into the input cells; the workbook computes the totals."""
    form = report.form
    cells: dict[str, Value] = {
        key: value for key, value in report.cells().items() if key not in form.totals and not key.startswith("length.")
    }
    cells.update({"unit.name": report.unit.name, "unit.code": report.unit.code, "year": report.year})
    cells["unit.level"] = level_of(report.unit.level).name
    cells.update({key: getattr(report.people, key.removeprefix("people.")) for key in PEOPLE})
    cells.update({f"explain.{subject}": text for subject, text in report.explanations.items()})
    for topic in form.topics:
        paragraphs = report.texts.get(topic.key, ())
        # Where there are more paragraphs than rows, the last row takes the rest, and the reader splits it again.
        last = layout_of(form).rows(topic) - 1
        rows = [*paragraphs[:last], "\n".join(paragraphs[last:])]
        cells.update({f"text.{topic.key}.{n}": text for n, text in enumerate(rows, 1) if text})
    return {key: value for key, value in cells.items() if value not in (None, "")}


# ---------------------------------------------------------------- sheets


def _table_sheet(form: Form, table: Table) -> TableSheet:
    widths, column = column_widths(table), 0
    while sum(widths[:column]) < _ZERO_WORDS_WIDTH and column < len(widths) - 1:
        column += 1
    families = tuple(
        family
        for family in form.relation_families
        if family.table == table.id and family.each != "row" and not family.sums
    )
    return TableSheet(form.section(table.section), table, grid_of(table), max(column, 1), families)


def _text_sheet(form: Form, section: Section, version: Version) -> TextSheet:
    lines: list[TextLine] = []

    rows = count(version.first_text_row)

    def add(**line: object) -> None:
        lines.append(TextLine(row=next(rows), **line))  # type: ignore[arg-type]

    for table in form.tables:
        if table.section == section.key and not table.official:
            add()
            for ref in table.cells:
                add(ref=ref)
    topics = list(form.topics_of(section.key))
    if section == [other for other in form.sections if form.table_of(other.key) is None][-1]:
        # Texts below a table need a wide column too, and the sheets of the tables have none.
        topics += [topic for table in form.official_tables for topic in form.topics_of(table.section)]
    for topic in topics:
        add(topic=topic)
        for _ in range(version.above_paragraphs):
            next(rows)
        for paragraph in range(1, version.rows.get(topic.key, topic.rows) + 1):
            add(topic=topic, paragraph=paragraph)
    return TextSheet(section, tuple(lines))


def _check_lines(form: Form, version: Version) -> Iterator[CheckLine]:
    rows = count(version.first_check)

    def head(text: str, key: str, members: Iterable[str]) -> CheckLine:
        if version.grouped:
            return CheckLine(next(rows), text, f"group.{key}", ("count",), members=tuple(members))
        return CheckLine(next(rows), text)

    yield head("勾稽关系", "relations", (relation.id for relation in form.relations))
    for family in form.relation_families:
        members = [relation for relation in form.relations if relation.family == family]
        name = f"{form.sheet_of(family.table)}：{family.name}"
        if family.sums or family.each == "row":
            yield CheckLine(next(rows), f"{name}（{len(members)} 处）", family.id, ("count",), members[0].refs[0])
            continue
        if version.grouped and len(members) > 1:
            yield head(f"{name}（{len(members)} 处）", family.id, (relation.id for relation in members))
        for relation in members:
            text = form.cells[relation.refs[0]].column.printed if family.each == "column" else ""
            whole = text and (text if version.grouped and len(members) > 1 else f"{text}：{family.name}")
            yield CheckLine(next(rows), whole or name, relation.id, ("left", "right", "count"), relation.refs[0])
    complete = tuple(_complete_lines(form))
    yield head("填写是否完整、合乎要求", "complete", (key for _, key, _, _ in complete))
    for text, key, shown, target in complete:
        yield CheckLine(next(rows), text, key, shown, target)
    yield CheckLine(next(rows), "收回后由主管部门核对，有下列情况的请在右边写明原因")
    for subject, text in SUBJECTS.items():
        yield CheckLine(next(rows), text, subject=subject)


def _complete_lines(form: Form) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Yield the text, the key, the shown sides and the target of each check of what has been filled in."""
    for table in form.tables:
        title = form.section(table.section).sheet if table.official else table.blocks[0].title
        yield f"{title}：只填数字，没有漏填", f"entries.{table.id}", ("left", "count"), next(iter(table.cells))
    for table in form.official_tables:
        yield f"{form.section(table.section).sheet}：零报告", f"zero.{table.id}", (), f"zero.{table.id}"
    for limit in form.level_limits:
        yield limit.name, limit.id, (), next(iter(form.table(limit.table).cells))
    for section in form.sections:
        if section.required:
            first_text = next(topic for topic in form.topics_of(section.key) if not topic.optional)
            yield f"{section.heading}：已写文字", f"text.{section.key}", (), f"text.{first_text.key}.1"


# ---------------------------------------------------------------- places and formulas


def _visible_places(layout: Layout) -> Iterator[tuple[str, Place]]:
    for key, (row, column) in layout.version.cover.items():
        yield key, Place(COVER, row, column)
    asked = "unit.level" in layout.version.cover
    yield _ISSUED_LEVEL if asked else "level", Place(HIDDEN, IDENTITY.index("level"), 1)
    for sheet in layout.tables:
        name = sheet.section.sheet
        yield f"zero.{sheet.table.id}", Place(name, TOP - 1, sheet.zero_column)
        for ref, cell in sheet.grid.numbers.items():
            yield ref, Place(name, TOP + cell.row, cell.column)
        for row, family in enumerate(sheet.differences, sheet.below):
            for relation in layout.form.relations:
                if relation.family == family:
                    column = sheet.grid.numbers[relation.refs[0]].column
                    yield f"difference.{relation.id}", Place(name, row, column)
    for text_sheet in layout.texts:
        name = text_sheet.section.sheet
        for line in text_sheet.lines:
            if line.ref:
                yield line.ref, Place(name, line.row, layout.version.number_label + 1)
            elif line.topic and line.paragraph:
                yield f"text.{line.topic.key}.{line.paragraph}", Place(name, line.row, TEXT_COLUMN)
            elif line.topic:
                yield f"length.{line.topic.key}", Place(name, line.row, LENGTH_COLUMN)
    for check in layout.checks:
        if check.subject:
            yield f"explain.{check.subject}", Place(CHECKS, check.row, EXPLANATION)
        if check.key:
            yield f"show.{check.key}", Place(CHECKS, check.row, RESULT)
            for side, column in (("left", LEFT), ("right", RIGHT), ("count", DIFFERENCE)):
                if side in check.shown:
                    yield f"show.{side}.{check.key}", Place(CHECKS, check.row, column)
    yield STATE, Place(CHECKS, layout.version.state, RESULT)


def _shown(layout: Layout) -> Iterator[tuple[str, Expression]]:
    """Yield the expressions of the check sheet and of the state at the top of every sheet."""
    form = layout.form
    relations = {relation.id: relation for relation in form.relations}
    families = {family.id for family in form.relation_families}
    for line in layout.checks:
        if not line.key:
            continue
        if line.members:
            yield from _tally(line)
            continue
        words = {"entries": ENTRY_WORDS, "zero": ZERO_WORDS, "text": TEXT_WORDS}.get(
            line.key.partition(".")[0], RELATION_WORDS
        )
        yield f"show.{line.key}", Worded(f"outcome.{line.key}", words)
        if line.key in relations:
            relation = relations[line.key]
            for name, terms in (("left", relation.left), ("right", relation.right)):
                tables = {form.cells[term.ref].table for term in terms}
                declared = f"declared.{tables.pop()}" if len(tables) == 1 else ""
                yield f"show.{name}.{line.key}", Total(tuple(term.ref for term in terms), declared)
            yield f"show.count.{line.key}", Same(f"difference.{line.key}")
        elif line.key in families:
            outcomes = tuple(f"outcome.{id}" for id, relation in relations.items() if relation.family.id == line.key)
            yield f"show.count.{line.key}", Count(outcomes, Outcome.BROKEN, exactly=True)
        elif line.key.startswith("entries."):
            table = line.key.removeprefix("entries.")
            yield f"show.left.{line.key}", Same(f"blank.{table}")
            yield f"show.count.{line.key}", Same(f"wrong.{table}")
    yield STATE, Worded("state", tuple(state.word for state in State))


def _tally(line: CheckLine) -> Iterator[tuple[str, Expression]]:
    """Yield what the heading of a group shows: the worst result of its lines, and how many of them are wrong."""
    outcomes = tuple(f"outcome.{key}" for key in line.members)
    words = DONE_WORDS if line.key == "group.complete" else GROUP_WORDS
    yield f"worst.{line.key}", Worst(outcomes)
    yield f"show.count.{line.key}", Count(outcomes, Outcome.BROKEN, exactly=True)
    yield f"show.{line.key}", Tallied(f"worst.{line.key}", f"show.count.{line.key}", words)
