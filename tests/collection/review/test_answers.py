"""What settles a finding: explanations that say something, and decisions on what the officer saw."""

from __future__ import annotations

import json
from typing import Any

import county as world
import msgspec
import pytest
import reports
from county import TOWNS, County

from gouji.findings.rules import RULES
from gouji.formats.workbook.writer import workbook_bytes

TOWN, OTHER = TOWNS[0], TOWNS[1]
ASKED = {"disclosure__normative__in_force": 7}


def explains(county: County, name: str, subject: str, text: str, **figures: Any) -> None:
    """Send a submission with an explanation in it."""
    report = msgspec.structs.replace(world.answer(TOWN, **figures), explanations={subject: text})
    county.says(report, f"{name}.json")
    county.run("collect")


def unsigned(county: County, name: str, **figures: Any) -> None:
    """Send a workbook that the office has not issued."""
    report = reports.with_figures(county.filled(TOWN), **figures)
    (county.folder / "回收" / name).write_bytes(workbook_bytes(report))
    county.run("collect")


def open_rules(county: County, file: str) -> list[str]:
    """Accept a file and return the rules with open findings on it."""
    county.run("accept", TOWN.code, file)
    detail = json.loads(county.run("status", TOWN.code, "--json"))
    return [
        finding["rule"]
        for finding in detail["findings"]
        if finding["severity"] != "note" and not finding["echo_of"] and not finding["answer"]
    ]


# ---------------------------------------------------------------- explanations


@pytest.mark.parametrize("text", ["无", "/", "—", "0", "同上", "。", "请核对；因清理等原因不同的，请说明。", "已核实"])
def test_a_filler_in_the_box_settles_nothing_and_is_quoted(county: County, text: str) -> None:
    explains(county, "1", "stock", text, **ASKED)
    assert county.state(TOWN) == "asked"
    assert f"“{text}”没有说明原因" in county.run("status", TOWN.code)


def test_four_characters_that_say_something_settle_a_query(county: County) -> None:
    explains(county, "1", "stock", "机构撤并", **ASKED)
    assert county.state(TOWN) == "done"


def test_a_filler_does_not_take_back_an_explanation_of_before(county: County) -> None:
    explains(county, "1", "stock", "机构撤并", **ASKED)
    explains(county, "2", "stock", "同上", **ASKED, disclosure__licensing__decisions=5)
    assert county.state(TOWN) == "done"


def test_only_the_office_settles_whose_file_it_is_and_where_it_came_from(county: County) -> None:
    assert {rule.id for rule in RULES.values() if rule.office_only} >= {
        rule for rule in RULES if rule.startswith(("roster.", "identity.", "mail.", "round."))
    }
    nameless = world.with_unit(world.answer(TOWN), code="", name="")
    nameless = msgspec.structs.replace(nameless, explanations={"others": "这是我们单位报送的填报表。"})
    county.says(nameless, "第1镇.json")
    county.run("collect")
    assert open_rules(county, "第1镇.json") == ["roster.by_hint"]
    county.run("explain", TOWN.code, "roster.by_hint", "已电话核实。")
    assert open_rules(county, "第1镇.json") == []


def test_the_explanations_of_a_rejected_submission_are_void(county: County) -> None:
    explains(county, "1", "stock", "清理后重新统计。", **ASKED)
    county.run("reject", TOWN.code, "1.json", "-m", "说明不属实")
    county.writes(TOWN, "2.json", **ASKED, disclosure__licensing__decisions=5)
    county.run("collect")
    assert county.state(TOWN) == "asked"
    county.run("undo", 1)
    assert county.state(TOWN) == "done"


def test_the_office_cannot_answer_with_a_dash(county: County) -> None:
    county.writes(TOWN, "1.json", **ASKED)
    county.run("collect")
    assert "“—”不是理由" in county.run("explain", TOWN.code, "stock", "—", fails=2)


# ---------------------------------------------------------------- decisions


def test_a_waiver_of_an_unsigned_file_does_not_cover_the_next_with_other_numbers(county: County) -> None:
    unsigned(county, "1.xlsx")
    county.run("waive", TOWN.code, "identity.unsigned", "单位的电脑坏了，已电话核对。")
    assert county.state(TOWN) == "done"
    unsigned(county, "2.xlsx", disclosure__licensing__decisions=5)
    assert open_rules(county, "2.xlsx") == ["identity.unsigned"]
    assert open_rules(county, "1.xlsx") == []


def test_a_waiver_covers_another_file_of_the_unit_with_the_same_numbers(county: County) -> None:
    unsigned(county, "1.xlsx")
    county.run("waive", TOWN.code, "identity.unsigned", "单位的电脑坏了，已电话核对。")
    report = county.filled(TOWN)
    texts = {**report.texts, "matters.other": ("没有其他需要报告的事项。",)}
    (county.folder / "回收" / "2.xlsx").write_bytes(workbook_bytes(reports.changed(report, texts=texts)))
    county.run("collect")
    assert open_rules(county, "2.xlsx") == []


def test_a_waiver_does_not_cover_the_same_numbers_of_another_unit(county: County) -> None:
    unsigned(county, "1.xlsx")
    county.run("waive", TOWN.code, "identity.unsigned", "已电话核对。")
    (county.folder / "回收" / "3.xlsx").write_bytes(workbook_bytes(county.filled(OTHER)))
    county.run("collect")
    assert "identity.unsigned" in county.findings(OTHER)
    assert county.state(OTHER) == "wrong"


def test_an_explanation_of_a_text_holds_while_the_text_is_the_same(county: County) -> None:
    """What the officer saw is the sentence: other figures elsewhere are no reason to ask again."""
    report = world.answer(TOWN)
    county.says(reports.changed(report, texts={**report.texts, "overview.general": (SENTENCE,)}), "1.json")
    county.run("collect")
    assert "wording.unit" in open_rules(county, "1.json")
    county.run("explain", TOWN.code, "wording.unit", "引用了县财政局的话。")
    more = world.answer(TOWN, disclosure__licensing__decisions=5)
    county.says(reports.changed(more, texts={**report.texts, "overview.general": (SENTENCE,)}), "2.json")
    county.run("collect")
    assert "wording.unit" not in open_rules(county, "2.json")


SENTENCE = "我局全年主动公开信息214条。"


LONG_AGO = "2026-01-10T08:00:00"


def test_a_decision_of_an_older_program_holds_for_the_submission_it_was_made_on_only(county: County) -> None:
    unsigned(county, "1.xlsx")
    county.run("waive", TOWN.code, "identity.unsigned", "已电话核对。")
    with county.ledger() as ledger:
        (submission,) = ledger.submissions(TOWN.code)
        (recorded,) = [one for one in submission.findings if one.finding.rule == "identity.unsigned"]
        # Older programs recorded what the finding says, and no submission.
        with ledger.transaction():
            ledger._db.execute("UPDATE rounds SET started = ?, ended = ?", (LONG_AGO, LONG_AGO))
            ledger._db.execute(
                "UPDATE decisions SET sha256 = '', fingerprint = ?, made = ?", (recorded.former[0], LONG_AGO)
            )
    assert county.state(TOWN) == "done"
    unsigned(county, "2.xlsx", disclosure__licensing__decisions=5)
    assert open_rules(county, "2.xlsx") == ["identity.unsigned"]
    assert open_rules(county, "1.xlsx") == []
