"""Files that are repaired while they are read: their check, the workbook made from them, and the notes on repairs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import reports

import gouji
from gouji.formats.workbook.writer import workbook_bytes
from gouji.jobs.batch import Previous, check_file
from gouji.jobs.prefill import Options, prefill
from gouji.report.model import to_json

LICENSING = "disclosure.licensing.decisions"
TOLD = "填的是“3件”，已按 3 读取。"


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    """Return a workbook whose only mistake is 件 after a number."""
    path = tmp_path / "return.xlsx"
    right = reports.with_figures(reports.right("2021"), disclosure__licensing__decisions=3)
    path.write_bytes(workbook_bytes(reports.with_unread(right, LICENSING, "3件")))
    return path


def test_a_repaired_file_passes_with_a_note_on_each_repair(returned: Path) -> None:
    assert check_file(returned, Previous(None)).verdict == "fail"
    result = check_file(returned, Previous(None), accept_repairs=True)
    assert result.verdict == "pass"
    notes = [finding for finding in result.findings if finding.rule == "figure.repaired"]
    assert [(note.expected, note.actual, note.cells) for note in notes] == [(3, "3件", ("二、主动公开!B11",))]
    assert TOLD in notes[0].message


def test_a_workbook_from_a_submission_has_the_repaired_number_and_reports_it(returned: Path, tmp_path: Path) -> None:
    plain, repaired = tmp_path / "plain.xlsx", tmp_path / "repaired.xlsx"
    assert prefill(plain, Options(), source=returned) == []
    (remark,) = prefill(repaired, Options(), source=returned, accept_repairs=True)
    assert TOLD in remark
    assert gouji.read(plain).report.unread == {LICENSING: "3件"}
    assert gouji.read(repaired).report.figures[LICENSING] == 3


def test_last_years_report_is_not_repaired(returned: Path, tmp_path: Path) -> None:
    whole = reports.right("2021")
    document = json.loads(to_json(whole)) | {"year": whole.year - 1}  # type: ignore[operator]
    carried = "requests.carried_out.natural"
    document["figures"][carried] = None
    document["unread"] = {carried: "9999件"}
    (tmp_path / "last.json").write_text(json.dumps(document), "utf-8")
    checked = check_file(returned, Previous(tmp_path / "last.json"), accept_repairs=True)
    assert not any("9999" in finding.message for finding in checked.findings)
