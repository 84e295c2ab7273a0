"""What a check gets: the report, its evaluated calculations, and what the report is compared with."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gouji.checks.prose import Paragraph, Prose, half_width
from gouji.checks.settings import AS_SHIPPED, RuleSettings
from gouji.form.values import Cells
from gouji.report.model import Report
from gouji.report.reading import DocumentLine


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
    lines: Sequence[DocumentLine] = ()
    """The lines of the texts in the order of the document that they come from, if it is one."""
    published: datetime.date | None = None
    """The day of publication that the document says of itself."""
    not_found: Mapping[str, str] = field(default_factory=dict)
    """The cells that the medium has said it did not find or could not tell apart, with the id of that finding."""
    due: datetime.date | None = None
    """The day by which it has to be published, if the office has set one; else the law says it."""

    @cached_property
    def prose(self) -> Prose:
        """The texts as paragraphs and sentences, split once for all checks."""
        return Prose(self.report)

    @cached_property
    def numbered(self) -> list[list[Paragraph]]:
        """The paragraphs and headings, grouped so that numbers run on within a group.

        Those are the sections of a document, and the topics where each has a place of its own.
        """
        groups: dict[str, list[Paragraph]] = {}
        if not self.lines:
            for paragraph in self.prose.paragraphs:
                groups.setdefault(paragraph.topic, []).append(paragraph)
            return list(groups.values())
        for topic, number, text in self.lines:
            section = self.report.form.topic(topic).section
            groups.setdefault(section, []).append(Paragraph(topic, section, half_width(text), number))
        return list(groups.values())
