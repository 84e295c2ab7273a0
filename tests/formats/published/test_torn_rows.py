"""Torn rows and shifted headers: joined if that is certain, otherwise reported."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import published
import pytest
import reports
from docx import Document
from libreoffice import LibreOffice, missing
from published import cell

import gouji
from gouji.checks import check
from gouji.formats.published import Passage, PrintedCell, PrintedTable, reading_of
from gouji.formats.read import read_data
from gouji.formats.word.writer import document_bytes
from gouji.report.reading import Reading

REPORT = reports.changed(
    reports.right("2021", 5),
    texts={"overview.general": ["全镇公开信息12条。"], "problems.general": ["更新不够及时。"]},
)
OFFICIAL = [ref for table in REPORT.form.official_tables for ref in table.cells]
LABEL, ROW = "5.属于三类内部事务信息", "refused_internal"
ABOVE, ROW_ABOVE = "4.保护第三方合法权益", "refused_third_party"
REFS = [ref for ref in OFFICIAL if ref.startswith(f"requests.{ROW}.")]
REFS_ABOVE = [ref for ref in OFFICIAL if ref.startswith(f"requests.{ROW_ABOVE}.")]

# ---------------------------------------------------------------- how a page end tears a row


def row_with(table: PrintedTable, label: str) -> int:
    return next(at for at, row in enumerate(table.rows) for one in row if one.text == label)


def on_pages(*tables: list[tuple[PrintedCell, ...]]) -> list[PrintedTable]:
    return [PrintedTable(tuple(rows), f"第{page}页", page) for page, rows in enumerate(tables, 1)]


def parts(row: tuple[PrintedCell, ...]) -> tuple[tuple[PrintedCell, ...], tuple[PrintedCell, ...]]:
    """Return a row without its numbers, and without its label."""
    at = next(at for at, one in enumerate(row) if one.text in (LABEL, ABOVE))
    name = (*row[: at + 1], *(cell("") for _ in row[at + 1 :]))
    return name, (*(replace(one, passages=()) for one in row[: at + 1]), *row[at + 1 :])


def read(tear: str) -> Reading:
    """Read a report whose table of requests continues on the next page, torn in one of the ways below."""
    made: list[Passage] = []
    for passage in published.passages(REPORT):
        made += TEARS[tear](passage) if isinstance(passage, PrintedTable) and len(passage.rows) > 20 else [passage]
    return reading_of(made)


def numbers_before_name(table: PrintedTable) -> list[PrintedTable]:
    at = row_with(table, LABEL)
    name, numbers = parts(table.rows[at])
    return on_pages([*table.rows[:at], numbers], [name, *table.rows[at + 1 :]])


def name_before_numbers(table: PrintedTable) -> list[PrintedTable]:
    at = row_with(table, LABEL)
    name, numbers = parts(table.rows[at])
    return on_pages([*table.rows[:at], name], [numbers, *table.rows[at + 1 :]])


def two_names_and_one_row_of_numbers(table: PrintedTable) -> list[PrintedTable]:
    at = row_with(table, LABEL)
    name, numbers = parts(table.rows[at])
    above, _ = parts(table.rows[at - 1])
    return on_pages([*table.rows[: at - 1], above, numbers], [name, *table.rows[at + 1 :]])


def a_number_fewer(table: PrintedTable) -> list[PrintedTable]:
    at = row_with(table, LABEL)
    name, numbers = parts(table.rows[at])
    return on_pages([*table.rows[:at], numbers], [name[:-1], *table.rows[at + 1 :]])


def numbers_lost(table: PrintedTable) -> list[PrintedTable]:
    at = row_with(table, LABEL)
    name, _ = parts(table.rows[at])
    return on_pages([*table.rows[:at], name], [*table.rows[at + 1 :]])


def name_lost(table: PrintedTable) -> list[PrintedTable]:
    at = row_with(table, LABEL)
    _, numbers = parts(table.rows[at])
    return on_pages([*table.rows[:at], numbers], [*table.rows[at + 1 :]])


def zeros_left_out(table: PrintedTable) -> list[PrintedTable]:
    at = row_with(table, LABEL)
    name, _ = parts(table.rows[at])
    rows = list(table.rows)
    rows[at] = name
    blank = row_with(table, "8.属于行政查询事项")
    rows[blank] = (*(one if one.text == "8.属于行政查询事项" else cell("") for one in rows[blank]),)
    return on_pages(rows[: at + 1], rows[at + 1 :])


TEARS = {
    tear.__name__: tear
    for tear in (
        numbers_before_name,
        name_before_numbers,
        two_names_and_one_row_of_numbers,
        a_number_fewer,
        numbers_lost,
        name_lost,
        zeros_left_out,
    )
}


def lost(reading: Reading) -> list[str]:
    """Return the cells without a number, after checking all others."""
    figures = reading.report.figures
    assert {ref: figures[ref] for ref in OFFICIAL if ref in figures} == {
        ref: REPORT.figures[ref] for ref in OFFICIAL if ref in figures
    }
    assert reading.report.unread == {}
    return [ref for ref in OFFICIAL if ref not in figures]


def messages(reading: Reading) -> list[str]:
    return [finding.message for finding in reading.findings]


# ---------------------------------------------------------------- torn rows


@pytest.mark.parametrize("tear", ["numbers_before_name", "name_before_numbers"])
def test_a_torn_row_is_joined_if_its_parts_certainly_belong_together(tear: str) -> None:
    reading = read(tear)
    assert lost(reading) == []
    assert reading.findings == ()


@pytest.mark.parametrize(
    "tear, refs, message",
    [
        (
            "two_names_and_one_row_of_numbers",
            [*REFS_ABOVE, *REFS],
            f"“{ABOVE}”没有数字，“{LABEL}”没有数字，第1页第12行的数字没有名称",
        ),
        ("a_number_fewer", REFS, f"“{LABEL}”没有数字，第1页第12行的数字没有名称"),
        ("numbers_lost", REFS, f"“{LABEL}”没有数字"),
        ("name_lost", REFS, "第1页第12行的数字没有名称"),
    ],
)
def test_a_torn_row_with_unclear_numbers_is_reported_and_not_read_as_0(
    tear: str, refs: list[str], message: str
) -> None:
    reading = read(tear)
    assert lost(reading) == refs
    (torn,) = [finding for finding in reading.findings if finding.rule == "published.torn"]
    assert f"三、依申请公开的表在换页的地方断开：{message}。" in torn.message
    assert gouji.verdict(check(reading)) == "fail"


def test_a_blank_row_at_a_page_break_is_0_if_the_office_leaves_out_zeros() -> None:
    reading = read("zeros_left_out")
    assert [finding.id for finding in reading.findings] == ["published.blank:requests"]
    assert {reading.report.figures[ref] for ref in REFS} == {0}


@pytest.mark.parametrize("lines", [14, 30])
def test_a_torn_row_of_a_printed_file_is_read_completely_or_reported(
    lines: int, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """Blank lines push a label to the next page, away from its numbers; how far depends on the fonts."""
    document = Document(io.BytesIO(published.document(published.passages(REPORT))))
    (name,) = [one for row in document.tables[1].rows for one in row.cells if one.text == LABEL][:1]
    for _ in range(lines):
        name.paragraphs[0].insert_paragraph_before("")
    document.save(str(tmp_path / "torn.docx"))
    (path,) = libreoffice.convert([tmp_path / "torn.docx"], tmp_path / "out", "pdf")
    reading = read_data(path.read_bytes())
    figures = reading.report.figures
    assert {ref: value for ref, value in figures.items() if value != REPORT.figures[ref]} == {}
    named = {ref for finding in reading.findings if finding.severity == "error" for ref in finding.refs}
    assert {ref for ref in OFFICIAL if ref not in figures} <= named | reading.report.unread.keys()


# ---------------------------------------------------------------- headers that have shifted


def shifted(table: PrintedTable) -> list[PrintedTable]:
    """The header as AbiWord saves it as .rtf: blank cells come first, and the last columns have lost their labels."""
    if len(table.rows) < 20:
        return [table]
    first, _, third, *rest = table.rows
    names = [replace(one, rowspan=1) for one in third]
    return [
        PrintedTable(
            (
                first,
                (cell("", 2), cell("", 1, 5), cell("自然人", 2)),
                (cell(""), cell(""), *names[:3]),
                *rest,
            )
        )
    ]


def test_a_table_whose_header_has_shifted_is_not_read_by_position() -> None:
    reading = reading_of(published.of_tables(shifted)(published.passages(REPORT)))
    assert {ref.partition(".")[0] for ref in lost(reading)} == {"requests"}
    (finding,) = [finding for finding in reading.findings if finding.rule == "published.shifted"]
    assert "三、依申请公开“申请人情况”的表头与数字的列对不上：没有找到“" in finding.message
    assert gouji.verdict(check(reading)) == "fail"


@pytest.mark.slow
def test_no_number_of_a_report_that_abiword_saved_is_read_wrong(libreoffice: LibreOffice, tmp_path: Path) -> None:
    program = shutil.which("abiword") or missing("AbiWord is not installed")
    (tmp_path / "report.docx").write_bytes(document_bytes(REPORT))
    for extension in ("rtf", "docx", "html"):
        target = tmp_path / f"saved.{extension}"
        subprocess.run(
            [program, f"--to={extension}", "-o", str(target), str(tmp_path / "report.docx")],
            check=True,
            capture_output=True,
            timeout=120,
        )
        lost(read_data(target.read_bytes()))


def test_an_empty_line_below_a_header_is_not_the_numbers_of_the_next_page() -> None:
    """The strip that a page break leaves of the row of numbers is empty; its numbers are on the next page."""

    def torn(table: PrintedTable) -> list[PrintedTable]:
        if len(table.rows) != 4:
            return [table]
        strip = tuple(cell("") for _ in table.rows[3])
        numbers = (cell(""), *table.rows[3])
        return [replace(table, rows=(*table.rows[:3], strip)), replace(table, rows=(numbers,))]

    report = reports.right("2021", 5)
    reading = reading_of(published.of_tables(torn)(published.passages(report)))
    disputes = [ref for ref in report.form.cells if ref.startswith("disputes.")]
    assert any(report.figures[ref] for ref in disputes)
    assert [reading.report.figures.get(ref) for ref in disputes] == [report.figures[ref] for ref in disputes]


def test_one_empty_cell_below_a_header_is_no_row_of_zeros() -> None:
    def cut(table: PrintedTable) -> list[PrintedTable]:
        return [replace(table, rows=(*table.rows[:3], (cell("", 1, 15),)))] if len(table.rows) == 4 else [table]

    reading = reading_of(published.of_tables(cut)(published.passages(reports.right("2021"))))
    assert not any(ref.startswith("disputes.") for ref in reading.report.figures)
    assert "published.missing:disputes" in [finding.id for finding in reading.findings]
