"""The workbook to send back to a unit: its entries, marks and notes on mistakes, and a list of what to do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import libreoffice as office
import msgspec
import openpyxl
import pytest
import reports
import sheet_xml

import gouji
from gouji.cli.text import returned_line
from gouji.findings.finding import Finding, found
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.form.model import COVER, HIDDEN
from gouji.formats.drawing.canvas import FORMULA_COLOUR, INPUT_COLOUR, MARK_COLOUR
from gouji.formats.workbook.corrections import places_in
from gouji.formats.workbook.layout import IDENTITY, given_identity, inputs, layout_of
from gouji.formats.workbook.reader import read_workbook
from gouji.formats.workbook.writer import workbook_bytes
from gouji.jobs.batch import Previous
from gouji.jobs.correction import correct
from gouji.report.model import Report, make_report
from gouji.report.reading import Reading

SAMPLES = Path(__file__).parents[2] / "samples"
WRONG = SAMPLES / "liutang-2025.xlsx"
RIGHT = SAMPLES / "qingxi-2025.xlsx"
CARRIED_IN = "requests.carried_in.natural"
TITLE = "需要改正的地方"


def gouji_command(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gouji", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


def returned(report: Report, **options: Any) -> bytes:
    """Return the workbook of a report with the findings of its own check."""
    reading = Reading(report, places=places_in(report))
    return workbook_bytes(report, findings=gouji.check(reading), **options)


@cache
def back() -> bytes:
    """Return the correction workbook of the sample with mistakes."""
    return returned(gouji.read(WRONG).report)


@cache
def loaded(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))


def causes(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.echo_of is None and finding.severity != "note"]


def marked(data: bytes) -> set[str]:
    """Return the cells with a red frame, without the example in the legend."""
    red = "FF" + MARK_COLOUR.removeprefix("#")
    return {
        f"{sheet.title}!{cell.coordinate}"
        for sheet in loaded(data)
        for row in sheet.iter_rows()
        for cell in row
        if cell.border.left.style == "thick" and cell.border.left.color.rgb == red and cell.column != 1
    }


def parts(data: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.namelist()


def notes(data: bytes) -> dict[str, str]:
    return {
        f"{sheet.title}!{cell.coordinate}": cell.comment.text
        for sheet in loaded(data)
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def todo(data: bytes) -> list[tuple[str, str, str, str]]:
    """Return the list of the first sheet: number and severity, what to do, link text, link target."""
    sheet = loaded(data)[COVER]
    start = next(cell.row for cell in sheet["A"] if cell.value == TITLE)
    lines = []
    for row in sheet.iter_rows(min_row=start + 3, max_col=5):
        if not re.match(r"\d+\. (必须|请)", str(row[0].value)):
            break
        link = row[4].hyperlink
        lines.append((row[0].value, row[1].value, row[4].value, link.location if link else ""))
    return lines


# ---------------------------------------------------------------- round trip


def test_checking_the_correction_workbook_unchanged_gives_the_same_findings() -> None:
    before, after = gouji.check(gouji.read(WRONG)), gouji.check(read_workbook(back()))
    assert before == after
    assert before


@pytest.mark.parametrize("edition", reports.EDITIONS)
@pytest.mark.parametrize("name", reports.MUTATIONS)
def test_every_mistake_is_found_again_in_the_correction_workbook(edition: str, name: str) -> None:
    report = reports.MUTATIONS[name](reports.right(edition))
    reading = Reading(report, places=places_in(report))
    again = read_workbook(workbook_bytes(report, findings=gouji.check(reading)))
    assert gouji.check(again) == gouji.check(reading)
    assert reports.same(again.report, report)


def test_the_correction_workbook_keeps_the_entries_as_typed() -> None:
    before, after = gouji.read(WRONG).report, read_workbook(back()).report
    assert reports.same(after, before)
    assert after.unread == {"disclosure.fees.amount": "2.1万元", "requests.granted.natural": "3件"}
    assert after.zero == ("disputes",)


def test_the_correction_workbook_keeps_people_explanations_and_texts() -> None:
    report = reports.with_figures(
        reports.changed(reports.right("2021"), explanations={"stock": "清理文件。"}), requests__new__legal=None
    )
    again = read_workbook(returned(report)).report
    assert reports.same(again, report)
    assert again.explanations


def test_a_corrected_workbook_has_no_findings(tmp_path: Path) -> None:
    """Entries that the unit types into the correction workbook are read like all others."""
    report = gouji.read(WRONG).report
    right = reports.right("2021")
    corrected = {"figures": right.figures, "texts": right.texts, "unread": {}, "zero": ()}
    target = tmp_path / "corrected.xlsx"
    fixed = make_report(edition="2021", year=report.year, unit=report.unit, people=report.people, **corrected)
    gouji.write_workbook(fixed, target, findings=gouji.check(gouji.read(WRONG)))
    assert gouji.check(gouji.read(target)) == ()


def test_the_same_findings_give_the_same_bytes() -> None:
    assert back() == returned(gouji.read(WRONG).report)


def test_without_findings_the_workbook_is_an_ordinary_one() -> None:
    report = gouji.read(RIGHT).report
    assert workbook_bytes(report, findings=()) == workbook_bytes(report)
    assert TITLE not in sheet_xml.part(workbook_bytes(report), "xl/sharedStrings.xml")


# ---------------------------------------------------------------- locks


def test_only_the_inputs_are_unlocked() -> None:
    report = gouji.read(WRONG).report
    open_cells = {(place.sheet, place.address) for place in inputs(report.form, given_identity(report)).values()}
    assert sheet_xml.unlocked(back()) == open_cells


def test_cells_that_the_office_locked_stay_locked(tmp_path: Path) -> None:
    report = reports.with_figures(reports.right("2021"), requests__new__legal=None)
    issued = tmp_path / "issued.xlsx"
    gouji.write_workbook(report, issued, locked=[CARRIED_IN])
    assert correct(issued, tmp_path / "back.xlsx", Previous(None)).errors == 1
    place = layout_of(report.form).places[CARRIED_IN]
    assert (place.sheet, place.address) not in sheet_xml.unlocked((tmp_path / "back.xlsx").read_bytes())
    assert CARRIED_IN in gouji.read(tmp_path / "back.xlsx").locked


def test_a_locked_cell_that_is_itself_wrong_is_unlocked(tmp_path: Path) -> None:
    """The office carried over a wrong number, which the unit could not correct in a locked cell."""
    report = reports.right("2021")
    last_year = reports.changed(
        reports.with_figures(report, requests__carried_out__natural=report.figures[CARRIED_IN] + 1),
        year=report.year - 1,
    )
    issued, before = tmp_path / "issued.xlsx", tmp_path / "before.json"
    gouji.write_workbook(report, issued, locked=[CARRIED_IN])
    before.write_bytes(gouji.to_json(last_year))
    correct(issued, tmp_path / "back.xlsx", Previous(before))
    place = layout_of(report.form).places[CARRIED_IN]
    assert (place.sheet, place.address) in sheet_xml.unlocked((tmp_path / "back.xlsx").read_bytes())


def test_every_sheet_is_protected() -> None:
    assert all(sheet.protection.sheet for sheet in loaded(back()))


# ---------------------------------------------------------------- marks and notes


def test_only_the_cells_of_a_cause_are_marked() -> None:
    findings = causes(gouji.check(gouji.read(WRONG)))
    merged = {f"二、主动公开!{column}{row}" for row in (14, 15, 18) for column in "CD"}
    assert marked(back()) - merged == {cell for finding in findings for cell in finding.cells}


def test_a_marked_cell_keeps_the_colour_of_its_purpose() -> None:
    for cell in marked(back()):
        sheet, _, address = cell.partition("!")
        fill = loaded(back())[sheet][address].fill.fgColor.rgb
        assert fill in {f"FF{colour.removeprefix('#')}" for colour in (INPUT_COLOUR, FORMULA_COLOUR, "#FFFFFF")} or (
            fill == "00000000"  # a covered cell of a merged one
        )


def test_the_note_of_a_cell_holds_the_message() -> None:
    notes_by_cell = notes(back())
    for number, finding in enumerate(causes(gouji.check(gouji.read(WRONG))), 1):
        for cell in finding.cells:
            assert f"{number}. {SEVERITY_WORDS[finding.severity]}：{finding.message}" in notes_by_cell[cell]


def test_several_findings_on_a_cell_share_one_note() -> None:
    report = reports.right("2021")
    ref = "requests.new.natural"
    findings = [
        found(rule, refs=(ref,), where="甲", cell="一", actual=-1) for rule in ("figure.negative", "figure.large")
    ]
    notes_by_cell = notes(workbook_bytes(report, findings=findings))
    text = notes_by_cell[layout_of(report.form).printed(ref)]
    assert text.splitlines() == [f"{n}. 必须改正：{finding.message}" for n, finding in enumerate(findings, 1)]
    assert len(notes_by_cell) == 1


def test_a_finding_on_many_cells_marks_all_and_annotates_the_first() -> None:
    report = reports.changed(reports.right("2021"), figures={})
    data = returned(report)
    blank = next(finding for finding in gouji.check(report) if finding.id == "figure.blank:requests")
    book = layout_of(report.form)
    places = [book.printed(ref) for ref in blank.refs]
    assert len(places) > 100
    assert set(places) <= marked(data)
    assert [place for place in places if place in notes(data)] == places[:1]


def test_notes_are_hidden_and_have_no_author_or_time() -> None:
    names = [name for name in parts(back()) if "vmlDrawing" in name or "comments" in name]
    assert len(names) >= 8
    for name in names:
        text = sheet_xml.part(back(), name)
        if "comments" in name:
            assert re.findall(r"<author>(.*?)</author>", text) == ["gouji"]
        else:
            assert text.count("<v:shape ") == text.count("visibility:hidden")


def test_a_note_is_large_enough_for_its_text() -> None:
    longest = max(notes(back()).values(), key=len)
    heights = [
        float(height)
        for name in parts(back())
        if "vmlDrawing" in name
        for height in re.findall(r"height:([\d.]+)pt", sheet_xml.part(back(), name))
    ]
    # 24 Chinese characters of 10 points a line.
    assert max(heights) >= (len(longest) / 24) * 13


def test_sheets_with_marks_have_a_red_tab() -> None:
    red = {sheet.title for sheet in loaded(back()) if sheet.sheet_properties.tabColor}
    assert red == {cell.partition("!")[0] for cell in marked(back())}


# ---------------------------------------------------------------- the first sheet


def test_the_first_sheet_lists_each_cause_once_with_a_link_to_its_first_cell() -> None:
    findings = causes(gouji.check(gouji.read(WRONG)))
    lines = todo(back())
    assert len(lines) == len(findings)
    for number, (finding, (head, instruction, link, target)) in enumerate(zip(findings, lines, strict=True), 1):
        assert head == f"{number}. {SEVERITY_WORDS[finding.severity]}"
        assert instruction.startswith(finding.message)
        assert link == "去改"
        sheet, _, address = finding.cells[0].partition("!")
        assert target == f"'{sheet}'!{address}"
        assert (sheet, address) in sheet_xml.unlocked(back())


def test_the_rows_of_the_list_are_as_high_as_their_text() -> None:
    sheet = loaded(back())[COVER]
    for row in sheet.iter_rows(max_col=2):
        if re.match(r"\d+\. 必须", str(row[0].value)):
            # The two columns hold 43 Chinese characters a line, or a few more if some characters are Latin.
            assert sheet.row_dimensions[row[0].row].height >= 15 * -(-len(row[1].value) // 46)


def test_a_query_leads_to_its_explanation() -> None:
    report = reports.right("2021")
    ref = "requests.new.total"
    query = found("total_differs", ref, refs=(ref,), expected=1, actual=2, where="甲", cell="乙")
    ((head, instruction, link, target),) = todo(workbook_bytes(report, findings=[query]))
    place = layout_of(report.form).places[f"explain.{RULES['total_differs'].subject}"]
    assert head == "1. 请核实并说明"
    assert "请在“校验”页写明原因" in instruction
    assert (link, target) == ("去说明", f"'{place.sheet}'!{place.address}")


def test_echoes_and_notes_are_not_listed() -> None:
    report = reports.right("2021")
    error = found("unit.blank")
    echo = msgspec.structs.replace(found("year.blank", example=1), echo_of=error.id)
    note = found("structure.extra", names="“附表”")
    assert len(todo(workbook_bytes(report, findings=[error, echo, note]))) == 1


def test_the_first_sheet_says_if_nothing_is_to_be_done() -> None:
    data = workbook_bytes(reports.right("2021"), findings=[found("structure.extra", names="“附表”")])
    assert "没有需要改正的地方。" in [cell.value for cell in loaded(data)[COVER]["A"]]
    assert not todo(data)


def test_marks_do_not_move_the_layout() -> None:
    """The reader finds every key at its place in the layout; only rows below the block of people change."""
    plain, wrong = loaded(workbook_bytes(gouji.read(WRONG).report)), loaded(back())
    last = inputs(gouji.load_form("2021"))["people.date"].row + 2
    for sheet in plain:
        for row in sheet.iter_rows(max_row=last if sheet.title == COVER else None):
            for cell in row:
                if (sheet.title, cell.coordinate) != (COVER, "A5"):
                    assert wrong[sheet.title][cell.coordinate].value == cell.value, cell
    assert [wrong[HIDDEN].cell(row, 1).value for row in range(1, len(IDENTITY) + 1)] == list(IDENTITY)


# ---------------------------------------------------------------- other media


def test_a_wrong_total_of_a_published_file_is_explained(tmp_path: Path) -> None:
    document = json.loads((SAMPLES / "qingxi-2025.json").read_text("utf-8"))
    document["figures"]["requests.closed.natural"] += 1
    source = tmp_path / "wrong.json"
    source.write_text(json.dumps(document), "utf-8")
    assert correct(source, tmp_path / "back.xlsx", Previous(None)).errors == 1
    ((_, instruction, _, target),) = todo((tmp_path / "back.xlsx").read_bytes())
    assert "本表的总计按分项自动计算" in instruction
    sheet, _, address = target.replace("'", "").partition("!")
    assert (sheet, address) in sheet_xml.unlocked((tmp_path / "back.xlsx").read_bytes())


def test_findings_on_json_get_places_in_the_fresh_workbook(tmp_path: Path) -> None:
    """A JSON file has no addresses, but its missing figures are marked in the workbook."""
    for sample in ("liutang-2025.json", "liutang-2025.xlsx"):
        correct(SAMPLES / sample, tmp_path / f"{sample}.back.xlsx", Previous(None))
    one, other = sorted(tmp_path.iterdir())
    assert one.read_bytes() == other.read_bytes()


# ---------------------------------------------------------------- the command


def test_the_command_prints_which_workbook_it_wrote(tmp_path: Path) -> None:
    done = gouji_command("correct", WRONG, "-o", "back.xlsx", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"已生成退回改正的填报表：back\.xlsx（必须改正 \d+ 处）\n", done.stdout)
    assert (tmp_path / "back.xlsx").read_bytes() == back()


def test_a_file_with_nothing_to_correct_gives_no_workbook(tmp_path: Path) -> None:
    target = tmp_path / "back.xlsx"
    outcome = correct(RIGHT, target, Previous(None))
    assert not outcome.written
    assert returned_line(RIGHT, target, outcome) == f"没有需要改正的：{RIGHT}"
    assert list(tmp_path.iterdir()) == []


def test_last_years_report_is_checked_too(tmp_path: Path) -> None:
    document = json.loads((SAMPLES / "qingxi-2024.json").read_text("utf-8"))
    document["figures"]["requests.carried_out.natural"] = 5
    (tmp_path / "before.json").write_text(json.dumps(document), "utf-8")
    target = tmp_path / "back.xlsx"
    outcome = correct(RIGHT, target, Previous(tmp_path / "before.json"))
    assert "必须改正 1 处" in returned_line(RIGHT, target, outcome)
    assert "上年报告" in todo((tmp_path / "back.xlsx").read_bytes())[0][1]


def test_only_files_of_a_folder_with_mistakes_give_workbooks_and_a_bad_file_stops_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.xlsx").write_bytes(b"PK\x03\x04 half")
    shutil.copyfile(RIGHT, folder / "b.xlsx")
    shutil.copyfile(WRONG, folder / "c.xlsx")
    done = gouji_command("correct", folder, "-o", tmp_path / "out")
    assert done.returncode == 2
    assert "a.xlsx" in done.stderr
    assert "没有需要改正的" in done.stdout
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["c.xlsx"]


def test_a_received_file_is_never_overwritten(tmp_path: Path) -> None:
    shutil.copyfile(WRONG, tmp_path / "in.xlsx")
    with pytest.raises(gouji.GoujiError, match="收到的文件"):
        correct(tmp_path / "in.xlsx", tmp_path / "in.xlsx", Previous(None))
    assert (tmp_path / "in.xlsx").read_bytes() == WRONG.read_bytes()


@pytest.mark.parametrize("arguments, words", [((), "请写出要退回改正的文件"), ((str(WRONG),), "请用 -o 写出")])
def test_a_mistake_on_the_command_line_is_one_sentence(arguments: tuple[str, ...], words: str) -> None:
    done = gouji_command("correct", *arguments)
    assert done.returncode == 2
    assert words in done.stderr


# ---------------------------------------------------------------- a spreadsheet program


def test_notes_marks_and_links_survive_a_spreadsheet_program(libreoffice: office.LibreOffice, tmp_path: Path) -> None:
    (tmp_path / "back.xlsx").write_bytes(back())
    (saved,) = libreoffice.convert([tmp_path / "back.xlsx"], tmp_path / "saved")
    data = saved.read_bytes()
    assert {cell: text.split() for cell, text in notes(data).items()} == {
        cell: text.split() for cell, text in notes(back()).items()
    }
    assert {line[0] for line in todo(data)} == {line[0] for line in todo(back())}
    after = gouji.check(read_workbook(data))
    assert causes(after) == causes(gouji.check(gouji.read(WRONG)))
