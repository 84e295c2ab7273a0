"""One report as it is published: the Word document, the web page with its data, or the PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    from gouji.report.reading import Reading


@dataclass(frozen=True)
class Written:
    """A report that was written, and its findings; a report with errors is written too."""

    report: Report
    findings: Sequence[Finding]

    @property
    def verdict(self) -> Verdict:
        """The verdict that follows from the findings."""
        return verdict(self.findings)


def write_word(source: Path, target: Path, *, accept_repairs: bool = False, forms: Forms = OFFICIAL) -> Written:
    """Write the report of a file, which may answer any of ``forms``, as a Word document.

    Raises GoujiError if the file cannot be read or the document cannot be written.
    """
    from gouji.formats.word.writer import write_document

    reading = read_file(source, accept_repairs=accept_repairs, forms=forms)
    write_document(reading.report, target)
    return _checked(reading)


def write_web(source: Path, target: Path, *, forms: Forms = OFFICIAL) -> Written:
    """Write the report of a file as a web page, and beside it its data as JSON and CSV.

    Raises GoujiError if the file cannot be read or the results cannot be written.
    """
    from gouji.formats.web.report_page import write_page
    from gouji.report.open_data import figures_csv, public_json

    reading = read_file(source, forms=forms)
    write_page(reading.report, target)
    write_aside(target.with_suffix(".json"), public_json(reading.report))
    write_aside(target.with_suffix(".csv"), figures_csv(reading.report))
    return _checked(reading)


def write_pdf(report: Report, target: Path, printer: Printer) -> None:
    """Print the Word document of a report as a PDF.

    Raises GoujiError if LibreOffice does not produce the PDF or if it cannot be written.
    """
    from gouji.formats.word.writer import document_bytes

    write_aside(target, printer.pdf(document_bytes(report)))


def _checked(reading: Reading) -> Written:
    return Written(reading.report, check(reading))
