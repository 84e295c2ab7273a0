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
    """What the reader found wrong with the file itself."""
    places: Mapping[str, str] = {}
    """Where each Ref, topic (``overview.general``), ``zero.<table>``, ``unit.name`` and ``year`` stands in the file,
    such as ``三、依申请公开!D8``; empty for a file without addresses."""
    locked: tuple[str, ...] = ()
    """The keys of the cells that the office had filled in and locked."""
