"""Which submission of a unit is in force, and how the officer and the unit answer its findings."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import county as world
import msgspec
import pytest
from county import TOWNS, County

TOWN, OTHER = TOWNS[0], TOWNS[1]

RIGHT: dict[str, Any] = {}
RIGHT_TOO = {"disclosure__licensing__decisions": 5}
RIGHT_THREE = {"disclosure__licensing__decisions": 6}
WRONG = {"requests__new__natural": 999}
WRONG_TOO = {"requests__new__natural": 998}
ASKED = {"disclosure__normative__in_force": 7}
BROKEN = None

STOCK = "stock:normative"


def comes(
    county: County, name: str, figures: dict[str, Any] | None, day: int | None = None, unit: world.Member = TOWN
) -> None:
    """Put a submission into 回收; None is one that cannot be read."""
    if figures is None:
        path = county.folder / "回收" / f"{unit.called}-{name}.xls"
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 " + path.name.encode())
        if day:
            world.dated(path, day)
    else:
        own = f"{name}.json" if unit is TOWN else f"{unit.called}-{name}.json"
        county.writes(unit, own, day, **figures)


def rounds(county: County, *several: Sequence[dict[str, Any] | None]) -> None:
    """Collect several times; the submissions of each run are a day apart."""
    for number, returns in enumerate(several, 1):
        for day, figures in enumerate(returns, 1):
            comes(county, f"{number}{day}", figures, day)
        county.run("collect")


# ---------------------------------------------------------------- the rule


CASES: dict[str, tuple[list[list[dict[str, Any] | None]], list[str], str]] = {
    "two that pass": ([[RIGHT], [RIGHT_TOO]], ["displaced", "stands"], "done"),
    "a right one after a wrong one": ([[WRONG], [RIGHT]], ["displaced", "stands"], "done"),
    "two wrong ones": ([[WRONG], [WRONG_TOO]], ["displaced", "stands"], "wrong"),
    "a wrong one after a right one": ([[RIGHT], [WRONG]], ["stands", "worse"], "done"),
    "an unexplained one after a right one": ([[RIGHT], [ASKED]], ["stands", "worse"], "done"),
    "an unexplained one after a wrong one": ([[WRONG], [ASKED]], ["displaced", "stands"], "asked"),
    "a wrong one after an unexplained one": ([[ASKED], [WRONG]], ["displaced", "stands"], "wrong"),
    "a broken one after a right one": ([[RIGHT], [BROKEN]], ["stands", "unreadable"], "done"),
    "a broken one after a wrong one": ([[WRONG], [BROKEN]], ["stands", "unreadable"], "wrong"),
    "a wrong one after a broken one": ([[BROKEN], [WRONG]], ["unreadable", "stands"], "wrong"),
    "only a broken one": ([[BROKEN]], ["unreadable"], "missing"),
    "right, wrong, right": ([[RIGHT], [WRONG], [RIGHT_TOO]], ["displaced", "worse", "stands"], "done"),
    "right between two wrong ones in one run": ([[WRONG, RIGHT, WRONG_TOO]], ["worse", "stands", "worse"], "done"),
    "two right ones, then a broken one": (
        [[RIGHT, RIGHT_TOO], [BROKEN]],
        ["unordered", "unordered", "unreadable"],
        "asked",
    ),
    "two right ones of one run, then a right one": (
        [[RIGHT, RIGHT_TOO], [RIGHT_THREE]],
        ["displaced", "displaced", "stands"],
        "done",
    ),
    "two right ones of one run, then a wrong one": (
        [[RIGHT, RIGHT_TOO], [WRONG]],
        ["unordered", "unordered", "worse"],
        "asked",
    ),
    "two wrong ones of one run after a right one": (
        [[RIGHT], [WRONG, WRONG_TOO]],
        ["stands", "worse", "worse"],
        "done",
    ),
    "two right ones of one run after a wrong one": (
        [[WRONG], [RIGHT, RIGHT_TOO]],
        ["stands", "unordered", "unordered"],
        "wrong",
    ),
}


@pytest.fixture(scope="module")
def cases(issued: County, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The status of units that play one case each, after three runs."""
    county = issued.copied(tmp_path_factory.mktemp("cases") / "年报")
    units = [world.member(number) for number in range(101, 101 + len(CASES))]
    county.enrol(units)
    county.reported_last_year(units)
    for run in range(3):
        for unit, (returns, _, _) in zip(units, CASES.values(), strict=True):
            for day, figures in enumerate(returns[run] if run < len(returns) else (), 1):
                comes(county, f"{run}{day}", figures, day, unit)
        county.run("collect")
    return dict(zip(CASES, county.status()["units"], strict=True))


@pytest.mark.parametrize("name", CASES)
def test_which_submission_is_in_force(cases: dict[str, dict[str, Any]], name: str) -> None:
    _, roles, state = CASES[name]
    assert [submission["role"] for submission in cases[name]["returns"]] == roles
    assert cases[name]["state"] == state


def test_a_later_run_counts_as_later_even_if_its_file_is_older(county: County) -> None:
    comes(county, "a", WRONG, day=9)
    county.run("collect")
    comes(county, "b", WRONG_TOO, day=3)
    county.run("collect")
    assert [submission["source"] for submission in county.status()["units"][0]["returns"]] == [
        "回收/a.json",
        "回收/b.json",
    ]
    assert county.roles(TOWN) == ["displaced", "stands"]


# ---------------------------------------------------------------- what the officer decides


def test_an_accepted_submission_stays_in_force_until_another_is_accepted(county: County) -> None:
    rounds(county, [WRONG], [RIGHT])
    output = county.run("accept", TOWN.called, "11.json", "-m", "以第一份为准")
    assert output.startswith("1：第1镇人民政府采用“11.json”。还有必须改正 ")
    assert county.roles(TOWN) == ["stands", "worse"]
    comes(county, "31", RIGHT_TOO)
    county.run("collect")
    assert county.roles(TOWN) == ["stands", "worse", "worse"]
    assert county.state(TOWN) == "wrong"
    county.run("accept", TOWN.code, "21.json")
    assert county.roles(TOWN) == ["displaced", "stands", "worse"]
    county.run("undo", 2)
    assert county.roles(TOWN) == ["stands", "worse", "worse"]
    county.run("undo", 1)
    assert county.roles(TOWN) == ["displaced", "displaced", "stands"]


def test_a_rejected_submission_does_not_count_until_the_rejection_is_undone(county: County) -> None:
    rounds(county, [WRONG], [RIGHT])
    assert "请写明理由" in county.run("reject", TOWN.code, fails=2)
    first, switch = county.run("reject", TOWN.code, "-m", "没有盖章").splitlines()
    assert first.startswith("1：第1镇人民政府不采用“21.json”。")
    assert switch == "第1镇人民政府：不再采用“21.json”，现在没有采用的。"
    assert county.roles(TOWN) == ["displaced", "rejected"]
    county.run("collect")
    assert county.roles(TOWN) == ["displaced", "rejected"]
    county.run("reject", TOWN.code, "11.json", "-m", "也没有")
    assert county.roles(TOWN) == ["rejected", "rejected"]
    assert county.state(TOWN) == "wrong"
    county.run("undo", 1, "-m", "盖了")
    assert county.roles(TOWN) == ["rejected", "stands"]


def test_what_a_rejected_submission_displaced_comes_back_by_the_officers_word_only(county: County) -> None:
    rounds(county, [RIGHT], [RIGHT_TOO])
    said = county.run("reject", TOWN.code, "21.json", "-m", "没有盖章")
    assert "以前报的“11.json”" in said
    assert county.state(TOWN) == "wrong"
    assert "1 个单位" in county.run("return"), "the unit is told why"
    command = re.search(r"gouji (accept \w+ \w+)", said)
    assert command
    county.run(*command[1].split())
    assert county.roles(TOWN) == ["stands", "rejected"]
    assert county.state(TOWN) == "done"


def test_what_failed_beside_another_changes_nothing_when_it_is_rejected(county: County) -> None:
    rounds(county, [RIGHT], [WRONG])
    assert county.run("reject", TOWN.code, "21.json", "-m", "发错了") == "1：第1镇人民政府不采用“21.json”。\n"
    assert county.roles(TOWN) == ["stands", "rejected"]


def test_after_a_rejection_the_next_submission_is_in_force_even_if_it_fails(county: County) -> None:
    rounds(county, [RIGHT], [RIGHT_TOO])
    county.run("reject", TOWN.code, "21.json", "-m", "没有盖章")
    county.writes(TOWN, "31.json", **WRONG)
    county.run("collect")
    assert county.roles(TOWN) == ["displaced", "rejected", "stands"]
    assert county.state(TOWN) == "wrong"


def test_the_later_of_accept_and_reject_on_the_same_file_holds(county: County) -> None:
    rounds(county, [RIGHT], [WRONG])
    county.run("reject", TOWN.code, "11.json", "-m", "不对")
    county.run("accept", TOWN.code, "11.json")
    assert county.roles(TOWN) == ["stands", "worse"]
    county.run("reject", TOWN.code, "11.json", "-m", "还是不对")
    assert county.roles(TOWN) == ["rejected", "stands"]


def test_an_unreadable_file_cannot_be_accepted(county: County) -> None:
    rounds(county, [BROKEN])
    assert "读不出来，不能采用" in county.run("accept", TOWN.code, fails=2)
    assert "报送的没有一份可以采用" in county.run("waive", TOWN.code, "unreadable", "算了", fails=2)


def test_a_decision_finds_its_file_by_path_by_name_or_by_the_beginning_of_its_hash(county: County) -> None:
    rounds(county, [WRONG], [WRONG_TOO])
    first = county.status()["units"][0]["returns"][0]["sha256"]
    for name in ("回收/11.json", "11.json", ".\\回收\\11.json", first[:8], first[:8].upper()):
        assert "采用“11.json”" in county.run("accept", TOWN.code, name)
    assert "没有“11.jsom”，是不是“11.json”？" in county.run("accept", TOWN.code, "11.jsom", fails=2)
    assert "还没有报送" in county.run("accept", OTHER.code, fails=2)
    assert "名册里没有" in county.run("accept", "999", fails=2)


def test_all_decisions_are_listed_including_undone_ones(county: County) -> None:
    assert county.run("decisions") == "还没有决定。\n"
    rounds(county, [WRONG], [RIGHT])
    county.run("reject", TOWN.code, "21.json", "-m", "没有盖章")
    county.run("undo", 1, "-m", "看错了")
    assert "没有第 9 号决定" in county.run("undo", 9, fails=2)
    assert "已经撤销了" in county.run("undo", 1, fails=2)
    assert "没有第 2 号决定" in county.run("undo", 2, fails=2)
    first, second = county.run("decisions").splitlines()
    assert re.match(r"1\. 不采用 第1镇人民政府 21\.json（[0-9a-f]{8}）：没有盖章（", first)
    assert second.startswith("2. 撤销 第1镇人民政府 第 1 号：看错了（")
    listed = json.loads(county.run("decisions", "--json"))["decisions"]
    assert [(decision["id"], decision["kind"], decision["target"]) for decision in listed] == [
        (1, "reject", None),
        (2, "undo", 1),
    ]


# ---------------------------------------------------------------- explanations and waivers


def explains(county: County, name: str, text: str, **figures: Any) -> None:
    """Send a submission of the unit with an explanation in it."""
    report = msgspec.structs.replace(world.answer(TOWN, **figures), explanations={"stock": text})
    county.says(report, f"{name}.json")
    county.run("collect")


def answers(county: County) -> list[tuple[str, str | None, str | None]]:
    """Return the queries of the unit, each with its answer and its lapsed explanation."""
    detail = json.loads(county.run("status", TOWN.code, "--json"))
    return [
        (finding["id"], finding["answer"], finding["lapsed"])
        for finding in detail["findings"]
        if finding["severity"] == "query"
    ]


def test_a_unit_answers_a_query_in_its_submission(county: County) -> None:
    explains(county, "1", "清理后重新统计。", **ASKED)
    assert county.state(TOWN) == "done"
    assert answers(county) == [(STOCK, "清理后重新统计。", None)]
    assert "单位说明：清理后重新统计。" in county.run("status", TOWN.code)


def test_a_unit_answers_a_query_in_the_workbook(county: County) -> None:
    filled = county.filled(TOWN, **ASKED)
    county.sent(TOWN, msgspec.structs.replace(filled, explanations={"stock": "清理后重新统计。"}))
    county.run("collect")
    assert answers(county) == [(STOCK, "清理后重新统计。", None)]


def test_an_explanation_holds_in_later_submissions_while_the_figures_stay_the_same(county: County) -> None:
    explains(county, "1", "清理后重新统计。", **ASKED)
    county.writes(TOWN, "2.json", **ASKED, **RIGHT_TOO)
    county.run("collect")
    assert county.state(TOWN) == "done"
    assert answers(county) == [(STOCK, "清理后重新统计。", None)]


def test_an_explanation_lapses_when_the_figures_change_and_holds_again_when_they_are_restored(county: County) -> None:
    explains(county, "1", "清理后重新统计。", **ASKED)
    explains(county, "2", "清理后重新统计。", disclosure__normative__in_force=8)
    county.run("accept", TOWN.code, "2.json")
    assert answers(county) == [(STOCK, None, "清理后重新统计。")]
    assert "原来的说明“清理后重新统计。”" in county.run("status", TOWN.code)
    county.writes(TOWN, "3.json", **ASKED, **RIGHT_TOO)
    county.run("collect")
    county.run("accept", TOWN.code, "3.json")
    assert answers(county) == [(STOCK, "清理后重新统计。", None)]
    assert county.state(TOWN) == "done"


def test_an_explanation_that_is_kept_after_being_asked_again_is_an_answer(county: County) -> None:
    explains(county, "1", "清理后重新统计。", **ASKED)
    county.run("reject", TOWN.code, "1.json", "-m", "要看新的")
    explains(county, "2", "清理后重新统计。", disclosure__normative__in_force=8)
    assert county.state(TOWN) == "asked"
    explains(county, "3", "清理后重新统计。", disclosure__normative__in_force=8, **RIGHT_TOO)
    assert county.state(TOWN) == "done"


def test_an_explanation_by_the_officer_holds_while_the_figures_stay_the_same(county: County) -> None:
    rounds(county, [ASKED])
    assert county.run("explain", TOWN.code, "stock", "已电话核实。") == f"1：第1镇人民政府的 {STOCK} 已说明。\n"
    assert county.state(TOWN) == "done"
    county.writes(TOWN, "2.json", **ASKED, **RIGHT_TOO)
    county.run("collect")
    assert county.state(TOWN) == "done"
    county.run("reject", TOWN.code, "11.json", "-m", "旧")
    county.run("reject", TOWN.code, "2.json", "-m", "旧")
    county.writes(TOWN, "3.json", disclosure__normative__in_force=8)
    county.run("collect")
    assert answers(county) == [(STOCK, None, "已电话核实。")]
    county.run("undo", 1)
    assert answers(county) == [(STOCK, None, None)]


def test_a_waived_error_is_shown_wherever_the_figures_are_used(county: County) -> None:
    rounds(county, [WRONG])
    assert "是“必须改正”，请用 gouji waive 放行" in county.run(
        "explain", TOWN.code, "requests.balance", "不改", fails=2
    )
    county.run("waive", TOWN.code, "requests.balance", "系统里就是这样")
    assert county.state(TOWN) == "done"
    assert "已放行：系统里就是这样" in county.run("status", TOWN.code)
    assert "已放行 1 处" in county.run("status", "--all")
    output = county.run("report", "--all")
    assert "请注意：第1镇人民政府的报告里有放行的错误" in output
    county.writes(TOWN, "2.json", **WRONG_TOO)
    county.run("collect")
    county.run("accept", TOWN.code, "2.json")
    assert county.state(TOWN) == "wrong"


def test_explaining_a_rule_without_findings_lists_the_rules_that_have_some(county: County) -> None:
    rounds(county, [ASKED])
    assert f"没有 stok 这一条，有的是：{STOCK}。" in county.run("explain", TOWN.code, "stok", "不改", fails=2)
    assert "没有 requests.balanse 这一条。是不是 requests.balance？" in county.run(
        "waive", TOWN.code, "requests.balanse", "不改", fails=2
    )
    assert "是“请核实并说明”，请用 gouji explain 说明" in county.run("waive", TOWN.code, "stock", "不改", fails=2)
    assert "请写明理由" in county.run("explain", TOWN.code, "stock", " ", fails=2)
    assert "还没有报送" in county.run("explain", OTHER.code, "stock", "不改", fails=2)


def test_decisions_survive_collecting_everything_again(county: County) -> None:
    rounds(county, [WRONG], [ASKED])
    county.run("explain", TOWN.code, STOCK, "已核实。")
    county.run("accept", TOWN.code, "21.json", "-m", "对的")
    before = county.status()
    county.enrol([msgspec.structs.replace(TOWN, phone="1"), *TOWNS[1:]])
    assert "核对了 2 个" in county.run("collect"), "another roster has everything checked anew"
    assert county.status() == before
