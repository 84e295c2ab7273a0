"""Repairs: only with consent, only of certain entries, and each with a note."""

from __future__ import annotations

import datetime
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import reports
from hypothesis import given
from hypothesis import strategies as st

import gouji
from gouji.form.values import Number, State
from gouji.formats.read import read, read_data
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, make_report, to_json
from gouji.report.reading import Reading
from gouji.report.repairs import accept_repairs
from gouji.report.typed_numbers import meant

GRANTED, NEW = "requests.granted.natural", "requests.new.natural"
LICENSING, FEE = "disclosure.licensing.decisions", "disclosure.fees.amount"


def right(edition: str = "2021", **figures: Number | None) -> Report:
    """Return a report without mistakes, changed by these figures, in whose names ``__`` stands for a dot."""
    return reports.with_figures(reports.right(edition), **figures)


def typed_over(report: Report, **texts: str) -> Report:
    """Return the report with texts in cells; ``{}`` in a text stands for the number that the cell had."""
    for name, text in texts.items():
        ref = name.replace("__", ".")
        report = reports.with_unread(report, ref, text.format(report.figures[ref]))
    return report


def in_workbook(report: Report) -> Reading:
    return read_data(workbook_bytes(report))


def in_json(report: Report) -> Reading:
    return read_data(to_json(report))


def in_cells(values: dict[str, object]) -> Reading:
    """Return the reading of a correct workbook in which some cells have other values."""
    workbook = openpyxl.load_workbook(io.BytesIO(workbook_bytes(right())))
    for ref, value in values.items():
        place = layout_of(right().form).places[ref]
        workbook[place.sheet].cell(place.row + 1, place.column + 1, value)
    saved = io.BytesIO()
    workbook.save(saved)
    return read_data(saved.getvalue())


def repairs(reading: Reading) -> list[tuple[str, object, object]]:
    return [(f.id, f.actual, f.expected) for f in reading.findings if f.rule == "figure.repaired"]


# ---------------------------------------------------------------- what is repaired

MEDIA = pytest.mark.parametrize("medium", [in_workbook, in_json])


@MEDIA
@pytest.mark.parametrize("edition", reports.EDITIONS)
def test_certain_entries_become_numbers_and_totals_follow(medium, edition: str) -> None:
    whole = right(edition)
    spoilt = typed_over(
        whole, requests__granted__natural="{}件", requests__new__natural=" {} ", requests__granted__business="无"
    )
    before = medium(spoilt)
    after = accept_repairs(before)
    assert after.report == whole
    assert [id for id, _, _ in repairs(after)] == [
        f"figure.repaired:{ref}" for ref in whole.form.cells if ref in spoilt.unread
    ]
    assert gouji.verdict(gouji.check(before)) == "fail"
    assert gouji.verdict(gouji.check(after)) == "pass"
    assert (gouji.state(before.report), gouji.state(after.report)) == (State.WRONG, State.READY)


def test_a_note_gives_the_place_the_typed_text_and_the_number() -> None:
    after = accept_repairs(
        in_workbook(typed_over(right(requests__granted__natural=3), requests__granted__natural="３件"))
    )
    (note,) = [finding for finding in gouji.check(after) if finding.rule == "figure.repaired"]
    assert note.severity == "note"
    assert (note.refs, note.cells) == ((GRANTED,), ("三、依申请公开!D10",))
    assert (note.expected, note.actual, note.outcome, note.echo_of) == (3, "３件", None, None)
    assert note.message.startswith("三、依申请公开")
    assert note.message.endswith("填的是“３件”，已按 3 读取。")


def test_a_note_on_json_has_no_place_in_a_file() -> None:
    after = accept_repairs(in_json(typed_over(right(), requests__granted__natural="{}件")))
    assert [finding.cells for finding in after.findings] == [()]


def test_uncertain_entries_stay_unread_beside_certain_ones() -> None:
    spoilt = typed_over(
        right(), requests__granted__natural="/", requests__new__natural="{}件", disclosure__fees__amount="3元"
    )
    after = accept_repairs(in_workbook(spoilt))
    assert set(after.report.unread) == {GRANTED, FEE}
    assert set(after.report.figures).isdisjoint({GRANTED, FEE, "requests.granted.total", "requests.closed.natural"})
    assert after.report.figures["requests.new.total"] == right().figures["requests.new.total"]
    assert [id for id, _, _ in repairs(after)] == [f"figure.repaired:{NEW}"]


def test_a_money_amount_is_kept_to_the_last_digit() -> None:
    after = accept_repairs(in_workbook(typed_over(right(), disclosure__fees__amount="4,166.241619万元")))
    assert str(after.report.figures[FEE]) == "4166.241619"


def test_only_certain_entries_are_repaired() -> None:
    values: dict[str, object] = {
        "requests.new.natural": "=3+4",
        "requests.new.business": "=SUM(D5:D6)",
        "requests.new.research": '=DISPIMG("ID_0123",1)',
        "requests.new.nonprofit": datetime.datetime(2031, 1, 2),
        "requests.new.legal": True,
        "requests.new.other": "#REF!",
        "requests.granted.natural": "　十二　",
        "requests.granted.business": "N/A",
        "requests.granted.research": "1-2",
    }
    reading = in_cells(values)
    assert set(reading.report.unread) == set(values)
    assert repairs(accept_repairs(reading)) == [
        ("figure.repaired:requests.new.natural", "=3+4", 7),
        ("figure.repaired:requests.granted.natural", "　十二　", 12),
    ]
    messages = {finding.refs[0]: finding.message for finding in gouji.check(reading) if finding.rule == "figure.unread"}
    for ref, words in (
        ("requests.new.natural", "（写了公式）。是不是应当填 7？"),
        ("requests.new.business", "（写了公式）。请只填数字"),
        ("requests.new.research", "（放了图片）"),
        ("requests.new.nonprofit", "原来输入的可能是“1-2”或者“1/2”"),
        ("requests.new.legal", "（逻辑值）"),
        ("requests.new.other", "（公式出错的结果）"),
        ("requests.granted.natural", "（前后有空格，中文数字）。是不是应当填 12？"),
        ("requests.granted.business", "是不是应当填 0？"),
        ("requests.granted.research", "像是日期"),
    ):
        assert words in messages[ref]


# ---------------------------------------------------------------- totals and declarations


def test_an_existing_total_is_left_for_the_relations_to_check() -> None:
    document = json.loads(to_json(right()))
    document["figures"].update({GRANTED: None, "requests.granted.total": 99})
    document["unread"] = {GRANTED: "3件"}
    after = accept_repairs(read_data(json.dumps(document).encode()))
    assert after.report.figures["requests.granted.total"] == 99
    found = {finding.id: finding for finding in gouji.check(after)}
    assert found["requests.total:granted"].severity == "error"
    # An error is never the echo of a note: nobody would see it.
    notes = {finding.id for finding in found.values() if finding.severity == "note"}
    assert notes.isdisjoint(finding.echo_of for finding in found.values())


def test_a_blank_total_whose_parts_were_not_repaired_stays_blank() -> None:
    document = json.loads(to_json(right()))
    document["figures"].update({GRANTED: None, "disputes.direct_suit.total": None, "requests.granted.total": None})
    document["unread"] = {GRANTED: "3件"}
    after = accept_repairs(read_data(json.dumps(document).encode()))
    assert "disputes.direct_suit.total" not in after.report.figures
    assert "requests.granted.total" in after.report.figures


def test_a_total_that_is_typed_in_doubtful_words_is_not_added_up() -> None:
    """Its parts are known now; but what stands in it is a question, and no blank."""
    total = "requests.granted.total"
    document = json.loads(to_json(typed_over(right(), requests__granted__natural="{}件")))
    document["figures"][total] = None
    document["unread"][total] = "约三件"
    after = accept_repairs(read_data(json.dumps(document).encode()))
    assert GRANTED in after.report.figures
    assert after.report.unread == {total: "约三件"}
    assert total not in after.report.figures


def test_a_total_that_is_typed_as_text_is_an_entry_like_others() -> None:
    document = json.loads(to_json(right()))
    whole = document["figures"]["requests.granted.total"]
    document["figures"]["requests.granted.total"] = None
    document["unread"] = {"requests.granted.total": f"{whole}件"}
    after = accept_repairs(read_data(json.dumps(document).encode()))
    assert after.report == right()


@MEDIA
def test_a_zero_declaration_beside_words_for_nothing_is_valid_after_repair(medium) -> None:
    whole = right()
    figures = {ref: value for ref, value in whole.figures.items() if not ref.startswith("disputes.")}
    report = reports.changed(whole, figures=figures, zero=["disputes"], unread={"disputes.direct_suit.other": "无"})
    before = medium(report)
    assert any(finding.rule == "zero.contradicted" for finding in gouji.check(before))
    after = accept_repairs(before)
    assert {after.report.figures[ref] for ref in whole.form.table("disputes").cells} == {0}
    assert gouji.verdict(gouji.check(after)) == "pass"


def test_a_zero_declaration_beside_a_repaired_number_is_still_contradicted() -> None:
    report = typed_over(right(disputes__direct_suit__other=2), disputes__direct_suit__other="{}件")
    after = accept_repairs(in_workbook(reports.changed(report, zero=["disputes"])))
    assert any(finding.rule == "zero.contradicted" for finding in gouji.check(after))


# ---------------------------------------------------------------- nothing else changes


def test_nothing_is_changed_without_consent(tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(workbook_bytes(typed_over(right(), requests__granted__natural="{}件")))
    content = path.read_bytes()
    plain, repaired = gouji.read(path), gouji.read(path, accept_repairs=True)
    assert GRANTED in plain.report.unread
    assert repairs(plain) == []
    assert repaired == gouji.accept_repairs(plain)
    assert GRANTED in plain.report.unread
    assert path.read_bytes() == content


def test_a_reading_with_nothing_to_repair_is_returned_unchanged() -> None:
    for report in (right(), typed_over(right(), requests__granted__natural="/")):
        reading = in_workbook(report)
        assert accept_repairs(reading) is reading


def test_repairing_again_changes_nothing() -> None:
    once = accept_repairs(in_workbook(typed_over(right(), requests__granted__natural="{}件")))
    assert accept_repairs(once) is once


entries = st.sampled_from(
    ["3件", " 3 ", "３", "1,234", "无", "/", "=1+2", "十二", "见附件", "2.5", "-1", "O", "3元", " "]
)


@given(st.sampled_from(reports.EDITIONS), st.dictionaries(st.integers(0, 150), entries, max_size=12), st.booleans())
def test_repairing_changes_only_certain_entries_and_blank_totals(
    edition: str, entered: dict[int, str], declared: bool
) -> None:
    whole = reports.right(edition)
    unread = {whole.form.inputs[n]: text for n, text in entered.items()}
    report = make_report(
        edition=edition,
        year=whole.year,
        figures={ref: value for ref, value in whole.figures.items() if ref in whole.form.inputs and ref not in unread},
        zero=["disputes"] if declared else [],
        unread=unread,
    )
    reading = accept_repairs(Reading(report))
    after = reading.report
    cells = report.form.cells
    for ref, text in unread.items():
        repair = meant(text, cells[ref].kind, cells[ref].column.unit)
        if repair and repair.certain:
            assert after.figures[ref] == repair.value
        else:
            assert after.unread[ref] == text
    assert len(repairs(reading)) == len(unread) - len(after.unread)
    assert {ref: after.figures[ref] for ref in report.figures} == report.figures
    assert set(after.figures) - set(report.figures) <= {*unread, *report.form.totals}
    assert (after.texts, after.zero, after.unit) == (report.texts, report.zero, report.unit)


# ---------------------------------------------------------------- the commands


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gouji", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    """Return a workbook whose only mistake is 件 after a number."""
    path = tmp_path / "return.xlsx"
    report = typed_over(right(disclosure__licensing__decisions=3), disclosure__licensing__decisions="{}件")
    path.write_bytes(workbook_bytes(report))
    return path


TOLD = "填的是“3件”，已按 3 读取。"


def test_a_repaired_reading_has_the_number_and_a_note(returned: Path) -> None:
    plain, repaired = read(returned), read(returned, accept_repairs=True)
    assert plain.report.unread == {LICENSING: "3件"}
    assert (repaired.report.unread, repaired.report.figures[LICENSING]) == ({}, 3)
    assert not any(TOLD in finding.message for finding in plain.findings)
    assert any(TOLD in finding.message for finding in repaired.findings)


@pytest.mark.parametrize(
    "command, target",
    [
        (["check"], None),
        (["read"], None),
        (["template", "--from"], "repaired.xlsx"),
        (["report"], "report.docx"),
    ],
    ids=["check", "read", "template", "report"],
)
def test_every_command_that_repairs_entries_reports_it(
    returned: Path, tmp_path: Path, command: list[str], target: str | None
) -> None:
    output = ["-o", tmp_path / target] if target else []
    done = run(*command, returned, "--accept-repairs", *output)
    assert done.returncode == 0
    assert TOLD in (done.stdout if command == ["check"] else done.stderr)


def test_a_report_is_written_silently_if_repairs_are_not_accepted(returned: Path, tmp_path: Path) -> None:
    assert TOLD not in run("report", returned, "-o", tmp_path / "plain.docx").stderr
