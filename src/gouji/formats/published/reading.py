"""From passages to a Reading: the title, the texts of the six sections, the figures, and the findings."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from typing import NamedTuple

from gouji.findings.finding import Finding, found
from gouji.form.editions import edition_in_force, load_form
from gouji.form.forms import OFFICIAL, Forms
from gouji.form.labels import bare, normalised
from gouji.form.levels import level_named
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.formats.published.answers import PLAIN_NUMBER, answers_in
from gouji.formats.published.dates import published_on, says_only_a_day
from gouji.formats.published.figures import figures_in
from gouji.formats.published.found import FoundFigures
from gouji.formats.published.joints import is_number
from gouji.formats.published.lines import Item, Signs, Text, items_of
from gouji.formats.published.passages import NoReportError, Passage
from gouji.formats.published.sections import (
    Heading,
    Rank,
    Title,
    find_title,
    heading_of,
    is_bracketed,
    is_caption,
    sections_of,
    subject_of,
)
from gouji.formats.published.surroundings import is_around, is_printed_address, own_end
from gouji.formats.published.title_form import unusual_title
from gouji.formats.published.vocabulary import every_label, vocabulary_of
from gouji.report.model import Unit, as_figure, make_report
from gouji.report.reading import DocumentLine, Reading, paragraph_places

Headings = Mapping[int, Heading]
"""The headings of the sections by the number of their item."""

_FEWEST_HEADINGS = 3
"""A document without figures is a report if it has this many of the six headings."""
_LONGEST_LABEL = 120
_NUMBERED = (Rank.NUMBERED, Rank.NUMBERED_IN_DIGITS, Rank.NUMBERED_AS_SUBJECT)


def reading_of(
    passages: Iterable[Passage],
    around: Sequence[str] = (),
    forms: Forms = OFFICIAL,
    published: datetime.date | None = None,
    *,
    is_publication: bool = True,
) -> Reading:
    """Read a report on one of the forms from the passages of a published document.

    ``around`` is what the file says of itself elsewhere, such as the title of a page; it may name unit and year.
    ``published`` is the day of publication that it names there; one that stands above the report comes first.
    In what is not a publication, a blank cell is not a 0.
    Raises NoReportError for a document that is none of these reports, DocumentError for one that is too large.
    """
    items = items_of(passages, _signs(forms))
    lines = [(item.text, item.level) if isinstance(item, Text) else ("", 0) for item in items]
    headings, contents = sections_of(lines, forms)
    items = [Text("") if index in contents else item for index, item in enumerate(items)]
    candidates = list(_candidates(items, forms))
    if not any(tables.fit for tables in candidates) and len(headings) < _FEWEST_HEADINGS:
        raise NoReportError("这份文件里没有找到政府信息公开工作年度报告。")
    first = min(headings, default=_first_line(items))
    title, after = find_title([text for text, _ in lines[:first]], around)
    year = title.year or _year_of_period(text for text, _ in lines[:first])
    tables = _best(candidates, year, forms)
    # The heading of a section that only another form has is a text of this one.
    sections = {section.key for section in tables.form.sections}
    headings = {index: heading for index, heading in headings.items() if heading.section in sections}
    parts = _parts(tables.form, _without_captions(items, headings, forms), headings, first, after, title)
    texts, in_order, fee = _texts(tables.form, parts)
    answers = answers_in(tables, is_publication=is_publication)
    report = make_report(
        form=tables.form,
        year=year,
        unit=Unit(name=title.unit, level=level_named(title.unit)),
        figures={**answers.figures, **fee},
        texts={topic: [line.text for line in lines] for topic, lines in texts.items()},
        unread=answers.unread,
    )
    return Reading(
        report=report,
        findings=(
            *unusual_title([text for text, _ in lines[:after]], title, tables.form),
            *_form_findings(tables.form, year, headings),
            *answers.findings,
        ),
        places={**answers.places, **dict(_places(texts))},
        lines=tuple(in_order),
        published=published_on([text for text, _ in lines[:first]]) or published,
    )


def found_in(passages: Iterable[Passage], form: Form) -> FoundFigures:
    """Return what tables contain for a form, each cell with its place, whatever the passages are besides.

    Raises DocumentError for tables larger or deeper than any that was made to be read.
    """
    forms = Forms.of(form)
    return figures_in(items_of(passages, _signs(forms)), form, every_label(forms))


def is_landmark(text: str, forms: Forms) -> bool:
    """Tell whether a text appears only in a form: a numbered heading or label."""
    heading = heading_of(text, forms)
    return (
        heading is not None and heading.rank in (Rank.NUMBERED, Rank.NUMBERED_IN_DIGITS, Rank.NUMBERED_AS_SUBJECT)
    ) or _is_row(text, forms)


def _is_row(text: str, forms: Forms) -> bool:
    return len(text) <= _LONGEST_LABEL and normalised(text) in _numbered_rows(forms)


@cache
def _numbered_rows(forms: Forms) -> frozenset[str]:
    """Return the labels that name a row and, because of their number, appear in no other table."""
    return frozenset(label for form in forms.every for label in vocabulary_of(form).rows if label != bare(label))


def _signs(forms: Forms) -> Signs:
    labels = every_label(forms)
    return Signs(
        is_label=lambda text: len(text) <= _LONGEST_LABEL and bare(text) in labels,
        is_row=partial(_is_row, forms=forms),
        is_number=partial(is_number, labels=labels),
        is_heading=lambda text: heading_of(text, forms) is not None,
    )


def _first_line(items: Sequence[Item]) -> int:
    return next((index for index, item in enumerate(items) if not isinstance(item, Text)), len(items))


def _candidates(items: Sequence[Item], forms: Forms) -> Iterator[FoundFigures]:
    """Yield what the tables contain for each form; stop at one whose cells are all found."""
    for form in forms.every:
        tables = figures_in(items, form, every_label(forms))
        yield tables
        if tables.fit == len(tables.form.official_tables):
            return


def _best(candidates: list[FoundFigures], year: int | None, forms: Forms) -> FoundFigures:
    """Return the figures of the form whose tables these are; where they do not say, of the one in force.

    Where only the official tables were found, a supplementary form fits as well as its base. It goes before its base
    if it was asked for.
    """
    in_force = edition_in_force(year)

    def rank(tables: FoundFigures) -> tuple[float, bool, bool]:
        return round(tables.fit, 6), tables.form.official == in_force, forms.asked == bool(tables.form.base)

    return max(candidates, key=rank)


_PERIOD = re.compile(r"([12]\d{3})\s*年\s*1\s*月\s*1\s*日")


def _year_of_period(texts: Iterable[str]) -> int | None:
    """Return the year of the first of January on which the period of a report begins."""
    match = next((match for text in texts if (match := _PERIOD.search(text))), None)
    return int(match[1]) if match else None


# ---------------------------------------------------------------- texts


class _Line(NamedTuple):
    """A line of text and its place in the document, for people."""

    text: str
    place: str


_Lines = dict[str, list[_Line]]
"""Lines by section or topic."""


def _places(texts: _Lines) -> Iterator[tuple[str, str]]:
    for topic, lines in texts.items():
        yield from paragraph_places(topic, lines)


def _parts(form: Form, items: Sequence[Item], headings: Headings, first: int, after: int, title: Title) -> _Lines:
    """Return the lines of each section, and under "" those before the first, without date and signature."""
    parts: _Lines = defaultdict(list)
    section = ""

    def add(text: str, page: int) -> None:
        heading = form.section(section).heading if section else _BEGINNING
        place = f"第{page}页" if page else f"{heading}!第{len(parts[section]) + 1}段"
        parts[section].append(_Line(text, place))

    for index, item in enumerate(items):
        if not isinstance(item, Text) or not item.text or index < after or is_printed_address(item.text):
            continue
        if index in headings:
            if headings[index].section == section and not parts[section] and not headings[index].rest:
                add(item.text, item.page)  # a heading that stands twice is a slip that the checks tell
                continue
            section = headings[index].section
            if headings[index].rest:
                add(headings[index].rest, item.page)
        elif section or index < first:
            add(item.text, item.page)
    if section:
        own = parts[section][: own_end([line.text for line in parts[section]])]
        parts[section] = _without_signature(own, title)
    parts[""] = _without_dates(parts[""])
    return parts


def _texts(form: Form, parts: _Lines) -> tuple[_Lines, list[DocumentLine], dict[str, Number]]:
    """Return the texts by topic, all lines in order, and the figures of our own sentence on the fee.

    That sentence is not kept as text.
    """
    texts: _Lines = defaultdict(list)
    texts[next(topic.key for topic in form.topics if topic.before_heading)] = parts.pop("")
    fee: dict[str, Number] = {}
    in_order: list[DocumentLine] = []
    for key, lines in parts.items():
        if form.fee and form.fee.section == key:
            fee, lines = _fee(form, lines)
        for topic, line, kept in _by_topic(form, key, lines):
            in_order.append(DocumentLine(topic, len(texts[topic]) + 1, line.text))
            if kept:
                texts[topic].append(line._replace(text=kept))
    return texts, in_order, fee


_BEGINNING = "开头"
"""What the text before the first heading is called."""


def _without_captions(items: Sequence[Item], headings: Headings, forms: Forms) -> list[Item]:
    return [
        Text("") if isinstance(item, Text) and index not in headings and is_caption(item.text, forms) else item
        for index, item in enumerate(items)
    ]


def _by_topic(form: Form, section: str, lines: list[_Line]) -> Iterator[tuple[str, _Line, str]]:
    """Yield the topic of each line, the line, and what the topic keeps of it: nothing of its own heading."""
    topics = [topic for topic in form.topics_of(section) if not topic.before_heading]
    current = general = topics[0].key
    found = [subject_of(line.text, topics, form) if any(topic.heading for topic in topics) else None for line in lines]
    bracketed = any(
        subject and subject.topic and is_bracketed(line.text) for line, subject in zip(lines, found, strict=True)
    )
    for line, subject in zip(lines, found, strict=True):
        if subject and bracketed and not is_bracketed(line.text) and subject.rest:
            subject = None  # a number of a lower level
        if subject is None:
            yield current, line, line.text
            continue
        current = subject.topic or general
        yield current, line, subject.rest


def _fee(form: Form, lines: list[_Line]) -> tuple[dict[str, Number], list[_Line]]:
    """Turn our own sentence on the processing fee back into figures."""
    assert form.fee
    cells = form.table(form.fee.table).cells.values()
    pattern = re.escape(form.fee.sentence).replace(r"\{year\}", r"\d*")
    for cell in cells:
        pattern = pattern.replace(rf"\{{{cell.column.key}\}}", rf"(?P<{cell.column.key}>{PLAIN_NUMBER})")
    for index, line in enumerate(lines):
        if match := re.fullmatch(pattern, line.text):
            figures = {cell.ref: as_figure(Decimal(match[cell.column.key])) for cell in cells}
            return figures, lines[:index] + lines[index + 1 :]
    return {}, lines


_DATE = re.compile(
    r"[(（]?\s*(?:[12]\d{3}|[一二〇○零]{2}[〇○零一二三四五六七八九]{2})\s*[年.\-/]\s*[\d一二三四五六七八九十]{1,3}\s*[月.\-/]"
    r"\s*[\d一二三四五六七八九十]{1,3}\s*日?\s*[)）]?"
)


_PAGE_NUMBER = re.compile(r"[-—–－\s]*\d{0,3}[-—–－\s]*")


def _without_dates(lines: list[_Line]) -> list[_Line]:
    """Leave out a date on a line of its own below the title, and what a site prints there."""
    return [
        line for line in lines if not (_DATE.fullmatch(line.text) or says_only_a_day(line.text) or is_around(line.text))
    ]


def _without_signature(lines: list[_Line], title: Title) -> list[_Line]:
    """Leave out the unit's name, the date and the page number at the end of a report."""
    end, dated = len(lines), False
    while end:
        text = "".join(lines[end - 1].text.split())
        is_date = bool(_DATE.fullmatch(lines[end - 1].text))
        if not (is_date or _PAGE_NUMBER.fullmatch(text) or _is_signed(text, title.unit, dated)):
            break
        dated = dated or is_date
        end -= 1
    return lines[:end]


def _is_signed(text: str, unit: str, dated: bool) -> bool:
    """Tell whether a line is the name of the unit; above a date it may be longer than the name in the title."""
    if not unit:
        return False
    return text == unit or (dated and unit in text and len(text) <= len(unit) + _LONGER_NAME and not _SIGN.search(text))


_LONGER_NAME = 12
_SIGN = re.compile(r"\W")


def _form_findings(form: Form, year: int | None, headings: Headings) -> Iterator[Finding]:
    if year is not None and edition_in_force(year) != form.official:
        wanted = load_form(edition_in_force(year))
        yield found("published.edition", year=year, document=form.document, wanted=wanted.document)
    present = {heading.section for heading in headings.values()}
    for section in form.sections:
        if section.key not in present:
            yield found("published.section", section.key, section=section.heading)
