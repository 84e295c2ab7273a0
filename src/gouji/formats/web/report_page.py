"""From a Report to one HTML file for the government's website, which needs no other file and runs no script."""

from __future__ import annotations

from pathlib import Path

from gouji.formats.web.table import html_table
from gouji.formats.web.templating import page
from gouji.report.model import Report
from gouji.report.printed import printed, published
from gouji.runtime.output import write_aside


def write_page(report: Report, path: Path | str) -> None:
    """Write a report as a web page; an older file of that name is replaced in one step.

    Raises GoujiError if the file cannot be written.
    """
    write_aside(path, page_bytes(report))


def page_bytes(report: Report) -> bytes:
    """Return a report as a web page; the same report gives the same bytes."""
    return page(
        "report.html",
        report=published(report),
        unit=" ".join(report.unit.name.split()),
        table_of=html_table,
        printed=lambda ref: printed(report, ref),
    )
