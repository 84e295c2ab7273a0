"""The report that started the project, from the published file to a report without findings.

A township published it for 2023: nothing but zeros in its tables, and six slips in its texts. Names and words here are
invented; structure, slips and figures are those of the report.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docx
import published
import pytest
from click.testing import CliRunner
from published import Passages, cell

from gouji.cli.main import main
from gouji.form.editions import load_form
from gouji.formats.published import Paragraph, PrintedTable
from gouji.report.model import Unit, make_report

UNIT = "澄湖区柳湾乡人民政府"
FORM = load_form("2021")

OVERVIEW = [
    "一、总体情况",  # the heading once more
    f"2023 年{UNIT}按照《中华人民共和国政府信息公开条例》做好各项公开，现将全年情况报告如下。",
    "一健全工作机制。乡里定了分管负责人和经办人，文件公开以前先做保密审查，全年没有泄密。",
    "(二) 依申请公开：对群众提出的申请,按照条例规定的程序和时限办理。",
    "三做好监督保障。把公开工作列入年终考核，请村民代表作社会评议，落实不力的追究责任。",
    "四扩大公开范围。一是组织经办人员学习条例，熟悉办理流程。二是突出重点，我县集中公开了执法单位和供水供电单位的有关信息，"
    "以及群众关心的重大事项。三是途径多样。在政府门户网站设置专栏，并用广播、公告栏主动公开我乡的信息。",
]
PROBLEMS = [
    "(一) 存在问题",
    "一年来的工作还有差距。一是条例的宣传不够，制度还不完善。二是设备较旧。三是信息更新不够及时。今后我办将继续改进。",
    "(二) 改进措施",
    "柳湾乡人民政府将按照区委、区政府的要求，加强培训，改进工作。",
    "一是提高认识。把条例列入干部学习计划。",
    "二是提高能力。每季度培训一次经办人员。",
    "三是规范内容。按照公开目录逐项更新",
    "四是完善制度。建立我乡公开工作的检查和通报制度。",
]
MATTERS = ["无"]

FOUND = {
    # Section six says 无, and the form asks for the processing fee there by name.
    "processing_fee": "error",
    # The label of a column is misspelt, but the column is recognised by its place.
    "published.column:本年度止件数": "query",
    # A township in a district has no county of its own.
    "wording.unit:overview:我县": "query",
    # The section is written by subjects; platforms are only named in the part on something else.
    "wording.part:overview:overview.platform": "query",
    # The heading occurs twice, and 三, 四 have no punctuation mark or bracket.
    "wording.numbering:overview": "query",
    # 我办 is an office, which a township's government is not.
    "wording.unit:problems:我办": "query",
}


def as_published() -> Passages:
    """Return the report as it was published: the six sections with their tables, in which all is zero."""
    zeros = make_report(edition="2021", year=2023, unit=Unit(UNIT), figures=dict.fromkeys(FORM.cells, 0))
    texts = {"overview": OVERVIEW, "problems": PROBLEMS, "matters": MATTERS}
    made: Passages = []
    for passage in published.passages(zeros):
        made.append(_misspelt(passage) if isinstance(passage, PrintedTable) else passage)
        key = next((section.key for section in FORM.sections if passage == Paragraph(section.heading)), "")
        made += map(Paragraph, texts.get(key, ()))
    return made


def _misspelt(table: PrintedTable) -> PrintedTable:
    rows = [[cell("本年度止件数") if one.text == "本年废止件数" else one for one in row] for row in table.rows]
    return PrintedTable(tuple(map(tuple, rows)))


@pytest.fixture(params=["docx", "html"])
def report(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The published file as a Word document and as a web page."""
    path = tmp_path / f"report.{request.param}"
    write = {"docx": published.document, "html": published.page}[request.param]
    path.write_bytes(write(as_published()))
    return path


def run(*arguments: object, status: int = 0) -> str:
    """Run a command and return what it prints."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == status, result.output
    return result.stdout


def checked(path: Path, status: int) -> dict[str, Any]:
    (file,) = json.loads(run("check", path, "--format", "json", status=status))["files"]
    return dict(file)


def found(file: dict[str, Any]) -> dict[str, str]:
    return {finding["id"]: finding["severity"] for finding in file["findings"]}


def corrected(document: dict[str, Any]) -> dict[str, Any]:
    """Return the report as the township corrects it."""
    texts = {
        "overview.general": [f"2023年{UNIT}按照《中华人民共和国政府信息公开条例》做好各项公开。"],
        "overview.disclosure": ["公开了执法单位和供水供电单位的有关信息，以及群众关心的重大事项。"],
        "overview.requests": ["对群众提出的申请，按照条例规定的程序和时限办理。"],
        "overview.management": ["文件公开以前先做保密审查，全年没有泄密。"],
        "overview.platform": ["在政府门户网站设置专栏。", "公告栏每月更新一次。"],
        "overview.supervision": ["公开工作列入年终考核，请村民代表作社会评议，没有需要追究责任的情形。"],
        "problems.problems": ["信息更新不够及时。"],
        "problems.improvements": ["每季度培训一次经办人员，按照公开目录逐项更新。"],
    }
    fee = {ref: 0 for ref in document["figures"] if ref.startswith("processing.")}
    return {**document, "texts": texts, "figures": {**document["figures"], **fee}}


def test_the_published_report_has_these_findings_and_no_others(report: Path) -> None:
    file = checked(report, status=1)
    assert found(file) == FOUND
    assert (file["unit"], file["year"], file["edition"], file["verdict"]) == (UNIT, 2023, "2021", "fail")
    messages = {finding["id"]: finding["message"] for finding in file["findings"]}
    assert "标题重复" in messages["wording.numbering:overview"]
    assert "缺了顿号或者括号" in messages["wording.numbering:overview"]
    assert "在政府门户网站设置专栏" in messages["wording.part:overview:overview.platform"]


def test_the_whole_published_report_is_read(report: Path, tmp_path: Path) -> None:
    run("read", report, "-o", tmp_path / "read.json")
    document = json.loads((tmp_path / "read.json").read_text("utf-8"))
    official = {ref for table in FORM.official_tables for ref in table.cells}
    assert {ref: value for ref, value in document["figures"].items() if ref in official} == dict.fromkeys(official, 0)
    assert {value for ref, value in document["figures"].items() if ref not in official} == {None}
    assert document["unread"] == {}
    assert sum(map(len, document["texts"].values())) == len(OVERVIEW) + len(PROBLEMS) + len(MATTERS) - 2
    assert document["texts"]["matters.other"] == ["无"]


def test_the_correction_workbook_of_the_seed_has_the_same_findings(report: Path, tmp_path: Path) -> None:
    """Findings about the published file are gone; findings about the report itself stay."""
    run("template", "--from", report, "-o", tmp_path / "form.xlsx")
    left = {id: severity for id, severity in FOUND.items() if not id.startswith("published.")}
    assert found(checked(tmp_path / "form.xlsx", status=1)) == left
    run("correct", report, "-o", tmp_path / "back.xlsx")
    assert found(checked(tmp_path / "back.xlsx", status=1)) == left


def test_the_corrected_seed_becomes_the_official_report_without_findings(report: Path, tmp_path: Path) -> None:
    read, right, word = (tmp_path / name for name in ("read.json", "right.json", "right.docx"))
    run("read", report, "-o", read)
    right.write_text(json.dumps(corrected(json.loads(read.read_text("utf-8"))), ensure_ascii=False), "utf-8")
    assert checked(right, status=0)["verdict"] == "pass"
    run("report", right, "-o", word)
    assert found(checked(word, status=0)) == {}
    lines = [paragraph.text for paragraph in docx.Document(str(word)).paragraphs]
    assert lines[0] == f"{UNIT}\n2023年政府信息公开工作年度报告"
    assert [line for line in lines if line in {section.heading for section in FORM.sections}] == [
        section.heading for section in FORM.sections
    ]
    assert any("信息处理费" in line for line in lines)
