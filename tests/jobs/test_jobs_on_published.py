"""Every job accepts a published report as it accepts a workbook."""

from __future__ import annotations

from pathlib import Path

import published
import pytest
import reports

import gouji
from gouji.jobs.batch import Previous, check_file
from gouji.jobs.correction import correct
from gouji.jobs.prefill import Options, prefill
from gouji.report.model import to_json

REPORT = reports.changed(
    reports.right("2021"),
    texts={"overview.general": ["全镇公开信息12条。"], "problems.general": ["更新不够及时。"]},
)
TOTAL = "requests.new.total"


@pytest.fixture(params=["htm", "docx"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"report.{request.param}"
    write = {"htm": published.page, "docx": published.document}[request.param]
    path.write_bytes(write(published.passages(REPORT)))
    return path


def test_the_figures_of_a_published_report_survive_json_word_and_a_workbook(source: Path, tmp_path: Path) -> None:
    report = gouji.read(source).report
    data, word, workbook = (tmp_path / f"out.{suffix}" for suffix in ("json", "docx", "xlsx"))
    data.write_bytes(to_json(report))
    gouji.write_document(report, word)
    assert prefill(workbook, Options(), source=source) == []
    for target in (data, word, workbook):
        assert gouji.read(target).report.figures[TOTAL] == REPORT.figures[TOTAL]


def test_a_published_report_is_checked_and_sent_back_for_correction(source: Path, tmp_path: Path) -> None:
    checked = check_file(source, Previous(None))
    assert checked.unit == "青石镇人民政府"
    assert [finding.rule for finding in checked.findings] == ["processing_fee"]
    target = tmp_path / "back.xlsx"
    assert correct(source, target, Previous(None)).errors == 1
    assert target.exists()
