"""A report that comes in parts: the tables today, the texts tomorrow; the officer joins them."""

from __future__ import annotations

import json
from unittest import mock

import click
import docx
import published
import pytest
import reports
from county import TOWNS, County
from pace import slow

from gouji.collection.intake import collect
from gouji.formats.published import Paragraph
from gouji.report.model import Report, from_json

TOWN = TOWNS[0]


def tables(whole: Report) -> Report:
    """Return a report without its texts."""
    return reports.changed(whole, texts={})


def texts_alone(county: County, whole: Report, name: str = "文字.docx") -> None:
    """Send the texts of a report as a Word file that has no tables."""
    made = [passage for passage in published.passages(whole) if isinstance(passage, Paragraph)]
    (county.folder / "回收" / name).write_bytes(published.document(made))


def known(county: County) -> dict[str, str]:
    """Return the beginning of the hash of each submission, by the name of its file."""
    detail = json.loads(county.run("status", TOWN.code, "--json"))
    return {one["source"].rpartition("/")[2]: one["sha256"][:8] for one in detail["returns"]}


def report(county: County, name: str) -> Report:
    with county.ledger() as ledger:
        sha256 = next(one for one, file in ledger.file_names().items() if file == name)
        return from_json(ledger.report(sha256) or b"")


@pytest.fixture
def whole(county: County) -> Report:
    return county.filled(TOWN)


@pytest.fixture
def in_parts(county: County, whole: Report) -> County:
    county.sent(TOWN, tables(whole), "表格.xlsx")
    county.run("collect")
    texts_alone(county, whole)
    county.run("collect")
    return county


def test_the_texts_displace_no_tables_and_the_officer_is_asked(in_parts: County) -> None:
    assert in_parts.roles(TOWN) == ["stands", "worse"]
    told = in_parts.run("status", TOWN.code)
    files = known(in_parts)
    assert f"gouji accept {TOWN.code} {files['表格.xlsx']} {files['文字.docx']}" in told
    assert "“一、总体情况”的文字" in told


def test_what_is_joined_counts_as_one_report_with_its_sources(in_parts: County, whole: Report) -> None:
    files = known(in_parts)
    said = in_parts.run("accept", TOWN.code, files["表格.xlsx"], files["文字.docx"], "-m", "电话核实")
    assert "与“文字.docx”合成一份" in said
    assert in_parts.roles(TOWN) == ["stands", "part"]
    assert "报的合成了一份，没有可以对照的" in in_parts.run("compare", "--unit", TOWN.code, fails=2)
    joined = report(in_parts, "表格.xlsx")
    assert joined.figures == whole.figures
    assert joined.section_texts("overview") == whole.section_texts("overview")
    told = in_parts.run("status", TOWN.code)
    assert "“三、依申请公开”的表" in told
    assert "出自“表格.xlsx”" in told
    assert "出自“文字.docx”" in told
    assert in_parts.state(TOWN) == "done"
    in_parts.run("summary", "--partial", "--papers")
    (papers,) = (in_parts.folder / "汇总").glob("*工作底稿.docx")
    cells = {cell.text for table in docx.Document(str(papers)).tables for row in table.rows for cell in row.cells}
    assert "表格.xlsx，合成文字.docx" in cells


def test_undone_each_file_is_by_itself_again(in_parts: County) -> None:
    files = known(in_parts)
    before = report(in_parts, "表格.xlsx")
    number = in_parts.run("accept", TOWN.code, files["表格.xlsx"], files["文字.docx"], "-m", "核实").partition("：")[0]
    in_parts.run("undo", number, "-m", "错了")
    assert in_parts.roles(TOWN) == ["stands", "worse"]
    assert report(in_parts, "表格.xlsx") == before


def test_a_rejected_part_takes_the_joined_report_apart(in_parts: County) -> None:
    files = known(in_parts)
    in_parts.run("accept", TOWN.code, files["表格.xlsx"], files["文字.docx"], "-m", "核实")
    in_parts.run("reject", TOWN.code, files["文字.docx"], "-m", "不是最后的稿子")
    assert not report(in_parts, "表格.xlsx").texts
    assert in_parts.state(TOWN) == "wrong"


def test_files_that_contradict_each_other_are_not_joined(county: County, whole: Report) -> None:
    county.sent(TOWN, tables(whole), "表格.xlsx")
    other = reports.with_figures(whole, disclosure__licensing__decisions=77)
    (county.folder / "回收" / "文档.docx").write_bytes(published.document(published.passages(other)))
    county.run("collect")
    files = known(county)
    told = county.run("accept", TOWN.code, files["表格.xlsx"], files["文档.docx"], "-m", "核实", fails=2)
    assert "互相矛盾" in told
    assert "77" in told
    assert "不能合成一份，请单位重报一份完整的" in county.run("status", TOWN.code)


def test_a_file_that_adds_nothing_is_not_joined(county: County, whole: Report) -> None:
    county.sent(TOWN, whole, "全.xlsx")
    county.run("collect")
    texts_alone(county, whole)
    county.run("collect")
    files = known(county)
    told = county.run("accept", TOWN.code, files["全.xlsx"], files["文字.docx"], "-m", "核实", fails=2)
    assert "不用合成" in told


def test_a_document_with_the_missing_texts_in_the_same_mail_is_no_copy(county: County, whole: Report) -> None:
    county.sent(TOWN, tables(whole), "表格.xlsx")
    texts_alone(county, whole)
    county.run("collect")
    assert sorted(county.roles(TOWN)) == ["stands", "worse"]
    assert "可以合成一份" in county.run("status", TOWN.code)


REF = "disclosure.licensing.decisions"


@pytest.mark.slow
def test_an_amended_figure_holds_with_whatever_its_file_is_joined(in_parts: County) -> None:
    files = known(in_parts)
    in_parts.run("amend", TOWN.code, f"{REF}=777", "-m", "电话更正，少写了几件")
    said = in_parts.run("accept", TOWN.code, files["文字.docx"], files["表格.xlsx"], "-m", "核实")
    assert report(in_parts, "文字.docx").figures[REF] == 777
    assert "不再起作用" not in said
    assert "1234 → 777" in in_parts.run("status")


@pytest.mark.slow
def test_a_figure_amended_in_a_joined_report_is_that_of_the_file_that_has_it(in_parts: County, whole: Report) -> None:
    files = known(in_parts)
    in_parts.run("accept", TOWN.code, files["文字.docx"], files["表格.xlsx"], "-m", "核实")
    said = in_parts.run("amend", TOWN.code, f"{REF}=777", "-m", "电话更正，少写了几件")
    assert "“表格.xlsx”的 1 格" in said
    assert report(in_parts, "文字.docx").figures == {**whole.figures, REF: 777}
    in_parts.run("undo", "1", "-m", "错了")
    assert report(in_parts, "文字.docx").figures == {}
    assert report(in_parts, "表格.xlsx").figures[REF] == 777


@pytest.mark.slow
def test_what_was_amended_in_a_part_is_told_when_it_lapses(in_parts: County, whole: Report) -> None:
    files = known(in_parts)
    in_parts.run("accept", TOWN.code, files["文字.docx"], files["表格.xlsx"], "-m", "核实")
    in_parts.run("amend", TOWN.code, f"{REF}=777", "-m", "电话更正，少写了几件")
    in_parts.sent(TOWN, whole, "重报.xlsx")
    in_parts.run("collect")
    assert "1234 → 777（新报的是 1234）" in in_parts.run("accept", TOWN.code, "重报.xlsx", "-m", "以重报的为准")


@pytest.mark.slow
def test_a_repaired_entry_holds_in_the_joined_report_and_undone_it_is_not_taken_again(
    county: County, whole: Report
) -> None:
    figures = {ref: value for ref, value in whole.figures.items() if ref != REF}
    county.sent(TOWN, reports.changed(whole, texts={}, figures=figures, unread={REF: "1234件"}), "表格.xlsx")
    texts_alone(county, whole)
    county.run("collect", "--accept-repairs")
    files = known(county)
    county.run("accept", TOWN.code, files["文字.docx"], files["表格.xlsx"], "-m", "核实")
    assert report(county, "文字.docx").figures[REF] == 1234
    county.run("undo", "1", "-m", "不是件数")
    county.run("collect", "--accept-repairs")
    assert report(county, "文字.docx").unread == {REF: "1234件"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["表格.xlsx", "文字.docx"])
def test_a_file_that_is_assigned_to_another_unit_takes_nothing_of_this_one_along(in_parts: County, name: str) -> None:
    files = known(in_parts)
    in_parts.run("accept", TOWN.code, files["表格.xlsx"], files["文字.docx"], "-m", "核实")
    number = in_parts.run("assign", name, TOWNS[1].code, "-m", "是二镇的").partition("：")[0]
    assert not report(in_parts, "表格.xlsx").texts
    assert in_parts.states()[TOWNS[1].code] == "wrong"
    in_parts.run("undo", number, "-m", "看错了")
    assert in_parts.state(TOWN) == "done"


@pytest.mark.slow
def test_cells_of_a_joined_report_are_asked_about_and_not_rejected(in_parts: County) -> None:
    files = known(in_parts)
    in_parts.run("accept", TOWN.code, files["表格.xlsx"], files["文字.docx"], "-m", "核实")
    given = ("reject", TOWN.code, files["表格.xlsx"], "--cell", REF, "-m", "请核对这一格")
    assert "加 --ask" in in_parts.run(*given, fails=2)
    in_parts.run(*given, "--ask")
    assert in_parts.roles(TOWN) == ["stands", "part"]


@pytest.mark.parametrize("killed", ["accept", slow("reject"), "undo"])
def test_a_command_killed_before_the_files_are_read_again_is_finished_when_it_is_run_again(
    in_parts: County, whole: Report, monkeypatch: pytest.MonkeyPatch, killed: str
) -> None:
    files = known(in_parts)
    both = ("accept", TOWN.code, files["表格.xlsx"], files["文字.docx"])
    commands = {
        "accept": both,
        "reject": ("reject", TOWN.code, files["文字.docx"], "-m", "文字不是最后的"),
        "undo": ("undo", "1"),
    }
    if killed != "accept":
        in_parts.run(*both)
    with monkeypatch.context() as patched:
        patched.setattr(collect, "refresh", mock.Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(click.Abort):
            in_parts.run(*commands[killed])
    in_parts.run(*commands[killed], fails=2 if killed == "undo" else 0)
    assert bool(report(in_parts, "表格.xlsx").texts) is (killed == "accept")
