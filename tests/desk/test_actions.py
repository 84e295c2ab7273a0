"""What the officer decides at the desk is what the shown command decides, once, and can be undone."""

from __future__ import annotations

import errno
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import published
import pytest
import reports
from county import TODAY, TOWNS, County
from officer import Officer, at_the_desk
from pace import slow

from gouji.desk.views.actions import ACTIONS
from gouji.formats.published import Paragraph
from gouji.runtime.errors import GoujiError

TWICE, ASKED, WRONG, SILENT, IN_PARTS = TOWNS
REASON = "电话问过，“属实” $x"
NEW = "requests.new.natural"


@pytest.fixture(scope="module")
def collected(issued: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    """A town that sends two reports, one with a query, one with an error, a silent one; and a file of nobody."""
    county = issued.copied(tmp_path_factory.mktemp("deciding") / "year")
    county.reported_last_year(TOWNS)
    county.writes(TWICE)
    county.writes(ASKED, disclosure__normative__made=7)
    county.writes(WRONG, requests__new__natural=7)
    whole = county.filled(IN_PARTS)
    county.sent(IN_PARTS, reports.changed(whole, texts={}), "表格.xlsx")
    county.run("collect")
    passages = [passage for passage in published.passages(whole) if isinstance(passage, Paragraph)]
    (county.folder / "回收" / "文字.docx").write_bytes(published.document(passages))
    county.writes(TWICE, name="又一份.xlsx", requests__new__natural=9)
    (county.folder / "回收" / "谁的.pdf").write_bytes(b"%PDF-1.4 nothing")
    county.run("collect")
    return county


@pytest.fixture
def county(collected: County, tmp_path: Path) -> County:
    return collected.copied(tmp_path / "desk" / "year")


@pytest.fixture
def officer(county: County) -> Iterator[Officer]:
    with at_the_desk(county.folder, TODAY) as officer:
        yield officer


def of(county: County, name: str) -> str:
    """Return the hash of a file that has come."""
    with county.ledger() as ledger:
        return next(one.sha256 for one in ledger.arrivals() if one.name == name)


def decided(county: County) -> list[tuple[object, ...]]:
    with county.ledger() as ledger:
        return [
            (one.id, one.kind, one.code, one.sha256, one.finding, one.fingerprint, one.target, one.reason)
            for one in ledger.decisions()
        ]


def shown_command(officer: Officer) -> list[str]:
    """Return the command that the page shows for what was just done."""
    (code,) = officer.page.xpath("//section[@class='done']//pre")
    program, *arguments = shlex.split(code.text_content())
    assert program == "gouji"
    return arguments


CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "accept": ("do/accept?unit={twice}&file={again}", {}),
    "joined": ("do/accept?unit={parts}&file={tables}&file={texts}", {}),
    "reject": ("do/reject?unit={twice}&file={again}", {}),
    "remark": ("do/remark?unit={asked}&cell=" + NEW, {"others": "三、依申请公开!E8\n予以公开 自然人"}),
    "not in force": ("do/remark?unit={asked}&cell=" + NEW, {"keeps": "no"}),
    "explain": ("do/explain?unit={asked}&rule=stock", {}),
    "waive": ("do/waive?unit={wrong}&rule=requests.balance", {}),
    "amend": ("do/amend?unit={wrong}&cell=" + NEW, {f"figure:{NEW}": "3"}),
    "extend": ("do/extend?unit={silent}", {"until": "2026-02-20"}),
    "assign": ("do/assign?file={nobody}", {"to": SILENT.code}),
    "dismiss": ("do/dismiss?file={nobody}", {}),
}


SLOW = ("amend", "assign", "joined")
"""What reads files again in workers."""


@pytest.mark.parametrize("case", [slow(case) if case in SLOW else case for case in CASES])
def test_the_shown_command_decides_the_same_and_undoing_takes_all_back(
    case: str, collected: County, county: County, officer: Officer, tmp_path: Path
) -> None:
    by_command = collected.copied(tmp_path / "command" / "year")
    names = {"twice": TWICE.code, "asked": ASKED.code, "wrong": WRONG.code, "silent": SILENT.code}
    names |= {"again": of(county, "又一份.xlsx"), "nobody": of(county, "谁的.pdf")}
    names |= {"parts": IN_PARTS.code, "tables": of(county, "表格.xlsx"), "texts": of(county, "文字.docx")}
    before, standing = decided(county), county.states()
    address, typed = CASES[case]
    officer.at(address.format(**names)).press(press_of(officer), reason=REASON, **typed)
    assert officer.answer.status_code == 200, officer.text
    by_command.run(*shown_command(officer))
    assert officer.page.xpath("string(//section[@class='done']//*[@class='hint'])").endswith(str(county.folder))
    made = decided(county)
    assert made[: len(before)] == before
    assert len(made) > len(before)
    assert made == decided(by_command)
    assert county.states() == by_command.states()
    officer.follow("撤销").press("撤销")
    assert officer.answer.status_code == 200, officer.text
    assert county.states() == standing
    assert decided(county)[-1][1] == "undo"


def press_of(officer: Officer) -> str:
    """Return the words of the button that does it."""
    (button,) = officer.page.xpath("//main//button[@name='do']")
    return str(button.text_content())


def test_a_cell_is_picked_in_the_table_and_the_old_number_stands_beside_the_new(officer: Officer) -> None:
    officer.at(f"do/amend?unit={WRONG.code}").press("5012", reason=REASON)
    assert "“社会公益组织”列 现在 5012，改成" in officer.text
    assert officer.page.get_element_by_id("reason").value == REASON
    officer.press(press_of(officer), **{"figure:requests.new.nonprofit": "5013"})
    assert "5012 → 5013" in officer.text


@pytest.mark.parametrize(
    ("address", "typed", "sentence"),
    [
        ("do/amend?unit={wrong}&cell=" + NEW, {f"figure:{NEW}": "三件左右", "reason": REASON}, "要写一个数字"),
        ("do/amend?unit={wrong}&cell=requests.new.total", {"figure:requests.new.total": "9", "reason": REASON}, "合计"),
        ("do/remark?unit={asked}", {"others": "没有的格子", "reason": REASON}, "没有的格子"),
        ("do/extend?unit={silent}", {"until": "某天", "reason": REASON}, "截止日期“某天”不是日期"),
        ("do/explain?unit={asked}&rule=stock", {"reason": "无"}, "“无”不是理由"),
        ("do/assign?file={nobody}", {"to": "哪里也没有的单位"}, "名册里没有"),
    ],
)
def test_what_was_typed_stays_beside_the_sentence_that_refuses_it(
    address: str, typed: dict[str, str], sentence: str, county: County, officer: Officer
) -> None:
    names = {"asked": ASKED.code, "wrong": WRONG.code, "silent": SILENT.code, "nobody": of(county, "谁的.pdf")}
    officer.at(address.format(**names)).press(press_of(officer), **typed)
    assert sentence in officer.page.xpath("string(//*[@role='alert'])")
    form = officer.page.forms[-1]
    assert {name: form.inputs[name].value for name in typed} == typed
    assert "gouji" not in officer.page.xpath("string(//*[@role='alert'])")
    assert decided(county) == []


def test_a_reason_of_two_lines_is_kept_as_a_command_would_keep_it(county: County, officer: Officer) -> None:
    officer.at(f"do/extend?unit={SILENT.code}").press(press_of(officer), until="2026-02-20", reason="一\r\n二\r\n")
    assert decided(county)[-1][-1] == "一\n二"


def test_a_button_that_is_pressed_twice_decides_once(county: County, officer: Officer) -> None:
    officer.at(f"do/waive?unit={WRONG.code}&rule=requests.balance")
    page = officer.answer
    officer.press(press_of(officer), reason=REASON)
    made = decided(county)
    officer.answer, officer.address = page, page.request.path
    officer.press(press_of(officer), reason=REASON)
    assert "没有再定一次" in officer.text
    assert decided(county) == made


OVERTAKEN: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "another day": (
        "do/extend?unit={silent}",
        {"until": "2026-02-20"},
        ["extend", SILENT.code, "--until", "2026-02-21"],
    ),
    "another cell": (
        "do/remark?unit={asked}&cell=" + NEW,
        {},
        ["reject", ASKED.code, "--ask", "--cell", "requests.new.business"],
    ),
    "less": ("do/accept?unit={parts}&file={tables}&file={texts}", {}, ["accept", IN_PARTS.code, "{tables}"]),
    "another number": ("do/amend?unit={wrong}&cell=" + NEW, {f"figure:{NEW}": "3"}, ["amend", WRONG.code, f"{NEW}=4"]),
    "another unit": ("do/assign?file={nobody}", {"to": SILENT.code}, ["assign", "{nobody}", ASKED.code]),
}


@pytest.mark.parametrize(
    "case", [slow(case) if case in ("another number", "another unit") else case for case in OVERTAKEN]
)
def test_something_else_with_the_same_reason_is_not_taken_for_the_same(
    case: str, county: County, officer: Officer
) -> None:
    names = {"asked": ASKED.code, "wrong": WRONG.code, "silent": SILENT.code, "parts": IN_PARTS.code}
    names |= {"tables": of(county, "表格.xlsx"), "texts": of(county, "文字.docx"), "nobody": of(county, "谁的.pdf")}
    address, typed, command = OVERTAKEN[case]
    officer.at(address.format(**names))
    county.run(*(word.format(**names) for word in command), "-m", REASON)
    made = decided(county)
    officer.press(press_of(officer), reason=REASON, **typed)
    assert "所以没有做" in officer.text
    assert decided(county) == made


def test_a_page_that_another_one_has_overtaken_says_so_and_asks_again(county: County, officer: Officer) -> None:
    file = of(county, "又一份.xlsx")
    officer.at(f"do/accept?unit={TWICE.code}&file={file}")
    county.run("reject", TWICE.code, file[:8], "-m", "单位说这一份作废")
    officer.press(press_of(officer))
    assert "又作了第 1 号决定（不采用，" in officer.text
    assert len(decided(county)) == 1
    officer.press(press_of(officer))
    assert [kind for _, kind, *_ in decided(county)] == ["reject", "accept"]


def test_a_decision_is_undone_once(county: County, officer: Officer) -> None:
    county.run("explain", ASKED.code, "stock", "清理了旧文件")
    officer.at("do/undo?number=1")
    county.run("undo", "1")
    officer.press(press_of(officer))
    assert "已经这样定了，没有再定一次" in officer.text
    assert len(decided(county)) == 2


def test_one_answer_goes_to_the_units_that_were_chosen_and_each_is_a_decision(
    county: County, officer: Officer, tmp_path: Path
) -> None:
    county.writes(SILENT, disclosure__normative__made=8)
    county.writes(WRONG, disclosure__normative__made=9)
    county.run("collect")
    by_command = county.copied(tmp_path / "command" / "year")
    officer.at("questions")
    officer.press("代为说明", unit=[f"{one.code} stock:normative" for one in (ASKED, SILENT)], reason=REASON)
    for line in officer.page.xpath("string(//section[@class='done']//pre)").splitlines():
        by_command.run(*shlex.split(line)[1:])
    assert [(kind, code) for _, kind, code, *_ in decided(county)] == [
        ("explain", ASKED.code),
        ("explain", SILENT.code),
    ]
    assert decided(county) == decided(by_command)
    officer.follow("撤销第 2 号").press("撤销")
    assert county.findings(SILENT) == ["stock:normative"]
    assert county.findings(ASKED, "query") == ["stock:normative"]
    assert county.state(ASKED) == "done"
    officer.at("decisions")
    assert "第 2 号 代为说明" in officer.text
    assert "不再有效" in officer.text


def test_a_question_on_the_totals_is_answered_as_by_its_command(
    county: County, officer: Officer, tmp_path: Path
) -> None:
    county.writes(SILENT)
    county.run("collect")
    by_command = county.copied(tmp_path / "command" / "year")
    address = "do/explain?unit=汇总&rule=sum.same_figures"
    officer.at(address).press(press_of(officer), reason=REASON)
    by_command.run(*shown_command(officer))
    assert [kind for _, kind, *_ in decided(county)] == ["explain"]
    assert decided(county) == decided(by_command)
    officer.at(address)
    county.run("explain", "汇总", "sum.same_figures", "两镇合署办公")
    officer.press(press_of(officer), reason="另外一个理由")
    assert "又作了第 2 号决定" in officer.text
    assert len(decided(county)) == 2


def test_an_answer_that_came_too_late_is_not_recorded(county: County, officer: Officer) -> None:
    officer.at("questions")
    county.run("explain", ASKED.code, "stock", "清理了旧文件")
    officer.press("代为说明", unit=f"{ASKED.code} stock:normative", reason=REASON)
    assert f"{ASKED.name}的已经答过" in officer.text
    assert len(decided(county)) == 1


def test_files_of_nobody_are_put_away_together(county: County, officer: Officer) -> None:
    officer.at("questions").press("勾上的都不再提示", file=of(county, "谁的.pdf"))
    officer.press(press_of(officer))
    assert [kind for _, kind, *_ in decided(county)] == ["dismiss"]
    assert "谁的.pdf" not in officer.at("questions").text


def test_what_a_unit_has_sent_back_is_written_as_a_task(county: County, officer: Officer) -> None:
    officer.at(f"unit/{WRONG.code}").follow("退回").press("退回").waited()
    assert "1 个单位要改正或者说明" in officer.text
    assert [path.name[:9] for path in (county.folder / "退回").glob("*.xlsx")] == [WRONG.code]


def test_what_is_asked_of_another_unit_s_file_is_refused(county: County, officer: Officer) -> None:
    officer.at(f"do/accept?unit={ASKED.code}&file={of(county, '又一份.xlsx')}")
    assert officer.answer.status_code == 409
    assert officer.at(f"do/reject?unit={ASKED.code}&file={'0' * 64}").answer.status_code == 409
    assert officer.at("do/nothing").answer.status_code == 404
    assert "没有选是哪个单位、哪个文件或者哪一条" in officer.at("questions").press("勾上的都不再提示").text


def test_every_button_opens_its_form_and_only_the_shown_command_speaks_of_commands(
    county: County, officer: Officer
) -> None:
    county.run("extend", SILENT.code, "--until", "2026-02-20", "-m", REASON)
    opened = set()
    for page in (*(f"unit/{one.code}" for one in TOWNS), "questions", "decisions"):
        officer.at(page)
        assert "gouji" not in without_shown_command(officer)
        for address in {str(link.get("href")) for link in officer.page.xpath("//main//a[contains(@href, '/do/')]")}:
            assert officer.open(address).answer.status_code == 200, address
            assert "gouji" not in without_shown_command(officer)
            opened.add(address.partition("/do/")[2].partition("?")[0])
    assert opened == set(ACTIONS)


def without_shown_command(officer: Officer) -> str:
    page = officer.page
    for command in page.xpath("//*[@class='command']"):
        command.drop_tree()
    return str(page.text_content())


def test_answers_for_many_units_are_a_task_that_ends_with_the_way_to_undo_each(
    county: County, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gouji.desk.pages.questions._AT_ONCE", 0)
    officer.at("questions").press("代为说明", unit=f"{ASKED.code} stock:normative", reason=REASON).waited()
    assert shown_command(officer) == ["explain", ASKED.code, "stock:normative", REASON]
    officer.follow("撤销").press("撤销")
    assert [kind for _, kind, *_ in decided(county)] == ["explain", "undo"]


@pytest.mark.parametrize(
    "trouble", [OSError(errno.ENOSPC, "No space left on device"), GoujiError("另一个命令正在使用")]
)
def test_what_was_typed_stays_where_the_disk_is_full_or_the_folder_is_in_use(
    trouble: Exception, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gouji.collection.steps.deciding.waive", mock.Mock(side_effect=trouble))
    officer.at(f"do/waive?unit={WRONG.code}&rule=requests.balance").press("放行", reason=REASON)
    assert officer.page.xpath("//*[@role='alert']")[0].text_content()
    assert officer.page.get_element_by_id("reason").value == REASON


def test_a_question_about_a_text_is_answered_beside_it(officer: Officer, county: County) -> None:
    whole = county.filled(SILENT)
    texts = {**whole.texts, "overview.requests": ("我局依法办理每一件申请。",)}
    county.sent(SILENT, reports.changed(whole, texts=texts))
    county.run("collect")
    page = officer.at(f"unit/{SILENT.code}").page
    (finding,) = page.xpath("//section[@aria-labelledby='texts-heading']//li[contains(., '我局')]")
    assert finding.xpath(".//*[normalize-space() = '代为说明']")
