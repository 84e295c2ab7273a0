"""Which return of a unit stands, and what the officer and the unit say to what was found."""

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
WRONG = {"requests__new__natural": 999}
WRONG_TOO = {"requests__new__natural": 998}
ASKED = {"disclosure__normative__in_force": 7}
BROKEN = None

STOCK = "stock:normative"


def comes(
    county: County, name: str, figures: dict[str, Any] | None, day: int | None = None, unit: world.Member = TOWN
) -> None:
    """Let a return come; None is one that cannot be read."""
    if figures is None:
        path = county.folder / "回收" / f"{unit.called}-{name}.xls"
        path.write_bytes(b"\xd0\xcf\x11\xe0 " + path.name.encode())
        if day:
            world.at(path, day)
    else:
        own = f"{name}.json" if unit is TOWN else f"{unit.called}-{name}.json"
        county.writes(unit, own, day, **figures)


def rounds(county: County, *several: Sequence[dict[str, Any] | None]) -> None:
    """Collect several times; the returns of each time are a day apart."""
    for number, returns in enumerate(several, 1):
        for day, figures in enumerate(returns, 1):
            comes(county, f"{number}{day}", figures, day)
        county.run("collect")


# ---------------------------------------------------------------- the rule


CASES: list[tuple[list[list[dict[str, Any] | None]], list[str], str]] = [
    ([[RIGHT], [RIGHT_TOO]], ["displaced", "stands"], "done"),
    ([[WRONG], [RIGHT]], ["displaced", "stands"], "done"),
    ([[WRONG], [WRONG_TOO]], ["displaced", "stands"], "wrong"),
    ([[RIGHT], [WRONG]], ["stands", "worse"], "done"),
    ([[RIGHT], [ASKED]], ["stands", "worse"], "done"),
    ([[WRONG], [ASKED]], ["displaced", "stands"], "asked"),
    ([[ASKED], [WRONG]], ["displaced", "stands"], "wrong"),
    ([[RIGHT], [BROKEN]], ["stands", "unreadable"], "done"),
    ([[WRONG], [BROKEN]], ["stands", "unreadable"], "wrong"),
    ([[BROKEN], [WRONG]], ["unreadable", "stands"], "wrong"),
    ([[BROKEN]], ["unreadable"], "wrong"),
    ([[RIGHT], [WRONG], [RIGHT_TOO]], ["displaced", "worse", "stands"], "done"),
    ([[WRONG, RIGHT, WRONG_TOO]], ["displaced", "stands", "worse"], "done"),
    ([[RIGHT, RIGHT_TOO], [BROKEN]], ["displaced", "stands", "unreadable"], "done"),
]


@pytest.fixture(scope="module")
def cases(issued: County, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Where units stand of which each plays one of the cases, after three collections."""
    county = issued.copied(tmp_path_factory.mktemp("cases") / "年报")
    units = [world.member(number) for number in range(101, 101 + len(CASES))]
    county.enrol(units)
    county.reported_last_year(units)
    for at in range(3):
        for unit, (returns, _, _) in zip(units, CASES, strict=True):
            for day, figures in enumerate(returns[at] if at < len(returns) else (), 1):
                comes(county, f"{at}{day}", figures, day, unit)
        county.run("collect")
    found: list[dict[str, Any]] = county.status()["units"]
    return found


@pytest.mark.parametrize("number", range(len(CASES)))
def test_which_return_stands(cases: list[dict[str, Any]], number: int) -> None:
    _, roles, state = CASES[number]
    assert [returned["role"] for returned in cases[number]["returns"]] == roles
    assert cases[number]["state"] == state


def test_later_is_what_was_collected_later_even_if_it_was_written_earlier(county: County) -> None:
    comes(county, "a", WRONG, day=9)
    county.run("collect")
    comes(county, "b", WRONG_TOO, day=3)
    county.run("collect")
    assert [each["source"] for each in county.status()["units"][0]["returns"]] == ["回收/a.json", "回收/b.json"]
    assert county.roles(TOWN) == ["displaced", "stands"]


def test_within_one_collection_the_time_of_the_file_decides_and_then_its_name(county: County) -> None:
    comes(county, "a", WRONG, day=9)
    comes(county, "b", WRONG_TOO, day=3)
    comes(county, "c", {"requests__new__natural": 997}, day=9)
    county.run("collect")
    assert [each["source"][3] for each in county.status()["units"][0]["returns"]] == ["b", "a", "c"]
    assert county.roles(TOWN) == ["displaced", "displaced", "stands"]


def test_a_file_that_comes_again_counts_when_it_came_last(county: County) -> None:
    rounds(county, [WRONG], [WRONG_TOO])
    comes(county, "wieder", WRONG)
    county.run("collect")
    assert [each["source"] for each in county.status()["units"][0]["returns"]] == ["回收/21.json", "回收/wieder.json"]
    assert county.roles(TOWN) == ["displaced", "stands"]


def test_what_came_after_a_return_that_passes_and_was_not_taken_is_shown(county: County) -> None:
    rounds(county, [RIGHT], [WRONG])
    assert "后来又报的没有代替它" in county.run("status", "--all")
    county.run("reject", TOWN.code, "21.json", "-m", "填错了")
    assert "后来又报的没有代替它" not in county.run("status", "--all")


# ---------------------------------------------------------------- what the officer decides


def test_what_was_accepted_stands_whatever_comes_later_until_another_is_accepted(county: County) -> None:
    rounds(county, [WRONG], [RIGHT])
    said = county.run("accept", TOWN.called, "11.json", "-m", "以第一份为准")
    assert said.startswith("1：第1镇人民政府采用“11.json”。还有必须改正 ")
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


def test_what_was_rejected_does_not_count_until_that_is_taken_back(county: County) -> None:
    rounds(county, [WRONG], [RIGHT])
    assert "请写明理由" in county.run("reject", TOWN.code, fails=2)
    assert county.run("reject", TOWN.code, "-m", "没有盖章") == "1：第1镇人民政府不采用“21.json”。\n"
    assert county.roles(TOWN) == ["stands", "rejected"]
    county.run("collect")
    assert county.roles(TOWN) == ["stands", "rejected"]
    county.run("reject", TOWN.code, "11.json", "-m", "也没有")
    assert county.roles(TOWN) == ["rejected", "rejected"]
    assert county.state(TOWN) == "wrong"
    county.run("undo", 1, "-m", "盖了")
    assert county.roles(TOWN) == ["rejected", "stands"]


def test_who_accepts_what_was_rejected_or_rejects_what_was_accepted_means_the_later(county: County) -> None:
    rounds(county, [RIGHT], [WRONG])
    county.run("reject", TOWN.code, "11.json", "-m", "不对")
    county.run("accept", TOWN.code, "11.json")
    assert county.roles(TOWN) == ["stands", "worse"]
    county.run("reject", TOWN.code, "11.json", "-m", "还是不对")
    assert county.roles(TOWN) == ["rejected", "stands"]


def test_what_cannot_be_read_is_not_accepted(county: County) -> None:
    rounds(county, [BROKEN])
    assert "读不出来，不能采用" in county.run("accept", TOWN.code, fails=2)
    assert "报送的没有一份可以采用" in county.run("waive", TOWN.code, "unreadable", "算了", fails=2)


def test_a_decision_names_its_file_by_path_name_or_the_beginning_of_its_hash(county: County) -> None:
    rounds(county, [WRONG], [WRONG_TOO])
    first = county.status()["units"][0]["returns"][0]["sha256"]
    for said in ("回收/11.json", "11.json", ".\\回收\\11.json", first[:8], first[:8].upper()):
        assert "采用“11.json”" in county.run("accept", TOWN.code, said)
    assert "没有“11.jsom”，是不是“11.json”？" in county.run("accept", TOWN.code, "11.jsom", fails=2)
    assert "还没有报送" in county.run("accept", OTHER.code, fails=2)
    assert "名册里没有" in county.run("accept", "999", fails=2)


def test_all_decisions_are_listed_also_those_that_were_taken_back(county: County) -> None:
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
    assert [(each["id"], each["kind"], each["target"]) for each in listed] == [(1, "reject", None), (2, "undo", 1)]


# ---------------------------------------------------------------- explanations and waivers


def explains(county: County, name: str, text: str, **figures: Any) -> None:
    """Let the unit send a return with an explanation in it."""
    report = msgspec.structs.replace(world.answer(TOWN, **figures), explanations={"stock": text})
    county.says(report, f"{name}.json")
    county.run("collect")


def answers(county: County) -> list[tuple[str, str | None, str | None]]:
    """Return the queries of the unit, each with its answer and with one that has lapsed."""
    detail = json.loads(county.run("status", TOWN.code, "--json"))
    return [(each["id"], each["answer"], each["lapsed"]) for each in detail["findings"] if each["severity"] == "query"]


def test_a_query_is_answered_by_the_unit_in_its_return(county: County) -> None:
    explains(county, "1", "清理后重新统计。", **ASKED)
    assert county.state(TOWN) == "done"
    assert answers(county) == [(STOCK, "清理后重新统计。", None)]
    assert "单位说明：清理后重新统计。" in county.run("status", TOWN.code)


def test_a_query_is_answered_by_the_unit_in_the_workbook(county: County) -> None:
    filled = county.filled(TOWN, **ASKED)
    county.sent(TOWN, msgspec.structs.replace(filled, explanations={"stock": "清理后重新统计。"}))
    county.run("collect")
    assert answers(county) == [(STOCK, "清理后重新统计。", None)]


def test_what_a_unit_explained_once_holds_in_later_returns_while_the_figures_are_the_same(county: County) -> None:
    explains(county, "1", "清理后重新统计。", **ASKED)
    county.writes(TOWN, "2.json", **ASKED, **RIGHT_TOO)
    county.run("collect")
    assert county.state(TOWN) == "done"
    assert answers(county) == [(STOCK, "清理后重新统计。", None)]


def test_an_explanation_lapses_with_the_figures_and_holds_again_when_they_return(county: County) -> None:
    explains(county, "1", "清理后重新统计。", **ASKED)
    county.run("reject", TOWN.code, "1.json", "-m", "要看新的")
    explains(county, "2", "清理后重新统计。", disclosure__normative__in_force=8)
    assert answers(county) == [(STOCK, None, "清理后重新统计。")]
    assert "原来的说明“清理后重新统计。”" in county.run("status", TOWN.code)
    county.writes(TOWN, "3.json", **ASKED, **RIGHT_TOO)
    county.run("collect")
    assert answers(county) == [(STOCK, "清理后重新统计。", None)]
    assert county.state(TOWN) == "done"


def test_a_text_that_is_left_standing_after_it_was_asked_again_is_an_answer(county: County) -> None:
    explains(county, "1", "清理后重新统计。", **ASKED)
    county.run("reject", TOWN.code, "1.json", "-m", "要看新的")
    explains(county, "2", "清理后重新统计。", disclosure__normative__in_force=8)
    assert county.state(TOWN) == "asked"
    explains(county, "3", "清理后重新统计。", disclosure__normative__in_force=8, **RIGHT_TOO)
    assert county.state(TOWN) == "done"


def test_the_officer_explains_in_the_units_stead_as_long_as_the_figures_stay(county: County) -> None:
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


def test_an_error_is_waived_by_name_and_shown_wherever_the_figures_go(county: County) -> None:
    rounds(county, [WRONG])
    assert "是“必须改正”，请用 gouji waive 放行" in county.run(
        "explain", TOWN.code, "requests.balance", "不改", fails=2
    )
    county.run("waive", TOWN.code, "requests.balance", "系统里就是这样")
    assert county.state(TOWN) == "done"
    assert "已放行：系统里就是这样" in county.run("status", TOWN.code)
    assert "已放行 1 处" in county.run("status", "--all")
    said = county.run("report", "--all")
    assert "请注意：第1镇人民政府的报告里有放行的错误" in said
    county.writes(TOWN, "2.json", **WRONG_TOO)
    county.run("collect")
    county.run("accept", TOWN.code, "2.json")
    assert county.state(TOWN) == "wrong"


def test_a_rule_that_is_not_there_is_told_with_those_that_are(county: County) -> None:
    rounds(county, [ASKED])
    assert f"没有 stok 这一条，有的是：{STOCK}。" in county.run("explain", TOWN.code, "stok", "不改", fails=2)
    assert "没有 requests.balanse 这一条。是不是 requests.balance？" in county.run(
        "waive", TOWN.code, "requests.balanse", "不改", fails=2
    )
    assert "是“请核实并说明”，请用 gouji explain 说明" in county.run("waive", TOWN.code, "stock", "不改", fails=2)
    assert "请写明理由" in county.run("explain", TOWN.code, "stock", " ", fails=2)
    assert "还没有报送" in county.run("explain", OTHER.code, "stock", "不改", fails=2)


def test_decisions_survive_that_everything_is_collected_anew(county: County) -> None:
    rounds(county, [WRONG], [ASKED])
    county.run("explain", TOWN.code, STOCK, "已核实。")
    county.run("accept", TOWN.code, "21.json", "-m", "对的")
    before = county.status()
    county.enrol([msgspec.structs.replace(TOWN, phone="1"), *TOWNS[1:]])
    assert "核对了 2 个" in county.run("collect"), "another roster has everything checked anew"
    assert county.status() == before
