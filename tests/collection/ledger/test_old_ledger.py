"""A workspace of gouji 0.1: what was decided in it holds, also after rules were reworded.

``workspace_of_0_1.zip`` was made by that version. Five units report; of each something was found, and explained or
waived: by the office for units 1, 3, 4 and 5 and for the total, by unit 2 in its own file.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
import summing
from county import County

from gouji.findings import rules
from gouji.findings.rules import RULES, RuleBook, parse_rules

OLD = Path(__file__).with_name("workspace_of_0_1.zip")
DECIDED = [
    *("roster.by_name", "wording.year", "section.blank", "requests.balance", "wording.unit"),  # units 1 to 5
    "sum.same_figures",
]
TIED_TO_WORDS = (1, 2, 4, 5, 6, 7, 8)
"""The numbers of the decisions that gouji 0.1 tied to a message; number 3 is tied to figures."""


@pytest.fixture
def old(tmp_path: Path) -> County:
    """Return the office whose folder gouji 0.1 has made."""
    office = County.__new__(County)
    office.folder = tmp_path / "年报"
    with zipfile.ZipFile(OLD) as packed:
        packed.extractall(office.folder)
    # The units have suits that a younger rule asks about, which was no question when the decisions were made.
    settings = office.folder / "设置.toml"
    younger = '\n[severities]\n"disputes.direct_suit" = "off"\n'
    settings.write_text(settings.read_text("utf-8") + younger, "utf-8")
    return office


@pytest.fixture
def reword(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the rules that the decisions are about say the same in other words."""

    def reworded(*, remembered: bool) -> None:
        book = _reworded(remembered=remembered)
        monkeypatch.setattr(rules, "rule_book", lambda: book)

    return reworded


def _reworded(*, remembered: bool) -> RuleBook:
    text = resources.files("gouji.findings").joinpath("rules.toml").read_text(encoding="utf-8")
    for rule in DECIDED:
        now = f'message = "{RULES[rule].message}"\n'
        assert text.count(now) == 1
        before = f'formerly = ["{RULES[rule].message}"]\n' if remembered else ""
        text = text.replace(now, f'message = "请看：{RULES[rule].message}谢谢。"\n{before}')
    return parse_rules(text)


def open_findings(office: County) -> list[str]:
    """Return what is neither explained nor waived any more, of the units and of the total."""
    left = [f"{code} {state}" for code, state in office.states().items() if state != "done"]
    if left:
        return left  # the total cannot be right either
    total = json.loads(office.run("summary", "--json"))
    return [finding["id"] for finding in total["findings"] if not finding["answer"]]


def test_an_old_ledger_does_not_know_what_went_back_before(old: County) -> None:
    with old.ledger() as ledger:
        assert ledger.history.mark("sent_back") == "some"
        assert ledger.history.sent_back() == {}


def test_decisions_of_an_old_ledger_hold(old: County) -> None:
    assert open_findings(old) == []
    summing.take_in(old)
    assert open_findings(old) == []


def test_decisions_of_an_old_ledger_hold_when_their_rules_are_reworded(
    old: County, reword: Callable[..., None]
) -> None:
    reword(remembered=True)
    summing.take_in(old)
    assert all("请看：" in old.run("status", code) for code in old.states()), "examined again, in the new words"
    assert open_findings(old) == []


def test_decisions_of_an_old_ledger_lapse_when_a_rule_forgets_its_former_wording(
    old: County, reword: Callable[..., None]
) -> None:
    reword(remembered=False)
    summing.take_in(old)
    assert open_findings(old) == ["410400001 asked", "410400003 wrong", "410400005 asked"]


def test_decisions_of_today_are_not_tied_to_words(old: County, reword: Callable[..., None]) -> None:
    summing.take_in(old)
    for number in TIED_TO_WORDS:
        old.run("undo", number)
    old.run("explain", "410400001", "roster.by_name", "已核对")
    old.run("waive", "410400003", "section.blank", "已核对")
    old.run("explain", "410400005", "wording.unit", "已核对")
    old.run("explain", "汇总", "sum.same_figures", "已核对")
    old.run("waive", "汇总", "requests.balance", "已核对")
    reword(remembered=False)
    summing.take_in(old)
    assert open_findings(old) == []
