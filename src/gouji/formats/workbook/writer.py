"""Write the workbook: blank, prefilled and filled workbooks differ only in the values put into one layout."""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path

from gouji.findings.finding import Finding
from gouji.form.calculations import evaluate
from gouji.form.model import CHECKS, COVER, HIDDEN
from gouji.formats.drawing.canvas import Canvas, Formats
from gouji.formats.drawing.seams import LockedWorkbook
from gouji.formats.workbook.check_sheet import draw_checks
from gouji.formats.workbook.corrections import corrections_of
from gouji.formats.workbook.cover import draw_cover
from gouji.formats.workbook.hidden_sheet import draw_hidden
from gouji.formats.workbook.identity import PROPERTY_PREFIX, signature
from gouji.formats.workbook.layout import IDENTITY, VERSION, Layout, given_identity, laid_out, layout_of
from gouji.formats.workbook.table_sheets import draw_table
from gouji.formats.workbook.text_sheets import draw_texts
from gouji.report.model import Report
from gouji.runtime.errors import GoujiError
from gouji.runtime.output import write_aside

PASSWORD = "gouji"
"""Not a secret: the lock only keeps people from breaking the form by accident. Reading verifies what comes back."""

_EPOCH = datetime.datetime(2000, 1, 1)
_ALLOWED_ON_TABLES = {"select_locked_cells": True, "select_unlocked_cells": True}
"""Excel has one permission for resizing and for hiding rows or columns, so both are forbidden here. Rows and columns
of tables are large enough."""
_ALLOWED_ON_TEXTS = {**_ALLOWED_ON_TABLES, "format_rows": True}
"""On a sheet of texts, a row must be able to grow with its text."""


def write_workbook(
    report: Report,
    path: Path | str,
    *,
    locked: Iterable[str] = (),
    typed: Iterable[str] = (),
    findings: Iterable[Finding] = (),
    key: bytes | None = None,
) -> None:
    """Write the workbook of a report to a file, completely or not at all; see :func:`workbook_bytes`.

    Raises GoujiError where the file cannot be written.
    """
    write_aside(path, workbook_bytes(report, locked=locked, typed=typed, findings=findings, key=key))


def workbook_bytes(
    report: Report,
    *,
    locked: Iterable[str] = (),
    typed: Iterable[str] = (),
    findings: Iterable[Finding] = (),
    key: bytes | None = None,
    issued: Mapping[str, str] | None = None,
) -> bytes:
    """Return the workbook of a report, with everything but its inputs locked.

    A report without figures gives the blank form. The unit and the year are locked where the report has them, and so
    are the Refs in ``locked``, such as last year's 结转; the keys in ``typed``, which the unit has filled in itself,
    stay open. With the ``findings`` of a check, the workbook is one that is sent back: the cells of the findings are
    marked and have notes, and the first sheet lists what to do. With the issuing office's ``key``, the identity is
    signed. ``issued`` is the identity of a form that another office issued and signed (see
    :func:`gouji.formats.workbook.reader.issued_identity`); it is written unchanged. In one environment the same input
    gives the same bytes.

    Raises GoujiError for a text or a number that a spreadsheet cannot keep whole.
    """
    given = (given_identity(report) - frozenset(typed)) | frozenset(locked)
    return drawn(report, issued or identity_of(report, given, key), given, findings)


def drawn(
    report: Report, identity: Mapping[str, str], given: frozenset[str], findings: Iterable[Finding] = ()
) -> bytes:
    """Return the workbook of a report with this identity; the cells of the ``given`` keys are locked."""
    layout = layout_of(report.form)
    values = evaluate(layout.expressions, laid_out(report))
    corrections = corrections_of(report, findings, values, given)
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The library only warns where it leaves something out.
        warnings.simplefilter("error")
        workbook = LockedWorkbook(buffer, PASSWORD, {"in_memory": True})
        formats = Formats(workbook)
        beside = (corrections.notes, corrections.remarks)
        canvases = {
            name: Canvas[Layout](workbook.add_worksheet(name), layout, formats, values, given, *beside)
            for name in layout.sheets
        }
        draw_cover(canvases[COVER], corrections, identity["signature"])
        for table in layout.tables:
            draw_table(canvases[table.section.sheet], table)
        for text in layout.texts:
            draw_texts(canvases[text.section.sheet], text)
        draw_checks(canvases[CHECKS])
        draw_hidden(canvases[HIDDEN], identity)
        tables = {table.section.sheet for table in layout.tables}
        for name, canvas in canvases.items():
            canvas.sheet.protect(PASSWORD, _ALLOWED_ON_TABLES if name in (*tables, HIDDEN) else _ALLOWED_ON_TEXTS)
        canvases[HIDDEN].sheet.very_hidden()
        canvases[COVER].sheet.activate()
        _set_properties(workbook, report, identity)
        workbook.close()
    return buffer.getvalue()


def identity_of(report: Report, locked: frozenset[str], key: bytes | None) -> dict[str, str]:
    """Return the identity that the office gives to the workbook, without what the unit may still change."""
    values = {
        "edition": report.edition,
        "year": str(report.year or "") if "year" in locked else "",
        "unit.name": report.unit.name if "unit.name" in locked else "",
        "unit.code": report.unit.code if "unit.code" in locked else "",
        "level": report.unit.level if "unit.level" in locked else "",
        "version": VERSION,
        "locked": " ".join(sorted(locked)),
    }
    values["signature"] = signature(values, key)
    return {name: values[name] for name in IDENTITY}


_LONGEST_PROPERTY = 255


def _set_properties(workbook: LockedWorkbook, report: Report, identity: Mapping[str, str]) -> None:
    for text in (report.unit.name, report.unit.code):
        if len(text) > _LONGEST_PROPERTY:
            raise GoujiError(
                f"“{text[:20]}…”有 {len(text)} 个字，最多 {_LONGEST_PROPERTY} 个。请缩短单位的名称或者代码。"
            )
    workbook.set_properties({"title": report.title, "author": "gouji", "company": report.unit.name, "created": _EPOCH})
    for key, value in identity.items():
        if key != "locked":  # it can be longer than a property may be, and is only needed beside the cells
            workbook.set_custom_property(PROPERTY_PREFIX + key, value, "text")
