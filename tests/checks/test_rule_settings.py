"""What an office may change in the rules, and what is refused."""

from __future__ import annotations

import msgspec
import pytest
from saying import saying

from gouji.checks import check
from gouji.checks.settings import RuleSettings
from gouji.findings.rules import LIMITS, RULES
from gouji.runtime.errors import GoujiError


@pytest.mark.parametrize(
    "severities, thresholds, said",
    [
        ({"wording.yaer": "off"}, {}, "没有“wording.yaer”这个规则，是不是“wording.year”？"),
        ({"completely.else": "off"}, {}, "没有“completely.else”这个规则。"),
        ({"wording.year": "loud"}, {}, "不能设为“loud”"),
        ({"requests.balance": "note"}, {}, "是必须改正的"),
        ({"carry_over": "off"}, {}, "是必须改正的"),
        ({}, {"jump.ration": 3}, "没有“jump.ration”这个界限，是不是“jump.ratio”？"),
        ({}, {"jump.ratio": -1}, "不能是负数"),
    ],
)
def test_a_choice_that_would_do_nothing_or_harm_is_refused(
    severities: dict[str, str], thresholds: dict[str, float], said: str
) -> None:
    with pytest.raises(GoujiError, match=said):
        RuleSettings(severities=severities, thresholds=thresholds)  # type: ignore[arg-type]


def test_choices_can_be_read_from_a_settings_file() -> None:
    text = '[severities]\n"wording.year" = "error"\n[thresholds]\n"jump.ratio" = 5'
    settings = msgspec.toml.decode(text, type=RuleSettings)
    report = saying("2024年，我镇公开信息12条。")
    assert [f.severity for f in check(report, settings=settings) if f.rule == "wording.year"] == ["error"]
    assert settings.threshold("jump.ratio") == 5
    assert settings.threshold("jump.base") == LIMITS["jump.base"]


def test_every_threshold_belongs_to_a_rule() -> None:
    families = {rule.partition(".")[0] for rule in RULES}
    assert {name.partition(".")[0] for name in LIMITS} <= families


def test_what_is_off_is_gone_and_all_else_stays() -> None:
    report = saying("2024年，我局公开信息12条。")
    everything = {finding.id for finding in check(report)}
    fewer = {finding.id for finding in check(report, settings=RuleSettings(severities={"wording.year": "off"}))}
    assert everything - fewer == {"wording.year:overview:2024"}
