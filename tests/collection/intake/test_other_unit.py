"""A form that was filled in for another unit of the roster is a question to the office."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from county import YEAR, County, answer, member
from reports import changed

from gouji.collection.intake.other_unit import numbers_in
from gouji.collection.workspace.roster import Member
from gouji.report.model import People, Report

EAST = member(
    1, name="安澜县东关街道办事处", short=("东关",), contact="王芳", phone="0375-1230001；13800000001", emails=()
)
WEST = member(2, name="安澜县西关街道办事处", short=("西关街道",), contact="李明", phone="0375-1230002", emails=())
TOWN = member(3, name="安澜县清溪镇人民政府", short=("清溪镇",), contact="赵强", phone="0375-1230003", emails=())
OFFICE = member(
    4, name="安澜县人民政府办公室", level="county", short=("县政府办",), contact="孙丽", phone="0375-1230004", emails=()
)
UNITS = (EAST, WEST, TOWN, OFFICE)
SIGNS = {"wording.neighbour", "roster.contact", "roster.file_name"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> County:
    office = County(tmp_path_factory.mktemp("office") / "年报", UNITS)
    office.run("issue")
    return office


@pytest.fixture
def office(made: County, tmp_path: Path) -> County:
    return made.copied(tmp_path / "年报")


def written(unit: Member, text: str = "", person: str = "", phone: str = "") -> Report:
    people = People(filled_by=person, phone=phone)
    report = changed(answer(unit), people=people)
    return changed(report, texts={**report.texts, "preamble": (text,)}) if text else report


def signs(office: County, unit: Member) -> set[str]:
    return {id.partition(":")[0] for id in office.findings(unit, "query")} & SIGNS


@pytest.mark.parametrize(
    "unit, other, called", [(WEST, EAST, "东关街道"), (TOWN, EAST, "东关街道"), (EAST, TOWN, "清溪镇")]
)
def test_a_form_filled_with_the_text_and_the_phone_of_another_unit_is_asked_about(
    unit: Member, other: Member, called: str, office: County
) -> None:
    text = f"全年{called}收到政府信息公开申请。对报告有疑问的，请与{called}党政办公室联系。"
    office.says(written(unit, text, other.contact, other.phone[:12]), "报送.json")
    office.run("collect")
    assert signs(office, unit) == {"wording.neighbour", "roster.contact"}
    shown = office.run("status", unit.code)
    assert f"里面写的电话 {other.phone[5:12]}、填报人 {other.contact}，在名册里是“{other.name}”的" in shown
    assert office.state(unit) == "asked"


def test_a_unit_that_writes_of_itself_is_not_asked(office: County) -> None:
    for unit in UNITS:
        text = (
            f"请与{unit.name.removeprefix('安澜县')}办公室联系，电话{unit.phone[:12]}。{unit.called}公开各类信息12条。"
        )
        office.says(written(unit, text, unit.contact, unit.phone[:12]), f"{unit.called}.json")
    office.run("collect")
    assert [signs(office, unit) for unit in UNITS] == [set()] * 4


def test_the_county_is_not_its_governments_office(office: County) -> None:
    """安澜县 in a title or a sentence is no other unit's name, although the roster has 安澜县人民政府办公室."""
    text = "按照条例和安澜县关于编制政府信息公开工作年度报告的要求，编制本报告。安澜县全年公开信息12条。"
    office.says(written(TOWN, text), "清溪镇.json")
    office.run("collect")
    assert signs(office, TOWN) == set()


def test_the_phone_of_another_unit_in_a_text_is_asked_about(office: County) -> None:
    office.says(written(WEST, "对本报告有疑问的，请联系党政办（电话：（0375）1230001）。"), "西关街道.json")
    office.run("collect")
    assert signs(office, WEST) == {"roster.contact"}


@pytest.mark.parametrize("number", ["13800000001", "1230001", "０３７５－１２３０００１", "0375 1230001"])
def test_a_phone_is_known_however_it_is_written(number: str, office: County) -> None:
    office.says(written(WEST, phone=number), "西关街道.json")
    office.run("collect")
    assert signs(office, WEST) == {"roster.contact"}


def test_a_phone_or_a_person_of_two_units_says_nothing(office: County) -> None:
    shared = msgspec.structs.replace(TOWN, contact=EAST.contact, phone=EAST.phone)
    office.enrol([EAST, WEST, shared, OFFICE])
    office.says(written(WEST, person=EAST.contact, phone=EAST.phone[:12]), "西关街道.json")
    office.run("collect")
    assert signs(office, WEST) == set()


def test_a_namesake_with_the_units_own_phone_is_not_asked_about(office: County) -> None:
    office.says(written(WEST, person=EAST.contact, phone="1230002"), "西关街道.json")
    office.run("collect")
    assert signs(office, WEST) == set()


def test_a_file_named_for_another_unit_is_asked_about(office: County) -> None:
    office.sent(WEST, office.filled(WEST), name="东关街道年报.xlsx", folder="")
    office.enrol([msgspec.structs.replace(EAST, short=("东关街道",)), WEST, TOWN, OFFICE])
    office.run("collect")
    assert signs(office, WEST) == {"roster.file_name"}
    assert "文件名“东关街道年报.xlsx”写的是“安澜县东关街道办事处”" in office.run("status", WEST.code)


@pytest.mark.parametrize("name", ["年报.xlsx", "西关街道.xlsx", "西关街道转东关.xlsx", "410400002_2025.xlsx"])
def test_other_names_of_a_file_are_not_asked_about(name: str, office: County) -> None:
    office.sent(WEST, office.filled(WEST), name=name)
    office.run("collect")
    assert signs(office, WEST) == set()


def test_the_unit_cannot_answer_it_and_the_office_can(office: County) -> None:
    said = changed(written(WEST, phone="1230001"), explanations={"others": "这是我们新换的电话号码。"})
    office.says(said, "西关街道.json")
    office.run("collect")
    assert office.state(WEST) == "asked"
    office.run("explain", WEST.code, "roster.contact", "两个街道合署办公，电话相同。")
    assert office.state(WEST) == "done"


def test_another_phone_in_the_roster_has_the_file_looked_at_again(office: County) -> None:
    office.says(written(WEST, phone="1239999"), "西关街道.json")
    office.run("collect")
    assert signs(office, WEST) == set()
    office.enrol([msgspec.structs.replace(EAST, phone="0375-1239999"), WEST, TOWN, OFFICE])
    office.run("collect")
    assert signs(office, WEST) == {"roster.contact"}


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("0375-1230001", ["1230001"]),
        ("（010）12345678转801", ["12345678"]),
        ("13800000001、0375-1230001", ["13800000001", "1230001"]),
        (f"{YEAR}年公开信息1234567条", ["1234567"]),
        ("共 12345.67 万元", []),
        ("12", []),
    ],
)
def test_telephone_numbers_are_found_in_texts(text: str, numbers: list[str]) -> None:
    assert list(numbers_in(text)) == numbers
