"""Texts that units of a round share: each section of every return that stands, against all others."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.checks.copied_text import Pair, alike, section_of, sections
from gouji.collection.review.in_force import progress_of
from gouji.collection.workspace.folder import Workspace
from gouji.report.model import from_json


def copied_texts_in(workspace: Workspace) -> list[Pair]:
    """Return the pairs of units with a section that is the same to a good part, by section, the largest share first.

    Whether one has copied, and who, is for the office to judge: so they are shown, and are no findings on a return.
    Raises GoujiError where the roster, the settings or the ledger cannot be read.
    """
    texts: dict[str, dict[str, tuple[str, ...]]] = {section: {} for section in sections()}
    with workspace.ledger() as ledger:
        for unit in progress_of(ledger, workspace.roster).units:
            data = ledger.report(unit.in_force.sha256) if unit.in_force else None
            if data is None:
                continue
            report = from_json(data)
            for section, said in texts.items():
                said[unit.member.name] = section_of(report, section)
    rules = workspace.settings.rules
    return [pair for section, said in texts.items() for pair in alike(said, section, rules)]


def pair_lines(pair: Pair, heading: str, shown: int) -> Iterator[str]:
    """Yield a pair for the screen, with some of the sentences side by side."""
    yield f"“{heading}”：{pair.one} 有 {pair.share:.0f}% 与 {pair.other} 相同（{len(pair.sentences)} 句）"
    for mine, theirs in pair.sentences[:shown]:
        yield f"    {pair.one}：{mine}"
        if theirs != mine:
            yield f"    {pair.other}：{theirs}"
    if len(pair.sentences) > shown:
        yield f"    还有 {len(pair.sentences) - shown} 句。"
