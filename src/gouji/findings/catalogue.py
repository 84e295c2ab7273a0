"""The catalogue of rules as people read it: what each finds, under which clause, and what it says."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gouji.findings.rules import RULES, SEVERITY_WORDS, SUBJECTS, Rule, Severity, placeholders, rule_book
from gouji.form.editions import editions, load_form


class Entry(msgspec.Struct, frozen=True):
    """A rule as the catalogue shows it."""

    id: str
    severity: Severity
    clause: str
    finds: str
    example: str
    """The message that it gives for an invented report."""
    family: str
    subject: str = ""
    """The heading in the workbook under which a unit explains it."""
    thresholds: dict[str, float] = {}
    """The values from which the rule reports something; an office may change them."""


def entries() -> list[Entry]:
    """Return every rule, in the order of the catalogue."""
    clauses = dict(_of_the_editions())
    return [
        Entry(
            id=rule.id,
            severity=rule.severity,
            clause=clauses.get(rule.id, rule.clause),
            finds=rule.finds,
            example=_example(rule),
            family=_family(rule.id),
            subject=SUBJECTS.get(rule.subject, ""),
            thresholds=dict(rule.limits),
        )
        for rule in RULES.values()
    ]


def _of_the_editions() -> Iterator[tuple[str, str]]:
    """Yield the ids and clauses of the rules that the editions define; the newest edition comes last and wins."""
    for edition in reversed(editions()):
        form = load_form(edition)
        for family in (*form.relation_families, *form.continuity_families, *form.level_limits, form.fee):
            if family is not None:
                yield family.id, family.clause


def _example(rule: Rule) -> str:
    values = {**rule_book().values, **rule.example}
    return rule.message.format(**{name: values[name] for name in placeholders(rule.message, rule.id)})


def _family(rule: str) -> str:
    return next(name for name, beginnings in rule_book().families.items() if rule.startswith(beginnings))


def as_lines() -> Iterator[str]:
    """Yield the lines of the catalogue for the terminal."""
    for family in rule_book().families:
        yield f"{family}"
        for entry in (entry for entry in entries() if entry.family == family):
            clause = f"（{entry.clause}）" if entry.clause else ""
            yield f"  {entry.id}  [{SEVERITY_WORDS[entry.severity]}] {entry.finds}{clause}"
            yield f"      例：{entry.example}"
            if entry.thresholds:
                yield f"      界限：{_limits(entry)}"


def as_markdown() -> str:
    """Return the catalogue as the Markdown page ``docs/rules.md``."""
    lines = [_HEAD]
    for family in rule_book().families:
        lines += [
            f"## {family}",
            "",
            "| 规则 | 程度 | 查什么 | 依据 | 说的话（例） |",
            "| --- | --- | --- | --- | --- |",
        ]
        for entry in (entry for entry in entries() if entry.family == family):
            finds = entry.finds + (f"（{_limits(entry)}）" if entry.thresholds else "")
            cells = (f"`{entry.id}`", SEVERITY_WORDS[entry.severity], finds, entry.clause, entry.example)
            lines.append("| " + " | ".join(cell.replace("|", "｜") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def _limits(entry: Entry) -> str:
    return "，".join(f"{name}＝{value:g}" for name, value in entry.thresholds.items())


_HEAD = """\
# 核对规则

本页由 `python tools/regenerate.py` 生成，`gouji rules` 显示的内容与此相同。

“必须改正”的，报告不通过；“请核实并说明”的，改正，或者在填报表“校验”页写明原因；“提示”只说一次。
例子里的单位和数字都是虚构的。“＝”前面是界限的名称，主管部门可以在自己的设置里修改界限，
把“请核实并说明”和“提示”的规则改为 `error`、`query`、`note` 或者 `off`。
"""
