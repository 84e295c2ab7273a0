"""What the commands print for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gouji.findings.finding import Finding, echoes, message_with_place
from gouji.findings.rules import SEVERITY_WORDS, VERDICT_WORDS, FileVerdict, Severity
from gouji.findings.together import as_one, with_one_cause
from gouji.form.model import name_of
from gouji.form.values import State
from gouji.runtime.printable import readable_path

if TYPE_CHECKING:
    from gouji.jobs.batch import Checked
    from gouji.jobs.correction import Returned
    from gouji.report.model import Report


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a line for each root cause, however many cells it touched, with the number of its follow-on findings."""
    everything = list(findings)
    causes = [finding for finding in everything if finding.echo_of is None]
    for number, group in enumerate(with_one_cause(causes, lambda finding: finding), 1):
        finding = as_one(group)
        also = sum(len(echoes(everything, one.id)) for one in group)
        yield (
            f"  {number}. [{SEVERITY_WORDS[finding.severity]}] {message_with_place(finding)}"
            + (f"（由它引起的还有 {also} 处，改正后会一起消失）" if also else "")
        )


def checked_lines(checked: Checked) -> Iterator[str]:
    """Yield the lines for the result of checking a file."""
    if checked.verdict == "unreadable":
        yield f"{readable_path(checked.path)}：{VERDICT_WORDS[checked.verdict]}。{checked.findings[0].message}"
        return
    causes = [finding for finding in checked.findings if finding.echo_of is None]
    counts = "，".join(
        f"{word} {number} 处"
        for severity, word in SEVERITY_WORDS.items()
        if (number := sum(finding.severity == severity for finding in causes))
    )
    # 可以上报 is the result of the workbook's own checks; beside 不通过 it would only confuse.
    state = "" if checked.verdict != "pass" and checked.state == State.READY.word else f"，{checked.state}"
    yield (
        f"{readable_path(checked.path)}：{VERDICT_WORDS[checked.verdict]}。{_named(checked.unit, checked.year)}{state}"
        + (f"，{counts}。" if counts else "。")
    )
    yield from (f"  {line}" for line in supplementary_line(checked.edition or "", "核对"))
    yield from finding_lines(checked.findings)


def supplementary_line(edition: str, done: str) -> Iterator[str]:
    """Yield the line that names the supplementary form that was used; nothing for an official form."""
    if name := name_of(edition):
        yield f"按自定格式“{name}”{done}。"


def summary_line(verdicts: Sequence[FileVerdict]) -> str:
    """Return the count of each verdict over many files."""
    if not verdicts:
        return "文件夹里没有文件。"
    counts = [f"{word} {number} 个" for verdict, word in VERDICT_WORDS.items() if (number := verdicts.count(verdict))]
    return f"共 {len(verdicts)} 个文件：{'，'.join(counts)}。"


def returned_line(source: Path, target: Path, returned: Returned) -> str:
    """Return the line for a file that may be sent back for correction."""
    if not returned.written:
        kept = f"，原有的“{readable_path(target)}”没有动" if target.exists() else ""
        return f"没有需要改正的：{readable_path(source)}{kept}"
    numbers: dict[Severity, int] = {"error": returned.errors, "query": returned.queries}
    counts = [f"{SEVERITY_WORDS[severity]} {number} 处" for severity, number in numbers.items() if number]
    return f"已生成退回改正的填报表：{readable_path(target)}（{'，'.join(counts)}）"


def named(report: Report) -> str:
    """Return unit and year of a report in words."""
    return _named(report.unit.name, report.year)


def _named(unit: str | None, year: int | None) -> str:
    return f"{unit or '没有单位名称'}，" + (f"{year}年" if year else "没有年度")
