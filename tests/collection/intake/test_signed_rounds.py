"""In a round with signed forms only what is signed displaces what is signed, and another key is one cause."""

from __future__ import annotations

import secrets
from pathlib import Path

import county as world
import pytest
from county import TOWNS, County

from gouji.formats.word.writer import document_bytes
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, to_json

FIRST, SECOND = TOWNS[0], TOWNS[1]
OTHER = {"disclosure__licensing__decisions": 5}


def unsigned(county: County, name: str, report: Report) -> None:
    """Put a report of the first town into 回收 that the office has not signed."""
    data = {".json": to_json, ".xlsx": workbook_bytes, ".docx": document_bytes}[Path(name).suffix](report)
    (county.folder / "回收" / name).write_bytes(data)


MEDIA = {"报表.json": "identity.unsigned", "报表.xlsx": "identity.unsigned", "报表.docx": "identity.document"}


@pytest.mark.parametrize("name", MEDIA)
def test_what_is_not_signed_displaces_nothing_that_is(county: County, name: str) -> None:
    county.answers(FIRST, name="签发的.xlsx")
    county.run("collect")
    unsigned(county, name, world.answer(FIRST, **OTHER))
    output = county.run("collect")
    assert f"第1镇人民政府：又收到“{name}”" in output
    assert "没有采用，因为不是本次签发的填报表" in output
    assert county.roles(FIRST) == ["stands", "worse"]
    assert county.state(FIRST) == "done"
    county.run("accept", FIRST.code, name, "-m", "当面核实过")
    assert county.roles(FIRST) == ["displaced", "stands"]


@pytest.mark.parametrize("name", MEDIA)
def test_what_is_not_signed_is_in_force_with_a_finding_where_nothing_else_is(county: County, name: str) -> None:
    unsigned(county, name, world.answer(FIRST))
    county.run("collect")
    assert county.roles(FIRST) == ["stands"]
    assert MEDIA[name] in county.findings(FIRST)
    assert county.state(FIRST) == ("asked" if name.endswith(".docx") else "wrong")
    county.answers(FIRST, name="签发的.xlsx", requests__carried_out__natural=999)
    assert "采用的换了" in county.run("collect"), "what is signed displaces it, even with an error"
    assert county.roles(FIRST) == ["displaced", "stands"]


def test_the_office_settles_whether_an_unsigned_report_is_the_units(county: County) -> None:
    unsigned(county, "报表.json", world.answer(FIRST))
    county.run("collect")
    county.run("waive", FIRST.code, "identity.unsigned", "电话核实过")
    assert county.state(FIRST) == "done"


def test_a_round_without_issued_forms_takes_reports_in_every_medium(tmp_path: Path) -> None:
    county = County(tmp_path / "年报", TOWNS)
    unsigned(county, "报表.json", world.answer(FIRST))
    county.run("collect")
    assert county.findings(FIRST) == []
    assert county.state(FIRST) == "done"


# ---------------------------------------------------------------- another key


def another_key(county: County) -> bytes:
    path = county.folder / "签发密钥.txt"
    before = path.read_bytes()
    path.write_bytes(secrets.token_urlsafe(24).encode())
    return before


def test_a_changed_key_is_told_once_and_nothing_is_taken_for_forged(county: County) -> None:
    for town in TOWNS:
        county.answers(town)
    key = another_key(county)
    output = county.run("collect", fails=2)
    assert output.count("本轮的签发密钥变了") == 1
    assert "签发信息对不上" not in output
    (county.folder / "签发密钥.txt").write_bytes(key)
    county.run("collect")
    assert set(county.states().values()) == {"done"}


def test_a_changed_key_is_noticed_by_the_issued_forms_where_it_was_not_recorded(county: County) -> None:
    with county.ledger() as ledger, ledger.transaction():
        ledger.history.set_mark("key", "")
    county.answers(FIRST)
    assert "新收 1 个" in county.run("collect")
    another_key(county)
    assert "本轮的签发密钥变了" in county.run("collect", fails=2)


def test_a_lost_key_is_said_as_such(county: County) -> None:
    county.answers(FIRST)
    (county.folder / "签发密钥.txt").unlink()
    assert "本轮的签发密钥丢了" in county.run("collect", fails=2)


def test_where_the_key_is_lost_for_good_the_round_goes_on_with_a_new_one(county: County) -> None:
    county.answers(FIRST)
    (county.folder / "签发密钥.txt").unlink()
    assert "在工作文件夹里用 gouji init ." in county.run("collect", fails=2)
    assert "已生成新的密钥，别的没有改动" in county.run("init", ".")
    assert "已经是工作文件夹，没有改动" in county.run("init", ".", fails=2)
    assert "请全部重新发给单位" in county.run("issue")
    county.answers(FIRST, name="新表.xlsx")
    county.run("collect")
    assert county.state(FIRST) == "done"


def test_forms_of_before_the_key_changed_are_one_sentence(county: County) -> None:
    for town in TOWNS:
        county.answers(town)
    another_key(county)
    assert "请全部重新发给单位" in county.run("issue")
    output = county.run("collect")
    assert output.count("本轮的签发密钥变了") == 1
    assert "有 5 份的签发信息对不上" in output
    assert "有 5 份的签发信息对不上" in county.run("status")
    county.answers(FIRST, name="重新填的.xlsx")
    county.run("collect")
    assert county.state(FIRST) == "done"
