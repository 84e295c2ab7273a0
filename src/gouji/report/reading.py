"""Reading: what a reader got out of a file."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from gouji.findings.finding import Finding
from gouji.report.model import Report


class Reading(msgspec.Struct, frozen=True):
    """A report as it was read from a file."""

    report: Report
    findings: tuple[Finding, ...] = ()
    """The problems that the reader found in the file itself."""
    places: Mapping[str, str] = {}
    """The place in the file of each Ref, topic (``overview.general``), ``zero.<table>``, ``unit.name`` and ``year``,
    such as ``三、依申请公开!D8``; empty for a file without addresses."""
    locked: tuple[str, ...] = ()
    """The keys of the cells that the office filled in and locked."""
