"""What a check gets: the report, its evaluated calculations, and what the report is compared with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from gouji.checks.prose import Prose
from gouji.checks.settings import AS_SHIPPED, RuleSettings
from gouji.form.values import Cells
from gouji.report.model import Report


@dataclass(frozen=True)
class Context:
    """One report with everything that a check may ask about it, whatever file format it came from."""

    report: Report
    values: Cells
    """The cells of the report, last year's as ``previous.<ref>``, and the calculations of the form."""
    previous: Report | None = None
    """Last year's report, where it is known."""
    others: Collection[str] = ()
    """The full names and the short names of the units of the collection."""
    called: Collection[str] = ()
    """The short names that the collection gives to this unit."""
    settings: RuleSettings = AS_SHIPPED

    @cached_property
    def prose(self) -> Prose:
        """The texts as paragraphs and sentences, split once for all checks."""
        return Prose(self.report)
