"""Two reports side by side as a page for the browser: the official tables with what differs marked, and the texts."""

from __future__ import annotations

from gouji.formats.web.table import html_table
from gouji.formats.web.templating import page
from gouji.report.comparison import Comparison


def comparison_page(comparison: Comparison) -> bytes:
    """Return a comparison as a web page; the same comparison gives the same bytes."""
    form = comparison.after.form
    tables = {section.heading: table for section in form.sections if (table := form.table_of(section.key))}
    shown = {ref for table in tables.values() for ref in table.cells}
    return page(
        "comparison.html",
        comparison=comparison,
        tables=[(heading, html_table(table)) for heading, table in tables.items()],
        others=[pair for pair in comparison.changed if pair.ref not in shown],
        pairs={pair.ref: pair for pair in comparison.figures},
    )
