"""A unit's own table in a collection: a submission with questions, which displaces no signed form by itself."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import foreign
import msgspec
import pytest
from county import TOWNS, YEAR, County

from gouji.report.model import Report
from gouji.runtime.files import open_file

FIRST, SECOND, _, _, _ = TOWNS


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> County:
    office = County(tmp_path_factory.mktemp("office") / "年报", TOWNS)
    office.run("issue")
    return office


@pytest.fixture
def office(issued: County, tmp_path: Path) -> County:
    return issued.copied(tmp_path / "年报")


def table_of(report: Report, title: str) -> bytes:
    return foreign.saved(foreign.one_sheet(report, title=title)[0])


def report_with(report: Report, ref: str, value: int) -> Report:
    return msgspec.structs.replace(report, figures={**report.figures, ref: value})


def comes(office: County, files: dict[str, bytes]) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = FIRST.emails[0], "office@example.com", "年报"
    message.set_content("请看附件")
    for name, data in files.items():
        message.add_attachment(data, "application", "octet-stream", filename=name)
    put(office, "一.eml", message.as_bytes())


def put(office: County, name: str, data: bytes) -> None:
    (office.folder / "回收" / name).write_bytes(data)


def test_it_never_displaces_a_signed_form_and_a_signed_form_displaces_it(office: County) -> None:
    title = f"{FIRST.name}{YEAR}年政府信息公开工作年度报告"
    put(office, "自己的表.xlsx", table_of(office.filled(FIRST, 2), title))
    office.run("collect")
    assert office.roles(FIRST) == ["stands"]
    assert {"identity.document", "foreign.read"} <= set(office.findings(FIRST))
    office.answers(FIRST)
    office.run("collect")
    assert sorted(office.roles(FIRST)) == ["displaced", "stands"]
    assert "foreign.read" not in office.findings(FIRST)
    put(office, "又一张自己的表.xlsx", table_of(office.filled(FIRST, 3), title))
    office.run("collect")
    assert "foreign.read" not in office.findings(FIRST)
    assert "又一张自己的表.xlsx" in office.run("status")


def test_without_a_title_it_is_the_units_of_the_name_of_the_file_as_a_question(office: County) -> None:
    put(office, f"{SECOND.name}.xlsx", table_of(office.filled(SECOND), ""))
    office.run("collect")
    assert office.roles(SECOND) == ["stands"]
    assert {"identity.document", "foreign.year"} <= set(office.findings(SECOND))


def test_beside_the_signed_form_in_one_mail_it_is_compared_with_it(office: County) -> None:
    changed = report_with(office.filled(FIRST), "disclosure.licensing.decisions", 7777)
    own = table_of(changed, f"{FIRST.name}{YEAR}年政府信息公开工作年度报告")
    files = {"a.xlsx": office.saved(FIRST, office.filled(FIRST)), "b.xlsx": own}
    comes(office, files)
    assert "“b.xlsx”已经与同一封邮件里的填报表比对，没有另算一份。" in office.run("collect")
    assert office.roles(FIRST) == ["stands"]
    assert office.findings(FIRST) == ["evidence.document"]


def test_our_own_totals_are_no_submission(office: County) -> None:
    for town in TOWNS:
        office.answers(town)
    office.run("collect")
    office.run("summary")
    made = [path for path in office.folder.rglob("*.xlsx") if "汇总" in str(path)]
    assert made
    for number, path in enumerate(made):
        put(office, f"{number}.xlsx", open_file(path).data)
    before = office.status()["units"]
    office.run("collect")
    assert [unit["code"] for unit in office.status()["units"]] == [unit["code"] for unit in before]
    assert office.status()["unknown"] == []
