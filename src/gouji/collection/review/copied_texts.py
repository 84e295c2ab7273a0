"""Copied texts: each section of every submission in force, compared with those of all other units."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.checks.copied_text import Pair, section_of, sections, similar_pairs
from gouji.collection.review.in_force import progress_of
from gouji.collection.workspace.folder import Workspace
from gouji.report.model import from_json


def copied_texts_in(workspace: Workspace) -> list[Pair]:
    """Return the pairs of units that share much of a section, by section, the largest share first.

    The office has to judge whether one unit has copied from the other: so pairs are shown, and are not findings.
    Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    texts: dict[str, dict[str, tuple[str, ...]]] = {section: {} for section in sections()}
    with workspace.ledger() as ledger:
        for unit in progress_of(ledger, workspace.roster).units:
            data = ledger.report(unit.in_force.sha256) if unit.in_force else None
            if data is None:
                continue
            report = from_json(data, forms=workspace.settings.forms)
            for section, by_unit in texts.items():
                by_unit[unit.member.name] = section_of(report, section)
    rules = workspace.settings.rules
    return [pair for section, by_unit in texts.items() for pair in similar_pairs(by_unit, section, rules)]


def pair_lines(pair: Pair, heading: str, shown: int) -> Iterator[str]:
    """Yield a pair for the screen, with some of the sentences side by side."""
    yield f"“{heading}”：{pair.one} 有 {pair.share:.0f}% 与 {pair.other} 相同（{len(pair.sentences)} 句）"
    for mine, theirs in pair.sentences[:shown]:
        yield f"    {pair.one}：{mine}"
        if theirs != mine:
            yield f"    {pair.other}：{theirs}"
    if len(pair.sentences) > shown:
        yield f"    还有 {len(pair.sentences) - shown} 句。"
