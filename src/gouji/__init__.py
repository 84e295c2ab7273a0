"""gouji (勾稽): the cross-checks of China's 政府信息公开工作年度报告, from the workbook to the Word report.

The verbs of the command line, for programs::

    import gouji

    reading = gouji.read("return.xlsx")            # any file that is known → Reading
    findings = gouji.check(reading)                # Reading or Report → tuple of Finding
    gouji.write_workbook(reading.report, "form.xlsx")
    gouji.write_document(reading.report, "report.docx")
    gouji.write_page(reading.report, "report.html")
    form = reading.report.form                     # what the report answers: Form

Bad input raises GoujiError (DocumentError where a file holds no report); what is wrong inside a report is a Finding.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from gouji.checks import check, state, verdict
    from gouji.findings.finding import Finding
    from gouji.form.editions import editions
    from gouji.form.forms import Forms
    from gouji.form.model import Form
    from gouji.formats.form_file import load_form, use_own_form
    from gouji.formats.read import read
    from gouji.formats.web.report_page import write_page
    from gouji.formats.word.writer import write_document
    from gouji.formats.workbook.writer import write_workbook
    from gouji.report.model import People, Report, Unit, from_json, make_report, to_json
    from gouji.report.reading import Reading
    from gouji.report.repairs import accept_repairs
    from gouji.runtime.errors import DocumentError, GoujiError

_HOMES = {
    "check": "gouji.checks",
    "state": "gouji.checks",
    "verdict": "gouji.checks",
    "DocumentError": "gouji.runtime.errors",
    "GoujiError": "gouji.runtime.errors",
    "write_workbook": "gouji.formats.workbook.writer",
    "Finding": "gouji.findings.finding",
    "Form": "gouji.form.model",
    "Forms": "gouji.form.forms",
    "editions": "gouji.form.editions",
    "load_form": "gouji.formats.form_file",
    "use_own_form": "gouji.formats.form_file",
    "read": "gouji.formats.read",
    "Reading": "gouji.report.reading",
    "accept_repairs": "gouji.report.repairs",
    "People": "gouji.report.model",
    "Report": "gouji.report.model",
    "Unit": "gouji.report.model",
    "from_json": "gouji.report.model",
    "make_report": "gouji.report.model",
    "to_json": "gouji.report.model",
    "write_document": "gouji.formats.word.writer",
    "write_page": "gouji.formats.web.report_page",
}
"""Where each public name lives. It is imported when it is asked for, so that ``gouji --help`` comes at once."""

__all__ = [
    "DocumentError",
    "Finding",
    "Form",
    "Forms",
    "GoujiError",
    "People",
    "Reading",
    "Report",
    "Unit",
    "accept_repairs",
    "check",
    "editions",
    "from_json",
    "load_form",
    "make_report",
    "read",
    "state",
    "to_json",
    "use_own_form",
    "verdict",
    "write_document",
    "write_page",
    "write_workbook",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'gouji' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Name what is public."""
    return sorted([*globals(), *__all__])
