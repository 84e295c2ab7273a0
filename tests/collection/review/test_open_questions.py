"""Open questions as data: a page shows what a screen shows, and every answer that is offered can be given."""

from __future__ import annotations

from typing import get_args
from unittest import mock

import pytest
from county import TOWNS, County, answer, member

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.next_step.advice import Step
from gouji.collection.next_step.names import QUESTIONS, STEPS, StepKey
from gouji.collection.review.actions import Deed, commands_in, without_commands
from gouji.collection.review.decisions import KINDS
from gouji.collection.review.open_questions import (
    Kind,
    OpenQuestion,
    questions_for_office,
    questions_of_unit,
    questions_sharing,
)
from gouji.collection.review.status import status_of
from gouji.findings.rules import RULES, Rule

TWICE, ASKED, WRONG, ALSO_ASKED = TOWNS[:4]
STOCK = {"disclosure__normative__in_force": 99}
QUERY = "stock:normative"
WHY = "清理后重新统计，多出的两件是补录的。"


@pytest.fixture
def busy(county: County) -> County:
    """An office with one question of most kinds."""
    county.reported_last_year([ASKED, ALSO_ASKED])
    county.answers(TWICE, name="甲.xlsx", disclosure__licensing__decisions=5)
    county.answers(TWICE, name="乙.xlsx", disclosure__licensing__decisions=6)
    for unit in (ASKED, ALSO_ASKED):
        county.answers(unit, **STOCK)
    county.answers(WRONG, requests__new__natural=99999)
    county.says(answer(member(77)), "不认识的.json", signed=False)
    county.run("collect")
    return county


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


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if any("gouji" in words for words in rule.wordings)])
def test_a_rule_names_a_command_only_in_words_that_a_page_can_leave_out(rule: Rule) -> None:
    for words in rule.wordings:
        assert "gouji" not in without_commands(words)
        assert set(commands_in(words)) <= set(get_args(Deed))


def test_every_step_decision_and_question_has_a_name() -> None:
    assert set(STEPS) == set(get_args(StepKey))
    assert {*get_args(Step), *get_args(Deed), *KINDS} - {"repair"} <= set(STEPS)
    assert set(get_args(Kind)) <= set(QUESTIONS)
    assert all(len(name.button) <= 14 for name in STEPS.values())
