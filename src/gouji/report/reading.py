"""Reading: what a reader got out of a file."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from gouji.findings.finding import Finding
from gouji.report.model import Report, paragraphs_of


def paragraph_key(topic: str, number: int) -> str:
    """Return the key of a paragraph in ``Reading.places``: ``overview.general:2`` is the second one of its topic."""
    return f"{topic}:{number}"


def paragraph_places(topic: str, texts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the key and the place of each paragraph of a topic.

    ``texts`` are the texts in the file, each with its place; several paragraphs in one cell all have its place.
    """
    number = 0
    for text, place in texts:
        for _ in paragraphs_of([text]):
            number += 1
            yield paragraph_key(topic, number), place


class DocumentLine(NamedTuple):
    """A line of a document in its order, also a heading that the texts of the Report do not keep."""

    topic: str
    number: int
    """The paragraph of the topic that the line is, or that follows it."""
    text: str


class Reading(msgspec.Struct, frozen=True):
    """A report as it was read from a file."""

    report: Report
    findings: tuple[Finding, ...] = ()
    """The problems that the reader found in the file itself."""
    places: Mapping[str, str] = {}
    """The place in the file of each Ref, topic (``overview.general``), paragraph of a topic (``overview.general:2``),
    ``zero.<table>``, ``unit.name`` and ``year``, such as ``三、依申请公开!D8``; empty for a file without addresses."""
    lines: tuple[DocumentLine, ...] = ()
    """The lines of the texts in the order of the document; empty for a medium that asks for each topic by itself."""
    locked: tuple[str, ...] = ()
    """The keys of the cells that the office filled in and locked."""
    computed_totals: bool = False
    """Whether the totals are computed from the entries, so that a total is never wrong by itself."""
    published: datetime.date | None = None
    """The day of publication that a page or a document says of itself."""

    def placed(self, finding: Finding) -> Finding:
        """Return a finding of a check, whose ``cells`` are keys, with its cells as places in the file."""
        keys = finding.cells or finding.refs
        if not keys:
            return finding
        cells = tuple(dict.fromkeys(place for key in keys if (place := self._place(key))))
        return msgspec.structs.replace(finding, cells=cells)

    def _place(self, key: str) -> str:
        """Return the place of a key; a paragraph that has none of its own is where its topic is."""
        return self.places.get(key) or self.places.get(key.partition(":")[0], "")
