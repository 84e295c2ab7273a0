"""A signed form and a document of one unit in one mail: the form is the submission, and the document is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gouji.checks.figures import place_of
from gouji.findings.finding import Finding, found, plain
from gouji.form.values import Number
from gouji.formats.read import medium_of
from gouji.report.model import Report
from gouji.report.reading import Reading

_SHOWN = 3
_UNPROVED = {"identity.unsigned", "identity.signature", "identity.missing", "identity.document", "foreign.read"}


def is_blank(reading: Reading) -> bool:
    """Tell whether nothing is filled in but what the office has filled in itself, and who is to be asked."""
    report = reading.report
    given = {*reading.locked, *(ref for ref in report.figures if ref.split(".")[1] == "carried_in")}
    filled = set(report.form.inputs).intersection(report.figures) - given
    return not (
        filled or report.unread or report.zero or any(report.texts.values()) or any(report.explanations.values())
    )


def is_foreign(reading: Reading) -> bool:
    """Tell whether a report was read from a workbook that is not one of our forms."""
    return any(finding.rule == "foreign.read" for finding in reading.findings)


def is_form(data: bytes, reading: Reading) -> bool:
    """Tell whether a report was read from one of our forms or from JSON, and not from a document or another table."""
    return medium_of(data) in ("workbook", "json") and not is_foreign(reading)


def is_signed_form(reading: Reading) -> bool:
    """Tell whether a file is a workbook that this office has signed; it must have been read with the office's key."""
    has_sheets = any("!" in place for place in reading.places.values())
    return has_sheets and _UNPROVED.isdisjoint(finding.rule for finding in reading.findings)


def differences(form: Reading, document: Report, name: str) -> Iterator[Finding]:
    """Yield a finding that names the cells in which a document says another number than the form that it came with."""
    report = form.report
    refs = tuple(
        ref
        for ref in report.form.inputs
        if ref in document.figures and _differ(report.figures, document.figures, ref) and ref not in report.unread
    )
    if not refs:
        return
    named = [
        "{where}{cell}：填报表 {ours}，文档 {theirs}".format(
            **place_of(report.form, ref),
            ours=plain(report.figures.get(ref)) or "没有填",
            theirs=plain(document.figures[ref]),
        )
        for ref in refs[:_SHOWN]
    ]
    more = f"；等 {len(refs)} 处" if len(refs) > _SHOWN else ""
    cells = tuple(form.places.get(ref, "") for ref in refs)
    yield found(
        "evidence.document", refs=refs, cells=tuple(filter(None, cells)), name=name, differing="；".join(named) + more
    )


def _differ(figures: Mapping[str, Number], others: Mapping[str, Number], ref: str) -> bool:
    """Tell whether two reports have different figures; a blank in a form is a 0 in print."""
    return figures.get(ref, 0) != others[ref]
