"""gouji fill: a copy of a superior's table is filled, and all that was not is named."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from city_tables import city_table
from county import unit_of
from foreign import blank_book, one_sheet, report, saved
from libreoffice import LibreOffice, started
from reports import changed
from summing import TOWNS, office_with, right, sum_of

from gouji.cli.main import main
from gouji.formats.addresses import address_of
from gouji.formats.spreadsheet.safe_copy import inspect
from gouji.report.model import to_json
from gouji.runtime.errors import GoujiError
from gouji.runtime.signatures import OLE

FORM = report().form


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The report that is filled in, in the current folder."""
    path = tmp_path / "报告.json"
    path.write_bytes(to_json(report()))
    return path


def run(*arguments: object, capsys: pytest.CaptureFixture[str]) -> str:
    """Run gouji fill and return what it printed; an error of ours is printed like on a screen."""
    try:
        main.main(["fill", *map(str, arguments)], prog_name="gouji", standalone_mode=False)
    except (GoujiError, click.UsageError) as error:
        return f"gouji：{error if isinstance(error, GoujiError) else error.message}"
    return capsys.readouterr().out


def values(data: bytes) -> dict[str, Any]:
    """Return what the cells hold."""
    return {
        f"{name}!{address_of(row, column)}": value
        for name, rows in inspect(data).sheets.items()
        for row, cells in enumerate(rows)
        for column, value in enumerate(cells)
    }


# ---------------------------------------------------------------- one report


def test_a_report_fills_a_copy_and_the_table_itself_stays(
    tmp_path: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, places = one_sheet(report(), value=lambda value: None)
    theirs, copy = tmp_path / "市表.xlsx", tmp_path / "填好.xlsx"
    theirs.write_bytes(saved(book))
    before = theirs.read_bytes()
    printed = run(theirs, "--from", source, "-o", copy, capsys=capsys)
    assert theirs.read_bytes() == before
    assert "填了 200 格" in printed
    assert "必须改正的" in printed  # the report has errors: told, and filled nevertheless
    shown = values(copy.read_bytes())
    assert {ref: shown[f"Sheet!{at}"] for ref, at in places.items()} == {ref: report().figures[ref] for ref in places}
    assert run(theirs, "--from", source, "-o", theirs, capsys=capsys).endswith("请用 -o 写出别的文件名。")
    assert theirs.read_bytes() == before


def test_what_is_there_already_what_found_no_place_and_what_we_do_not_have_is_listed(
    tmp_path: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, places = one_sheet(report(), value=lambda value: None)
    sheet = book.active
    sheet[places["requests.new.natural"]] = 0
    sheet[places["requests.new.business"]] = report().figures["requests.new.business"]
    last = sheet[places["requests.new.total"]]
    sheet.cell(last.row - 1, last.column + 1, "其中：外国人")
    row = sheet[places["requests.granted.natural"]].row
    sheet.cell(row, 2, "（一）线上公开的")
    theirs, copy = tmp_path / "市表.xlsx", tmp_path / "填好.xlsx"
    theirs.write_bytes(saved(book))
    document = json.loads(run(theirs, "--from", source, "-o", copy, "--json", capsys=capsys))
    became = {cell["ref"]: cell for cell in document["cells"]}
    assert became["requests.new.natural"]["outcome"] == "other"
    assert became["requests.new.natural"]["stood"] == "0"
    assert became["requests.new.business"]["outcome"] == "already"
    assert became["requests.new.legal"]["outcome"] == "filled"
    assert "其中：外国人" in {each["label"] for each in document["unanswered"]}
    printed = run(theirs, "--from", source, "-o", copy, capsys=capsys)
    assert "表里是“0”" in printed
    assert "“其中：外国人”：报告里没有这一项" in printed
    assert "“（一）线上公开的”当作“（一）予以公开”" in printed
    replaced = run(theirs, "--from", source, "-o", copy, "--overwrite", capsys=capsys)
    assert "原来是“0”" in replaced


def test_a_figure_that_the_report_has_left_blank_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = {ref: value for ref, value in report().figures.items() if ref != "disclosure.fees.amount"}
    source, theirs = tmp_path / "报告.json", tmp_path / "市表.xlsx"
    source.write_bytes(to_json(changed(report(), figures=figures)))
    theirs.write_bytes(city_table(FORM)[0])
    printed = run(theirs, "--from", source, "-o", tmp_path / "填好.xlsx", capsys=capsys)
    assert "报告里空着，没有填（1 处）" in printed


# ---------------------------------------------------------------- the totals of a collection


def _list() -> bytes:
    book = blank_book()
    sheet = book.active
    sheet.append(["", "新收申请", "", "行政许可决定数"])
    sheet.append(["单位", "自然人", "总计", ""])
    sheet.merge_cells("B1:C1")
    for unit in TOWNS:
        sheet.append([unit.name])
    sheet.append(["合计", *(f"=SUM({column}3:{column}5)" for column in "BCD")])
    return saved(book)


def test_the_totals_fill_the_official_tables_and_the_units_their_rows(tmp_path: Path) -> None:
    sent = {unit: right(seed) for seed, unit in enumerate(TOWNS[:2], 1)}
    office = office_with(tmp_path, TOWNS, sent)
    data, places = city_table(FORM, title="县级统计表")
    (office.folder / "市表.xlsx").write_bytes(data)
    printed = office.run("fill", "市表.xlsx", "-o", "填好.xlsx")
    assert "用汇总的数字填“市表.xlsx”" in printed
    assert "不完整" in printed
    shown = values((office.folder / "填好.xlsx").read_bytes())
    whole = sum_of(right(1), right(2))
    assert {ref: shown[at] for ref, at in places.items()} == {ref: float(whole.figures[ref]) for ref in places}
    (office.folder / "名单.xlsx").write_bytes(_list())
    printed = office.run("fill", "名单.xlsx", "--from", "汇总", "-o", "名单填好.xlsx", "--mapping", "对照.toml")
    shown = values((office.folder / "名单填好.xlsx").read_bytes())
    first = [shown[f"Sheet!{column}3"] for column in "BCD"]
    refs = ("requests.new.natural", "requests.new.total", "disclosure.licensing.decisions")
    assert first == [right(1).figures[ref] for ref in refs]
    assert shown["Sheet!B6"] == whole.figures[refs[0]]
    assert shown["Sheet!B5"] == ""
    assert TOWNS[2].name in printed
    assert "requests" not in (office.folder / "对照.toml").read_text("utf-8-sig")
    again = office.run("fill", "名单.xlsx", "-o", "名单填好.xlsx", "--mapping", "对照.toml")
    assert "列的对照写在" not in again


# ---------------------------------------------------------------- what is refused


def _macros(data: bytes) -> bytes:
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macros")
    return target.getvalue()


@pytest.mark.parametrize(
    "content, sentence",
    [
        (lambda data: b"", "是空的"),
        (lambda data: b"%PDF-1.7", "不是 Excel 工作簿"),
        (_macros, "带有宏（.xlsm）"),
        (lambda data: OLE + "EncryptedPackage".encode("utf-16-le"), "有打开密码"),
        (lambda data: data[: len(data) // 2], "文件不完整或者已经损坏"),
        (lambda data: saved(blank_book()), "没有找到能填的格"),
    ],
)
def test_what_cannot_be_filled_is_refused_with_one_sentence_and_nothing_is_written(
    content: Callable[[bytes], bytes],
    sentence: str,
    tmp_path: Path,
    source: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    theirs, copy = tmp_path / "市表.xlsx", tmp_path / "填好.xlsx"
    theirs.write_bytes(content(city_table(FORM)[0]))
    printed = run(theirs, "--from", source, "-o", copy, capsys=capsys)
    assert printed.startswith("gouji：")
    assert sentence in printed
    assert "请单位" not in printed
    assert not copy.exists()


@pytest.mark.slow
def test_old_and_open_formats_are_refused_and_say_how_to_save_the_table(
    tmp_path: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = tmp_path / "city.xlsx"
    theirs.write_bytes(city_table(FORM)[0])
    (office,) = list(started(tmp_path / "office"))
    assert isinstance(office, LibreOffice)
    for ending in ("xls", "ods"):
        (other,) = office.convert([theirs], tmp_path, ending)
        printed = run(other, "--from", source, "-o", tmp_path / "填好.xlsx", capsys=capsys)
        assert f".{ending} 格式" in printed
        assert "另存为“Excel 工作簿(.xlsx)”" in printed


def test_a_copy_needs_a_name_that_ends_in_xlsx(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "-o" in run("市表.xlsx", "--from", source, capsys=capsys)
    assert "以 .xlsx 结尾" in run("市表.xlsx", "--from", source, "-o", "填好.xls", capsys=capsys)


def test_a_report_of_another_unit_fills_only_the_row_of_that_unit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, theirs, copy = tmp_path / "报告.json", tmp_path / "名单.xlsx", tmp_path / "填好.xlsx"
    source.write_bytes(to_json(changed(right(1), unit=unit_of(TOWNS[1]))))
    theirs.write_bytes(_list())
    run(theirs, "--from", source, "-o", copy, capsys=capsys)
    shown = values(copy.read_bytes())
    assert [shown[f"Sheet!B{row}"] for row in (3, 4, 5)] == ["", right(1).figures["requests.new.natural"], ""]


def test_a_hidden_column_of_a_list_is_named(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = blank_book()
    book.active.append(["单位", "收到申请", "办结", "予以公开"])
    book.active.append([report().unit.name])
    book.active.column_dimensions["D"].hidden = True
    theirs = tmp_path / "市里的名单.xlsx"
    theirs.write_bytes(saved(book))
    said = run(theirs, "--from", source, "-o", tmp_path / "填好.xlsx", capsys=capsys)
    assert "填了 2 格" in said
    assert "隐藏着，没有看也没有填（1 处）：\n    Sheet!D列" in said
