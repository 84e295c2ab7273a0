"""Compare the results of a workbook with those of Python, whichever program calculated the workbook."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gouji.form.calculations import calculations, evaluate
from gouji.form.values import Value
from gouji.formats.workbook.layout import layout_of
from gouji.report.model import Report

Found = Mapping[tuple[str, str], Value | float]
"""The results that a program calculated, by sheet and address."""


def in_python(report: Report) -> dict[str, Value]:
    """Return all results of Python for a report from any medium, where totals are figures like others."""
    return evaluate(calculations(report.form, totals=False), report.cells())


def by_key(report: Report, found: Found) -> dict[str, Value | float]:
    """Return the results of a program by the key of each calculation."""
    layout = layout_of(report.form)
    places = {key: layout.places[key] for key in layout.expressions}
    return {key: found[place.sheet, place.address] for key, place in places.items()}


def differences(report: Report, found: Found) -> dict[str, tuple[Value | float, Value]]:
    """Return each relation, entry, declaration and state on which a program and Python differ, with both results."""
    theirs, ours, form = by_key(report, found), in_python(report), report.form
    # Blank and wrong totals are counted only where totals are figures like others.
    compared = {key for key in ours if key in theirs and not key.startswith(("blank.", "wrong."))}
    assert {f"outcome.{relation.id}" for relation in form.relations} < compared
    assert {f"entry.{ref}" for ref in form.inputs} < compared
    assert {f"declared.{table.id}" for table in form.official_tables} | {"state", "worst"} < compared
    return {key: (theirs[key], ours[key]) for key in compared if not alike(theirs[key], ours[key])}


def alike(theirs: Value | float, ours: Value | float) -> bool:
    """Tell whether two results are the same to the precision of a spreadsheet; an empty text is a blank."""
    if isinstance(ours, str) or ours is None:
        return theirs == (ours or "")
    return isinstance(theirs, float) and math.isclose(theirs, float(ours), rel_tol=1e-12, abs_tol=1e-9)
