"""With the office's consent, collect takes entries that can mean one number only; each is a decision on record."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import openpyxl
import pytest
import reports
from county import County, answer, member

from gouji.collection.review.in_force import progress_of
from gouji.formats.workbook.layout import layout_of
from gouji.report.model import Report, from_json

TOWN, OTHER = member(1), member(2)
NEW, GRANTED = "requests.new.natural", "requests.granted.natural"
MADE = "disclosure.licensing.decisions"


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A county with a town that has typed a unit, a comma and a word, and one whose figures contradict one another."""
    county = County(tmp_path_factory.mktemp("repairing") / "county", [TOWN, OTHER])
    county.run("issue")
    right = county.filled(TOWN)
    county.sent(
        TOWN,
        typed(right, {NEW: f"{right.figures[NEW]:,}", GRANTED: "没有", MADE: f"{right.figures[MADE]}件"}),
        "一.xlsx",
    )
    wrong = county.filled(OTHER)
    county.sent(OTHER, typed(wrong, {NEW: f"{wrong.figures[NEW] + 1}件", MADE: f"{wrong.figures[MADE]}件"}), "二.xlsx")
    return county


@pytest.fixture
def county(sent: County, tmp_path: Path) -> County:
    return sent.copied(tmp_path / "county")


def typed(report: Report, unread: dict[str, str]) -> Report:
    figures = {ref: value for ref, value in report.figures.items() if ref not in unread}
    return reports.changed(report, figures=figures, unread=unread)


def filed(county: County, unit: object = TOWN) -> Report:
    with county.ledger() as ledger:
        in_force = progress_of(ledger, county.workspace.roster).of(unit).in_force  # type: ignore[arg-type]
        assert in_force
        return from_json(ledger.report(in_force.sha256) or b"")


def place(ref: str) -> str:
    return layout_of(answer(TOWN).form).places[ref].printed


def test_entries_with_one_meaning_are_taken_and_each_is_on_record(county: County) -> None:
    right = county.filled(TOWN).figures
    said = county.run("collect", "--accept-repairs")
    assert {ref: filed(county).figures[ref] for ref in right} == right
    assert county.state(TOWN) == "done"
    assert "通过 1 个，不通过 1 个" in said
    change = f"{place(MADE)} {right[MADE]}件 → {right[MADE]}"
    for told in (said, county.run("status"), county.run("decisions"), county.run("status", TOWN.code)):
        assert change in told
    assert {one["kind"] for one in county.status()["amended"]} == {"repair"}


def test_without_consent_nothing_is_taken(county: County) -> None:
    county.run("collect")
    assert filed(county).unread.keys() == {NEW, GRANTED, MADE}
    assert county.run("decisions") == "还没有决定。\n"


def test_what_arrived_before_the_consent_is_taken_as_well_and_stays_so(county: County) -> None:
    county.run("collect")
    county.run("collect", "--accept-repairs")
    county.run("collect")
    assert county.state(TOWN) == "done"


def test_the_consent_can_stand_in_the_settings(county: County) -> None:
    settings = county.folder / "设置.toml"
    text = settings.read_text("utf-8-sig")
    assert "# accept_repairs = true" in text
    settings.write_text(text.replace("# accept_repairs", "accept_repairs"), "utf-8")
    county.run("collect")
    assert county.state(TOWN) == "done"
    settings.write_text(text.replace("# accept_repairs = true", 'accept_repairs = "是"'), "utf-8")
    assert "accept_repairs 写 true 或者 false" in county.run("collect", fails=2)


def test_nothing_is_taken_that_a_relation_contradicts(county: County) -> None:
    right = county.filled(OTHER).figures
    county.run("collect", "--accept-repairs")
    report = filed(county, OTHER)
    assert report.unread == {NEW: f"{right[NEW] + 1}件"}
    assert report.figures[MADE] == right[MADE], "the rest of the file is taken"
    assert county.findings(OTHER, "error")[0] == f"figure.unread:{NEW}"


def test_a_total_that_the_file_states_must_agree(county: County) -> None:
    county.enrol([TOWN, OTHER, member(3)])
    report = answer(member(3))
    for name, more in (("丙.json", 0), ("丁.json", 1)):
        county.says(typed(report, {GRANTED: f"{report.figures[GRANTED] + more}件"}), name, signed=False)
        county.run("collect", "--accept-repairs")
        county.run("accept", member(3).code, name)
        assert filed(county, member(3)).unread.keys() == ({GRANTED} if more else set())


def test_a_repair_that_was_undone_is_not_done_again(county: County) -> None:
    county.run("collect", "--accept-repairs")
    numbers = [decision["id"] for decision in json.loads(county.run("decisions", "--json"))["decisions"]]
    for number in numbers:
        county.run("undo", number, "-m", "请单位自己改")
    assert filed(county).unread.keys() == {NEW, GRANTED, MADE}
    county.run("collect", "--accept-repairs")
    assert filed(county).unread.keys() == {NEW, GRANTED, MADE}


def test_nothing_is_said_of_repairs_when_another_file_comes_into_force(county: County) -> None:
    county.run("collect", "--accept-repairs")
    county.answers(TOWN, name="三.xlsx", **{MADE: 99})
    said = county.run("collect", "--accept-repairs")
    assert "采用的换了" in said
    assert "更正" not in said


def test_the_unit_is_told_in_its_workbook_and_its_letter(county: County) -> None:
    right = county.filled(OTHER).figures
    county.run("collect", "--accept-repairs")
    county.run("return")
    (workbook,) = (county.folder / "退回").glob(f"{OTHER.code}_*.xlsx")
    sheet, _, address = place(MADE).partition("!")
    cell = openpyxl.load_workbook(workbook)[sheet][address]
    assert cell.value == right[MADE]
    assert f"填的是“{right[MADE]}件”，已按 {right[MADE]} 读取" in cell.comment.text
    (letter,) = (county.folder / "退回").glob(f"{OTHER.code}_*.docx")
    told = "\n".join(paragraph.text for paragraph in docx.Document(str(letter)).paragraphs)
    assert f"填的是“{right[MADE]}件”，已按 {right[MADE]} 读取" in told


def test_an_archived_file_that_has_rotted_is_mended_before_its_entries_are_taken(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gouji.collection.workspace.file_states._COARSEST", 0)
    county.run("collect")
    with county.ledger() as ledger:
        (path,) = (county.workspace.archive.path(*one) for one in ledger.file_names().items() if one[1] == "一.xlsx")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    said = county.run("collect", "--accept-repairs", fails=2)
    assert f"归档里的文件被改动过：{path.name}" in said
    assert f"按数字读取  {TOWN.name}" in county.run("collect", "--accept-repairs")
