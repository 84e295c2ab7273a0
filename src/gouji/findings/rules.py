"""The rules as data: what each finds, how grave it is, what it says. They stand in ``rules.toml``.

The file is read at the first use of a rule. A mistake in it is then rejected with an error that names the rule.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import chain
from string import Formatter
from typing import Any, Literal, TypeVar

import msgspec

from gouji.runtime.errors import EditionError

Value = TypeVar("Value")

Severity = Literal["error", "query", "note"]
"""An ``error`` must be corrected, a ``query`` must be checked and explained, a ``note`` is only for information."""

SEVERITY_WORDS: dict[Severity, str] = {"error": "必须改正", "query": "请核实并说明", "note": "提示"}

FileVerdict = Literal["pass", "query", "fail", "unreadable"]
VERDICT_WORDS: dict[FileVerdict, str] = {"pass": "通过", "query": "请核实", "fail": "不通过", "unreadable": "读不出来"}

SUBJECTS: dict[str, str] = {
    "totals": "表内总计与分项相加不同",
    "stock": "年末有效的件数与上年报告不衔接",
    "changes": "数字与上年相比变化很大或者完全相同",
    "narrative": "文字里的数字与表格不同",
    "wording": "文字中的年份、单位名称、应写内容",
    "likeness": "文字与上年或者其他单位雷同",
    "others": "其他需要说明的情况",
}
"""The subjects of queries. The workbook has one cell for an explanation of each, including those that no rule uses
yet, so that a new rule does not change a form that has already been sent out."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as written in ``rules.toml``; the head of that file explains the fields."""

    id: str
    severity: Severity
    finds: str
    message: str
    """A format string, filled with values from the check."""
    subject: str = ""
    clause: str = ""
    example: Mapping[str, str] = {}
    limits: Mapping[str, float] = {}
    waivable: bool = True
    office_only: bool = False
    """Whether only the office can settle it: what the unit writes in the same file settles nothing."""
    unit_corrects: bool = False
    """Of a rule that the office settles: whether the unit can act on it as well, so that it is told."""
    formerly: tuple[str, ...] = ()
    variants: Mapping[str, str] = {}
    several: Mapping[str, str] = {}
    """What is said once of many findings with one cause, by the variant of their message; "message" is the message."""
    piece: str = "{cell}"
    """What each of them adds to that sentence."""
    brief: str = ""
    """What lists say in a few words about the ``count`` of its findings; the file says it once for many rules."""

    @property
    def for_office(self) -> bool:
        """Whether it is a question to the office alone, with which a unit can do nothing."""
        return self.office_only and not self.unit_corrects

    @property
    def wordings(self) -> tuple[str, ...]:
        """All messages of the rule: the current ones and the former ones."""
        return (self.message, *self.variants.values(), *self.formerly)


class RuleBook(msgspec.Struct, frozen=True):
    """The content of ``rules.toml``."""

    families: Mapping[str, tuple[str, ...]]
    """The headings under which rules are shown, each with the beginnings of its rules' ids."""
    values: Mapping[str, str]
    """The example values that messages show if their rule has no example of its own."""
    causes: Mapping[str, str]
    """Format strings for the probable cause of a broken relation."""
    unseen: Mapping[str, str]
    """Format strings for the reason why a stored number differs from the number that is shown."""
    rules: Mapping[str, Rule]
    limits: Mapping[str, float]
    """The values from which rules report something, by the names under which an office can change them."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    families: dict[str, tuple[str, ...]]
    values: dict[str, str]
    causes: dict[str, str]
    unseen: dict[str, str]
    rules: dict[str, dict[str, Any]]
    briefs: dict[str, tuple[str, ...]]
    office_only: tuple[str, ...] = ()


@cache
def rule_book() -> RuleBook:
    """Return the content of ``rules.toml``; the file is read once."""
    return parse_rules(resources.files("gouji.findings").joinpath("rules.toml").read_text(encoding="utf-8"))


class _ReadWhenAsked(Mapping[str, Value]):
    """A read-only mapping from ``rules.toml`` that reads the file at its first use, as many commands need no rule."""

    def __init__(self, entries: Callable[[], Mapping[str, Value]]) -> None:
        self._entries = entries

    def __getitem__(self, name: str) -> Value:
        return self._entries()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries())

    def __len__(self) -> int:
        return len(self._entries())


RULES: Mapping[str, Rule] = _ReadWhenAsked(lambda: rule_book().rules)
"""Every rule by its id; checks can report no other rules."""

LIMITS: Mapping[str, float] = _ReadWhenAsked(lambda: rule_book().limits)
"""The shipped values from which rules report something."""


def likely_cause(name: str, /, **values: object) -> str:
    """Return the sentence about a likely cause, filled with values."""
    return rule_book().causes[name].format(**values)


def why_unseen(name: str, /, **values: object) -> str:
    """Return the sentence why a stored number differs from the number that is shown, filled with values."""
    return rule_book().unseen[name].format(**values)


def in_few_words(rules: Iterable[str]) -> str:
    """Return in a few words what is wrong, given the rule of each finding: 勾稽不符 2 处，漏填 3 格."""
    counted = Counter(RULES[rule].brief for rule in rules)
    return "，".join(brief.format(count=count) for brief, count in counted.items())


# ---------------------------------------------------------------- reading the file


def parse_rules(text: str) -> RuleBook:
    """Return the content of a rules file.

    Raises EditionError, naming the rule, for an unknown key, severity or subject, a rule that is defined twice, or a
    value in a message without an example.
    """
    try:
        # The decoder itself rejects a rule that is defined twice, with its name and line.
        file = msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise EditionError(f"rules.toml: {error}") from None
    rules = {id: _rule(id, _settled(id, record, file), file.values) for id, record in file.rules.items()}
    beginnings = tuple(chain.from_iterable(file.families.values()))
    for id in rules:
        if not id.startswith(beginnings):
            raise EditionError(f"rules.toml: {id}: no heading in families for a rule of this name")
    for table, sentences in (("causes", file.causes), ("unseen", file.unseen)):
        for name, sentence in sentences.items():
            placeholders(sentence, f"{table}.{name}")
    return RuleBook(file.families, file.values, file.causes, file.unseen, rules, _limits(rules.values()))


def placeholders(message: str, place: str) -> set[str]:
    """Return the names of the values that a message quotes; ``place`` is its place in the file.

    Raises EditionError if its braces hold anything but plain names.
    """
    try:
        fields = [field for field in Formatter().parse(message) if field[1] is not None]
    except ValueError as error:
        raise EditionError(f"rules.toml: {place}: `{message}`: {error}") from None
    for _, name, form, conversion in fields:
        if not str(name).isidentifier() or form or conversion:
            raise EditionError(f"rules.toml: {place}: `{message}`: `{{{name}}}` is not a plain name")
    return {str(name) for _, name, _, _ in fields}


def _settled(id: str, record: Mapping[str, Any], file: _File) -> Mapping[str, Any]:
    """Return a record of a rule, with what the file says about many rules at once: who settles it, and its brief."""
    settled = {"office_only": True} if id.startswith(file.office_only) else {}
    return {"brief": _brief_of(id, file.briefs), **record, **settled}


def _brief_of(id: str, briefs: Mapping[str, tuple[str, ...]]) -> str:
    """Return the brief with the longest beginning of a rule's id."""
    fitting = [
        (len(beginning), brief)
        for brief, beginnings in briefs.items()
        for beginning in beginnings
        if id.startswith(beginning)
    ]
    if not fitting:
        raise EditionError(f"rules.toml: {id}: no words in briefs for a rule of this name")
    return max(fitting)[1]


def _rule(id: str, record: Mapping[str, Any], values: Mapping[str, str]) -> Rule:
    try:
        rule = msgspec.convert({**record, "id": id}, Rule)
    except msgspec.ValidationError as error:
        raise EditionError(f"rules.toml: {id}: {error}") from None
    if rule.subject and rule.subject not in SUBJECTS:
        raise EditionError(f"rules.toml: {id}: no subject `{rule.subject}`; there are {', '.join(SUBJECTS)}")
    if (rule.severity == "query") != bool(rule.subject):
        raise EditionError(f"rules.toml: {id}: a query, and only a query, names a subject")
    quoted = placeholders(rule.message, id)
    for name in quoted - rule.example.keys() - values.keys():
        raise EditionError(f"rules.toml: {id}: no example for the value `{name}` of the message")
    for name in rule.example.keys() - quoted:
        raise EditionError(f"rules.toml: {id}: an example for `{name}`, which the message does not quote")
    for message in (*rule.formerly, *rule.variants.values(), *rule.several.values(), rule.piece):
        placeholders(message, id)
    if placeholders(rule.brief, id) - {"count"}:
        raise EditionError(f"rules.toml: {id}: the brief `{rule.brief}` quotes something else than `{{count}}`")
    for name in rule.several.keys() - rule.variants.keys() - {"message"}:
        raise EditionError(f"rules.toml: {id}: several for `{name}`, which is no variant")
    return rule


def _limits(rules: Iterable[Rule]) -> dict[str, float]:
    limits: dict[str, float] = {}
    for rule in rules:
        for name, value in rule.limits.items():
            if limits.setdefault(name, value) != value:
                raise EditionError(f"rules.toml: {rule.id}: another number for the limit `{name}` than a rule before")
    return limits
