"""Reading a returned workbook: structure first, then values, then a second look where a number is not a number.

Nothing in the file is trusted but what stands in its input cells: totals are recomputed, labels are compared with the
edition that the file names.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from gouji.errors import DocumentError
from gouji.excel.book import HIDDEN, IDENTITY, PEOPLE, TOP, VERSION, Book, Place, book_of, inputs
from gouji.excel.package import kind_of
from gouji.finding import SUBJECTS, Finding, found
from gouji.form import Form, editions, load_form
from gouji.labels import same
from gouji.levels import LEVELS
from gouji.reading import Reading
from gouji.relation import YES, Number, Total
from gouji.report import People, Report, Unit, as_figure, make_report

_Rows = Sequence[Sequence[Any]]
_Values = Mapping[str, _Rows]
"""The cells of each sheet, row by row from A1."""

MOST_ROWS = 2000


def read_workbook(data: bytes) -> Reading:
    """Read a workbook that was made from our form.

    Raises DocumentError with one sentence for a file that is no workbook, or none of ours, or whose labels differ.
    """
    kind = kind_of(data)
    workbook = _open(data)
    identity = _identity(workbook)
    form = load_form(identity["edition"])
    book = book_of(form)
    values = {name: _rows(workbook, name) for name in book.sheets if name != HIDDEN}
    _refuse_other_labels(book, values)
    cells = {key: _value(values, place) for key, place in book.places.items() if place.sheet != HIDDEN}
    figures, unread = _figures(form, cells)
    doubtful = [ref for ref in form.inputs if ref not in figures and not _in_zero_table(form, cells, ref)]
    if doubtful and kind.has_xml:
        from gouji.excel.second_look import as_typed

        unread.update(as_typed(data, {ref: book.places[ref] for ref in doubtful}))
    report = _report(form, cells, figures, unread, identity["level"])
    report, findings = _with_totals(book, report, cells)
    return Reading(report=report, findings=findings, places=_places(book))


def _open(data: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except CalamineError:
        raise DocumentError("文件打不开，可能已经损坏。请单位重新保存为“Excel 工作簿(.xlsx)”后发送。") from None


def _rows(workbook: CalamineWorkbook, name: str) -> _Rows:
    try:
        # Without skip_empty_area=False the first filled cell would become A1 and every address would shift.
        return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST_ROWS)
    except WorksheetNotFound:
        raise DocumentError(f"缺少“{name}”这一页，可能被删除或者改了名。请单位用发下去的填报表重新填写。") from None
    except CalamineError:
        raise DocumentError(f"“{name}”这一页读不出来，文件可能已经损坏。请单位重新保存、重新发送。") from None


def _identity(workbook: CalamineWorkbook) -> dict[str, str]:
    if HIDDEN not in workbook.sheet_names:
        raise DocumentError("这不是用 gouji 填报表填的（缺少识别信息）。请单位用发下去的填报表填写。")
    rows = _rows(workbook, HIDDEN)
    said = {str(row[0]): _text(row[1]) for row in rows[: len(IDENTITY)] if len(row) > 1}
    identity = {key: said.get(key, "") for key in IDENTITY}
    if identity["edition"] not in editions():
        raise DocumentError(f"填报表的版本“{identity['edition']}”不认识。请单位用发下去的填报表填写。")
    if identity["version"] != VERSION:
        raise DocumentError(f"填报表的样式版本是“{identity['version']}”，这个程序只认识“{VERSION}”。请升级程序。")
    if identity["level"] not in LEVELS:
        identity["level"] = ""
    return identity


def _value(values: _Values, place: Place) -> Any:
    rows = values[place.sheet]
    if place.row >= len(rows) or place.column >= len(rows[place.row]):
        return ""
    return rows[place.row][place.column]


def _refuse_other_labels(book: Book, values: _Values) -> None:
    """Refuse a sheet at its first label that is not the form's: its numbers may have moved."""
    for sheet in book.tables:
        for label in sheet.grid.labels:
            place = Place(sheet.section.sheet, TOP + label.row, label.column)
            there = _text(_value(values, place))
            if not same(there, label.text):
                shown = f"是“{there}”" if there else "是空的"
                raise DocumentError(
                    f"{place.printed} 应当是“{label.text}”，现在{shown}。表格可能插入、删除或者移动过行列，"
                    "没有读取。请单位用发下去的填报表重新填写。"
                )


def _figures(form: Form, cells: Mapping[str, Any]) -> tuple[dict[str, Number], dict[str, str]]:
    figures: dict[str, Number] = {}
    unread: dict[str, str] = {}
    for ref in form.inputs:
        value = cells[ref]
        if isinstance(value, bool) or not isinstance(value, int | float):
            if value != "":
                unread[ref] = "TRUE" if value is True else "FALSE" if value is False else str(value)
        elif value != value or value in (float("inf"), float("-inf")):
            unread[ref] = str(value)
        else:
            figures[ref] = as_figure(Decimal(repr(value)))
    return figures, unread


def _in_zero_table(form: Form, cells: Mapping[str, Any], ref: str) -> bool:
    return cells.get(f"zero.{form.cells[ref].table}") == YES and cells[ref] == ""


def _report(
    form: Form, cells: Mapping[str, Any], figures: dict[str, Number], unread: dict[str, str], level: str
) -> Report:
    people = {key.removeprefix("people."): _text(cells[key]) for key in PEOPLE}
    return make_report(
        edition=form.edition,
        year=_year(cells["year"]),
        unit=Unit(name=_text(cells["unit.name"]), code=_text(cells["unit.code"]), level=level),
        people=People(**people),
        figures=figures,
        texts={
            topic.key: [_text(cells[f"text.{topic.key}.{n}"]) for n in range(1, topic.rows + 1)]
            for topic in form.topics
        },
        zero=[table.id for table in form.official_tables if _text(cells[f"zero.{table.id}"]) == YES],
        unread=unread,
        explanations={subject: _text(cells[f"explain.{subject}"]) for subject in SUBJECTS},
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value).strip()


def _year(value: Any) -> int | None:
    text = _text(value).removesuffix("年")
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() else None


def _with_totals(book: Book, report: Report, cells: Mapping[str, Any]) -> tuple[Report, tuple[Finding, ...]]:
    """Compute the totals from their parts, and say where the file's own total differs."""
    form = report.form
    figures: dict[str, Number] = dict(report.figures)
    findings = []
    for ref, parts in form.totals.items():
        total = Total(parts).value(figures)
        if total is None:
            continue
        figures[ref] = total
        shown = cells[ref]
        if isinstance(shown, int | float) and not isinstance(shown, bool):
            printed = as_figure(Decimal(repr(shown)))
            if round(printed - total, 6) != 0:
                findings.append(_total_differs(book, ref, total, printed))
    whole = make_report(
        edition=report.edition,
        year=report.year,
        unit=report.unit,
        people=report.people,
        figures=figures,
        texts=report.texts,
        zero=report.zero,
        unread=report.unread,
        explanations=report.explanations,
    )
    return whole, tuple(findings)


def _total_differs(book: Book, ref: str, total: Number, printed: Number) -> Finding:
    cell = book.form.cells[ref]
    place = book.places[ref]
    return found(
        "total_differs",
        ref,
        refs=(ref,),
        cells=(place.printed,),
        expected=total,
        actual=printed,
        where=place.sheet,
        cell=cell.printed,
    )


def _places(book: Book) -> dict[str, str]:
    """Return where a finding's subject stands; totals and texts included."""
    form = book.form
    places = {key: place.printed for key, place in inputs(form).items()}
    places.update({ref: book.printed(ref) for ref in form.totals})
    places.update({topic.key: book.printed(f"text.{topic.key}.1") for topic in form.topics})
    return places
