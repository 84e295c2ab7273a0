"""Reading a returned workbook: the same report comes back, what was spoilt is said, what is no workbook is refused."""

from __future__ import annotations

import contextlib
import datetime
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import libreoffice as office
import openpyxl
import pytest
import reports
import sheet_xml
from hypothesis import given, settings

import gouji
from gouji.findings.finding import Finding
from gouji.form.editions import load_form
from gouji.form.model import COVER, HIDDEN
from gouji.form.values import State
from gouji.formats.read import read_data
from gouji.formats.spreadsheet import second_look
from gouji.formats.workbook.layout import laid_out, layout_of
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report
from gouji.report.reading import Reading

every_edition = pytest.mark.parametrize("edition", reports.EDITIONS)

Edit = Callable[[Any], None]
"""A change of a workbook that openpyxl has open."""


@cache
def right(edition: str) -> bytes:
    return workbook_bytes(reports.right(edition))


def edited(data: bytes, edit: Edit) -> bytes:
    """Return a workbook as another program saves it after a change: without any result."""
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    edit(workbook)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def typed(values: dict[str, object], edition: str = "2021") -> Reading:
    """Return the reading of a right workbook into whose cells these values were put."""

    def edit(workbook: Any) -> None:
        for key, value in values.items():
            place = layout_of(load_form(edition)).places[key]
            workbook[place.sheet][place.address].value = value

    return read_data(edited(right(edition), edit))


def without_notes(findings: tuple[Finding, ...]) -> list[Finding]:
    """Leave out what is only said, such as which program saved the file."""
    return [finding for finding in findings if finding.severity != "note"]


# ---------------------------------------------------------------- the same report comes back


@settings(max_examples=20)
@given(report=reports.reports())
def test_any_report_comes_back_from_its_workbook(report: Report) -> None:
    reading = read_data(workbook_bytes(report))
    assert reports.same(reading.report, report)
    assert without_notes(reading.findings) == []


@pytest.mark.slow
@settings(max_examples=200)
@given(report=reports.reports())
def test_any_of_many_reports_comes_back_from_its_workbook(report: Report) -> None:
    assert reports.same(read_data(workbook_bytes(report)).report, report)


@pytest.mark.parametrize("mutation", reports.MUTATIONS)
@every_edition
def test_a_right_report_and_every_mistake_come_back_from_the_workbook(edition: str, mutation: str) -> None:
    report = reports.MUTATIONS[mutation](reports.right(edition))
    reading = read_data(workbook_bytes(report))
    assert reports.same(reading.report, report)
    assert reading.findings == ()
    assert gouji.state(reading.report) == gouji.state(report)


@every_edition
def test_a_workbook_saved_again_by_openpyxl_holds_the_same_report(edition: str) -> None:
    """Its results are gone, and the totals are recomputed."""
    again = edited(right(edition), lambda workbook: None)
    assert {formula.result for formula in sheet_xml.formulas(again).values()} <= {None, ""}
    reading = read_data(again)
    assert reports.same(reading.report, reports.right(edition))
    assert without_notes(reading.findings) == []


@every_edition
def test_a_blank_workbook_filled_with_openpyxl_holds_what_was_put_into_it(edition: str) -> None:
    report = reports.right(edition)
    report = reports.changed(report, unit=gouji.Unit(report.unit.name, report.unit.code))

    def fill(workbook: Any) -> None:
        for key, value in laid_out(report).items():
            place = layout_of(report.form).places[key]
            workbook[place.sheet][place.address].value = value
            if isinstance(value, str):
                workbook[place.sheet][place.address].data_type = "s"

    reading = read_data(edited(workbook_bytes(reports.blank(edition)), fill))
    assert reports.same(reading.report, report)
    assert without_notes(reading.findings) == []
    assert gouji.state(reading.report) == State.READY


@pytest.mark.parametrize("format", ["ods", "xls"])
def test_a_workbook_that_was_saved_in_another_format_holds_the_same_report(
    format: str, libreoffice: office.LibreOffice, tmp_path: Path
) -> None:
    report = reports.right("2021")
    # A tab in an .ods is lost by the library that reads it.
    texts = {topic: [text.replace("\t", "") for text in texts] for topic, texts in report.texts.items()}
    report = reports.changed(report, texts=texts)
    path = tmp_path / "report.xlsx"
    gouji.write_workbook(report, path)
    (saved,) = libreoffice.convert([path], tmp_path, format)
    reading = gouji.read(saved)
    assert reports.same(reading.report, report)
    assert without_notes(reading.findings) == []


def test_a_blank_workbook_is_read_as_nothing_but_blanks() -> None:
    reading = read_data(workbook_bytes(reports.blank("2021")))
    assert reading.report == reports.blank("2021")
    assert reading.findings == ()


def test_the_place_of_every_figure_every_text_and_every_declaration_is_told() -> None:
    reading = read_data(right("2021"))
    form = load_form("2021")
    assert reading.places["requests.new.natural"] == "三、依申请公开!D8"
    wanted = {*form.cells, *(topic.key for topic in form.topics), "unit.name", "year"}
    assert wanted | {f"zero.{table.id}" for table in form.official_tables} <= set(reading.places)


# ---------------------------------------------------------------- totals


@every_edition
def test_a_total_is_never_believed(edition: str) -> None:
    """A forged result of a total is told with both numbers, and counts for nothing."""
    place = layout_of(load_form(edition)).places["requests.new.total"]
    part = sheet_xml.sheet_parts(right(edition))[place.sheet]
    report = reports.right(edition)
    old = report.figures["requests.new.total"]

    def forge(name: str, content: bytes) -> bytes:
        cell = rf'(<c r="{place.address}"[^>]*><f>[^<]*</f>)<v>{old}</v>'.encode()
        forged, count = re.subn(cell, rb"\1<v>777</v>", content)
        assert count == (name == part)
        return forged

    reading = read_data(sheet_xml.changed(right(edition), forge))
    assert reports.same(reading.report, report)
    (finding,) = reading.findings
    assert (finding.rule, finding.severity) == ("totals.old", "note"), "its formula is ours and stands as it was"
    assert (finding.expected, finding.actual) == (old, 777)
    assert (finding.refs, finding.cells) == (("requests.new.total",), (f"三、依申请公开!{place.address}",))
    assert "777" in finding.message
    assert str(old) in finding.message
    assert finding in gouji.check(reading)


def test_every_poisoned_total_is_told() -> None:
    reading = read_data(sheet_xml.poisoned(right("2021")))
    first, *echoes = (finding for finding in reading.findings if finding.rule == "totals.old")
    assert {finding.refs[0] for finding in (first, *echoes)} == set(load_form("2021").totals)
    assert {finding.echo_of for finding in echoes} == {first.id}
    assert reports.same(reading.report, reports.right("2021"))


def test_a_number_written_over_a_total_is_told() -> None:
    ref = "disputes.reconsideration.total"
    place = layout_of(load_form("2021")).places[ref]
    part = sheet_xml.sheet_parts(right("2021"))[place.sheet]
    cell = rf'(<c r="{place.address}"[^>]*>)<f>[^<]*</f><v>[^<]*</v>'.encode()

    def overwrite(name: str, content: bytes) -> bytes:
        return re.sub(cell, rb"\1<v>999</v>", content) if name == part else content

    reading = read_data(sheet_xml.changed(right("2021"), overwrite))
    assert [finding.refs for finding in without_notes(reading.findings)] == [(ref,)]
    assert reports.same(reading.report, reports.right("2021"))


def test_a_huge_total_that_a_spreadsheet_rounds_is_no_difference() -> None:
    """Fifteen digits are kept: the last two of 20000000000010.01 are not."""
    natural, legal = "requests.new.natural", "requests.new.legal"
    huge = {natural: 20000000000010, legal: Decimal("0.01")}
    figures = {ref: huge.get(ref, 0) for ref in load_form("2021").inputs}
    report = reports.changed(reports.blank("2021"), figures=figures)
    place = layout_of(report.form).places["requests.new.total"]
    pattern = rf'(<c r="{place.address}"[^>]*><f>[^<]*</f><v>)[^<]*(</v>)'.encode()
    part = sheet_xml.sheet_parts(workbook_bytes(report))[place.sheet]

    def shown(total: str) -> tuple[Finding, ...]:
        def show(name: str, content: bytes) -> bytes:
            return re.sub(pattern, rb"\g<1>" + total.encode() + rb"\2", content) if name == part else content

        return read_data(sheet_xml.changed(workbook_bytes(report), show)).findings

    assert shown("20000000000010") == ()
    assert [finding.rule for finding in shown("20000000000012")] == ["totals.old"]
    assert [finding.rule for finding in shown("1E300")] == ["totals.old"]


# ---------------------------------------------------------------- what is typed into a number cell


@pytest.mark.parametrize(
    "value, said",
    [
        ("3件", "3件"),
        ("１２", "１２"),
        ("1,000", "1,000"),
        ("无", "无"),
        (" ", " "),
        ("5", "5"),
        ("#DIV/0!", "#DIV/0!"),
        ("#N/A", "#N/A"),
        (True, "TRUE"),
        (False, "FALSE"),
        (datetime.date(2025, 3, 1), "2025-03-01"),
        (datetime.datetime(2025, 3, 1, 10, 30), "2025-03-01"),
        (datetime.time(10, 30), "10:30:00"),
    ],
)
def test_what_is_no_number_is_unread_with_its_text(value: object, said: str) -> None:
    ref = "requests.new.natural"
    report = typed({ref: value}).report
    assert report.unread == {ref: said}
    assert ref not in report.figures
    assert "requests.new.total" not in report.figures
    rules = {finding.rule: finding for finding in gouji.check(report)}
    assert rules["figure.unread"].refs == (ref,)
    assert rules["figure.unread"].actual == said


def test_a_formula_in_an_input_is_unread() -> None:
    ref = "requests.new.natural"
    report = typed({ref: "=1+2"}).report
    assert report.unread == {ref: "=1+2"}
    assert ref not in report.figures


@pytest.mark.parametrize("typo", ["#DIV/0!", "#N/A", "无", " "])
def test_what_is_no_number_in_a_table_that_is_declared_zero_is_unread_too(typo: str) -> None:
    """An error value looks empty to the first reader; it must not pass as the zero of a blank cell."""
    ref = "disputes.later_suit.other"
    blanks = {key: None for key in load_form("2021").inputs if key.startswith("disputes.")}
    report = typed({**blanks, "zero.disputes": "是", ref: typo}).report
    assert report.unread == {ref: typo}
    assert ref not in report.figures
    assert {"zero.contradicted:disputes", f"figure.unread:{ref}"} <= {finding.id for finding in gouji.check(report)}
    assert gouji.state(report) == State.WRONG


@every_edition
def test_a_formula_in_an_input_is_unread_though_a_program_has_saved_its_result(
    edition: str, libreoffice: office.LibreOffice, tmp_path: Path
) -> None:
    place = layout_of(load_form(edition)).places["requests.new.natural"]
    form, saved = tmp_path / "form.xlsx", tmp_path / "saved.xlsx"
    form.write_bytes(right(edition))
    libreoffice.type_in(form, [(place.sheet, place.address, "=1/0")], saved)
    report = gouji.read(saved).report
    assert list(report.unread) == ["requests.new.natural"]
    assert gouji.state(report) == State.WRONG


@pytest.mark.parametrize("value", [0, 1, -1, 1.5, 12.34, 123456789012])
def test_a_number_is_the_number_that_was_typed(value: float) -> None:
    place = layout_of(load_form("2021")).places["disclosure.fees.amount"]
    data = sheet_xml.with_cell(right("2021"), place.sheet, place.address, "", f"<v>{value!r}</v>")
    report = read_data(data).report
    read = report.figures["disclosure.fees.amount"]
    assert read == Decimal(str(value))
    assert isinstance(read, int) == (value == int(value))
    assert not report.unread


def test_a_cell_that_has_only_a_format_is_blank() -> None:
    report = typed({"requests.new.natural": None, "disclosure.fees.amount": None}).report
    assert report.unread == {}
    assert {"requests.new.natural", "disclosure.fees.amount"}.isdisjoint(report.figures)
    blanks = {ref for finding in gouji.check(report) if finding.rule == "figure.blank" for ref in finding.refs}
    assert {"requests.new.natural", "disclosure.fees.amount"} <= blanks


def test_several_paragraphs_in_one_cell_are_several_paragraphs() -> None:
    report = typed({"text.notes.disclosure.1": "第一段\n  第二段\r\n\n第三段  "}).report
    assert report.texts["notes.disclosure"] == ("第一段", "第二段", "第三段")


@pytest.mark.parametrize("year, read", [("2025年", 2025), ("2025", 2025), (2025.0, 2025), ("去年", None), (20, None)])
def test_the_year_is_read_as_people_write_it(year: object, read: int | None) -> None:
    def edit(workbook: Any) -> None:
        place = layout_of(load_form("2021")).places["year"]
        workbook[place.sheet][place.address].value = year

    assert read_data(edited(workbook_bytes(reports.blank("2021")), edit)).report.year == read


@pytest.mark.parametrize("date", ["2026-01-10", "1900-03-01", "1900-02-28", "1899-12-31", "20260110", "2026年1月10日"])
def test_the_date_is_read_as_it_was_written(date: str) -> None:
    report = reports.changed(reports.blank("2021"), people=gouji.People(date=date))
    assert read_data(workbook_bytes(report)).report.people.date == date


@pytest.mark.parametrize(
    "moment", [datetime.date(2026, 1, 10), datetime.datetime(2026, 1, 10, 16, 45)], ids=["date", "date and time"]
)
def test_a_cell_with_the_format_of_a_date_is_read_as_the_day(moment: datetime.date) -> None:
    """Nobody needs the hour at which a form was filled in."""
    reading = typed({"people.date": moment, "text.notes.disclosure.1": moment, "explain.stock": moment})
    assert reading.report.people.date == "2026-01-10"
    assert reading.report.texts["notes.disclosure"] == ("2026-01-10",)
    assert reading.report.explanations == {"stock": "2026-01-10"}


@pytest.mark.parametrize(
    "number, date",
    [(46032, "2026-01-10"), (46032.75, "2026-01-10"), (20, "20"), (20260110, "20260110")],
    ids=["a day", "a day and an hour", "a number of days too small", "digits of a date"],
)
def test_a_date_whose_format_was_lost_is_the_day_that_it_counts(number: float, date: str) -> None:
    def edit(workbook: Any) -> None:
        place = layout_of(load_form("2021")).places["people.date"]
        cell = workbook[place.sheet][place.address]
        cell.value, cell.number_format = number, "General"

    assert read_data(edited(right("2021"), edit)).report.people.date == date


def test_a_level_that_nobody_knows_is_no_level() -> None:
    def edit(workbook: Any) -> None:
        for row in workbook[HIDDEN].iter_rows(max_col=2):
            if row[0].value == "level":
                row[1].value = "village"
        workbook[COVER][layout_of(load_form("2021")).places["unit.level"].address].value = "村"

    assert reports.right("2021").unit.level == "township"
    assert read_data(edited(right("2021"), edit)).report.unit.level == ""


def test_a_clean_return_is_never_looked_at_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look is slow; only files with something wrong pay for it."""
    looks = []

    def look(data: bytes, places: Any) -> dict[str, str]:
        looks.append(dict(places))
        return {}

    monkeypatch.setattr(second_look, "as_typed", look)
    for edition in reports.EDITIONS:
        read_data(right(edition))
        read_data(workbook_bytes(reports.MUTATIONS["all declared zero"](reports.right(edition))))
        read_data(edited(right(edition), lambda workbook: None))
    assert looks == []
    wrong = reports.MUTATIONS["a text"](reports.right("2021"))
    read_data(workbook_bytes(wrong))
    assert [list(places) for places in looks] == [["requests.granted.other"]]


# ---------------------------------------------------------------- what is not the form that was issued


def refusal(data: bytes) -> str:
    """Return the sentence with which a file is refused, the same each time."""
    told = set()
    for _ in range(2):
        with pytest.raises(gouji.DocumentError) as caught:
            read_data(data)
        told.add(str(caught.value))
    (sentence,) = told
    assert re.search("[\u4e00-\u9fff]", sentence)
    assert sentence.endswith("。")
    assert "\n" not in sentence
    assert len(sentence) < 200
    return sentence


def refusal_of(edit: Edit, edition: str = "2021") -> str:
    return refusal(edited(right(edition), edit))


@pytest.mark.parametrize(
    "sheet, address, label",
    [
        ("三、依申请公开", "A8", "一、本年新收政府信息公开申请数量"),
        ("二、主动公开", "A7", "规章"),
        ("四、复议诉讼", "A5", "行政复议"),
    ],
)
def test_a_changed_label_is_refused_with_its_place_and_both_texts(sheet: str, address: str, label: str) -> None:
    def edit(workbook: Any) -> None:
        assert workbook[sheet][address].value == label
        workbook[sheet][address].value = "别的"

    sentence = refusal_of(edit)
    assert sentence.startswith(f"{sheet}!{address} 应当是“{label}”，现在是“别的”")


def test_of_several_changed_labels_the_first_is_named() -> None:
    def edit(workbook: Any) -> None:
        for address in ("A9", "A8"):
            workbook["三、依申请公开"][address].value = "别的"

    assert refusal_of(edit).startswith("三、依申请公开!A8 应当是")


def test_an_emptied_label_is_refused() -> None:
    def edit(workbook: Any) -> None:
        workbook["三、依申请公开"]["A8"].value = None

    assert refusal_of(edit).startswith("三、依申请公开!A8 应当是“一、本年新收政府信息公开申请数量”，现在是空的")


@pytest.mark.parametrize(
    "label",
    ["一、本年新收政府信息 公开申请数量", "一、本年新收政府信息\n公开申请数量", "一、本年新收政府信息公开申请数量 "],
)
def test_a_label_with_other_spaces_is_the_same_label(label: str) -> None:
    def edit(workbook: Any) -> None:
        workbook["三、依申请公开"]["A8"].value = label

    assert reports.same(read_data(edited(right("2021"), edit)).report, reports.right("2021"))


@pytest.mark.parametrize("sheet", ["填报说明", "三、依申请公开", "六、其他事项", "校验"])
def test_a_missing_sheet_is_named(sheet: str) -> None:
    assert f"缺少“{sheet}”这一页" in refusal_of(lambda workbook: workbook.remove(workbook[sheet]))


def test_another_version_is_named() -> None:
    def edit(workbook: Any) -> None:
        for row in workbook[HIDDEN].iter_rows(max_col=2):
            if row[0].value == "version":
                row[1].value = "99"

    assert "样式版本是“99”" in refusal_of(edit)


def test_another_edition_is_named() -> None:
    def edit(workbook: Any) -> None:
        for row in workbook[HIDDEN].iter_rows(max_col=2):
            if row[0].value == "edition":
                row[1].value = "1999"

    assert "版本“1999”不认识" in refusal_of(edit)


def test_a_workbook_that_is_not_ours_is_refused() -> None:
    def bare(workbook: Any) -> None:
        for sheet in workbook.sheetnames[1:]:
            workbook.remove(workbook[sheet])
        for name in list(workbook.custom_doc_props.names):
            del workbook.custom_doc_props[name]

    assert "不是用 gouji 填报表填的" in refusal_of(bare)


# ---------------------------------------------------------------- what is no workbook


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def encrypted() -> bytes:
    """Return what Office writes for a workbook with a password: an OLE file that holds an encrypted package."""
    entries = "".join(f"{name}\0" for name in ("EncryptionInfo", "EncryptedPackage"))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + entries.encode("utf-16-le") + bytes(512)


def document() -> bytes:
    from docx import Document

    target = io.BytesIO()
    Document().save(target)
    return target.getvalue()


STRANGERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "encrypted": (encrypted, "密码"),
    "Word": (document, "Word 文件"),
    "web page": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    "web page with a byte order mark": (lambda: b"\xef\xbb\xbf\n<!DOCTYPE html><html></html>", "网页"),
    "empty": (lambda: b"", "空的"),
    "cut off": (lambda: right("2021")[:20000], "损坏"),
    "cut off near the end": (lambda: right("2021")[:-30], "损坏"),
    "zip without a workbook": (lambda: zipped(readme=b"1"), "不是电子表格"),
    "zip with a broken workbook": (lambda: zipped(xl__workbook=b"<a/>"), "不是电子表格"),
    "OLE of some kind": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "打不开"),
    "random bytes": (lambda: bytes(range(7, 256)) * 50, "不是填报表"),
    "text": (lambda: "三、依申请公开,1,2".encode("gb18030"), "不是填报表"),
    "PDF": (lambda: b"%PDF-1.7\n", "PDF"),
}


@pytest.mark.parametrize("kind", STRANGERS)
def test_what_is_no_workbook_is_refused_in_one_sentence(kind: str, tmp_path: Path) -> None:
    make, word = STRANGERS[kind]
    assert word in refusal(make())
    path = tmp_path / "report.xlsx"
    path.write_bytes(make())
    with pytest.raises(gouji.DocumentError, match=r"report\.xlsx") as caught:
        gouji.read(path)
    assert word in str(caught.value)


def test_a_sheet_whose_xml_is_broken_is_refused() -> None:
    def cut(name: str, content: bytes) -> bytes:
        return content[: len(content) // 10] if name == "xl/worksheets/sheet4.xml" else content

    assert refusal(sheet_xml.changed(right("2021"), cut))


@pytest.mark.parametrize("count", [1, 10, 100])
def test_any_damage_is_a_refusal_or_a_reading_and_never_a_crash(count: int) -> None:
    """Bytes turned over anywhere in the file."""
    good = right("2021")
    for start in range(0, len(good), len(good) // 40):
        damaged = bytearray(good)
        for at in range(start, min(start + count, len(good))):
            damaged[at] ^= 0xFF
        with contextlib.suppress(gouji.DocumentError):
            assert read_data(bytes(damaged)).report.edition == "2021"


def test_after_a_refusal_a_good_workbook_is_read_as_ever() -> None:
    for make, _ in STRANGERS.values():
        refusal(make())
        assert reports.same(read_data(right("2021")).report, reports.right("2021"))
