"""gouji (勾稽): the cross-checks of China's 政府信息公开工作年度报告, from the workbook to the Word report.

The verbs of the command line, for programs::

    import gouji

    reading = gouji.read("return.xlsx")            # any file that is known → Reading
    findings = gouji.check(reading)                # Reading or Report → tuple of Finding
    gouji.write_workbook(reading.report, "form.xlsx")
    gouji.write_document(reading.report, "report.docx")
    gouji.write_page(reading.report, "report.html")
    form = gouji.load_form(reading.report.edition)

Bad input raises GoujiError (DocumentError where a file holds no report); what is wrong inside a report is a Finding.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from gouji.checks import check, state, verdict
    from gouji.edition import editions, load_form
    from gouji.errors import DocumentError, GoujiError
    from gouji.excel.writer import write_workbook
    from gouji.finding import Finding
    from gouji.form import Form
    from gouji.media import read
    from gouji.own_form import use_own_form
    from gouji.reading import Reading
    from gouji.repairs import accept_repairs
    from gouji.report import People, Report, Unit, from_json, make_report, to_json
    from gouji.web.page import write_page
    from gouji.word.writer import write_document

_HOMES = {
    "check": "gouji.checks",
    "state": "gouji.checks",
    "verdict": "gouji.checks",
    "DocumentError": "gouji.errors",
    "GoujiError": "gouji.errors",
    "write_workbook": "gouji.excel.writer",
    "Finding": "gouji.finding",
    "Form": "gouji.form",
    "editions": "gouji.edition",
    "load_form": "gouji.edition",
    "use_own_form": "gouji.own_form",
    "read": "gouji.media",
    "Reading": "gouji.reading",
    "accept_repairs": "gouji.repairs",
    "People": "gouji.report",
    "Report": "gouji.report",
    "Unit": "gouji.report",
    "from_json": "gouji.report",
    "make_report": "gouji.report",
    "to_json": "gouji.report",
    "write_document": "gouji.word.writer",
    "write_page": "gouji.web.page",
}
"""Where each public name lives. It is imported when it is asked for, so that ``gouji --help`` comes at once."""

__all__ = [
    "DocumentError",
    "Finding",
    "Form",
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
