"""What an inspector may set, in a TOML file with Chinese keys: the year, the day, points, severities, thresholds."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from gouji.checks.settings import AS_SHIPPED, Chosen, RuleSettings
from gouji.findings.finding import Finding
from gouji.findings.rules import RULES, SEVERITY_WORDS, rule_book
from gouji.runtime.decoding import notepad_text, toml_table
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.spelling import closest, meant

YEAR, DUE, POINTS, SEVERITIES, THRESHOLDS = "年度", "发布截止日期", "扣分", "程度", "界限"
KEYS = (YEAR, DUE, POINTS, SEVERITIES, THRESHOLDS)

_BARE_KEY = re.compile(r"^(\s*\[?\s*)([^\s=\"'#\[\]]*[一-鿿][^\s=\"'#\[\]]*)(\s*(?:\]|=))", re.MULTILINE)
"""A Chinese key without quotes, which TOML would refuse."""
_SEVERITIES: dict[str, Chosen] = {word: key for key, word in SEVERITY_WORDS.items()} | {"关闭": "off"}


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

    Raises GoujiError that names every key or line that is wrong, and what to write, one sentence a line.
    """
    text = notepad_text(open_file(path).data, "replace")
    return _Written(toml_table(_BARE_KEY.sub(r'\1"\2"\3', text), path.name), path.name).settings()


class _Written:
    """What stands in a file of settings, and what is wrong with it."""

    def __init__(self, tables: Mapping[str, Any], file: str) -> None:
        self._tables, self._file = tables, file
        self._wrong: list[str] = []

    def settings(self) -> InspectionSettings:
        """Return the settings; all mistakes are told at once."""
        for key in self._tables:
            self._refuse(key, KEYS, "里没有“{}”这一项")
        settings = InspectionSettings(
            year=self._year(), due=self._day(), points=dict(self._points()), rules=self._rules()
        )
        if self._wrong:
            raise GoujiError("\n".join(self._wrong))
        return settings

    def _say(self, sentence: str) -> None:
        self._wrong.append(f"“{self._file}”{sentence}")

    def _refuse(self, key: str, known: Collection[str], sentence: str) -> bool:
        """Say that a key is unknown, and which one was probably meant; return whether it is."""
        if key not in known:
            self._say(sentence.format(key) + meant(closest(key, list(known))))
        return key not in known

    def _year(self) -> int | None:
        value = self._tables.get(YEAR)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9998):
            return value
        self._say(f"的 {YEAR} 应当是四位数的年份，不加引号。")
        return None

    def _day(self) -> datetime.date | None:
        value = self._tables.get(DUE)
        if value is None or (isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)):
            return value
        self._say(f"的 {DUE} 应当是日期，写成 年-月-日，月、日各两位，不加引号。")
        return None

    def _points(self) -> Iterator[tuple[str, Decimal]]:
        """Yield what each rule, heading or severity costs, always as a number that is not positive."""
        known = (*RULES, *(rule.finds for rule in RULES.values()), *rule_book().families, *SEVERITY_WORDS.values())
        for key, value in self._entries(POINTS):
            if self._refuse(key, known, f"的 [{POINTS}] 里没有“{{}}”这条规则"):
                continue
            if isinstance(value, bool) or not isinstance(value, int | float):
                self._say(f"的 [{POINTS}]：“{key}”应当是扣的分数，如 -0.5。")
            else:
                yield key, -abs(Decimal(str(value)))

    def _rules(self) -> RuleSettings:
        severities: dict[str, Chosen] = {}
        thresholds: dict[str, float] = {}
        for rule, word in self._entries(SEVERITIES):
            if word not in _SEVERITIES:
                self._say(f"的 [{SEVERITIES}]：“{rule}”只能写 {'、'.join(_SEVERITIES)}。")
            elif self._is_right(SEVERITIES, severities={rule: _SEVERITIES[word]}):
                severities[rule] = _SEVERITIES[word]
        for name, value in self._entries(THRESHOLDS):
            if isinstance(value, bool) or not isinstance(value, int | float):
                self._say(f"的 [{THRESHOLDS}]：“{name}”应当是一个数。")
            elif self._is_right(THRESHOLDS, thresholds={name: value}):
                thresholds[name] = value
        return RuleSettings(severities, thresholds)

    def _is_right(self, table: str, **one: Any) -> bool:
        try:
            RuleSettings(**one)
        except GoujiError as error:
            self._say(f"的 [{table}] 写得不对：{error}")
            return False
        return True

    def _entries(self, name: str) -> Iterator[tuple[str, Any]]:
        table = self._tables.get(name, {})
        if isinstance(table, dict):
            yield from _flat(table)
        else:
            self._say(f"的 {name} 要写成单独一行 [{name}]，下面一行一项。")


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the entries of a table: the id of a rule without quotes is tables within tables to TOML."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value
