"""What an office may change in the rules, and which choices are refused."""

from __future__ import annotations

import msgspec
import pytest
from sample_texts import with_text

from gouji.checks import check
from gouji.checks.settings import RuleSettings
from gouji.findings.rules import LIMITS, RULES
from gouji.runtime.errors import GoujiError


@pytest.mark.parametrize(
    "severities, thresholds, message",
    [
        ({"wording.yaer": "off"}, {}, "没有“wording.yaer”这个规则，是不是“wording.year”？"),
        ({"completely.else": "off"}, {}, "没有“completely.else”这个规则。"),
        ({"wording.year": "loud"}, {}, "不能设为“loud”"),
        ({"requests.balance": "note"}, {}, "是必须改正的"),
        ({"carry_over": "off"}, {}, "是必须改正的"),
        ({}, {"jump.ration": 3}, "没有“jump.ration”这个界限，是不是“jump.ratio”？"),
        ({}, {"jump.ratio": -1}, "不能是负数"),
    ],
    ids=[
        "misspelt rule",
        "unknown rule",
        "unknown severity",
        "lower an error",
        "turn off an error",
        "misspelt threshold",
        "negative threshold",
    ],
)
def test_a_choice_without_effect_or_that_does_harm_is_refused(
    severities: dict[str, str], thresholds: dict[str, float], message: str
) -> None:
    with pytest.raises(GoujiError, match=message):
        RuleSettings(severities=severities, thresholds=thresholds)  # type: ignore[arg-type]


def test_choices_can_be_read_from_a_settings_file() -> None:
    text = '[severities]\n"wording.year" = "error"\n[thresholds]\n"jump.ratio" = 5'
    settings = msgspec.toml.decode(text, type=RuleSettings)
    report = with_text("2024年，我镇公开信息12条。")
    assert [f.severity for f in check(report, settings=settings) if f.rule == "wording.year"] == ["error"]
    assert settings.threshold("jump.ratio") == 5
    assert settings.threshold("jump.base") == LIMITS["jump.base"]


def test_every_threshold_belongs_to_a_rule() -> None:
    families = {rule.partition(".")[0] for rule in RULES}
    assert {name.partition(".")[0] for name in LIMITS} <= families


def test_a_rule_that_is_off_gives_no_finding_and_the_others_do() -> None:
    report = with_text("2024年，我局公开信息12条。")
    with_all_rules = {finding.id for finding in check(report)}
    without_one = {finding.id for finding in check(report, settings=RuleSettings(severities={"wording.year": "off"}))}
    assert with_all_rules - without_one == {"wording.year:overview:2024"}
