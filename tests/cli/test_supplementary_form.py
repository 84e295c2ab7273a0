"""The form against which a command checks a file: outside a workspace, inside one with its own form, and if named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import own_forms
import pytest
import reports
from county import TOWNS, County, unit_of
from own_forms import NAME, OWN, Office

from gouji.formats.read import read_data
from gouji.formats.web.report_page import page_bytes
from gouji.formats.word.writer import document_bytes
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, to_json

SPEAKS_OF_THE_TABLE = "七、政务新媒体和依申请公开办理方式情况另行报送。"
BY_ITS_FORM = f"  按自定格式“{NAME}”核对。\n"
LACKS_THE_TABLE = "published.missing:newmedia"
MEDIA = {".docx": document_bytes, ".html": page_bytes}


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, County]:
    """An office that asks a supplementary form of one town and has issued it, and one that does not."""
    folder = tmp_path_factory.mktemp("offices")
    office = Office(folder / "补充", TOWNS[:1])
    office.run("issue")
    return office, County(folder / "官方", TOWNS[:1])


@pytest.fixture
def office(offices: tuple[Office, County], tmp_path: Path) -> Office:
    copied = offices[0].copied(tmp_path / "补充")
    assert isinstance(copied, Office)
    return copied


@pytest.fixture
def outside(offices: tuple[Office, County]) -> County:
    return offices[1]


def official() -> Report:
    return reports.changed(reports.right("2021"), unit=unit_of(TOWNS[0]))


def checked(county: County, *arguments: object, fails: int = 0) -> dict[str, Any]:
    (file,) = json.loads(county.run("check", "--json", *arguments, fails=fails))["files"]
    assert isinstance(file, dict)
    return file


def ids(file: dict[str, Any]) -> list[str]:
    return [finding["id"] for finding in file["findings"]]


# ---------------------------------------------------------------- official reports


@pytest.mark.parametrize("suffix", MEDIA)
def test_an_official_report_gets_the_same_verdict_inside_and_outside_a_workspace(
    office: Office, outside: County, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"报告{suffix}"
    path.write_bytes(MEDIA[suffix](official()))
    assert "：通过。" in office.run("check", path)
    for command in (("check", path), ("check", "--json", path), ("read", path)):
        assert office.run(*command) == outside.run(*command)


def test_an_official_workbook_and_its_json_get_the_same_verdict_inside_and_outside_a_workspace(
    office: Office, outside: County, tmp_path: Path
) -> None:
    for name, data in (("表.xlsx", workbook_bytes(official())), ("表.json", to_json(official()))):
        (tmp_path / name).write_bytes(data)
        assert office.run("check", "--json", tmp_path / name) == outside.run("check", "--json", tmp_path / name)


def test_an_official_report_that_mentions_the_offices_table_is_read_as_outside_a_workspace(
    office: Office, outside: County, tmp_path: Path
) -> None:
    """A line of the report begins like the heading of the supplementary section."""
    texts = {**official().texts, "matters.other": (SPEAKS_OF_THE_TABLE, "没有其他事项。")}
    path = tmp_path / "报告.docx"
    path.write_bytes(document_bytes(reports.changed(official(), texts=texts)))
    assert office.run("read", path) == outside.run("read", path)
    assert SPEAKS_OF_THE_TABLE in office.run("read", path)


def test_words_of_the_offices_table_are_text_in_an_official_report(
    office: Office, outside: County, tmp_path: Path
) -> None:
    words = "".join(f"<td>{word}</td>" for word in ("微信公众号", "政务微博", "短视频号"))
    path = tmp_path / "报告.html"
    page = page_bytes(official()).decode()
    heading = page.index("五、")
    start = page.rindex("<h", 0, heading)
    path.write_text(f"{page[:start]}<table><tr>{words}</tr></table>{page[start:]}", "utf-8")
    assert office.run("read", path) == outside.run("read", path)
    assert "微信公众号" in office.run("read", path)


def test_an_official_report_is_checked_against_the_named_form(office: Office, outside: County, tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(document_bytes(official()))
    for county in (office, outside):
        file = checked(county, "--edition", OWN, path, fails=1)
        assert file["edition"] == own_forms.own_form().edition
        assert LACKS_THE_TABLE in ids(file)
        assert BY_ITS_FORM in county.run("check", "--edition", OWN, path, fails=1)


def test_a_collected_official_report_is_checked_against_the_form_of_the_workspace(
    office: Office, outside: County, tmp_path: Path
) -> None:
    sent, copied = office.folder / "回收" / "410411001.docx", tmp_path / "另存.docx"
    for path in (sent, copied):
        path.write_bytes(document_bytes(official()))
    assert "：通过。" in office.run("check", copied)
    office.run("collect")
    assert LACKS_THE_TABLE in office.findings(TOWNS[0])
    for path in (sent, copied):
        file = checked(office, path, fails=1)
        assert LACKS_THE_TABLE in ids(file)
        assert BY_ITS_FORM in office.run("check", path, fails=1)
        assert f"按自定格式“{NAME}”读取。\n" in office.run("read", path)
    assert "：通过。" in outside.run("check", copied)


def test_a_document_compared_with_a_submission_must_answer_the_same_form(office: Office) -> None:
    report = office.filled(TOWNS[0])
    office.sent(TOWNS[0], report)
    office.run("collect")
    path = office.folder / "公布的.docx"
    path.write_bytes(document_bytes(reports.changed(reports.right("2021"), unit=report.unit, year=report.year)))
    file = checked(office, path, "--against", TOWNS[0].code, fails=1)
    assert file["edition"] == own_forms.own_form().edition
    assert LACKS_THE_TABLE in ids(file)


# ---------------------------------------------------------------- reports on the supplementary form


@pytest.mark.parametrize("suffix", [*MEDIA, ".xlsx", ".json"])
def test_a_report_on_the_offices_form_is_checked_against_it_and_the_output_says_so(
    office: Office, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"报告{suffix}"
    path.write_bytes({**MEDIA, ".xlsx": workbook_bytes, ".json": to_json}[suffix](own_forms.right()))
    output = office.run("check", path)
    assert "：通过。" in output
    assert BY_ITS_FORM in output
    assert checked(office, path)["edition"] == own_forms.own_form().edition


def test_the_output_names_the_supplementary_form_of_each_file_in_a_folder(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "收到"
    folder.mkdir()
    (folder / "补充.json").write_bytes(to_json(own_forms.right()))
    (folder / "官方.json").write_bytes(to_json(official()))
    output = office.run("read", folder, "-o", tmp_path / "读出")
    assert output.count("按自定格式") == 1
    assert f"补充.json：按自定格式“{NAME}”读取。" in output


def test_a_published_report_without_a_part_of_the_table_still_answers_the_form(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "报告.html"
    page = page_bytes(own_forms.right()).decode()
    path.write_text(page.replace("政务微博", "电子阅览屏"), "utf-8")
    file = checked(office, path, fails=1)
    assert file["edition"] == own_forms.own_form().edition
    assert "published.part_missing:newmedia" in ids(file)


def test_last_years_official_document_is_compared_with_a_report_on_the_supplementary_form(
    office: Office, tmp_path: Path
) -> None:
    this_year, last = tmp_path / "今年.xlsx", tmp_path / "去年.docx"
    this_year.write_bytes(workbook_bytes(own_forms.right()))
    last.write_bytes(document_bytes(reports.changed(reports.right("2021"), year=2024)))
    same = {id for id in ids(checked(office, this_year, "--previous", last, fails=1)) if id.startswith("unchanged:")}
    assert same
    assert same == {
        id for id in ids(checked(office, "--edition", OWN, this_year, "--previous", last, fails=1)) if "unchanged" in id
    }


def test_single_reports_on_the_supplementary_form_can_be_published(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(workbook_bytes(own_forms.right()))
    office.run("publish", path, "-o", tmp_path / "页.html")
    assert "新媒体合计" in (tmp_path / "页.html").read_text("utf-8")
    (tmp_path / "页.html").unlink()
    office.run("publish", "--edition", OWN, path, "-o", tmp_path / "页.html")
    assert "新媒体合计" in (tmp_path / "页.html").read_text("utf-8")


def test_a_workspace_without_its_ledger_still_knows_its_form(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(workbook_bytes(own_forms.right()))
    (office.folder / "台账.sqlite").unlink()
    assert BY_ITS_FORM in office.run("check", path)


def test_a_report_is_read_with_the_form_of_the_current_workspace_only(
    office: Office, outside: County, tmp_path: Path
) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(workbook_bytes(own_forms.right()))
    office.run("check", path)
    assert f"用的是自定格式“{NAME}”" in outside.run("check", path, fails=1)
    assert read_data(path.read_bytes(), forms=own_forms.forms()).report == own_forms.right()
