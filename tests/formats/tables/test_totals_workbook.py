"""The workbook of the totals: formulas that LibreOffice calculates to the same values, and links to the files."""

from __future__ import annotations

import math
import shutil
import zipfile
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote

import county
import libreoffice as office
import openpyxl
import own_forms
import paper
import plain_sums
import pytest
import reports
import sheet_xml
from _pytest.mark import ParameterSet
from contrast import too_pale
from green_triangles import numbers_stored_as_text
from summing import FORM, OFFICE, TOWNS, office_with, right

from gouji.collection.totals.totals import totals_of
from gouji.collection.totals.workbooks import write_summary
from gouji.form.editions import load_form
from gouji.form.values import Number, Value, is_number
from gouji.formats.form_file import parse_form_file
from gouji.formats.tables.totals import Summary, SummedUnit, summary_bytes
from gouji.formats.tables.totals_layout import PARTS, PROBLEMS, RELATIONS, SUMS, UNITS, YEARS, TotalsLayout

ROUNDS, ALL, SHARE = 2, 100, 10
ODD = ("=1+1", "+2", "-3", "@SUM(A1)", "<b>&乡</b>", "\tTab")


def at_random(edition: str, seed: int) -> Summary:
    """Return random totals of units: with gaps, with money, with or without last year."""
    form, random = load_form(edition), Random(f"{edition} sum {seed}")
    units = [
        SummedUnit(
            code=f"4104{number:05}",
            name=random.choice(ODD) + f"第{number}镇人民政府",
            above=random.choice(("", "某县", *ODD)),
            file=f"../归档/{number:02x}/{number:064x}.xlsx",
            figures=dict(reports.at_random(edition, seed * 100 + number).figures)
            if random.random() < 0.3
            else dict(reports.right(edition, seed * 100 + number).figures),
        )
        for number in range(random.randint(1, 6))
    ]
    figures = plain_sums.added([unit.figures for unit in units], form.inputs)
    figures = plain_sums.with_totals(edition, figures)
    last: dict[str, Number] = {}
    if random.random() < 0.8:
        last = {ref: value for ref, value in reports.at_random(edition, seed).figures.items() if is_number(value)}
    return Summary(
        form=form,
        title="=某县汇总",
        state="完整：都已计入。",
        units=units,
        figures=figures,
        before=last,
        before_state="+上年",
        years=("上年", "今年"),
        members=[
            ([unit.code, unit.name, *ODD[:4], 1, None, "回收/@a.xlsx", "", "0" * 64], unit.file) for unit in units
        ],
        problems=[["", name, name, name, name, name, name] for name in ODD],
    )


def test_excel_marks_no_code_in_the_totals() -> None:
    marked, left = numbers_stored_as_text(summary_bytes(at_random("2021", 1)))
    assert marked == []
    assert {f"{UNITS}!A7", f"{PARTS}!A4"} <= set(left)


def test_every_text_of_the_totals_has_enough_contrast() -> None:
    assert too_pale(summary_bytes(at_random("2021", 1))) == []


def shares() -> Iterator[ParameterSet]:
    for edition in reports.EDITIONS:
        yield pytest.param(edition, range(ROUNDS), id=f"{edition}-few")
        for first in range(ROUNDS, ALL // 2, SHARE):
            yield pytest.param(edition, range(first, first + SHARE), id=f"{edition}-{first}", marks=[pytest.mark.soak])


@pytest.mark.parametrize("edition, seeds", list(shares()))
def test_libreoffice_recalculates_the_same_values(
    edition: str, seeds: range, libreoffice: office.LibreOffice, tmp_path: Path
) -> None:
    given = [summary_bytes(at_random(edition, seed)) for seed in seeds]
    files = [tmp_path / f"sum{number}.xlsx" for number in range(len(given))]
    for file, data in zip(files, given, strict=True):
        file.write_bytes(sheet_xml.poisoned(data))
    for data, file, saved in zip(given, files, libreoffice.convert(files, tmp_path / "saved"), strict=True):
        ours, sent, theirs = (sheet_xml.formulas(content) for content in (data, file.read_bytes(), saved.read_bytes()))
        assert len(ours) > 1000
        assert {formula.result for formula in sent.values()} <= {sheet_xml.POISON_NUMBER, sheet_xml.POISON_TEXT}
        assert ours.keys() == theirs.keys()
        different = {
            place: (theirs[place].result, formula.result, formula.text)
            for place, formula in ours.items()
            if not alike(theirs[place].result, formula.result)
        }
        assert not different


def alike(theirs: Value | float, ours: Value | float) -> bool:
    if isinstance(ours, str) or ours is None:
        return theirs == (ours or "")
    return isinstance(theirs, float) and math.isclose(theirs, float(ours), rel_tol=1e-12, abs_tol=1e-6)


def test_a_text_that_begins_like_a_formula_stays_text() -> None:
    data = summary_bytes(at_random("2021", 1))
    for (sheet, _), formula in sheet_xml.formulas(data).items():
        assert formula.text.startswith(("IF(", "'", "D", "E", "F"))
        assert sheet not in (PARTS, PROBLEMS)
    sheet = opened(data)[PROBLEMS]
    names = [row[1].value for row in sheet.iter_rows(min_row=4)]
    assert [str(name) for name in names] == [*ODD]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_same_totals_give_the_same_bytes() -> None:
    assert summary_bytes(at_random("2021", 3)) == summary_bytes(at_random("2021", 3))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> county.County:
    """An office that added up three units; one has an explained query, another one has a report of last year."""
    units = [OFFICE, *TOWNS[:2]]
    folder = tmp_path_factory.mktemp("written")
    done = office_with(folder, units, {unit: right(seed) for seed, unit in enumerate(units)})
    write_summary(done.workspace, totals_of(done.workspace))
    return done


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))


def test_one_click_leads_from_a_figure_to_its_column_and_from_a_row_there_to_the_file(written: county.County) -> None:
    path = written.folder / "汇总" / "汇总.xlsx"
    workbook = opened(path.read_bytes())
    assert workbook.sheetnames == [SUMS, UNITS, PARTS, RELATIONS, YEARS, PROBLEMS]
    book = TotalsLayout(FORM, 3).plan
    sums, units = workbook[SUMS], workbook[UNITS]
    for ref in FORM.cells:
        cell = sums[book.places[ref].address]
        assert cell.value.startswith("=")
        column = cell.hyperlink.location.rpartition("!")[2].rstrip("0123456789")
        assert cell.hyperlink.location.startswith(f"'{UNITS}'!")
        assert [units[f"{column}{row}"].value for row in range(7, 10)] == [
            pytest.approx(float(right(seed).figures[ref])) for seed in range(3)
        ]
    for row, unit in enumerate((OFFICE, *TOWNS[:2]), 7):
        assert units[f"A{row}"].value == unit.code
        assert units[f"B{row}"].value == unit.name
        file = linked(path, units[f"B{row}"])
        assert file.is_file()
        assert unit.code in file.read_text("utf-8")
    parts = workbook[PARTS]
    assert all(linked(path, parts[f"I{row}"]).is_file() for row in (4, 5, 6))


def linked(path: Path, cell: Any) -> Path:
    """Return the file to which a link leads: a relative URI, in which Chinese stays as it is."""
    assert "\\" not in cell.hyperlink.target
    return path.parent / unquote(cell.hyperlink.target)


def test_links_still_lead_to_the_files_when_the_folder_has_moved(written: county.County, tmp_path: Path) -> None:
    moved = tmp_path / "搬走的 文件夹#1"
    shutil.copytree(written.folder, moved)
    path = moved / "汇总" / "汇总.xlsx"
    file = linked(path, opened(path.read_bytes())[UNITS]["B7"])
    assert file.resolve().is_relative_to(moved)
    assert OFFICE.code in file.read_text("utf-8")


def test_the_totals_are_printed_readably_one_table_a_page(written: county.County) -> None:
    workbook = opened((written.folder / "汇总" / "汇总.xlsx").read_bytes())
    sums = workbook[SUMS]
    assert sums.page_setup.scale >= 75
    assert not sums.page_setup.fitToHeight
    assert len(sums.row_breaks.brk) == len(FORM.tables) - 1
    assert sums.print_title_rows == "$1:$2"
    # The figures of the years and their charts are printed on pages of their own.
    assert workbook[YEARS].print_area.count(",") == 1


def test_the_head_of_a_long_last_table_is_printed_on_each_of_its_pages() -> None:
    text = own_forms.shaped("附表", own_forms.columns("件数"), own_forms.rows(*(f"第{n}项" for n in range(60))))
    form = parse_form_file(text, "附表.toml")
    totals = Summary(form, "汇总", "完整", [], {}, {}, "上年", ("上年", "今年"), [], [])
    head = TotalsLayout(form, 0).tables[-1].top + 1
    assert opened(summary_bytes(totals))[SUMS].print_title_rows == f"${head}:${head}"


def test_the_labels_of_the_charts_are_not_slanted(written: county.County) -> None:
    with zipfile.ZipFile(written.folder / "汇总" / "汇总.xlsx") as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name]
    assert all(chart.partition("<c:catAx>")[2].partition("</c:catAx>")[0].count('rot="0"') == 1 for chart in charts)


@pytest.mark.parametrize("name", [PARTS, RELATIONS, YEARS, PROBLEMS])
def test_every_list_is_printed_at_three_quarters_of_its_size_at_least(written: county.County, name: str) -> None:
    sheet = opened((written.folder / "汇总" / "汇总.xlsx").read_bytes())[name]
    assert paper.printed_scale(sheet) >= 0.75


def test_the_charts_stand_side_by_side_below_their_figures(written: county.County) -> None:
    charts = opened((written.folder / "汇总" / "汇总.xlsx").read_bytes())[YEARS]._charts
    edges = [place for chart in charts for place in (chart.anchor._from, chart.anchor.to)]
    assert len({chart.anchor._from.row for chart in charts}) == 1
    assert all(left.col < right.col for left, right in pairwise(edges))


def test_every_list_is_unlocked_filtered_frozen_and_printable_and_every_chart_described(
    written: county.County,
) -> None:
    data = (written.folder / "汇总" / "汇总.xlsx").read_bytes()
    workbook = opened(data)
    for name in (UNITS, PARTS, RELATIONS, YEARS, PROBLEMS):
        sheet = workbook[name]
        assert not sheet.protection.sheet
        assert sheet.auto_filter.ref
        assert sheet.freeze_panes
        assert sheet.print_title_rows
        assert sheet.page_setup.orientation == "landscape"
    with zipfile.ZipFile(BytesIO(data)) as archive:
        drawings = [archive.read(name).decode() for name in archive.namelist() if "drawings/drawing" in name]
        charts = [archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name]
    assert len(charts) == 3
    assert sum(drawing.count("柱形图，") for drawing in drawings) == 3
    assert all("pattFill" in chart for chart in charts)


def test_incomplete_totals_say_so_at_the_top_and_list_the_missing_units(tmp_path: Path) -> None:
    lacking = office_with(tmp_path, TOWNS, {TOWNS[0]: right(1)})
    write_summary(lacking.workspace, totals_of(lacking.workspace))
    workbook = opened((lacking.folder / "汇总" / "汇总.xlsx").read_bytes())
    assert workbook[SUMS]["A1"].value.endswith("（不完整）")
    assert TOWNS[1].name in workbook[SUMS]["A2"].value
    listed = [(row[1].value, row[4].value, row[5].value) for row in workbook[PARTS].iter_rows(min_row=4)]
    assert listed == [
        (TOWNS[0].name, "计入", "通过"),
        (TOWNS[1].name, "缺", "未交"),
        (TOWNS[2].name, "缺", "未交"),
    ]
