"""One report as it is published: the Word document, the web page with its data, or the PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gouji.checks import Verdict, check, verdict
from gouji.findings.finding import Finding
from gouji.form.forms import OFFICIAL, Forms
from gouji.formats.read import read_file
from gouji.report.model import Report
from gouji.runtime.output import write_aside

if TYPE_CHECKING:
    from gouji.formats.word.to_pdf import Printer


@dataclass(frozen=True)
class Written:
    """A report with its findings. One with errors is written as a draft, unless only a finished one was wanted."""

    report: Report
    findings: Sequence[Finding]
    refused: bool = False
    """Nothing was written, because the report has errors and only a finished one was wanted."""

    @property
    def open_errors(self) -> int:
        """The number of errors; those that disappear with another one do not count."""
        return sum(finding.severity == "error" and finding.echo_of is None for finding in self.findings)

    @property
    def verdict(self) -> Verdict:
        """The verdict that follows from the findings."""
        return verdict(self.findings)


def write_word(
    source: Path, target: Path, *, accept_repairs: bool = False, final: bool = False, forms: Forms = OFFICIAL
) -> Written:
    """Write the report of a file, which may answer any of ``forms``, as a Word document.

    A report with errors is marked as a draft on every page; with ``final`` it is not written at all.
    Raises GoujiError if the file cannot be read or the document cannot be written.
    """
    from gouji.formats.word.writer import write_document

    reading = read_file(source, accept_repairs=accept_repairs, forms=forms)
    written = Written(reading.report, check(reading))
    if final and written.open_errors:
        return replace(written, refused=True)
    write_document(reading.report, target, open_errors=written.open_errors)
    return written


def write_web(source: Path, target: Path, *, forms: Forms = OFFICIAL) -> Written:
    """Write the report of a file as a web page, and beside it its data as JSON and CSV.

    A report with errors is marked as a draft.
    Raises GoujiError if the file cannot be read or the results cannot be written.
    """
    from gouji.formats.web.report_page import write_page
    from gouji.report.open_data import figures_csv, public_json

    reading = read_file(source, forms=forms)
    written = Written(reading.report, check(reading))
    write_page(reading.report, target, open_errors=written.open_errors)
    write_aside(target.with_suffix(".json"), public_json(reading.report))
    write_aside(target.with_suffix(".csv"), figures_csv(reading.report))
    return written


def write_pdf(written: Written, target: Path, printer: Printer) -> None:
    """Print the Word document of a report as a PDF.

    Raises GoujiError if LibreOffice does not produce the PDF or if it cannot be written.
    """
    from gouji.formats.word.writer import document_bytes

    write_aside(target, printer.pdf(document_bytes(written.report, open_errors=written.open_errors)))
