"""The sample report of a township, which has no findings, with other texts or figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from gouji.checks import check
from gouji.findings.finding import Finding
from gouji.form.values import Number
from gouji.report.model import Report, Unit, from_json, make_report

SAMPLES = Path(__file__).parents[2] / "samples"


@cache
def sample() -> Report:
    return from_json((SAMPLES / "qingxi-2025.json").read_bytes())


def with_text(
    *paragraphs: str,
    topic: str = "overview.requests",
    texts: Mapping[str, Sequence[str]] | None = None,
    unit: Unit | None = None,
    year: int | None = 2025,
    edition: str = "2021",
    figures: Mapping[str, Number | None] | None = None,
) -> Report:
    """Return the sample with other paragraphs in one topic; ``texts``, if given, replaces all other topics."""
    base = sample()
    others = {key: value for key, value in base.texts.items() if key != topic} if texts is None else texts
    form_figures = {} if edition != base.edition else {**base.figures, **(figures or {})}
    return make_report(
        edition=edition,
        year=year,
        unit=unit or base.unit,
        figures=form_figures or (figures or {}),
        texts={**others, topic: paragraphs},
    )


def findings_of(rule: str, report: Report, previous: Report | None = None, others: Sequence[str] = ()) -> list[Finding]:
    """Return the findings of one rule or of a family: ``wording`` gives those of ``wording.year`` as well."""
    findings = check(report, previous, others=others)
    return [finding for finding in findings if finding.rule == rule or finding.rule.startswith(f"{rule}.")]
