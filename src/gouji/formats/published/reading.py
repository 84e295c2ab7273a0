"""Blocks → Reading: the title, the texts of the six sections, the figures, and what is to be said of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial

from gouji.findings.finding import Finding, found, one_line
from gouji.form.editions import edition_in_force, load_form
from gouji.form.forms import OFFICIAL, Forms
from gouji.form.labels import bare, normalised
from gouji.form.model import Form, Table
from gouji.form.values import Number
from gouji.formats.published.blocks import Block, NoReportError
from gouji.formats.published.figures import UNCLEAR, Found, Printed, figures_in
from gouji.formats.published.joints import is_number
from gouji.formats.published.lines import Item, Signs, Text, items_of
from gouji.formats.published.outline import (
    Heading,
    Title,
    find_title,
    heading_of,
    is_bracketed,
    is_caption,
    sections_of,
    subject_of,
)
from gouji.formats.published.vocabulary import every_label, vocabulary_of
from gouji.report.model import Unit, as_figure, make_report
from gouji.report.reading import Reading
from gouji.report.typed_numbers import says_nothing

Headings = Mapping[int, Heading]
"""The headings of the sections by the number of their item."""

_FEWEST_HEADINGS = 3
"""A document without any figure is such a report if it has so many of the six headings."""


def reading_of(blocks: Iterable[Block], around: Sequence[str] = (), forms: Forms = OFFICIAL) -> Reading:
    """Read a report on one of the forms from the blocks of a published document.

    ``around`` is what the file says of itself elsewhere, such as the title of a page; it may name unit and year.
    Raises NoReportError for a document that is none of these reports, DocumentError for one that is too large.
    """
    items = items_of(blocks, _signs(forms))
    lines = [(item.text, item.level) if isinstance(item, Text) else ("", 0) for item in items]
    headings, contents = sections_of(lines, forms)
    items = [Text("") if at in contents else item for at, item in enumerate(items)]
    candidates = list(_candidates(items, forms))
    if not any(tables.fit for tables in candidates) and len(headings) < _FEWEST_HEADINGS:
        raise NoReportError("这份文件里没有找到政府信息公开工作年度报告。")
    first = min(headings, default=_first_line(items))
    title, after = find_title([text for text, _ in lines[:first]], around)
    year = title.year or _year_of_period(text for text, _ in lines[:first])
    tables = _best(candidates, year, forms)
    # The heading of a section that only another form has is a text of this one.
    sections = {section.key for section in tables.form.sections}
    headings = {at: heading for at, heading in headings.items() if heading.section in sections}
    texts, fee = _texts(tables.form, _without_captions(items, headings, forms), headings, first, after, title)
    figures, unread, findings = _figures(tables)
    report = make_report(
        form=tables.form,
        year=year,
        unit=Unit(name=title.unit),
        figures={**figures, **fee},
        texts=texts,
        unread=unread,
    )
    return Reading(
        report=report,
        findings=(*_form_findings(tables.form, year, headings), *findings),
        places={ref: printed.cell for ref, printed in tables.printed.items()},
    )


def is_landmark(text: str, forms: Forms) -> bool:
    """Tell whether a text is a fixed one of a form that stands nowhere else: a numbered heading or label."""
    heading = heading_of(text, forms)
    return (heading is not None and heading.rank in (0, 3)) or _is_row(text, forms)


def _is_row(text: str, forms: Forms) -> bool:
    return len(text) <= _LONGEST_LABEL and normalised(text) in _numbered_rows(forms)


_LONGEST_LABEL = 120


@cache
def _numbered_rows(forms: Forms) -> frozenset[str]:
    """Return the labels that name a row and, with their number, cannot stand in any other table."""
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
    return next((at for at, item in enumerate(items) if not isinstance(item, Text)), len(items))


def _candidates(items: Sequence[Item], forms: Forms) -> Iterator[Found]:
    """Yield what the tables give for each form; once all of one's cells are found, no other can fit better."""
    for form in forms.every:
        tables = figures_in(items, form, every_label(forms))
        yield tables
        if tables.fit == len(tables.form.official_tables):
            return


def _best(candidates: list[Found], year: int | None, forms: Forms) -> Found:
    """Return the figures of the form whose tables these are; where they do not say, of the one in force.

    Where only the official tables were found, a supplementary form fits as well as its base. It goes before its base
    if it was asked for.
    """
    in_force = edition_in_force(year)

    def rank(tables: Found) -> tuple[float, bool, bool]:
        return round(tables.fit, 6), tables.form.official == in_force, forms.asked == bool(tables.form.base)

    return max(candidates, key=rank)


_PERIOD = re.compile(r"([12]\d{3})\s*年\s*1\s*月\s*1\s*日")


def _year_of_period(texts: Iterable[str]) -> int | None:
    """Return the year of which a report says that its period begins on the first of January."""
    match = next((match for text in texts if (match := _PERIOD.search(text))), None)
    return int(match[1]) if match else None


# ---------------------------------------------------------------- texts


def _texts(
    form: Form, items: Sequence[Item], headings: Headings, first: int, after: int, title: Title
) -> tuple[dict[str, list[str]], dict[str, Number]]:
    """Return the texts by topic, and the figures of our own sentence on the fee, which is then no text."""
    parts: dict[str, list[str]] = defaultdict(list)
    section = ""
    for at, item in enumerate(items):
        if not isinstance(item, Text) or not item.text or at < after:
            continue
        if at in headings:
            if headings[at].section == section and not parts[section] and not headings[at].rest:
                parts[section].append(item.text)  # a heading that stands twice is a slip that the checks tell
                continue
            section = headings[at].section
            parts[section] += [headings[at].rest] if headings[at].rest else []
        elif section or at < first:
            parts[section].append(item.text)
    texts: dict[str, list[str]] = defaultdict(list)
    texts[next(topic.key for topic in form.topics if topic.before_heading)] = _without_dates(parts.pop("", []))
    fee: dict[str, Number] = {}
    for key, lines in parts.items():
        if key == section:  # the last one that the document has
            lines = _without_signature(lines, title)
        if form.fee and form.fee.section == key:
            fee, lines = _fee(form, lines)
        for topic, line in _by_topic(form, key, lines):
            texts[topic].append(line)
    return texts, fee


def _without_captions(items: Sequence[Item], headings: Headings, forms: Forms) -> list[Item]:
    return [
        Text("") if isinstance(item, Text) and at not in headings and is_caption(item.text, forms) else item
        for at, item in enumerate(items)
    ]


def _by_topic(form: Form, section: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    topics = [topic for topic in form.topics_of(section) if not topic.before_heading]
    current = general = topics[0].key
    found = [subject_of(line, topics, form) if any(topic.heading for topic in topics) else None for line in lines]
    bracketed = any(
        subject and subject.topic and is_bracketed(line) for line, subject in zip(lines, found, strict=True)
    )
    for line, subject in zip(lines, found, strict=True):
        if subject and bracketed and not is_bracketed(line) and subject.rest:
            subject = None  # a number of a lower level
        if subject is None:
            yield current, line
            continue
        current = subject.topic or general
        if subject.rest:
            yield current, subject.rest


def _fee(form: Form, lines: list[str]) -> tuple[dict[str, Number], list[str]]:
    """Take our own sentence on the processing fee back into its figures."""
    assert form.fee
    cells = form.table(form.fee.table).cells.values()
    pattern = re.escape(form.fee.sentence).replace(r"\{year\}", r"\d*")
    for cell in cells:
        pattern = pattern.replace(rf"\{{{cell.column.key}\}}", rf"(?P<{cell.column.key}>{_PLAIN})")
    for at, line in enumerate(lines):
        if match := re.fullmatch(pattern, line):
            figures = {cell.ref: as_figure(Decimal(match[cell.column.key])) for cell in cells}
            return figures, lines[:at] + lines[at + 1 :]
    return {}, lines


_DATE = re.compile(
    r"[(（]?\s*(?:[12]\d{3}|[一二〇○零]{2}[〇○零一二三四五六七八九]{2})\s*[年.\-/]\s*[\d一二三四五六七八九十]{1,3}\s*[月.\-/]"
    r"\s*[\d一二三四五六七八九十]{1,3}\s*日?\s*[)）]?"
)


_PAGE_NUMBER = re.compile(r"[-—–－\s]*\d{0,3}[-—–－\s]*")


def _without_dates(lines: list[str]) -> list[str]:
    """Leave out the date that stands alone below a title."""
    return [line for line in lines if not _DATE.fullmatch(line)]


def _without_signature(lines: list[str], title: Title) -> list[str]:
    """Leave out the unit's name, the date and the number of the page with which a report may end."""
    end = len(lines)
    while end and (
        _DATE.fullmatch(lines[end - 1])
        or _PAGE_NUMBER.fullmatch(lines[end - 1])
        or (title.unit and "".join(lines[end - 1].split()) == title.unit)
    ):
        end -= 1
    return lines[:end]


# ---------------------------------------------------------------- figures

_PLAIN = r"-?(?:0|[1-9]\d*)(?:\.\d+)?"
_MOST_DIGITS = 30


def _figures(tables: Found) -> tuple[dict[str, Number], dict[str, str], list[Finding]]:
    figures: dict[str, Number] = {}
    unread: dict[str, str] = {}
    empty: list[str] = []
    form, printed = tables.form, {**tables.printed}
    findings = list(_replaced(tables, printed, figures))
    for ref, there in printed.items():
        if ref in tables.twice:
            continue
        text = there.text.strip()
        if re.fullmatch(_PLAIN, text, re.ASCII) and len(text) <= _MOST_DIGITS:
            figures[ref] = as_figure(Decimal(text))
        elif not text or says_nothing(text):
            figures[ref] = 0
            empty.append(ref)
        else:
            unread[ref] = there.text
    for table in form.official_tables:
        findings += _table_findings(tables, table, [ref for ref in empty if ref in table.cells])
    findings += _strange_findings(tables)
    tables.printed = printed
    return figures, unread, findings


def _replaced(tables: Found, printed: dict[str, Printed], figures: dict[str, Number]) -> Iterator[Finding]:
    """Read the rows of another edition that stand in place of this one's."""
    for number, columns in tables.substitutes.items():
        substitute = tables.form.substitutes[number]
        rows = {row.key: row for block in tables.form.table(substitute.table).blocks for row in block.rows}
        if any(
            f"{substitute.table}.{row}.{column}" in printed
            for row in (substitute.row, *substitute.zero)
            for column in columns
        ):
            continue
        for column, there in columns.items():
            ref = f"{substitute.table}.{substitute.row}.{column}"
            if len(there) == 1 and there[0].text != UNCLEAR:
                printed[ref] = there[0]
            elif len(there) == len(substitute.labels) and all(
                re.fullmatch(_PLAIN, each.text, re.ASCII) for each in there
            ):
                figures[ref] = as_figure(sum((Decimal(each.text) for each in there), Decimal(0)))
            else:
                tables.unclear[ref] = there[0]
            figures.update({f"{substitute.table}.{row}.{column}": 0 for row in substitute.zero})
        labels = "”“".join("".join(label[-2:] if len(label) > 2 else label[-1:]) for label in substitute.labels)
        yield found(
            "published.mixed",
            substitute.table,
            refs=tuple(f"{substitute.table}.{substitute.row}.{column}" for column in columns),
            cells=(next(iter(columns.values()))[0].cell,),
            where=tables.form.sheet_of(substitute.table),
            labels=labels,
            row=rows[substitute.row].printed,
        )


def _table_findings(tables: Found, table: Table, empty: list[str]) -> Iterator[Finding]:
    """Say of a table what is empty, missing, or cannot be told."""
    form, where = tables.form, tables.form.sheet_of(table.id)
    known = {*tables.printed, *tables.unclear, *tables.twice}
    for number, columns in tables.substitutes.items():
        substitute = form.substitutes[number]
        known |= {f"{substitute.table}.{row}.{key}" for row in (substitute.row, *substitute.zero) for key in columns}
    missing = [ref for ref in table.cells if ref not in known]
    if len(missing) == len(table.cells):
        yield found("published.missing", table.id, refs=tuple(missing), where=where)
    elif missing:
        rows = list(dict.fromkeys(table.cells[ref].row.printed for ref in missing))
        yield found(
            "published.part_missing",
            table.id,
            refs=tuple(missing),
            where=where,
            count=len(missing),
            which=_listed(rows),
        )
    if empty:
        cells = tuple(tables.printed[ref].cell for ref in empty)
        which = _listed([table.cells[ref].printed for ref in empty])
        yield found(
            "published.blank", table.id, refs=tuple(empty), cells=cells, where=where, count=len(empty), which=which
        )
    if table.id in tables.headless:
        yield found("published.header", table.id, where=where)
    for ref, there in tables.unclear.items():
        if ref in table.cells and ref not in tables.printed:
            yield found(
                "published.unclear", ref, refs=(ref,), cells=(there.cell,), where=where, cell=table.cells[ref].printed
            )
    for ref, (one, other) in tables.twice.items():
        if ref in table.cells:
            yield found(
                "published.twice",
                ref,
                refs=(ref,),
                cells=(one.cell, other.cell),
                where=where,
                cell=table.cells[ref].printed,
                one=one_line(one.text) or "（空）",
                other=one_line(other.text) or "（空）",
            )


def _listed(words: list[str]) -> str:
    return "、".join(f"“{word}”" if "“" not in word else word for word in words[:_SHOWN]) + (
        f" 等 {len(words)} 处" if len(words) > _SHOWN else ""
    )


_SHOWN = 5


def _strange_findings(tables: Found) -> Iterator[Finding]:
    for label, cell in dict.fromkeys(tables.extra):
        yield found("published.extra", bare(label), cells=(cell,), label=one_line(label))
    for label, expected, cell in dict.fromkeys(tables.altered):
        if expected:
            yield found("published.label", bare(label), cells=(cell,), label=one_line(label), expected_label=expected)
        else:
            yield found("published.column", bare(label), cells=(cell,), label=one_line(label))


def _form_findings(form: Form, year: int | None, headings: Headings) -> Iterator[Finding]:
    if year is not None and edition_in_force(year) != form.official:
        wanted = load_form(edition_in_force(year))
        yield found("published.edition", year=year, document=form.document, wanted=wanted.document)
    there = {heading.section for heading in headings.values()}
    for section in form.sections:
        if section.key not in there:
            yield found("published.section", section.key, section=section.heading)
