"""A workbook that is not ours but holds the official tables is read by its labels, and no number is a wrong one."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import foreign
import openpyxl
import pytest
import reports
from clients import Saving, saved_by
from foreign import CASES, Drawn, report
from libreoffice import LibreOffice
from pace import slow

from gouji.checks import check, verdict
from gouji.findings.together import with_one_cause
from gouji.formats.read import read, read_data
from gouji.formats.web.report_page import page_bytes
from gouji.formats.workbook.writer import workbook_bytes
from gouji.jobs.prefill import Options, prefill
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError, NoFormError

EVERY_DAY = ("一张表，合并", "三张表，不合并", "隐藏的辅助列", "2019年的表", "旁边是另一个单位的表", "公式没有结果")


def official(edition: str) -> set[str]:
    form = report(edition).form
    return {ref for table in form.official_tables for ref in table.cells}


def rules(reading: Reading) -> Counter[str]:
    return Counter(finding.rule for finding in reading.findings)


def judged(reading: Reading, drawn: Drawn) -> None:
    """Fail unless every figure that was read is right, and all others are named."""
    truth, wanted = report(drawn.edition).figures, official(drawn.edition)
    read_ = {ref: value for ref, value in reading.report.figures.items() if ref in wanted}
    assert read_ == {ref: truth[ref] for ref in read_}
    missing = wanted - read_.keys()
    assert bool(missing) == bool(drawn.named)
    named = {ref for finding in check(reading) if finding.rule in drawn.named for ref in finding.refs}
    assert missing <= named
    assert rules(reading)["foreign.read"] == 1


@pytest.mark.parametrize(
    "name", [name if name in EVERY_DAY else slow(name) for name, drawn in CASES.items() if not drawn.again]
)
def test_every_number_is_read_or_named(name: str) -> None:
    judged(read_data(CASES[name].make()), CASES[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, drawn in CASES.items() if drawn.again])
def test_every_number_is_read_or_named_whoever_saved_it(name: str, tmp_path: Path, libreoffice: LibreOffice) -> None:
    drawn, source = CASES[name], tmp_path / "drawn.xlsx"
    source.write_bytes(drawn.make())
    if drawn.again.startswith("."):
        (made,) = libreoffice.convert([source], tmp_path / "as", drawn.again[1:])
        data = made.read_bytes()
    else:
        data = saved_by(drawn.again, Saving(source, None, tmp_path / "saved.xlsx", lambda: libreoffice))
    judged(read_data(data), drawn)


def test_of_the_forty_at_least_thirty_six_are_whole() -> None:
    assert len(CASES) >= 40
    assert sum(not drawn.named for drawn in CASES.values()) >= 36


# ---------------------------------------------------------------- what is said


def edited(edit: Callable[[Any, dict[str, str]], None], **drawn: Any) -> bytes:
    book, places = foreign.one_sheet(report(), **drawn)
    edit(book.active, places)
    return foreign.saved(book)


def test_a_blank_stays_blank_and_a_dash_is_asked_about() -> None:
    def edit(sheet: Any, places: dict[str, str]) -> None:
        sheet[places["requests.new.natural"]] = None
        sheet[places["requests.new.legal"]] = "—"

    reading = read_data(edited(edit))
    assert "requests.new.natural" not in {**reading.report.figures, **reading.report.unread}
    assert reading.report.unread == {"requests.new.legal": "—"}
    assert "figure.blank" in {finding.rule for finding in check(reading)}


def test_an_error_value_and_a_formula_without_its_result_are_no_numbers() -> None:
    def edit(sheet: Any, places: dict[str, str]) -> None:
        sheet[places["requests.new.natural"]] = "#REF!"
        sheet[places["disputes.direct_suit.other"]] = "=1/0"

    reading = read_data(edited(edit))
    assert reading.report.unread == {"requests.new.natural": "#REF!", "disputes.direct_suit.other": "=1/0"}
    assert official("2021") - reading.report.figures.keys() == reading.report.unread.keys()


def test_another_unit_of_money_is_never_taken_for_ours() -> None:
    data = edited(lambda sheet, places: None, label=lambda text: text.replace("万元", "元"))
    assert "disclosure.fees.amount" not in read_data(data).report.figures


def test_a_merge_over_two_numbers_makes_both_unclear() -> None:
    def edit(sheet: Any, places: dict[str, str]) -> None:
        first = sheet[places["requests.new.natural"]]
        sheet.merge_cells(None, first.row, first.column, first.row, first.column + 1)

    reading = read_data(edited(edit))
    both = {"requests.new.natural", "requests.new.business"}
    assert official("2021") - reading.report.figures.keys() == both
    assert rules(reading)["published.unclear"] == 2


def test_a_label_with_a_slip_is_named_at_its_cell() -> None:
    for slip, right in (("商业公司", "商业企业"), ("本年费止件数", "本年废止件数"), ("（七）合计", "（七）总计")):
        data = edited(lambda sheet, places: None, label=lambda text, slip=slip, right=right: text.replace(right, slip))
        (finding,) = [each for each in read_data(data).findings if each.rule in ("published.label", "published.column")]
        sheet, _, address = finding.cells[0].partition("!")
        assert openpyxl.load_workbook(io.BytesIO(data))[sheet][address].value == slip
        assert f"“{slip}”认作格式里的“{right}”这一" in finding.message


def test_a_blank_that_another_cell_explains_is_not_called_unfilled_as_well() -> None:
    def doubled(sheet: Any, places: dict[str, str]) -> None:
        sheet[places["requests.new.natural"]] = "3 5"
        sheet[places["requests.new.business"]] = None

    def merged_and_blank(sheet: Any, places: dict[str, str]) -> None:
        first = sheet[places["requests.new.natural"]]
        sheet.merge_cells(None, first.row, first.column, first.row, first.column + 1)
        sheet[places["requests.granted.other"]] = None

    (blank,) = [each for each in check(read_data(edited(doubled))) if each.rule == "figure.blank"]
    assert blank.echo_of == "figure.unread:requests.new.natural"
    (blank,) = [each for each in check(read_data(edited(merged_and_blank))) if each.rule == "figure.blank"]
    assert (blank.refs, blank.echo_of) == (("requests.granted.other",), None)


def test_a_blank_copy_beside_the_filled_table_says_nothing() -> None:
    book, _ = foreign.three_sheets(report())
    pen = foreign.Pen(book.create_sheet("空表"))
    for table in report().form.official_tables:
        pen.table(table, {})
    judged(read_data(foreign.saved(book)), CASES["三张表，合并"])


def test_places_are_addresses() -> None:
    book, places = foreign.three_sheets(report())
    reading = read_data(foreign.saved(book))
    assert {ref: reading.places[ref] for ref in places} == places


def test_a_hidden_row_is_named_and_a_hidden_sheet_is_too() -> None:
    findings = read_data(CASES["隐藏的旧表"].make()).findings
    (hidden,) = [finding for finding in findings if finding.rule == "foreign.hidden"]
    assert "工作表“上年”" in hidden.message


def test_two_tables_that_differ_are_one_sentence() -> None:
    reading = read_data(CASES["旁边是另一个单位的表"].make())
    differing = [finding for finding in reading.findings if finding.rule == "published.twice"]
    told = with_one_cause(differing, lambda finding: finding)
    assert len(told) <= len(report().form.official_tables)
    assert reading.report.unit.name == ""


def test_it_never_passes_without_a_question() -> None:
    made = reports.right("2021")
    reading = read_data(foreign.saved(foreign.one_sheet(made)[0]))
    assert verdict(check(reading)) != "pass"


def test_with_the_offices_key_it_is_asked_whose_it_is() -> None:
    data = CASES["一张表，合并"].make()
    assert rules(read_data(data, b"the key of the office"))["identity.document"] == 1
    assert rules(read_data(data))["identity.document"] == 0


@pytest.mark.parametrize(
    ("name", "unit", "year", "asked"),
    [
        ("青石镇人民政府2025年政府信息公开工作年度报告.xlsx", "青石镇人民政府", 2025, True),
        ("2025年统计表.xlsx", "", 2025, True),
        ("统计表.xlsx", "", None, False),
    ],
)
def test_unit_and_year_in_the_name_of_the_file_are_a_question(
    name: str, unit: str, year: int | None, asked: bool, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(CASES["没有标题和部分名称"].make())
    reading = read(tmp_path / name)
    assert (reading.report.unit.name, reading.report.year) == (unit, year)
    assert bool(rules(reading)["foreign.name"]) == asked


def test_unit_and_year_that_the_sheet_names_are_no_question(tmp_path: Path) -> None:
    path = tmp_path / "河口镇2023年表.xlsx"
    path.write_bytes(CASES["表上有填报单位一行"].make())
    reading = read(path)
    assert (reading.report.unit.name, reading.report.year) == (foreign.UNIT, foreign.YEAR)
    assert not rules(reading)["foreign.name"]


# ---------------------------------------------------------------- what is not read so


def listing() -> bytes:
    book = foreign.blank_book()
    book.active.append(["单位", "本年新收", "予以公开", "部分公开", "总计"])
    for number in range(300):
        book.active.append([f"第{number}镇", number, number, number, number])
    return foreign.saved(book)


def plan() -> bytes:
    book = foreign.blank_book()
    for section in report().form.sections:
        book.active.append([section.heading, "办公室", "1月10日前"])
    return foreign.saved(book)


def half_a_form() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(reports.right("2021"))))
    for sheet in book.sheetnames:
        if sheet not in ("三、依申请公开", "四、复议诉讼"):
            del book[sheet]
    for number, sheet in enumerate(book):
        sheet.title = f"Sheet{number}"
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    return foreign.saved(book)


@pytest.mark.parametrize(("make", "error"), [(listing, NoFormError), (plan, NoFormError), (half_a_form, DocumentError)])
def test_other_workbooks_are_refused_as_ever(make: Callable[[], bytes], error: type[DocumentError]) -> None:
    with pytest.raises(DocumentError, match="这不是用 gouji 填报表填的（缺少识别信息）。") as refusal:
        read_data(make())
    assert type(refusal.value) is error


@pytest.mark.parametrize(
    "make", [lambda: workbook_bytes(reports.right("2021")), lambda: page_bytes(reports.right("2021"))]
)
def test_forms_and_pages_are_not_called_the_units_own_table(make: Callable[[], bytes]) -> None:
    assert not rules(read_data(make()))["foreign.read"]


@pytest.mark.slow
def test_merges_without_end_are_refused() -> None:
    book = foreign.one_sheet(report())[0]
    book.active["IV2000"] = 1
    # openpyxl writes each of them as it is, and Excel would call the file damaged.
    for row in range(1980, 2000):
        book.active.merged_cells.add(f"A1:IV{row}")
    with pytest.raises(DocumentError):
        read_data(foreign.saved(book))


# ---------------------------------------------------------------- onto our form


def test_it_is_put_on_our_form(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "表.xlsx", tmp_path / "填报表.xlsx"
    theirs.write_bytes(CASES["一张表，合并"].make())
    prefill(ours, Options(), source=theirs)
    reading = read(ours)
    assert not rules(reading)["foreign.read"]
    assert {ref: reading.report.figures[ref] for ref in official("2021")} == {
        ref: report().figures[ref] for ref in official("2021")
    }
    assert (reading.report.unit.name, reading.report.year) == (foreign.UNIT, foreign.YEAR)


@pytest.mark.parametrize(
    ("note", "asks"), [("单位：件、元", True), ("金额以元计", True), ("单位：件、万元", False), ("", False)]
)
def test_an_amount_is_asked_about_where_the_table_names_another_unit_of_money(note: str, asks: bool) -> None:
    whole = report()
    book = foreign.blank_book()
    pen = foreign.Pen(book.active)
    pen.text(foreign.TITLE)
    pen.text(note)
    for table in whole.form.official_tables:
        pen.table(table, whole.figures, label=lambda label: label.replace("（单位：万元）", ""))
    (fees,) = (ref for ref, cell in whole.form.cells.items() if cell.kind == "money" and ref.startswith("disclosure."))
    asked = [finding.refs for finding in read_data(foreign.saved(book)).findings if finding.rule == "foreign.money"]
    assert asked == ([(fees,)] if asks else [])
