"""gouji publish, gouji board, and the zip of reports: what is written where, and that it can be read."""

from __future__ import annotations

import csv
import datetime
import json
import os
import time
import zipfile
from pathlib import Path

import docx
import libreoffice
import pytest
import reports
from county import County, last_year, member
from lxml import html
from pace import HANG

from gouji.cli.main import main
from gouji.collection.outgoing.board import BOARD, write_board
from gouji.collection.review.status import status_of
from gouji.report.model import from_json, to_json
from gouji.report.open_data import COLUMNS, figures_csv, harmless, public_json
from gouji.runtime.output import write_aside

SAMPLES = Path(__file__).parents[3] / "samples"
TODAY = datetime.date(reports.YEAR["2021"] + 1, 1, 20)


def run(*arguments: object) -> int:
    try:
        main.main([str(argument) for argument in arguments], prog_name="gouji", standalone_mode=False)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def lines_of(data: bytes) -> list[list[str]]:
    return [*csv.reader(data.decode("utf-8-sig").splitlines())]


# ---------------------------------------------------------------- data


def test_the_csv_has_a_line_for_every_figure_of_the_form() -> None:
    report = reports.with_figures(reports.right("2021", 3), disclosure__fees__amount=None)
    head, *lines = lines_of(figures_csv(report))
    assert tuple(head) == COLUMNS
    assert [line[0] for line in lines] == [*report.form.cells]
    values = {line[0]: line for line in lines}
    assert values["requests.refused_third_party.legal"][1:4] == [
        "三、收到和处理政府信息公开申请情况",
        "三、本年度办理结果 / （三）不予公开 / 4.保护第三方合法权益",
        "申请人情况 / 法人或其他组织 / 法律服务机构",
    ]
    assert values["requests.new.total"][4:] == [str(report.figures["requests.new.total"]), "件", ""]
    assert values["disclosure.fees.amount"][4:] == ["", "万元", ""]
    assert figures_csv(report).startswith("\ufeff代号".encode())


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "＝1+1"])
def test_no_text_in_the_csv_can_become_a_formula(typed: str) -> None:
    report = reports.with_unread(reports.right("2021", 3), "requests.new.natural", typed)
    (line,) = (line for line in lines_of(figures_csv(report)) if line[0] == "requests.new.natural")
    assert line[6] == "'" + typed.replace("\r", "")


def test_a_decrease_stays_a_number_and_a_long_text_stays_whole() -> None:
    report = reports.with_figures(reports.right("2019", 3), disclosure__licensing__change=-3)
    assert "disclosure.licensing.change" in (values := {line[0]: line[4] for line in lines_of(figures_csv(report))})
    assert values["disclosure.licensing.change"] == "-3"
    long = "公开" * 20_000
    assert harmless(long) == long
    assert harmless("=<script>\x07") == "'=<script>"


def test_the_published_json_leaves_out_what_only_the_office_may_see() -> None:
    report = from_json((SAMPLES / "qingxi-2025.json").read_bytes())
    assert report.people.phone
    published = from_json(public_json(report))
    assert b"people" in to_json(report)
    assert not any(name in public_json(report).decode() for name in (report.people.filled_by, report.people.date))
    assert published.figures == report.figures
    assert published.texts == report.texts


# ---------------------------------------------------------------- gouji publish


def test_a_page_is_published_with_its_data_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("publish", SAMPLES / "qingxi-2025.xlsx", "-o", tmp_path / "out.html") == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.csv", "out.html", "out.json"]
    assert from_json((tmp_path / "out.json").read_bytes()).year == 2025
    assert len(lines_of((tmp_path / "out.csv").read_bytes())) == 204
    assert "清溪镇" in html.parse(tmp_path / "out.html").findtext(".//title")
    assert "请不要发布" not in capsys.readouterr().err


def test_a_report_with_errors_is_published_with_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("publish", SAMPLES / "liutang-2025.xlsx", "-o", tmp_path / "out.html") == 0
    assert "改正以前请不要发布" in capsys.readouterr().err


def test_publishing_never_overwrites_its_input(tmp_path: Path) -> None:
    given = tmp_path / "年报.json"
    write_aside(given, to_json(reports.right("2021", 1)))
    before = given.read_bytes()
    with pytest.raises(Exception, match="不能改动"):
        run("publish", given, "-o", tmp_path / "年报.html")
    assert given.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["年报.json"]


def test_without_libreoffice_a_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Exception, match="生成 PDF 要用 LibreOffice，这台电脑上没有"):
        run("publish", SAMPLES / "qingxi-2025.json", "-o", tmp_path / "out.html", "--pdf")


def test_a_hanging_libreoffice_is_ended_with_all_its_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 60 &\necho $! > {tmp_path}/child\nwait\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr("gouji.formats.word.to_pdf.SECONDS", 1)
    with pytest.raises(Exception, match="LibreOffice 在 1 秒里没有生成 PDF"):
        run("publish", SAMPLES / "qingxi-2025.json", "-o", tmp_path / "out.html", "--pdf")
    child = Path("/proc") / (tmp_path / "child").read_text().strip() / "status"
    # On a busy machine a killed process takes a moment to end. Left alone, this one would sleep for a minute.
    deadline = time.monotonic() + HANG
    while not has_ended(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert has_ended(child)


def has_ended(status: Path) -> bool:
    """Tell by its status file whether a process has ended."""
    try:
        return "State:\tZ" in status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.slow
def test_the_pdf_is_the_printed_word_report(tmp_path: Path, libreoffice: libreoffice.LibreOffice) -> None:
    assert run("publish", SAMPLES / "qingxi-2025.json", "-o", tmp_path / "out.html", "--pdf") == 0
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")


# ---------------------------------------------------------------- the office


TOWNS = [member(1), member(2, short=("＜甲＞镇",)), member(3), member(4, contact="<script>alert(1)</script>", phone="")]


LICENSING = "disclosure.licensing.decisions"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office that has collected: one unit is done, one has mistakes, two are missing; one file is unmatched."""
    office = County(tmp_path_factory.mktemp("office") / "年报", TOWNS)
    last = last_year(reports.changed(reports.right("2021", 7), unit=reports.UNIT, year=office.year))
    write_aside(office.folder / "上年" / f"{TOWNS[0].code}.json", to_json(last))
    office.run("issue")
    right = office.filled(TOWNS[0], seed=9, disclosure__licensing__decisions=last.figures[LICENSING])
    made, repealed, before = (
        report.figures[f"disclosure.normative.{column}"]
        for report, column in ((right, "made"), (right, "repealed"), (last, "in_force"))
    )
    office.sent(TOWNS[0], reports.with_figures(right, disclosure__normative__in_force=max(before + made - repealed, 0)))
    office.answers(TOWNS[1], seed=2, requests__new__legal=None, disclosure__rules__made=2)
    write_aside(office.folder / "回收" / "<b>谁的.json", to_json(reports.right("2021", 9)))
    output = office.run("collect")
    assert output.splitlines()[-1].startswith("没有认出单位：")
    return office


def board(office: County) -> html.HtmlElement:
    return html.document_fromstring((office.folder / BOARD).read_text("utf-8"))


def test_collect_writes_the_board_with_the_state_of_each_unit(county: County) -> None:
    document = board(county)
    groups = {
        group.get("data-state"): [unit.findtext(".//strong") for unit in group.iterfind("ul/li[@data-search]")]
        for group in document.iterfind(".//section[@data-state]")
    }
    assert groups == {
        "missing": [TOWNS[2].name, TOWNS[3].name],
        "wrong": [TOWNS[1].name],
        "asked": [],
        "done": [TOWNS[0].name],
    }
    wrong = document.find(".//section[@data-state='wrong']").text_content()
    assert "必须改正 2 处" in wrong
    assert "“规章”行填了“本年制发件数”2" in wrong
    assert "0375-1234567" in document.find(".//section[@data-state='missing']").text_content()
    assert "未交 2 个，待改正 1 个，待说明 0 个，通过 1 个" in document.find(".//svg").get("aria-label")


def test_the_board_counts_findings_by_rule_and_lists_unmatched_files(county: County) -> None:
    document = board(county)
    rules, sums = document.findall(".//table")
    assert ["填了本级别单位不可能有的文件", "必须改正", "1", "1"] in [
        [cell.text_content() for cell in row][:4] for row in rules.iter("tr")
    ]
    strays = document.find(".//section[@aria-labelledby='strays']").text_content()
    assert "<b>谁的.json" in strays
    lines = {row[0].text_content(): [cell.text_content() for cell in row[1:]] for row in sums.iter("tr")}
    licensing = next(cells for label, cells in lines.items() if label.startswith("行政许可"))
    assert licensing == [licensing[0], "1", licensing[0], licensing[0], "持平"]


def test_texts_from_units_and_the_roster_are_escaped_on_the_board(county: County) -> None:
    document = board(county)
    assert [script.text.strip()[:12] for script in document.iter("script")] == ['"use strict"']
    assert "<script>alert(1)</script>" in document.text_content()
    assert not document.xpath("//@src | //link")
    assert all(href.startswith(("#", "mailto:", "../")) for href in document.xpath("//@href"))


def test_a_board_that_cannot_be_written_is_reported_and_stops_nothing(county: County) -> None:
    path = county.folder / BOARD
    path.unlink()
    path.mkdir()
    try:
        output = county.run("collect")
        assert "看板没有更新：" in output
        assert "4 个单位" in output
    finally:
        path.rmdir()
    county.run("board")
    assert path.is_file()


def test_every_accepted_unit_is_published_exactly_once(county: County) -> None:
    output = county.run("publish", "--all")
    assert "1 个单位已通过，网页和数据文件（JSON、CSV）在“报告/网页”。" in output
    county.run("report", "--all", "--zip")
    pages = county.folder / "报告" / "网页"
    assert sorted(path.suffix for path in pages.iterdir()) == [".csv", ".html", ".json"]
    assert "没有需要重新生成的文件，3 个没有变化。" in county.run("publish", "--all")
    write_board(county.workspace, status_of(county.workspace, TODAY))
    for href in board(county).xpath("//section[@data-state='done']//a/@href"):
        if href.startswith("../"):
            assert _target(county, href).is_file()
    (archive,) = (county.folder / "报告").glob("*.zip")
    with zipfile.ZipFile(archive) as zipped:
        (info,) = zipped.infolist()
        assert info.filename.startswith(f"{TOWNS[0].code}_第1镇_")
        assert info.flag_bits & 0x800
        with zipped.open(info) as document:
            assert docx.Document(document).paragraphs
    county.run("reject", TOWNS[0].code, "-m", "单位撤回")
    county.run("publish", "--all")
    assert list(pages.iterdir()) == []


def _target(office: County, href: str) -> Path:
    from urllib.parse import unquote

    return office.folder / "汇总" / unquote(href)


def test_pdfs_are_made_for_all_units_and_kept_up_to_date(
    county: County, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "soffice"
    program.write_text('#!/bin/sh\nfor last; do :; done\ncp "$last" "${last%.docx}.pdf"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    county.run("accept", TOWNS[0].code, "-m", "可以")
    assert "PDF 在“报告/PDF”" in county.run("publish", "--all", "--pdf")
    assert len(list((county.folder / "报告" / "PDF").iterdir())) == 1
    county.run("reject", TOWNS[0].code, "-m", "单位撤回")
    county.run("publish", "--all")
    assert list((county.folder / "报告" / "PDF").iterdir()) == []


def test_publish_all_cannot_be_combined_with_a_file(county: County) -> None:
    with pytest.raises(Exception, match="--all 给工作文件夹里已通过的单位生成网页"):
        county.run("publish", "x.xlsx", "--all")
    with pytest.raises(Exception, match="--zip 与 --all 一起用"):
        county.run("report", "x.xlsx", "-o", "x.docx", "--zip")


def test_the_board_agrees_with_status(county: County) -> None:
    document = board(county)
    counts = [int(b.text) for b in document.iterfind(".//ul[@class='counts']//b")]
    status = json.loads(county.run("status", "--json"))
    assert sum(counts[:4]) == counts[4] == len(status["units"])
