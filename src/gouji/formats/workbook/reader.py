"""Reading a returned workbook: structure first, then values, then a second look where a number is not a number.

Nothing in the file is trusted: not its name, its totals, its labels, its identity or its size.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from gouji.findings.finding import SUBJECTS, Finding, found
from gouji.form.editions import known_editions, load_form, name_of, other_version
from gouji.form.expressions import YES, Number, Total, Value
from gouji.form.levels import LEVELS
from gouji.form.model import HIDDEN, Form
from gouji.formats.addresses import Place
from gouji.formats.spreadsheet.safe_copy import Package, inspect
from gouji.formats.spreadsheet.values import Sheets
from gouji.formats.workbook import identity as identities
from gouji.formats.workbook.evidence import traces
from gouji.formats.workbook.layout import IDENTITY, PEOPLE, VERSION, Layout, TableSheet, layout_of
from gouji.formats.workbook.structure import Located, at, locate
from gouji.report.model import People, Report, Unit, as_figure, make_report, with_figures
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError

_FIRST_ROWS = {HIDDEN: len(IDENTITY)}
"""Of the hidden sheet only the identity is read: what is calculated below it is calculated anew."""


def read_workbook(data: bytes, key: bytes | None = None) -> Reading:
    """Read a workbook that was made from our form; with the issuing office's key, its signature is proved.

    Raises DocumentError with one sentence for a file that is no workbook, or none of ours, or whose cells cannot be
    told without doubt.
    """
    package = inspect(data, _FIRST_ROWS)
    sheets = package.sheets
    identity, said = _identity(package, sheets)
    form = load_form(other_version(identity["edition"]) or identity["edition"])
    layout = layout_of(form)
    located = _located(layout, sheets, identity["edition"])
    if form.edition != identity["edition"]:
        said.append(found("form.version", name=name_of(form.edition)))
    cells = {
        name: at(sheets[place.sheet], place.row, place.column)
        for name, place in located.places.items()
        if place.sheet != HIDDEN
    }
    entries = _Entries(
        numbers={ref: _number(cells[ref]) for ref in form.cells},
        formulas={ref: typed for ref in form.inputs if (typed := _formula(package, located.places[ref])) is not None},
    )
    _refuse_shifted_cells(layout, package, located, cells, entries)
    figures, unread = _figures(layout, package, located, cells, entries)
    report = _report(form, cells, figures, unread, identity)
    report, differing = _with_totals(report, located, cells, entries)
    printed = _printed(layout, located)
    findings = (
        *said,
        *identities.disagreements(identity, package_identity(package), _shown(cells), printed),
        *identities.unproved(identity, key),
        *located.findings,
        *differing,
        *traces(layout, package, sheets, located.places, identity["locked"].split()),
    )
    return Reading(report=report, findings=findings, places=printed, locked=tuple(identity["locked"].split()))


def issued_identity(data: bytes) -> dict[str, str]:
    """Return who a workbook was issued for, as the office that issued it has written it; it may not be signed.

    Raises DocumentError as :func:`read_workbook` does.
    """
    package = inspect(data, _FIRST_ROWS)
    identity, _ = _identity(package, package.sheets)
    return identity


def package_identity(package: Package) -> dict[str, str]:
    """Return the identity that the file's properties hold."""
    return identities.from_properties(package.properties)


# ---------------------------------------------------------------- values


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def _number(value: Any) -> Number | None:
    """Return a number as a figure; text, dates, booleans and what is no number at all give None."""
    if value == "" or isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    if abs(value) < 10**15 and value == int(value):
        return int(value)
    return as_figure(Decimal(repr(value)))


# ---------------------------------------------------------------- identity


def _identity(package: Package, sheets: Sheets) -> tuple[dict[str, str], list[Finding]]:
    """Return what the workbook says it is: in its hidden sheet, else its properties, else its labels."""
    hidden = {_text(row[0]): _text(row[1]) for row in sheets.get(HIDDEN, ())[: len(IDENTITY)] if len(row) > 1}
    said = hidden if hidden.get("edition") else package_identity(package)
    findings = []
    if not said.get("edition"):
        said = {"edition": _by_labels(sheets), "version": VERSION}
        findings.append(found("identity.missing"))
    identity = {key: said.get(key, "") for key in IDENTITY}
    edition = identity["edition"]
    if edition not in known_editions() and not other_version(edition):
        if own := name_of(edition):
            raise DocumentError(
                f"填报表用的是自定格式“{own[:20]}”。请用 --edition 写明它的格式文件（.toml），再读一次。"
            )
        raise DocumentError(f"填报表的版本“{edition[:20]}”不认识。请单位用发下去的填报表填写。")
    if identity["version"] != VERSION:
        number = identity["version"][:9]
        newer = number.isascii() and number.isdigit() and int(number) > int(VERSION)
        advice = "请升级程序。" if newer else "请单位用现在发的填报表填写。"
        raise DocumentError(f"填报表的样式版本是“{identity['version'][:20]}”，这个程序只认识“{VERSION}”。{advice}")
    if identity["level"] not in LEVELS:
        identity["level"] = ""
    return identity, findings


def _located(layout: Layout, sheets: Sheets, edition: str) -> Located:
    """Find the cells; a workbook of another version of an own form is taken by its labels, if they are the same."""
    try:
        return locate(layout, {name: rows for name, rows in sheets.items() if name != HIDDEN})
    except DocumentError as error:
        if edition == layout.form.edition:
            raise
        raise DocumentError(f"填报表是用格式“{name_of(edition)}”的另一个版本生成的，与现在的不同：{error}") from None


def _by_labels(sheets: Sheets) -> str:
    """Return the edition whose labels the sheets have, where nothing else says what they are."""
    matching: list[str] = []
    for edition in known_editions():
        if any(load_form(other).base == edition for other in matching):
            continue  # the sheets have all of it and more
        try:
            locate(layout_of(load_form(edition)), {name: rows for name, rows in sheets.items() if name != HIDDEN})
        except DocumentError:
            continue
        matching.append(edition)
    if len(matching) != 1:
        raise DocumentError("这不是用 gouji 填报表填的（缺少识别信息）。请单位用发下去的填报表填写。")
    return matching[0]


def _shown(cells: Mapping[str, Any]) -> dict[str, str]:
    """Return what the first sheet shows of unit and year."""
    year = _year(cells["year"])
    return {
        "unit.name": _text(cells["unit.name"]),
        "unit.code": _text(cells["unit.code"]),
        "year": str(year) if year else _text(cells["year"]),
    }


def _year(value: Any) -> int | None:
    text = _text(value).removesuffix("年")
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() else None


# ---------------------------------------------------------------- figures


@dataclass(frozen=True, slots=True)
class _Entries:
    """What stands in the number cells."""

    numbers: Mapping[str, Number | None]
    """What is a number, of inputs and totals; of anything else None."""
    formulas: Mapping[str, str]
    """The formulas in inputs, where none was issued."""


def _figures(
    layout: Layout, package: Package, located: Located, cells: Mapping[str, Any], entries: _Entries
) -> tuple[dict[str, Number], dict[str, str]]:
    """Return the figures, and as typed what is not one; a formula in an input is not one."""
    figures: dict[str, Number] = {}
    unread: dict[str, str] = {}
    for ref in layout.form.inputs:
        value, number = cells[ref], entries.numbers[ref]
        if ref in entries.formulas:
            unread[ref] = entries.formulas[ref]
        elif number is not None:
            figures[ref] = number
        elif value != "":
            unread[ref] = str(value) if isinstance(value, str) else _text(value)
    doubtful = [
        ref
        for ref in layout.form.inputs
        if ref not in figures
        and not unread.get(ref, "").startswith("=")
        and not _is_declared_zero(layout, cells, ref, package.xml.get(located.places[ref].sheet, b""))
    ]
    if doubtful and package.kind.has_xml:
        from gouji.formats.spreadsheet import second_look

        unread.update(second_look.as_typed(package.xml, {ref: located.places[ref] for ref in doubtful}))
    return figures, unread


def _is_declared_zero(layout: Layout, cells: Mapping[str, Any], ref: str, xml: bytes) -> bool:
    """Tell whether a cell is a blank of a table that is declared zero; an error value only looks like one."""
    blank = cells.get(f"zero.{layout.form.cells[ref].table}") == YES and cells[ref] == ""
    return blank and b't="e"' not in xml and b"t='e'" not in xml


def _refuse_shifted_cells(
    layout: Layout, package: Package, located: Located, cells: Mapping[str, Any], entries: _Entries
) -> None:
    """Refuse a table from which cells were cut out or into which cells were pushed: its labels stand, numbers moved.

    The cell of a total is then empty, its formula gone too, while others are not; or a number stands right beside or
    below the table.
    """
    figures: dict[str, Value] = {ref: entries.numbers[ref] for ref in layout.form.inputs}
    for ref, parts in layout.form.totals.items():
        figures[ref] = Total(parts).value(figures)
    for sheet in layout.tables:
        _refuse_moved_formulas(sheet, located, entries)
        known = [ref for ref in layout.form.totals if ref in sheet.table.cells and figures[ref] is not None]
        empty = [ref for ref in known if cells[ref] == ""]
        gone = [ref for ref in empty if not _formula(package, located.places[ref])]
        if gone and len(empty) < len(known):
            place = located.places[gone[0]]
            raise DocumentError(
                f"{place.printed} 应当是自动计算的总计，现在没有数。格子可能被删除或者移动过，没有读取。"
                "请单位用发下去的填报表重新填写。"
            )
        proved = {ref for ref in known if figures[ref] == entries.numbers[ref]}
        _refuse_neighbours(sheet, located, package.sheets, proved)


def _refuse_moved_formulas(sheet: TableSheet, located: Located, entries: _Entries) -> None:
    """Refuse a table with one of our own formulas, which all use the hidden sheet, in a cell that is filled in."""
    for ref, formula in entries.formulas.items():
        if HIDDEN in formula and ref in sheet.table.cells:
            raise DocumentError(
                f"{located.places[ref].printed} 是填数的格子，现在里面是总计的公式。"
                "格子可能被删除或者移动过，没有读取。请单位用发下去的填报表重新填写。"
            )


def _formula(package: Package, place: Place) -> str | None:
    formulas = package.formulas.get(place.sheet)
    if not formulas or place.address not in formulas:
        return None
    return formulas[place.address]


def _refuse_neighbours(sheet: TableSheet, located: Located, sheets: Sheets, proved: set[str]) -> None:
    """Refuse a table with a number right beside or below it; beside a total that is right it is a stray, no more."""
    own = {key: located.places[key] for key in sheet.grid.numbers}
    last_column = max(place.column for place in own.values())
    last_row = max(place.row for place in own.values())
    for key, place in own.items():
        outside = []
        if place.column == last_column and key not in proved:
            outside.append(("右边", Place(place.sheet, place.row, last_column + 1)))
        if place.row == last_row and not sheet.differences:
            outside.append(("下边", Place(place.sheet, last_row + 1, place.column)))
        for side, beside in outside:
            if _number(at(sheets[beside.sheet], beside.row, beside.column)) is not None:
                raise DocumentError(
                    f"{beside.printed} 在表格{side}，不应当有数。格子可能移动过，没有读取。"
                    "请单位用发下去的填报表重新填写。"
                )


# ---------------------------------------------------------------- the report


def _report(
    form: Form,
    cells: Mapping[str, Any],
    figures: dict[str, Number],
    unread: dict[str, str],
    identity: Mapping[str, str],
) -> Report:
    shown = _shown(cells)
    # What the office has issued stands; that the first sheet says otherwise is a finding.
    issued = {key: identity[key] or shown[key] for key in shown}
    return make_report(
        edition=form.edition,
        year=_year(issued["year"]),
        unit=Unit(name=issued["unit.name"], code=issued["unit.code"], level=identity["level"]),
        people=People(**{key.removeprefix("people."): _said(key, cells[key]) for key in PEOPLE}),
        figures=figures,
        texts={topic.key: list(_paragraphs(cells, topic.key)) for topic in form.topics},
        zero=[table.id for table in form.official_tables if _text(cells[f"zero.{table.id}"]) == YES],
        unread=unread,
        explanations={subject: _text(cells[f"explain.{subject}"]) for subject in SUBJECTS},
    )


def _said(key: str, value: Any) -> str:
    number = _number(value)
    if key == "people.date" and number is not None and _FIRST_DAY < number < _LAST_DAY:
        # A date whose format was lost is the number of days since the epoch of spreadsheets.
        return (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(number))).isoformat()
    return _text(value)


_FIRST_DAY, _LAST_DAY = 36_000, 80_000


def _paragraphs(cells: Mapping[str, Any], topic: str) -> Iterator[str]:
    number = 1
    while (value := cells.get(f"text.{topic}.{number}")) is not None:
        yield _text(value)
        number += 1


def _with_totals(
    report: Report, located: Located, cells: Mapping[str, Any], entries: _Entries
) -> tuple[Report, tuple[Finding, ...]]:
    """Compute the totals from their parts, and say where the file's own total differs."""
    form = report.form
    figures: dict[str, Number] = dict(report.figures)
    findings, stale = [], []
    for ref, parts in form.totals.items():
        total = Total(parts).value(figures)
        if total is None:
            continue
        figures[ref] = total
        printed = entries.numbers[ref]
        if printed is None and cells[ref] == "":
            stale.append(ref)
        elif printed is None:
            findings.append(_total_differs(form, located.places[ref], ref, total, _text(cells[ref])))
        elif _differ(printed, total, [figures[part] for part in parts]):
            findings.append(_total_differs(form, located.places[ref], ref, total, printed))
    if stale:
        findings.append(found("totals.stale"))
    return with_figures(report, figures, report.unread), tuple(findings)


def _differ(printed: Number, total: Number, parts: Sequence[Number]) -> bool:
    """Tell whether a total is another than ours by more than a spreadsheet loses, which adds with 15 digits."""
    gap = Decimal(abs(Decimal(printed) - Decimal(total)))
    return gap >= Decimal("0.000001") and gap * 10**14 > max(abs(Decimal(part)) for part in parts)


def _total_differs(form: Form, place: Place, ref: str, total: Number, printed: Number | str) -> Finding:
    return found(
        "total_differs",
        ref,
        refs=(ref,),
        cells=(place.printed,),
        expected=total,
        actual=printed,
        where=place.sheet,
        cell=form.cells[ref].printed,
    )


def _printed(layout: Layout, located: Located) -> dict[str, str]:
    """Return where a finding's subject stands; a topic stands at its first paragraph."""
    return dict(_as_issued(layout.form)) if located.places is layout.places else _addresses(layout.form, located.places)


@cache
def _as_issued(form: Form) -> dict[str, str]:
    return _addresses(form, layout_of(form).places)


def _addresses(form: Form, places: Mapping[str, Place]) -> dict[str, str]:
    printed = {key: place.printed for key, place in places.items() if place.sheet != HIDDEN}
    printed.update({topic.key: printed[f"text.{topic.key}.1"] for topic in form.topics})
    return printed
