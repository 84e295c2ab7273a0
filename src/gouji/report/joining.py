"""One report that came in parts: the tables in one file, the texts in another.

A part is a table, or the texts of a section. Parts are joined whole: a table that two files fill in differently is a
contradiction, and is never mixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from gouji.findings.finding import Finding, found
from gouji.form.model import Form
from gouji.report.model import People, Report, make_report
from gouji.report.reading import Reading

_FROM_THE_OFFICE = "carried_in"
"""The row that the office fills in from last year's report: it answers nothing by itself."""
_TEXTS = "texts"
"""Begins the keys of the parts that are texts: ``texts.overview``."""
_MAY_BE_EMPTY = frozenset({"texts.preamble", "texts.notes", "texts.matters"})
"""Texts that no report lacks; where both files have them, those of the first are taken."""
_ON_WHAT_IS_ABSENT = frozenset({"published.section", "published.missing", "published.part_missing"})
"""What is found where a file lacks something that another file may have."""
_ON_THE_SENDER = frozenset({"identity.missing", "identity.unsigned", "identity.document", "foreign.read"})
"""What is found about a file that is added to another one: whoever joins them answers for it."""


class Joint(Struct, frozen=True):
    """Which parts of a report two files have, by :func:`part_of`."""

    first: tuple[str, ...] = ()
    """The parts that only the first one has."""
    second: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    """The parts that both have, and not the same."""

    @property
    def complementary(self) -> bool:
        """Whether each file has something that the other one lacks."""
        return bool(self.first and self.second)


class Answers(Protocol):
    """What a report says; a figure that is None is blank."""

    @property
    def figures(self) -> Mapping[str, object]:
        """The number of each Ref."""

    @property
    def unread(self) -> Mapping[str, str] | None:
        """What is typed in the cells that hold no number."""

    @property
    def texts(self) -> Mapping[str, Iterable[str]] | None:
        """The paragraphs of each topic."""


def joint_of(first: Answers, second: Answers) -> Joint:
    """Return which parts two reports have."""
    ours, theirs = (
        {key: said for key, said in _parts(one).items() if key not in _MAY_BE_EMPTY} for one in (first, second)
    )
    return Joint(
        tuple(key for key in ours if key not in theirs),
        tuple(key for key in theirs if key not in ours),
        tuple(key for key in ours if key in theirs and ours[key] != theirs[key]),
    )


def part_names(form: Form, parts: Iterable[str]) -> str:
    """Return what parts are called, for people, in the order of the form: the section of each, once."""
    known = set(parts)
    parts = [key for key in _keys(form) if key in known]
    tables = {table.id: table for table in form.tables}
    sections = {part_of(topic.key): topic.section for topic in form.topics}
    return "、".join(
        f"“{form.sheet_of(part)}”的{'表' if tables[part].official else '数字'}"
        if part in tables
        else f"“{form.section(sections[part]).sheet}”的文字"
        for part in parts
    )


def joined(readings: Sequence[Reading], names: Sequence[str]) -> Reading:
    """Return one reading of the parts of a report; each part comes from the first file that has it.

    ``names`` are the files', one each. Whose report it is, the first file says. What the readers found stays where it
    is about something that is taken, and one finding says what came from where.
    """
    first = readings[0]
    form = first.report.form
    files = answered(readings)
    # What no file answers is as the first file has it: the office may have filled some of it in.
    taken = [set(_keys(form)).difference(*files[1:]), *files[1:]]
    places: dict[str, str] = {}
    for reading, parts in reversed(list(zip(readings, taken, strict=True))):
        places |= {key: place for key, place in reading.places.items() if reading is first or part_of(key) in parts}
    return replace(
        first,
        report=_joined_report([reading.report for reading in readings], taken),
        findings=(*_findings(readings, taken), _sources(form, files, names)),
        places=places,
        lines=tuple(
            line
            for topic in form.topics
            for reading, parts in zip(readings, taken, strict=True)
            if part_of(topic.key) in parts
            for line in reading.lines
            if line.topic == topic.key
        ),
        computed_totals=all(
            reading.computed_totals
            for reading, parts in zip(readings, taken, strict=True)
            if any(table.id in parts for table in form.tables)
        ),
        published=next((reading.published for reading in readings if reading.published), None),
    )


def _keys(form: Form) -> Iterator[str]:
    """Yield the keys of all parts of a form, in the order of its sections."""
    for section in form.sections:
        yield from (table.id for table in form.tables if table.section == section.key)
        yield from dict.fromkeys(part_of(topic.key) for topic in form.topics_of(section.key))


def part_of(key: str) -> str:
    """Return the part that a Ref, a topic, a paragraph of a topic or a zero declaration belongs to."""
    head = key.partition(":")[0].split(".")
    if head[0] == "zero":
        return head[1]
    return head[0] if len(head) == _REF_LENGTH else f"{_TEXTS}.{head[0]}"


_REF_LENGTH = 3


def _parts(report: Answers) -> dict[str, object]:
    """Return what a report has: the numbers of each table in which any is filled in, the texts of each section."""
    tables: dict[str, dict[str, object]] = {}
    for ref, value in {**report.figures, **(report.unread or {})}.items():
        if value is not None:
            tables.setdefault(part_of(ref), {})[ref] = value
    filled = {id: said for id, said in tables.items() if any(ref.split(".")[1] != _FROM_THE_OFFICE for ref in said)}
    texts: dict[str, list[str]] = {}
    for topic, paragraphs in (report.texts or {}).items():
        texts.setdefault(part_of(topic), []).extend(paragraphs)
    return {**filled, **texts}


def answered(readings: Sequence[Reading]) -> list[set[str]]:
    """Return the parts that each file answers and none before it."""
    left, found = set(_keys(readings[0].report.form)), []
    for reading in readings:
        found.append(left.intersection(_parts(reading.report)))
        left -= found[-1]
    return found


def _joined_report(reports: Sequence[Report], taken: Sequence[set[str]]) -> Report:
    first = reports[0]

    def of_parts(chosen: str) -> dict[str, Any]:
        return {
            key: value
            for report, parts in zip(reports, taken, strict=True)
            for key, value in getattr(report, chosen).items()
            if part_of(key) in parts
        }

    return make_report(
        form=first.form,
        year=next((report.year for report in reports if report.year is not None), None),
        unit=first.unit if first.unit.name else next((one.unit for one in reports if one.unit.name), first.unit),
        people=next((report.people for report in reports if report.people != People()), first.people),
        figures=of_parts("figures"),
        unread=of_parts("unread"),
        texts=of_parts("texts"),
        zero=[table for report, parts in zip(reports, taken, strict=True) for table in report.zero if table in parts],
        explanations=_explanations(reports),
    )


def _explanations(reports: Sequence[Report]) -> Mapping[str, str]:
    """Return the explanations of all files; each says why a number is as it is, so none is left out."""
    said: dict[str, list[str]] = {}
    for report in reports:
        for subject, text in report.explanations.items():
            said.setdefault(subject, []).append(text)
    return {subject: "；".join(dict.fromkeys(texts)) for subject, texts in said.items()}


def _findings(readings: Sequence[Reading], taken: Sequence[set[str]]) -> Iterator[Finding]:
    """Yield what the readers found, without what is settled by another file."""
    absent = set.intersection(*({finding.id for finding in reading.findings} for reading in readings))
    seen: set[str] = set()
    for number, (reading, parts) in enumerate(zip(readings, taken, strict=True)):
        for finding in reading.findings:
            if finding.id in seen:
                continue
            if finding.rule in _ON_WHAT_IS_ABSENT and finding.id not in absent:
                continue
            if number and finding.rule in _ON_THE_SENDER:
                continue
            if finding.refs and parts.isdisjoint(part_of(ref) for ref in finding.refs):
                continue
            seen.add(finding.id)
            yield finding


def _sources(form: Form, files: Sequence[set[str]], names: Sequence[str]) -> Finding:
    return found(
        "parts.joined",
        sources="；".join(
            f"{part_names(form, parts)}出自“{name}”" for name, parts in zip(names, files, strict=True) if parts
        ),
    )
