"""What an inspector may set, in a TOML file with Chinese keys: the year, the day, points, severities, thresholds."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from gouji.checks.settings import AS_SHIPPED, RuleSettings
from gouji.findings.finding import Finding
from gouji.findings.rules import RULES, SEVERITY_WORDS, rule_book
from gouji.runtime.decoding import notepad_text, refuse_unknown, toml_table
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file

YEAR, DUE, POINTS, SEVERITIES, THRESHOLDS = "年度", "发布截止日期", "扣分", "程度", "界限"
KEYS = (YEAR, DUE, POINTS, SEVERITIES, THRESHOLDS)

_BARE_KEY = re.compile(r"^(\s*\[?\s*)([^\s=\"'#\[\]]*[一-鿿][^\s=\"'#\[\]]*)(\s*(?:\]|=))", re.MULTILINE)
"""A Chinese key without quotes, which TOML would refuse."""
_SEVERITIES = {word: key for key, word in SEVERITY_WORDS.items()} | {"关闭": "off"}


class InspectionSettings(msgspec.Struct, frozen=True):
    """The settings of an inspection; without a file nothing costs points, and the law says the day."""

    year: int | None = None
    due: datetime.date | None = None
    """The day by which every report has to be published; None for the legal day of each level."""
    points: Mapping[str, Decimal] = {}
    """What a problem costs, by its rule, the heading of its rules, or the word of its severity."""
    rules: RuleSettings = AS_SHIPPED

    def points_of(self, finding: Finding) -> Decimal | None:
        """Return what a problem costs: its rule decides, else the heading of the rule, else its severity."""
        family = next(name for name, begins in rule_book().families.items() if finding.rule.startswith(begins))
        for key in (finding.rule, RULES[finding.rule].finds, family, SEVERITY_WORDS[finding.severity]):
            if key in self.points:
                return self.points[key]
        return None


def read_settings(path: Path) -> InspectionSettings:
    """Read the settings of an inspection.

    Raises GoujiError that names the key or the line that is wrong, and what to write.
    """
    text = notepad_text(open_file(path).data, "replace")
    tables = toml_table(_BARE_KEY.sub(r'\1"\2"\3', text), path.name)
    refuse_unknown(tables, KEYS, lambda key: f"“{path.name}”里没有“{key}”这一项")
    return InspectionSettings(
        year=_year(tables.get(YEAR), path),
        due=_day(tables.get(DUE), path),
        points=dict(_points(tables.get(POINTS, {}), path)),
        rules=_rules(tables, path),
    )


def _year(value: object, path: Path) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9998):
        return value
    raise GoujiError(f"“{path.name}”的 {YEAR} 应当是四位数的年份，不加引号。")


def _day(value: object, path: Path) -> datetime.date | None:
    if value is None or (isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)):
        return value
    raise GoujiError(f"“{path.name}”的 {DUE} 应当是日期，写成 年-月-日，月、日各两位，不加引号。")


def _points(table: object, path: Path) -> Iterator[tuple[str, Decimal]]:
    """Yield what each rule, heading or severity costs, always as a number that is not positive."""
    known = (*RULES, *(rule.finds for rule in RULES.values()), *rule_book().families, *SEVERITY_WORDS.values())
    for key, value in _flat(_table(table, POINTS, path)):
        refuse_unknown([key], known, lambda key: f"“{path.name}”的 [{POINTS}] 里没有“{key}”这条规则")
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise GoujiError(f"“{path.name}”的 [{POINTS}]：“{key}”应当是扣的分数，如 -0.5。")
        yield key, -abs(Decimal(str(value)))


def _rules(tables: Mapping[str, Any], path: Path) -> RuleSettings:
    severities = dict(_flat(_table(tables.get(SEVERITIES, {}), SEVERITIES, path)))
    for rule, word in severities.items():
        if word not in _SEVERITIES:
            raise GoujiError(f"“{path.name}”的 [{SEVERITIES}]：“{rule}”只能写 {'、'.join(_SEVERITIES)}。")
    thresholds = dict(_flat(_table(tables.get(THRESHOLDS, {}), THRESHOLDS, path)))
    for name, value in thresholds.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise GoujiError(f"“{path.name}”的 [{THRESHOLDS}]：“{name}”应当是一个数。")
    try:
        return RuleSettings({rule: _SEVERITIES[word] for rule, word in severities.items()}, thresholds)  # type: ignore[misc]
    except GoujiError as error:
        raise GoujiError(f"“{path.name}”的规则设置写得不对：{error}") from None


def _table(value: object, name: str, path: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise GoujiError(f"“{path.name}”的 {name} 要写成单独一行 [{name}]，下面一行一项。")
    return value


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the entries of a table: the id of a rule without quotes is tables within tables to TOML."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value
