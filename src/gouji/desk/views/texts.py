"""The texts of one submission by section, with the sentences that findings quote marked in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise

import msgspec

from gouji.checks.prose import half_width
from gouji.desk.views.findings import Group
from gouji.findings.finding import Finding
from gouji.form.model import Form
from gouji.report.model import Report
from gouji.report.printed import Line, published
from gouji.runtime.printable import clean

_SHORTEST = 4
"""A shorter quotation may be anywhere."""
_MOST_CANDIDATES = 300
_SPACES = re.compile(r"\s+")


class Piece(msgspec.Struct, frozen=True):
    """Words of a paragraph."""

    text: str
    numbers: tuple[int, ...] = ()
    """The numbers of the findings that quote these words."""
    lead: bool = False
    """Whether they are printed like a heading."""
    last: bool = False
    """Whether a quotation ends with them."""


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph or a second-level heading."""

    anchor: str
    heading: bool
    pieces: tuple[Piece, ...]


class ShownSection(msgspec.Struct, frozen=True):
    """The texts of a section; ``key`` and ``heading`` are empty for what stands before the first.

    A section without texts is shown where it must have some.
    """

    key: str
    heading: str
    paragraphs: tuple[Paragraph, ...]


class Texts(msgspec.Struct, frozen=True):
    """All texts."""

    sections: tuple[ShownSection, ...]
    quotes: dict[int, tuple[str, ...]]
    """The anchors of the paragraphs that each finding quotes, by its number."""


class _Span(msgspec.Struct, frozen=True):
    start: int
    end: int
    number: int


def shown_texts(report: Report, groups: Iterable[Group]) -> Texts:
    """Return the texts of a report as they are published, with what findings quote marked.

    A quotation is marked at its first exact occurrence in the sections that the finding is about, apart from spaces and
    the width of letters. One that is not found there is not marked at all.
    """
    whole = published(report)
    lines = {"": whole.preamble, **{part.key: part.lines for part in whole.parts}}
    spans: dict[tuple[str, int], list[_Span]] = {}
    quotes: dict[int, list[str]] = {}
    for group in groups:
        for judged in group.cause.members:
            for place, start, end in _quoted(report, judged.finding, lines):
                spans.setdefault(place, []).append(_Span(start, end, group.number))
                quotes.setdefault(group.number, []).append(_anchor(*place))
    headings = {"": "", **{part.key: part.heading for part in whole.parts}}
    sections = tuple(
        ShownSection(
            key,
            headings[key],
            tuple(
                Paragraph(_anchor(key, number), line.heading, tuple(_pieces(line, spans.get((key, number), ()))))
                for number, line in enumerate(of_section)
            ),
        )
        for key, of_section in lines.items()
        if of_section or (key and report.form.section(key).required)
    )
    return Texts(sections, {number: tuple(dict.fromkeys(anchors)) for number, anchors in quotes.items()})


def _anchor(section: str, number: int) -> str:
    return f"p-{section or 'preamble'}-{number + 1}"


def _quoted(
    report: Report, finding: Finding, lines: dict[str, tuple[Line, ...]]
) -> Iterator[tuple[tuple[str, int], int, int]]:
    """Yield where the texts have what a finding quotes, the longest quotation first."""
    candidates = _candidates(report, clean(finding.message))
    if not candidates:
        return
    wanted = _sections(report.form, finding)
    searched = [
        ((key, number), half_width(line.text))
        for key, of_section in lines.items()
        if not wanted or key in wanted
        for number, line in enumerate(of_section)
    ]
    taken: list[tuple[int, int]] = []
    for begin, quote in candidates:
        finish = begin + len(quote)
        if any(begin < after and before < finish for before, after in taken):
            continue  # a part of a quotation that was found
        pattern = re.compile(r"\s*".join(map(re.escape, _SPACES.sub("", half_width(quote)))))
        for place, text in searched:
            if found := pattern.search(text):
                taken.append((begin, finish))
                yield place, found.start(), found.end()
                break


def _candidates(report: Report, message: str) -> list[tuple[int, str]]:
    """Return what a message may quote from a text, with where it stands in the message, the longest first.

    Quoted sentences have quotation marks of their own, so any opening mark may belong to any closing one.
    """
    opening = [found.end() for found in re.finditer("“", message)]
    closing = [found.start() for found in re.finditer("”", message)]
    known = _labels(report.form) | {report.unit.name}
    found = []
    for start in opening:
        for end in closing:
            quote = message[start:end]
            bare = quote.strip("…").strip()
            if len(bare) >= _SHORTEST and bare not in known:
                found.append((start + quote.index(bare), bare))
    return sorted(found, key=lambda one: -len(one[1]))[:_MOST_CANDIDATES]


@cache
def _labels(form: Form) -> frozenset[str]:
    """Return the words of the form itself: messages quote them to name a place."""
    labels = {section.heading for section in form.sections} | {section.sheet for section in form.sections}
    labels |= {topic.heading for topic in form.topics}
    for cell in form.cells.values():
        labels |= {*cell.row.label, *cell.column.label, cell.row.printed, cell.column.printed}
    return frozenset(labels)


def _sections(form: Form, finding: Finding) -> frozenset[str]:
    """Return the sections that a finding is about; none where it does not say."""
    named = {section.key for section in form.sections if f"“{section.heading}”" in finding.message}
    if named:
        return frozenset(named)
    sheets = {cell.rpartition("!")[0] for cell in finding.cells}
    return frozenset(section.key for section in form.sections if section.sheet in sheets)


def _pieces(line: Line, spans: Sequence[_Span]) -> Iterator[Piece]:
    """Yield a line cut at its lead and at the quotations in it."""
    lead = len(line.lead)
    cuts = sorted(
        {0, len(line.text), *([lead] if lead else []), *(cut for one in spans for cut in (one.start, one.end))}
    )
    for start, end in pairwise(cuts):
        inside = [span for span in spans if span.start <= start and end <= span.end]
        yield Piece(
            line.text[start:end],
            tuple(dict.fromkeys(span.number for span in inside)),
            lead=end <= lead,
            last=any(span.end == end for span in inside),
        )
