"""What a workbook and Python must agree on, whichever program has calculated the workbook."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gouji.form.calculations import calculations, evaluate
from gouji.form.values import Value
from gouji.formats.workbook.layout import layout_of
from gouji.report.model import Report

Found = Mapping[tuple[str, str], Value | float]
"""What a program has calculated, by sheet and address."""


def in_python(report: Report) -> dict[str, Value]:
    """Return every calculation as Python does it for a report from any medium: totals are figures like others."""
    return evaluate(calculations(report.form, totals=False), report.cells())


def by_key(report: Report, found: Found) -> dict[str, Value | float]:
    """Return what a program has calculated by the key of the calculation."""
    layout = layout_of(report.form)
    places = {key: layout.places[key] for key in layout.expressions}
    return {key: found[place.sheet, place.address] for key, place in places.items()}


def differences(report: Report, found: Found) -> dict[str, tuple[Value | float, Value]]:
    """Return each relation, entry, declaration and state on which a program and Python differ, with both results."""
    theirs, ours, form = by_key(report, found), in_python(report), report.form
    # How many totals are blank or wrong is counted only where totals are figures like others.
    compared = {key for key in ours if key in theirs and not key.startswith(("blank.", "wrong."))}
    assert {f"outcome.{relation.id}" for relation in form.relations} < compared
    assert {f"entry.{ref}" for ref in form.inputs} < compared
    assert {f"declared.{table.id}" for table in form.official_tables} | {"state", "worst"} < compared
    return {key: (theirs[key], ours[key]) for key in compared if not alike(theirs[key], ours[key])}


def alike(theirs: Value | float, ours: Value | float) -> bool:
    """Tell whether two results are the same: as far as a spreadsheet counts, and an empty text is a blank."""
    if isinstance(ours, str) or ours is None:
        return theirs == (ours or "")
    return isinstance(theirs, float) and math.isclose(theirs, float(ours), rel_tol=1e-12, abs_tol=1e-9)
