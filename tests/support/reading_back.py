"""Reports that were published and read again: what can come back, and whether it did."""

from __future__ import annotations

import reports

from gouji.form.expressions import Number
from gouji.form.levels import level_named
from gouji.report.model import Report, make_report
from gouji.report.reading import Reading


def short(edition: str) -> Report:
    """Return a right report whose texts say little."""
    return reports.changed(
        reports.right(edition),
        texts={"overview.general": ["全镇公开信息12条。"], "problems.general": ["更新不够及时。"]},
    )


def same_figures(reading: Reading, report: Report) -> bool:
    """Tell whether all official figures were read as printed, blanks as 0, and show which were not."""
    official = [ref for table in report.form.official_tables for ref in table.cells if ref not in report.unread]
    assert reading.report.edition == report.edition
    assert {ref: reading.report.figures.get(ref) for ref in official} == {
        ref: report.figures.get(ref, 0) for ref in official
    }
    assert reading.report.unread == report.unread
    return True


def as_published(report: Report) -> Report:
    """Return what a reader of the printed report can know of it."""
    form = report.form
    official = [ref for table in form.official_tables for ref in table.cells]
    figures: dict[str, Number] = {ref: report.figures.get(ref, 0) for ref in official if ref not in report.unread}
    if form.fee:
        fee = form.table(form.fee.table).cells
        said = form.fee.is_stated("".join(report.section_texts(form.fee.section)))
        if all(ref in report.figures for ref in fee) and not said:
            figures.update({ref: report.figures[ref] for ref in fee})
    unread = {ref: report.unread[ref] for ref in official if ref in report.unread}
    return make_report(
        edition=report.edition,
        year=report.year,
        unit=type(report.unit)(report.unit.name, level=level_named(report.unit.name)),
        figures=figures,
        unread=unread,
        texts=report.texts,
    )


def texts_of(report: Report) -> dict[str, list[str]]:
    return {section.key: report.section_texts(section.key) for section in report.form.sections}
