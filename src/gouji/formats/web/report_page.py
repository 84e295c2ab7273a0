"""From a Report to one HTML file for the government's website, which needs no other file and runs no script."""

from __future__ import annotations

from pathlib import Path

from gouji.formats.web.table import html_table
from gouji.formats.web.templating import page
from gouji.report.model import Report
from gouji.report.printed import printed, published
from gouji.runtime.output import write_aside


def write_page(report: Report, path: Path | str, *, open_errors: int = 0) -> None:
    """Write a report as a web page; an older file of that name is replaced in one step.

    ``open_errors`` is the number of errors that the report still has. Unless it is 0, the page says above its title
    that it is a draft. Raises GoujiError if the file cannot be written.
    """
    write_aside(path, page_bytes(report, open_errors=open_errors))


def page_bytes(report: Report, *, open_errors: int = 0) -> bytes:
    """Return a report as a web page; the same report gives the same bytes. See :func:`write_page`."""
    return page(
        "report.html",
        report=published(report, open_errors),
        unit=" ".join(report.unit.name.split()),
        table_of=html_table,
        printed=lambda ref: printed(report, ref),
    )
