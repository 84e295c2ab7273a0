"""Measure the precision and recall of the rules about texts on labelled narratives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sample_texts import sample

from gouji.checks import check
from gouji.report.model import Report, Unit, make_report

SHIPPED = Path(__file__).parent / "narratives.txt"
HELD_OUT = tuple(Path(__file__).with_name(f"held_out{number}.txt") for number in ("", "_2", "_3", "_4"))
"""Written, labelled and committed before the rules were first tried on them."""
FAMILIES = ("narrative", "wording", "copied")
_TOPICS = {
    "前": "preamble",
    "一": "overview.general",
    "二": "notes.disclosure",
    "三": "notes.requests",
    "四": "notes.disputes",
    "五": "problems.general",
    "六": "matters.other",
}


@dataclass
class Narrative:
    """The texts of a report, and the rules that they break."""

    unit: Unit
    line: int
    expected: set[str] = field(default_factory=set)
    texts: dict[str, list[str]] = field(default_factory=dict)
    last_year: dict[str, list[str]] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)


@dataclass
class Score:
    """The findings of a family of rules, counted once per narrative and rule."""

    right: int = 0
    too_much: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of the findings that are right."""
        return self.right / ((self.right + self.too_much) or 1)

    @property
    def recall(self) -> float:
        """The share of the labelled mistakes that are found."""
        return self.right / ((self.right + self.missed) or 1)


@dataclass
class Result:
    """The scores of the families, and a line for each wrong or missed finding."""

    scores: dict[str, Score]
    wrong: list[str] = field(default_factory=list)


def narratives(path: Path) -> list[Narrative]:
    """Read a set of narratives."""
    several: list[Narrative] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        mark, _, rest = line.partition(" ")
        if mark == "#":
            name, _, level = rest.rpartition(" ")
            several.append(Narrative(Unit(name, "", level), number))
        elif mark == "!":
            several[-1].expected.add(rest)
        elif mark == "数":
            several[-1].empty.add(rest.removesuffix("=0"))
        elif mark:
            texts = several[-1].last_year if mark[0] == "去" else several[-1].texts
            texts.setdefault(_TOPICS[mark[-1]], []).append(rest)
    return several


def measured(several: Sequence[Narrative]) -> Result:
    """Check every narrative, with the units of the others as the other units, and count the findings."""
    names = sorted({narrative.unit.name for narrative in several})
    result = Result({family: Score() for family in FAMILIES})
    for narrative in several:
        others = [name for name in names if name != narrative.unit.name]
        previous = _report(narrative, 2024) if narrative.last_year else None
        rules = {finding.rule for finding in check(_report(narrative, 2025), previous, others=others)}
        found = {rule for rule in rules if rule.startswith(FAMILIES)}
        _count(result, narrative, found)
    return result


def _count(result: Result, narrative: Narrative, found: set[str]) -> None:
    for rule in found | narrative.expected:
        score = result.scores[rule.partition(".")[0]]
        if rule in found & narrative.expected:
            score.right += 1
            continue
        score.too_much += rule in found
        score.missed += rule not in found
        result.wrong.append(f"line {narrative.line}: {rule} {'too much' if rule in found else 'missed'}")


def _report(narrative: Narrative, year: int) -> Report:
    base = sample()
    figures = {ref: 0 if ref.partition(".")[0] in narrative.empty else value for ref, value in base.figures.items()}
    texts: Mapping[str, Iterable[str]] = narrative.texts if year == base.year else narrative.last_year
    return make_report(edition=base.edition, year=year, unit=narrative.unit, figures=figures, texts=texts)
