"""Read a workbook that is not ours: what its sheets show is read as a published document is, by the labels.

It is no publication, so a blank cell is not a 0. Unit and year are what the sheets say; what only the file's name says
is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from msgspec.structs import replace

from gouji.findings.finding import Finding, found
from gouji.form.editions import edition_in_force, load_form
from gouji.form.forms import OFFICIAL, Forms
from gouji.form.labels import money_units
from gouji.formats.foreign.blocks import labels_on, passages_of, signs_of, without_blank_copies
from gouji.formats.foreign.shown_sheet import ShownSheet, shown_sheets
from gouji.formats.published import NoReportError, Paragraph, Passage, reading_of
from gouji.formats.published.sections import title_of
from gouji.formats.spreadsheet.safe_copy import inspect
from gouji.report.model import Unit
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError, NoFormError

_FEWEST_LABELS = 8
"""Lists and plans name a few rows of the form; a table of the form has more."""
_FEWEST_FIGURES = 0.5
"""The share of the cells of one official table that must be found."""
_MOST_NAMED = 5


def read_foreign(data: bytes, key: bytes | None, forms: Forms, name: str, refusal: NoFormError) -> Reading:
    """Read a workbook that was refused because it is none of the forms; ``name`` is the file's, if it is known.

    With the issuing office's key, it is asked whose it is, for it cannot have a signature.
    Raises the refusal for a workbook without an official table, DocumentError for one that cannot be opened safely.
    """
    try:
        reading = _reading(data, forms, name)
    except NoReportError:
        raise refusal from None
    unsigned = [found("identity.document", medium="单位自己的表格")] if key else []
    return replace(reading, findings=(*unsigned, *reading.findings))


def _reading(data: bytes, forms: Forms, name: str) -> Reading:
    package = inspect(data)
    signs = signs_of(forms)
    if labels_on(package.sheets, signs) < _FEWEST_LABELS:
        raise NoReportError(_NONE)
    sheets = list(shown_sheets(package))
    passages = without_blank_copies([each for sheet in sheets for each in passages_of(sheet, signs)], signs)
    said = _said(sheets)
    reading = _read(passages, said, forms)
    if not _holds_a_table(reading):
        raise NoReportError(_NONE)
    reading, asked = _named(reading, passages, said, forms, PurePath(name).stem)
    if len(_titled(passages)) > 1:  # nobody knows whose tables these are
        reading = replace(reading, report=replace(reading.report, unit=Unit()))
    findings = (found("foreign.read"), *asked, *_unseen(sheets), *_of_money(reading, sheets), *_of_tables(reading))
    return replace(reading, findings=findings)


_NONE = "这份文件里没有找到政府信息公开工作年度报告的表。"


def _read(passages: Sequence[Passage], around: Sequence[str], forms: Forms) -> Reading:
    """Read the passages; a report of the official form alone is read by the official forms, as a document is."""
    try:
        reading = reading_of(passages, around, forms, is_publication=False)
        if forms is OFFICIAL or forms.asked or reading.report.form.base:
            return reading
        return reading_of(passages, around, OFFICIAL, is_publication=False)
    except NoReportError:
        raise
    except DocumentError:
        # A list of thousands of rows with some of the labels is too large for a report, and is none.
        raise NoReportError(_NONE) from None


def _holds_a_table(reading: Reading) -> bool:
    form = reading.report.form
    return any(
        sum(ref in reading.places for ref in table.cells) >= _FEWEST_FIGURES * len(table.cells)
        for table in form.official_tables
    ) or any(finding.rule in ("published.twice", "published.shifted") for finding in reading.findings)


# ---------------------------------------------------------------- unit and year


def _named(
    reading: Reading, passages: Sequence[Passage], said: Sequence[str], forms: Forms, name: str
) -> tuple[Reading, tuple[Finding, ...]]:
    """Return the reading with unit and year from the file's name where the sheets name none, and the question."""
    report = reading.report
    of_name = title_of(name)
    years = set(re.findall(r"(?<!\d)(20\d\d)(?=年)", name))
    unit = "" if report.unit.name or of_name is None else of_name.unit
    year = None if report.year or len(years) != 1 else int(years.pop())
    if not unit and not year:
        return reading, ()
    named = _read(passages, [*said, _title(unit or report.unit.name, year or report.year)], forms)
    what = [f"单位是“{unit}”"] * bool(unit) + [f"年度是 {year}"] * bool(year)
    return named, (found("foreign.name", what="、".join(what)),)


def _title(unit: str, year: int | None) -> str:
    """Return the title of a report of a unit on a year."""
    return f"{unit}{f'{year}年' if year else ''}{load_form(edition_in_force(year)).titles[0]}"


_UNIT_LABEL = re.compile(
    r"(?:填\s*报|报\s*送|报\s*告|编\s*制|填\s*表)?\s*单\s*位\s*(?:名\s*称|全\s*称)?\s*(?:[(（][^()（）]{1,6}[)）])?\s*"
)
_YEAR_LABEL = re.compile(r"(?:报\s*告|填\s*报|统\s*计)?\s*(?:年\s*度|年\s*份)\s*")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:\s*年\s*度?)?(?!\d)")
_OF_NUMBERS = re.compile(r"[件万元亿/、，（）()\s个项宗份次]+")
_LONGEST_NAME, _LONGEST_LINE = 40, 60


def _said(sheets: Sequence[ShownSheet]) -> list[str]:
    """Return, as a title, what the sheets say after words such as 填报单位, if they say one thing only."""
    units = {unit for sheet in sheets for unit in _after(sheet, _UNIT_LABEL) if _is_name(unit)}
    years = {match[1] for sheet in sheets for text in _after(sheet, _YEAR_LABEL) if (match := _YEAR.fullmatch(text))}
    years = years or {
        match[1]
        for sheet in sheets
        for cell in sheet.cells.values()
        if len(cell.text) <= _LONGEST_LINE and (match := re.search(r"(?<!\d)(20\d\d)\s*年度", cell.text))
    }
    unit = units.pop() if len(units) == 1 else ""
    year = int(years.pop()) if len(years) == 1 else None
    return [_title(unit, year)] if unit or year else []


def _after(sheet: ShownSheet, label: re.Pattern[str]) -> Iterator[str]:
    """Yield what stands after a label: in its cell behind a colon, or in the next cell of the row."""
    for (row, column), cell in sheet.cells.items():
        match = label.match(cell.text) if len(cell.text) <= _LONGEST_LINE else None
        rest = cell.text[match.end() :] if match else ""
        if match and rest[:1] in ("：", ":") and rest[1:].strip():
            yield re.split(r"\s{2,}|\s+(?=填|报|日|年|单)", rest[1:].strip())[0]
        elif match and not rest.strip("：: "):
            beside = sheet.at(row, column + cell.columns) if column + cell.columns < len(sheet.columns) else None
            yield beside.text if beside else ""


def _is_name(text: str) -> bool:
    return 2 < len(text) <= _LONGEST_NAME and not _OF_NUMBERS.fullmatch(text) and not re.search(r"\d", text)


def _titled(passages: Sequence[Passage]) -> set[str]:
    """Return the units that have a title on the sheets."""
    titles = (title_of(passage.text) for passage in passages if isinstance(passage, Paragraph))
    return {title.unit for title in titles if title and title.unit}


# ---------------------------------------------------------------- findings


def _unseen(sheets: Sequence[ShownSheet]) -> Iterator[Finding]:
    """Yield one finding on all hidden rows, columns and sheets, which nobody who signs has seen."""
    unseen = [what for sheet in sheets for what in sheet.unseen]
    if unseen:
        more = f" 等 {len(unseen)} 处" if len(unseen) > _MOST_NAMED else ""
        yield found("foreign.hidden", which="、".join(unseen[:_MOST_NAMED]) + more)


def _of_money(reading: Reading, sheets: Sequence[ShownSheet]) -> Iterator[Finding]:
    """Yield a question on each amount where the sheets name a unit of money, and never the one of the form."""
    report = reading.report
    theirs = money_units(cell.text for sheet in sheets for cell in sheet.cells.values())
    for table in report.form.official_tables if theirs else ():
        for ref, cell in table.cells.items():
            if cell.kind == "money" and cell.column.unit not in theirs and report.figures.get(ref):
                yield found(
                    "foreign.money",
                    ref,
                    refs=(ref,),
                    cells=(reading.places[ref],) if ref in reading.places else (),
                    actual=report.figures[ref],
                    where=report.form.sheet_of(table.id),
                    cell=cell.printed,
                    unit=cell.column.unit,
                    theirs="、".join(sorted(theirs)),
                )


def _of_tables(reading: Reading) -> Iterator[Finding]:
    """Yield what is to be said of the tables; that a text is missing, the checks say of every report."""
    return (finding for finding in reading.findings if finding.rule != "published.section")
