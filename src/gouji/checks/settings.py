"""What an office may change in the rules: their severities and their thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from gouji.findings.finding import Finding
from gouji.findings.rules import LIMITS, RULES, Severity
from gouji.runtime.decoding import refuse_unknown
from gouji.runtime.errors import GoujiError

Chosen = Severity | Literal["off"]

_CHOICES = ("error", "query", "note", "off")
_EMPTY: Mapping[str, float] = {}


_RETIRED = ("evidence.saved",)
"""Rules of before that the settings of an office may still name."""


class MustState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that a higher office demands to be written in a section of the report."""

    section: str
    """The key of the section."""
    source: str
    """The document that demands it, for people to read."""
    figure: str = ""
    """The Ref of a cell whose figure must be written there."""
    words: tuple[str, ...] = ()
    """Words of which at least one must stand there."""
    levels: tuple[str, ...] = ()
    """The levels of the units that it is demanded of; empty for all."""

    def __post_init__(self) -> None:
        """Refuse a demand for nothing, or for a figure and words at once."""
        if bool(self.figure) == bool(self.words):
            raise GoujiError("要写 figure（一个数）或者 words（几个词），只写其中一项。")


class RuleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The choices of an office. A rule or threshold that it does not name stays as ``rules.toml`` has it.

    Raises GoujiError for a rule or threshold that does not exist, suggesting the one that was probably meant. A rule
    of severity ``error`` cannot be lowered either: the form itself demands it.
    """

    severities: Mapping[str, Chosen] = {}
    thresholds: Mapping[str, float] = {}
    must_state: tuple[MustState, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names and values that would silently have no effect."""
        refuse_unknown(self.severities, (*RULES, *_RETIRED), lambda rule: f"没有“{rule}”这个规则")
        refuse_unknown(self.thresholds, LIMITS, lambda name: f"没有“{name}”这个界限")
        for rule, chosen in self.severities.items():
            if chosen not in _CHOICES:
                raise GoujiError(f"规则“{rule}”只能设为 {'、'.join(_CHOICES)}，不能设为“{chosen}”。")
            if rule not in _RETIRED and RULES[rule].severity == "error" and chosen != "error":
                raise GoujiError(f"规则“{rule}”（{RULES[rule].finds}）是必须改正的，不能改为提示或者关闭。")
        for name, value in self.thresholds.items():
            if value < 0:
                raise GoujiError(f"界限“{name}”不能是负数。")

    def threshold(self, name: str) -> float:
        """Return the value from which on a rule reports a finding."""
        return self.thresholds.get(name, LIMITS[name])

    def is_on(self, rule: str) -> bool:
        """Tell whether the office has left a rule on."""
        return self.severities.get(rule) != "off"

    def applied(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings with the severities that the office chose, without those of rules that are off."""
        if not self.severities:
            return list(findings)
        return [
            finding
            if finding.rule not in self.severities
            else msgspec.structs.replace(finding, severity=self.severities[finding.rule])
            for finding in findings
            if self.is_on(finding.rule)
        ]


AS_SHIPPED = RuleSettings()
