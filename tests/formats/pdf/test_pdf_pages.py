"""What is seen on a page of a PDF is what gouji reads of it; the pages are drawn by hand."""

from __future__ import annotations

import pytest
from drawn_pdf import grid, line, pdf, text

from gouji.formats.pdf.paragraphs import paragraphs_in
from gouji.formats.pdf.print import Line
from gouji.formats.pdf.reader import passages_of
from gouji.formats.published import Paragraph, PrintedTable
from gouji.runtime.errors import DocumentError

FILLER = "\n".join(text(60, y, "a line of text that is long enough to be no scan") for y in (780, 766))
COLUMNS, ROWS = (60, 200, 300, 400), (400, 430, 460)
CELLS = [(70, 440, "alpha"), (210, 440, "46"), (310, 440, "7"), (70, 410, "beta"), (210, 410, "12"), (310, 410, "8")]


def only_table(data: bytes) -> PrintedTable:
    (table,) = (passage for passage in passages_of(data) if isinstance(passage, PrintedTable))
    return table


def table_in(data: bytes) -> list[list[str]]:
    return [[cell.text for cell in row] for row in only_table(data).rows]


def drawn(*instead: str, lines: str = grid(COLUMNS, ROWS), more: str = "") -> str:
    """Return the drawing of a table; what is given stands in place of its first number."""
    cells = [text(*cell) for cell in CELLS if not instead or cell[2] != "46"]
    return "\n".join([FILLER, lines, *instead, *cells, more])


TABLE = [["alpha", "46", "7"], ["beta", "12", "8"]]


def test_a_ruled_table_is_read_by_its_lines() -> None:
    assert table_in(pdf(drawn())) == TABLE


@pytest.mark.parametrize("missing", [(400,), (460,), (400, 460)], ids=["below", "above", "both"])
def test_a_table_ends_where_three_lines_end_without_one_across(missing: tuple[int, ...]) -> None:
    lines = [line(60, y, 400, y) for y in ROWS if y not in missing] + [line(x, 400, x, 460) for x in COLUMNS]
    assert table_in(pdf(drawn(lines="\n".join(lines)))) == TABLE


def test_a_table_without_lines_at_its_sides_is_closed_there() -> None:
    lines = [line(60, y, 400, y) for y in ROWS] + [line(x, 400, x, 460) for x in COLUMNS[1:-1]]
    assert table_in(pdf(drawn(lines="\n".join(lines)))) == TABLE


@pytest.mark.parametrize("lines", ["", "\n".join(line(60, y, 400, y) for y in ROWS)], ids=["none", "between rows"])
def test_columns_without_lines_are_found_by_their_numbers(lines: str) -> None:
    assert table_in(pdf(drawn(lines=lines))) == TABLE


def test_lines_between_rows_tell_whose_label_a_line_is() -> None:
    labels = [text(70, 446, "al"), text(70, 436, "pha"), text(70, 424, "be"), text(70, 414, "ta")]
    numbers = [text(210, 436, "46"), text(310, 436, "7"), text(210, 404, "12"), text(310, 404, "8")]
    lines = "\n".join(line(60, y, 400, y) for y in ROWS)
    assert table_in(pdf("\n".join([FILLER, lines, *labels, *numbers]))) == TABLE


def test_a_number_in_two_lines_of_a_cell_that_has_no_lines_stays_two_numbers() -> None:
    assert table_in(pdf(drawn(text(210, 440, "4"), text(210, 429, "6"), lines="")))[0][1] == "4\n6"


UNSEEN = {
    "in the invisible way of painting": text(210, 440, "46", more="3 Tr") + " BT 0 Tr ET",
    "transparent": "q /Clear gs " + text(210, 440, "46") + " Q",
    "cut off": "q 0 0 5 5 re W n " + text(210, 440, "46") + " Q",
    "painted over": text(210, 440, "46") + " q 0.9 0.9 1 rg 205 432 30 20 re f Q",
    "white": "q 1 1 1 rg " + text(210, 440, "46") + " Q",
}


@pytest.mark.parametrize("how", UNSEEN)
def test_a_number_that_nobody_sees_is_not_read(how: str) -> None:
    assert table_in(pdf(drawn(UNSEEN[how])))[0][1] == "（看不见）"


def test_a_number_on_a_ground_that_was_painted_before_it_is_seen() -> None:
    assert table_in(pdf(drawn("q 0.9 0.9 1 rg 205 432 30 20 re f Q", text(210, 440, "46"))))[0][1] == "46"


def test_a_number_that_runs_over_the_edge_of_its_cell_is_asked_about() -> None:
    row = only_table(pdf(drawn(text(290, 440, "4600")))).rows[0]
    assert [cell.content.doubt is not None for cell in row] == [False, True, True]


def test_text_that_another_text_stands_for_is_asked_about_if_it_is_a_number() -> None:
    marked = "/Span <</ActualText (99)>> BDC " + text(210, 440, "46") + " EMC"
    assert only_table(pdf(drawn(marked))).rows[0][1].content.doubt is not None


# ---------------------------------------------------------------- pages that are turned


def turned(drawing: str, degrees: int) -> str:
    """Return a drawing that lies on its side."""
    matrix = {90: "0 1 -1 0 842 0", 270: "0 -1 1 0 0 595"}[degrees]
    return f"q {matrix} cm {drawing} Q"


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_page_that_is_turned_when_it_is_shown_is_read_as_it_is_shown(degrees: int) -> None:
    data = pdf(turned(drawn(), degrees), rotate=degrees, box=(0, 0, 842, 595))
    assert table_in(data) == TABLE


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_page_that_lies_on_its_side_is_turned_by_its_reader(degrees: int) -> None:
    assert table_in(pdf(turned(drawn(), degrees), box=(0, 0, 842, 842))) == TABLE


def test_a_page_whose_corner_is_elsewhere_is_read() -> None:
    moved = f"q 1 0 0 1 -100 300 cm {drawn()} Q"
    assert table_in(pdf(moved, box=(-100, 300, 495, 1142))) == TABLE


def test_a_watermark_is_no_part_of_a_cell() -> None:
    mark = "BT /F1 40 Tf 0.7 0.7 -0.7 0.7 200 420 Tm (2025) Tj ET"
    assert table_in(pdf(drawn(more=mark))) == TABLE


# ---------------------------------------------------------------- margins


def texts_in(*pages: str) -> list[str]:
    return [passage.text for passage in passages_of(pdf(*pages)) if isinstance(passage, Paragraph)]


def test_what_is_repeated_at_the_same_place_is_no_text() -> None:
    pages = [
        "\n".join(
            [
                text(60, 800, f"A town's portal, page {number} of 3"),
                text(60, 600, "abc" * number + " is the text of this page and says something else every time."),
                text(60, 60, "Published by the town"),
            ]
        )
        for number in (1, 2, 3)
    ]
    assert [words[:6] for words in texts_in(*pages)] == ["abc is", "abcabc", "abcabc"]


def test_what_a_browser_prints_around_a_page_is_no_text() -> None:
    page = "\n".join(
        [
            text(60, 820, "11/28/26, 8:01 AM"),
            text(200, 820, "A report of this year"),
            text(60, 600, "This is the only text on a page that was printed by a browser."),
            text(60, 20, "https://town.example/2025.html"),
            text(500, 20, "1/1"),
        ]
    )
    assert texts_in(page) == ["This is the only text on a page that was printed by a browser."]


def test_invisible_text_on_a_picture_is_a_scan() -> None:
    words = "text that a program recognised in the picture"
    hidden = "\n".join(text(60, 700 - 14 * number, words, more="3 Tr") for number in range(9))
    with pytest.raises(DocumentError, match="扫描件"):
        passages_of(pdf(hidden))


@pytest.mark.parametrize("right, is_asked", [(394, True), (396, True), (400.6, False)])
def test_a_number_of_which_a_digit_is_cut_off_is_asked_about(right: float, is_asked: bool) -> None:
    cut = f"q 0 0 {right} 842 re W n " + text(389, 440, "1") + " " + text(394.56, 440, "4") + " Q"
    cells = [text(*cell) for cell in CELLS if cell[2] != "7"]
    cell = only_table(pdf("\n".join([FILLER, grid(COLUMNS, ROWS), *cells, cut]))).rows[0][2]
    assert (cell.content.doubt is not None) == is_asked
    assert is_asked or cell.text == "14"


def test_a_column_that_the_edge_of_the_paper_has_cut_off_is_not_blank() -> None:
    behind = "q 0 0 360 842 re W n " + text(365, 440, "16") + " Q"
    cells = [text(*cell) for cell in CELLS if cell[2] != "7"]
    table = table_in(pdf("\n".join([FILLER, grid((60, 200, 300, 360), ROWS), *cells, behind])))
    assert table[0][2] == "（看不见）"


def test_a_digit_at_the_edge_of_the_paper_may_have_another_one_behind_it() -> None:
    cut = "q 0 0 363 842 re W n " + text(359, 440, "2") + " Q"
    cells = [text(*cell) for cell in CELLS if cell[2] != "7"]
    table = table_in(pdf("\n".join([FILLER, grid(COLUMNS, ROWS), *cells, cut])))
    assert table[0][2] == "2…"


def test_a_blank_cell_that_the_edge_of_the_paper_cuts_is_not_blank() -> None:
    cells = [text(*cell) for cell in CELLS if cell[2] != "7"]
    clipped = "q 0 0 360 842 re W n " + grid(COLUMNS, ROWS) + " Q"
    bars = "\n".join(f"q 0 0 360 842 re W n 60 {y} 340 0.5 re f Q" for y in ROWS)
    table = table_in(pdf("\n".join([FILLER, clipped, bars, *cells])))
    assert table == [["alpha", "46", "……"], ["beta", "12", "8"]]


def test_a_table_inside_a_cell_stands_between_the_texts_of_that_cell() -> None:
    frame = "\n".join([grid((40, 500, 560), (300, 600)), text(50, 580, "above"), text(50, 320, "below")])
    (outer,) = only_table(pdf("\n".join([FILLER, frame, grid(COLUMNS, ROWS), *(text(*cell) for cell in CELLS)]))).rows
    above, inner, below = outer[0].passages
    assert [[cell.text for cell in row] for row in inner.rows] == TABLE
    assert (above.text, below.text) == ("above", "below")


def test_a_cell_that_lays_out_a_page_keeps_its_paragraphs() -> None:
    places = [("一、甲乙丙丁", 60), ("一二三四五六七八九。" * 3, 80), ("六、甲乙", 60)]
    lines = [Line(words, left, left + 10 * len(words), 0, 10, 10) for words, left in places]
    assert paragraphs_in(lines, 55, 365) == [line.text for line in lines]
    assert paragraphs_in(lines[1:2] * 2, 55, 365) == []
