"""The room that texts are given."""

from __future__ import annotations

import io

import pytest
import sheet_xml

from gouji.formats.drawing.measure import HIGHEST_ROW, lines_of, row_height
from gouji.formats.drawing.seams import PlainWorkbook


def test_columns_are_counted_in_digits_of_a_font_that_every_language_of_excel_takes() -> None:
    buffer = io.BytesIO()
    workbook = PlainWorkbook(buffer)
    workbook.add_worksheet()
    workbook.add_format({"font_size": 9})
    workbook.close()
    styles = sheet_xml.part(buffer.getvalue(), "xl/styles.xml")
    assert '<sz val="11"/><color theme="1"/><name val="宋体"/>' in styles.partition("</font>")[0]
    assert "scheme" not in styles


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", 1, id="nothing"),
        pytest.param("一二三四", 1, id="as wide as the column"),
        pytest.param("一二三四五", 2, id="one character more"),
        pytest.param("一二三四。", 2, id="a sign that takes a character with it"),
        pytest.param("一二三（五", 2, id="a sign that goes with the next character"),
        pytest.param("一Words二", 2, id="a word beside characters"),
        pytest.param("一二Words", 2, id="a word that is not broken"),
        pytest.param("0123456789" * 2, 4, id="a word longer than a line"),
        pytest.param("一二\n三", 2, id="two paragraphs"),
        pytest.param("“一二”—", 2, id="signs that 宋体 draws wide"),
    ],
)
def test_lines_of_a_column_of_four_characters(text: str, lines: int) -> None:
    assert lines_of(text, 9) == lines


def test_smaller_print_and_merged_columns_hold_more_and_indents_and_bold_less() -> None:
    text = "一二三四五六七八"
    assert lines_of(text, 18) == 1
    assert lines_of(text, 18, bold=True, size=12) == lines_of(text, 18, indent=1) == 2
    assert lines_of(text, 16, size=9) == lines_of(text, 17, columns=2) == 1


def test_a_row_is_no_higher_than_a_spreadsheet_can_make_it() -> None:
    assert row_height(1000) == HIGHEST_ROW
