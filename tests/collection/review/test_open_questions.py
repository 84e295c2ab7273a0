"""Open questions as data: a page shows what a screen shows, and every answer that is offered can be given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from unittest import mock

import pytest
from county import TOWNS, County, answer, member, with_unit

from gouji import collection
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.next_step.advice import Step
from gouji.collection.next_step.names import QUESTIONS, STEPS, StepKey
from gouji.collection.review.actions import CALLED, NOT_NAMED, Deed, commands_in, without_commands
from gouji.collection.review.decisions import KINDS
from gouji.collection.review.open_questions import (
    Kind,
    OpenQuestion,
    questions_for_office,
    questions_of_unit,
    questions_sharing,
)
from gouji.collection.review.status import status_of
from gouji.findings.rules import RULES

TWICE, ASKED, WRONG, ALSO_ASKED = TOWNS[:4]
STOCK = {"disclosure__normative__in_force": 99}
QUERY = "stock:normative"
WHY = "清理后重新统计，多出的两件是补录的。"


def words_of_rules() -> Iterator[str]:
    yield from (words for rule in RULES.values() for words in rule.wordings if "gouji " in words)


def words_of_code() -> Iterator[str]:
    """Yield every sentence in the package's code that names a command: {values} are 0."""
    for path in Path(collection.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            words = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "0" if isinstance(node, ast.JoinedStr) else ""
                for part in parts
            )
            whole = isinstance(node, ast.JoinedStr) or words.endswith("。")
            if whole and re.search("[，。；：请]?(用|运行|：) ?gouji [a-z]", words) and "做的备份" not in words:
                yield words


@pytest.fixture(scope="module")
def collected(issued: County, tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office with one question of most kinds."""
    county = issued.copied(tmp_path_factory.mktemp("collected") / "年报")
    county.reported_last_year([ASKED, ALSO_ASKED])
    county.answers(TWICE, name="甲.xlsx", disclosure__licensing__decisions=5)
    county.answers(TWICE, name="乙.xlsx", disclosure__licensing__decisions=6)
    for unit in (ASKED, ALSO_ASKED):
        county.answers(unit, **STOCK)
    county.answers(WRONG, requests__new__natural=99999)
    county.says(answer(member(77)), "不认识的.json", signed=False)
    county.run("collect")
    return county


@pytest.fixture
def busy(collected: County, tmp_path: Path) -> County:
    return collected.copied(tmp_path / "年报")


def office_questions(county: County) -> tuple[OpenQuestion, ...]:
    return questions_for_office(status_of(county.workspace, county.today))


def offered(questions: tuple[OpenQuestion, ...]) -> set[tuple[str, ...]]:
    return {tuple(action.key for action in question.actions) for question in questions}


def test_a_question_is_the_same_on_the_screen_and_as_data(busy: County) -> None:
    choice, *_ = questions_of_unit(busy.workspace, TWICE.called)
    assert choice in office_questions(busy)
    assert choice.said.line in busy.run("status")
    assert choice.sentence.endswith("请定采用哪一份。")
    for action in choice.actions:
        assert f"gouji {' '.join(action.arguments())}" in choice.said.line
    assert "gouji" not in "".join(question.sentence for question in office_questions(busy))


def test_the_command_of_every_offer_answers_its_question(busy: County) -> None:
    units = [unit.code for unit in (TWICE, ASKED, WRONG)]
    asked = {code: questions_of_unit(busy.workspace, code) for code in units}
    asked[""] = tuple(one for one in office_questions(busy) if one.member is None)
    keys = {
        code: [(one.kind, one.name, [action.key for action in one.actions]) for one in asked[code]] for code in asked
    }
    assert [key for _, _, key in keys[TWICE.code]] == [["accept", "accept"]]
    assert keys[ASKED.code] == [("finding", QUERY, ["explain"])]
    assert {tuple(key) for _, _, key in keys[WRONG.code]} == {("waive",)}
    assert [key for _, _, key in keys[""]] == [["assign", "dismiss"]]
    for question in (one for several in asked.values() for one in several):
        busy.run(*question.actions[-1].arguments(reason=WHY, unit=ALSO_ASKED.code))
    assert not any(questions_of_unit(busy.workspace, code) for code in units)
    assert not [one for one in office_questions(busy) if one.member is None]


def test_an_objection_can_be_taken_back_though_what_it_is_about_does_not_count(busy: County) -> None:
    busy.run("reject", ASKED.code, "--cell", "二、主动公开!D8", "-m", WHY)
    (objection,) = [one for one in questions_of_unit(busy.workspace, ASKED.code) if one.name.startswith("office.")]
    assert WHY.rstrip("。") in objection.sentence
    (undo,) = objection.actions
    busy.run(*undo.arguments(reason="电话里问清楚了。"))
    assert [one.name for one in questions_of_unit(busy.workspace, ASKED.code)] == [QUERY]


def test_whose_a_file_is_can_be_answered_in_both_ways(busy: County) -> None:
    report = answer(TOWNS[4])
    busy.says(with_unit(report, code=""), "没有代码.json", signed=False)
    busy.run("collect")
    (question,) = [one for one in questions_of_unit(busy.workspace, TOWNS[4].code) if one.name == "roster.by_name"]
    assert question.for_office
    assert question in office_questions(busy)
    right, other = (action for action in question.actions if action.key == "assign")
    assert (right.needs_unit, other.needs_unit) == (False, True)
    busy.run(*right.arguments())
    assert question.name not in [one.name for one in questions_of_unit(busy.workspace, TOWNS[4].code)]


def test_a_file_that_is_no_report_is_shown_until_it_is_dismissed(busy: County) -> None:
    (busy.folder / "回收" / f"{TOWNS[4].called}情况说明.txt").write_text("我镇的报告晚几天报。", "utf-8")
    busy.run("collect")
    (remark,) = [one for one in office_questions(busy) if one.kind == "remark"]
    assert remark.member == TOWNS[4]
    (dismiss,) = remark.actions
    assert dismiss.key == "dismiss"
    busy.run(*dismiss.arguments())
    assert not [one for one in office_questions(busy) if one.kind == "remark"]


def test_the_questions_of_one_unit_look_at_no_other_unit(busy: County) -> None:
    read = Ledger.submissions
    with mock.patch.object(Ledger, "submissions", autospec=True, side_effect=read) as reading:
        assert questions_of_unit(busy.workspace, ASKED.called)
    assert {call.args[1:] for call in reading.call_args_list} == {(ASKED.code,)}


def test_the_same_question_is_found_in_every_unit_that_has_it(busy: County) -> None:
    shared = questions_sharing(busy.workspace, QUERY)
    assert [one.member for one in shared] == [ASKED, ALSO_ASKED]
    explain = shared[0].action("explain")
    assert explain
    busy.run(*explain.arguments(reason=WHY))
    assert [one.member for one in questions_sharing(busy.workspace, QUERY)] == [ALSO_ASKED]


@pytest.mark.parametrize(
    "on_screen, on_page",
    [
        ("没有错的，用 gouji explain 说明。", "没有错的，请说明。"),
        ("补进名册再收一遍，或者用 gouji explain 说明。", "补进名册再收一遍，或者说明。"),
        ("没有因此采用；要采用的：gouji accept 4104 1a2b3c4d。", "没有因此采用。"),
        ("请撤销以前的更正：gouji undo 12。", "请撤销以前的更正。"),
        ("请先运行 gouji return。", "请先退回。"),
        ("要采用它，请先用 gouji accept。", "要采用它，请先采用。"),
        ("共 3 处，用 gouji summary 看是哪些。", "共 3 处，请看是哪些。"),
        ("共 9 个，用 gouji status -o 状态.xlsx 看全部。", "共 9 个，请看全部。"),
        ("看过的，用 gouji status --dismiss 文件名或者单位 去掉。", "看过的，请去掉。"),
        ("可以只提意见（加 --ask），或者整个文件不采用（不写 --cell）。", "可以只提意见，或者整个文件不采用。"),
        ("如 --cell 三、依申请公开!D8，或者代号，如 --cell requests.new.natural。", "如 三、依申请公开!D8。"),
        ("在工作文件夹里用 gouji init . 生成新的密钥。", "在工作文件夹里生成新的密钥。"),
        ("请用 gouji backup 做的备份。", "请用 gouji backup 做的备份。"),
    ],
)
def test_a_page_shows_a_sentence_without_its_command(on_screen: str, on_page: str) -> None:
    assert without_commands(on_screen) == on_page


def test_whatever_names_a_command_can_be_said_without_it() -> None:
    every = {*words_of_rules(), *words_of_code()}
    assert len(every) > 20
    said = [without_commands(words) for words in every]
    assert not [words for words in said if "gouji " in words or NOT_NAMED in words]


def test_a_rule_names_only_what_can_be_offered() -> None:
    named = {command for words in words_of_rules() for command in commands_in(words)}
    assert named == {"assign", "explain", "reject"} <= set(get_args(Deed))


def test_every_step_decision_and_question_has_a_name() -> None:
    assert set(STEPS) == set(get_args(StepKey))
    assert {*get_args(Step), *get_args(Deed), *KINDS} - {"repair"} <= set(STEPS)
    assert set(get_args(Kind)) <= set(QUESTIONS)
    keys = {"return": "send_back"}
    assert {command: STEPS[keys.get(command, command)].button for command in CALLED} == CALLED
    assert all(len(name.button) <= 14 for name in STEPS.values())
