"""The answer to an officer who asks "what now?"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gouji.collection.next_step.advice import SOON, Proposal, Situation, Step, next_step

ISSUED = {"units": 4, "missing": 4, "days_left": 30}
DONE = {"units": 4, "done": 4}

CASES: dict[str, tuple[dict[str, int | bool], Step | None, str]] = {
    "without a name nobody signs": ({"office_named": False}, None, "主管部门全称"),
    "without a roster there is nobody to write to": ({}, None, "名册"),
    "units without forms get them": ({**ISSUED, "unissued": 4}, "issue", "上年的报告"),
    "units that were added get theirs": ({**ISSUED, "unissued": 1, "waiting": 2}, "issue", "1 个单位还没有填报表"),
    "what lies there is collected": ({**ISSUED, "waiting": 2, "not_sent_back": 1}, "collect", "2 个文件还没有收"),
    "what is wrong goes back": (
        {**ISSUED, "missing": 1, "wrong": 2, "asked": 1, "not_sent_back": 3},
        "send_back",
        "3 个",
    ),
    "then there is only waiting": (
        {**ISSUED, "missing": 1, "wrong": 2, "asked": 1},
        "collect",
        "1 个单位没有交，3 个单位没有改好或者说明",
    ),
    "a file without a unit is told": ({**ISSUED, "unknown": 1}, "collect", "1 个文件没有认出单位"),
    "nobody is reminded weeks before": ({**ISSUED, "by_mail": True, "days_left": SOON + 1}, "collect", ""),
    "near the deadline they are": ({**ISSUED, "by_mail": True, "days_left": SOON}, "remind", "4 个单位没有交"),
    "and after it": ({**ISSUED, "by_mail": True, "days_left": -3}, "remind", ""),
    "but once a day": ({**ISSUED, "by_mail": True, "days_left": 1, "reminded": True}, "collect", ""),
    "and not without a mailbox": ({**ISSUED, "days_left": 1}, "collect", ""),
    "what waits for the officer comes before the reports": (
        {**DONE, "unreported": 4, "to_decide": 2},
        None,
        "2 个单位有事要您定",
    ),
    "who is done gets a report": ({**DONE, "unreported": 4}, "report", "4 个单位的 Word 报告"),
    "then they are added up": (DONE, "summary", ""),
    "then it is kept safe": ({**DONE, "added_up": True}, "backup", ""),
    "then all is done": ({**DONE, "added_up": True, "backed_up": True}, None, "都做完了"),
    "a return that comes late is collected first": ({**DONE, "added_up": True, "waiting": 1}, "collect", ""),
}


@pytest.mark.parametrize("facts, step, words", CASES.values(), ids=CASES.keys())
def test_the_next_step_follows_from_the_situation(facts: dict[str, int | bool], step: Step | None, words: str) -> None:
    proposal = next_step(Situation(**facts))
    assert proposal.step == step
    assert words in proposal.words


some = st.integers(0, 3)
situations = st.builds(
    lambda missing, wrong, asked, done, **more: Situation(
        missing=missing, wrong=wrong, asked=asked, done=done, units=missing + wrong + asked + done, **more
    ),
    missing=some,
    wrong=some,
    asked=some,
    done=some,
    office_named=st.booleans(),
    unissued=some,
    waiting=some,
    not_sent_back=some,
    to_decide=some,
    unknown=some,
    days_left=st.integers(-9, 30),
    by_mail=st.booleans(),
    reminded=st.booleans(),
    unreported=some,
    added_up=st.booleans(),
    backed_up=st.booleans(),
)


@given(situations)
def test_every_situation_has_a_proposal_and_every_proposed_step_can_succeed(now: Situation) -> None:
    proposal: Proposal = next_step(now)
    assert proposal.words.endswith("。")
    if proposal.step is not None:
        assert now.office_named
        assert now.units
    if proposal.step == "remind":
        assert now.by_mail
    if proposal.step in ("report", "summary", "backup"):
        assert now.done == now.units
