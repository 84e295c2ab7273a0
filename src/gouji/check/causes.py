"""First the cause, then its echoes: one wrong cell that breaks a row, a column and an identity is told as one thing."""

from __future__ import annotations

from gouji.finding import Finding
from gouji.relation import Cells
from gouji.report import Report


def told_once(report: Report, values: Cells, findings: list[Finding]) -> list[Finding]:
    """Mark the findings that are echoes of others, and say of each cause what is probably wrong."""
    return findings
