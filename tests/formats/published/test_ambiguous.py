"""Documents in which two readings are possible: nothing is guessed, and what is certain is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import published
import pytest
import reports
from published import Passages, cell

from gouji.checks import check
from gouji.formats.published import NoReportError, Paragraph, PrintedCell, PrintedTable, reading_of
from gouji.report.reading import Reading

REPORT = reports.changed(
    reports.right("2021"),
    texts={"overview.general": ["全镇公开信息12条。"], "problems.general": ["更新不够及时。"]},
)
FORM = REPORT.form
HEADINGS = [section.heading for section in FORM.sections]


def with_texts_after(heading: str, texts: Sequence[str], *, instead: bool = False) -> Passages:
    """Return the report with paragraphs after a heading, or in its place."""
    made = published.passages(REPORT)
    at = made.index(Paragraph(heading))
    made[at : at + 1] = [*([] if instead else [made[at]]), *map(Paragraph, texts)]
    return made


def ids(reading: Reading) -> list[str]:
    return [finding.id for finding in reading.findings]


# ---------------------------------------------------------------- headings


def test_a_heading_that_comes_again_after_a_text_goes_on_with_its_section() -> None:
    """The heading of a page repeats it; it is no sentence of the unit."""
    made = with_texts_after(HEADINGS[0], ["公开信息12条。", HEADINGS[0], "培训2次。"])
    texts = reading_of(made).report.texts["overview.general"]
    assert texts == ("公开信息12条。", "培训2次。", "全镇公开信息12条。")


def test_numbers_of_a_lower_level_are_no_subjects_where_subjects_have_brackets() -> None:
    lines = ["（一）主动公开情况", "公开信息12条。", "1.平台建设。网站改版一次。", "（二）依申请公开", "收到3件。"]
    texts = reading_of(with_texts_after(HEADINGS[0], lines)).report.texts
    assert texts["overview.disclosure"] == ("公开信息12条。", "1.平台建设。网站改版一次。")
    assert "overview.platform" not in texts


def test_numbers_are_subjects_where_no_subject_has_brackets() -> None:
    texts = reading_of(with_texts_after(HEADINGS[0], ["1.主动公开。公开12条。", "2.平台建设。改版一次。"])).report.texts
    assert texts["overview.disclosure"] == ("公开12条。",)
    assert texts["overview.platform"][0] == "改版一次。"


@pytest.mark.parametrize("count, is_report", [(3, True), (2, False)])
def test_a_text_without_tables_is_a_report_by_three_of_its_headings(count: int, is_report: bool) -> None:
    made = [paragraph for heading in HEADINGS[:count] for paragraph in (Paragraph(heading), Paragraph("已经完成。"))]
    if is_report:
        assert reading_of(made).report.texts["overview.general"] == ("已经完成。",)
    else:
        with pytest.raises(NoReportError):
            reading_of(made)


@pytest.mark.parametrize("count, known", [(1, True), (2, False)])
def test_a_heading_in_other_words_is_known_by_its_number_if_it_is_the_only_one(count: int, known: bool) -> None:
    others = ["五、努力的方向", "五、今后的想法"][:count]
    reading = reading_of(with_texts_after(HEADINGS[4], others, instead=True))
    assert ("published.section:problems" not in ids(reading)) == known
    assert ("problems.general" in reading.report.texts) == known


# ---------------------------------------------------------------- tables


def test_an_altered_label_beside_a_row_that_lacks_is_nobodys() -> None:
    """Two rows of the form are missing and one line is strange: it may be either."""

    def change(table: PrintedTable) -> PrintedTable:
        kept = [row for row in table.rows if not any(one.text == "6.属于四类过程性信息" for one in row)]
        rows = [
            [
                replace(one, passages=cell("5.属于三类内部管理信息").passages) if "5.属于三类" in one.text else one
                for one in row
            ]
            for row in kept
        ]
        return PrintedTable(tuple(map(tuple, rows)))

    reading = reading_of(published.of_tables(lambda table: [change(table)])(published.passages(REPORT)))
    lost = {ref for ref in FORM.cells if ref.startswith(("requests.refused_internal.", "requests.refused_process."))}
    assert not lost & set(reading.report.figures)
    assert "published.part_missing:requests" in ids(reading)
    (blank,) = (finding for finding in check(reading) if finding.id == "figure.blank:requests")
    assert blank.echo_of == "published.part_missing:requests", "one cause is told once"


def test_columns_out_of_order_below_a_header_of_wrong_spans_are_not_read() -> None:
    """Where a header's cells do not say how far they reach, its columns count only in the form's own order."""

    def swapped(table: PrintedTable) -> PrintedTable:
        names = {"商业企业": "科研机构", "科研机构": "商业企业"}

        def named(one: PrintedCell) -> PrintedCell:
            return replace(one, passages=cell(names.get(one.text, one.text)).passages)

        rows = [[named(one) for one in row] for row in table.rows]
        return PrintedTable(tuple(map(tuple, rows)))

    made = published.WAYS["wrong spans"](published.passages(REPORT))
    assert "published.header:requests" in ids(reading_of(made))
    reading = reading_of([swapped(passage) if isinstance(passage, PrintedTable) else passage for passage in made])
    assert not any(ref.startswith("requests.") for ref in reading.report.figures)
    assert "published.missing:requests" in ids(reading)
