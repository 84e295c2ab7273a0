"""Read a submitted workbook: the structure first, then the values, then a second look at entries that are not numbers.

Nothing in the file is trusted: not its name, its totals, its labels, its identity or its size.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from msgspec.structs import replace

from gouji.findings.finding import Finding, found
from gouji.findings.rules import SUBJECTS
from gouji.form.expressions import Total
from gouji.form.forms import OFFICIAL, Forms
from gouji.form.levels import LEVELS, level_named_by
from gouji.form.model import HIDDEN, Form, name_of
from gouji.form.values import YES, Number
from gouji.formats.addresses import Place, PlaceMap
from gouji.formats.spreadsheet.safe_copy import Package, inspect
from gouji.formats.spreadsheet.values import Sheets
from gouji.formats.workbook import identity as identities
from gouji.formats.workbook import own_totals, seen
from gouji.formats.workbook.entries import Entries, formula_at, keys_with_formulas, number_of, text_of
from gouji.formats.workbook.evidence import traces
from gouji.formats.workbook.layout import IDENTITY, PEOPLE, ZERO_LABEL, Layout, layout_of
from gouji.formats.workbook.notes import asked_of_notes
from gouji.formats.workbook.shifted import refuse_shifted_cells
from gouji.formats.workbook.structure import Located, locate
from gouji.formats.workbook.versions import NEWEST, VERSIONS
from gouji.report.model import People, Report, Unit, make_report
from gouji.report.reading import Reading, paragraph_places
from gouji.runtime.errors import DocumentError, NoFormError

_UNKNOWN = "这不是用 gouji 填报表填的（缺少识别信息）。请单位用发下去的填报表填写。"
_FIRST_ROWS = {HIDDEN: len(IDENTITY)}
"""Only the identity is read from the hidden sheet; the calculations below it are done again."""


def read_workbook(data: bytes, key: bytes | None = None, forms: Forms = OFFICIAL) -> Reading:
    """Read a workbook that was made from one of the forms; with the issuing office's key, verify its signature.

    Raises DocumentError with one sentence for a file that is not a workbook, is not one of ours, or whose cells cannot
    be located with certainty.
    """
    package = inspect(data, _FIRST_ROWS)
    sheets = package.sheets
    form, identity, said = _identity(package, sheets, forms)
    layout = layout_of(form, VERSIONS[identity["version"]])
    located = _located(layout, sheets, identity["edition"])
    if form.edition != identity["edition"]:
        said.append(found("form.version", name=form.name))
    cells = dict(_cells(sheets, located.places))
    calculated = keys_with_formulas(package, located.places)
    entries = Entries(
        numbers={ref: number_of(cells[ref]) for ref in form.cells},
        formulas={ref: formula_at(package, located.places[ref]) or "" for ref in form.inputs if ref in calculated},
    )
    locked = identity["locked"].split()
    refuse_shifted_cells(layout, package, located, cells, entries, locked)
    unlike = seen.differences(layout, package, located.places, cells)
    figures, unread = _figures(layout, package, located, cells, entries)
    for difference in unlike:
        figures.pop(difference.ref, None)
        unread[difference.ref] = difference.shown
    rows = {topic.key: list(_rows_of(cells, topic.key)) for topic in form.topics}
    report = _report(form, cells, figures, unread, identity, rows)
    report, differing = _with_totals(report, package, located, cells, entries)
    printed = _printed(layout, located)
    printed.update(_of_paragraphs(rows, located.places))
    findings = (
        *said,
        *identities.disagreements(identity, package_identity(package), _shown(cells), printed),
        *identities.unproved(identity, key),
        *located.findings,
        *seen.findings(form, unlike),
        *differing,
        *asked_of_notes(form, package, located.places, report.figures),
        *traces(layout, package, located.places, calculated, locked),
    )
    return Reading(report=report, findings=findings, places=printed, locked=tuple(locked), computed_totals=True)


def issued_identity(data: bytes, forms: Forms = OFFICIAL) -> dict[str, str]:
    """Return the identity that the issuing office wrote into a workbook; its signature is not verified.

    Raises DocumentError as :func:`read_workbook` does.
    """
    package = inspect(data, _FIRST_ROWS)
    _, identity, _ = _identity(package, package.sheets, forms)
    return identity


def package_identity(package: Package) -> dict[str, str]:
    """Return the identity in the properties of the file."""
    return identities.from_properties(package.properties)


def _cells(sheets: Sheets, places: PlaceMap) -> Iterator[tuple[str, Any]]:
    """Yield the value of every visible cell of the form, or an empty text for a cell outside its sheet."""
    for sheet, spots in places.by_sheet.items():
        if sheet != HIDDEN:
            rows = sheets[sheet]
            widths = [*map(len, rows)]
            height = len(rows)
            for key, row, column in spots:
                yield key, rows[row][column] if row < height and column < widths[row] else ""


# ---------------------------------------------------------------- identity


def _identity(package: Package, sheets: Sheets, forms: Forms) -> tuple[Form, dict[str, str], list[Finding]]:
    """Return the form and the identity from the hidden sheet, or else the properties, or else the labels."""
    hidden = {text_of(row[0]): text_of(row[1]) for row in sheets.get(HIDDEN, ())[: len(IDENTITY)] if len(row) > 1}
    said = hidden if hidden.get("edition") else package_identity(package)
    findings = []
    if not said.get("edition"):
        layout = _by_labels(sheets, forms)
        said = {"edition": layout.form.edition, "version": layout.version.name}
        findings.append(found("identity.missing"))
    identity = {key: said.get(key, "") for key in IDENTITY}
    form = forms.any_version(identity["edition"])
    if form is None:
        raise _unknown_form(identity["edition"])
    if identity["version"] not in VERSIONS:
        number = identity["version"][:9]
        newer = number.isascii() and number.isdigit() and int(number) > int(NEWEST.name)
        advice = "请升级程序。" if newer else "请单位用现在发的填报表填写。"
        known = "、".join(f"“{name}”" for name in VERSIONS)
        raise DocumentError(f"填报表的样式版本是“{identity['version'][:20]}”，这个程序只认识{known}。{advice}")
    if identity["level"] not in LEVELS:
        identity["level"] = ""
    return form, identity, findings


def _unknown_form(edition: str) -> DocumentError:
    if name := name_of(edition):
        return DocumentError(f"填报表用的是自定格式“{name[:20]}”。请用 --edition 写明它的格式文件（.toml），再读一次。")
    return DocumentError(f"填报表的版本“{edition[:20]}”不认识。请单位用发下去的填报表填写。")


def _located(layout: Layout, sheets: Sheets, edition: str) -> Located:
    """Find the cells. A workbook of another version of the form is accepted if its labels are the same."""
    try:
        return locate(layout, {name: rows for name, rows in sheets.items() if name != HIDDEN})
    except DocumentError as error:
        if edition == layout.form.edition:
            raise
        raise DocumentError(f"填报表是用格式“{name_of(edition)}”的另一个版本生成的，与现在的不同：{error}") from None


def _by_labels(sheets: Sheets, forms: Forms) -> Layout:
    """Return the layout whose labels the sheets have, for a workbook without an identity."""
    matching: list[Layout] = []
    for form in forms.every:
        if any(other.form.base == form.edition for other in matching):
            continue  # the sheets have all labels of this form, and more
        if layout := _version_by_labels(sheets, form):
            matching.append(layout)
    if len(matching) != 1:
        titles = {name for form in forms.every for name in layout_of(form).sheets}
        # With one of our sheets it is a form that somebody has taken apart, else a table of the unit's own.
        raise (
            DocumentError(_UNKNOWN) if titles.intersection(sheets) or _has_our_words(sheets) else NoFormError(_UNKNOWN)
        )
    return matching[0]


def _has_our_words(sheets: Sheets) -> bool:
    """Tell whether a sheet asks for a zero declaration, which only our forms do."""
    return any(row and row[0] == ZERO_LABEL for rows in sheets.values() for row in rows)


def _version_by_labels(sheets: Sheets, form: Form) -> Layout | None:
    """Return the layout of a form whose labels the sheets have: the version in which fewest sheets have moved."""
    visible = {name: rows for name, rows in sheets.items() if name != HIDDEN}
    found: list[tuple[int, Layout]] = []
    for version in reversed(VERSIONS.values()):
        layout = layout_of(form, version)
        try:
            found.append((len(locate(layout, visible).findings), layout))
        except DocumentError:
            continue
    return min(found, key=lambda each: each[0])[1] if found else None


def _shown(cells: Mapping[str, Any]) -> dict[str, str]:
    """Return the unit and the year that the first sheet shows."""
    year = _year(cells["year"])
    return {
        "unit.name": text_of(cells["unit.name"]),
        "unit.code": text_of(cells["unit.code"]),
        "year": str(year) if year else text_of(cells["year"]),
    }


def _year(value: Any) -> int | None:
    text = text_of(value).removesuffix("年")
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() else None


# ---------------------------------------------------------------- figures


def _figures(
    layout: Layout, package: Package, located: Located, cells: Mapping[str, Any], entries: Entries
) -> tuple[dict[str, Number], dict[str, str]]:
    """Return the figures, and the text of every entry that is not one, such as a formula."""
    figures: dict[str, Number] = {}
    unread: dict[str, str] = {}
    for ref in layout.form.inputs:
        value, number = cells[ref], entries.numbers[ref]
        if ref in entries.formulas:
            unread[ref] = entries.formulas[ref]
        elif number is not None:
            figures[ref] = number
        elif value != "":
            unread[ref] = str(value) if isinstance(value, str) else text_of(value)
    doubtful = [
        ref
        for ref in layout.form.inputs
        if ref not in figures
        and not unread.get(ref, "").startswith("=")
        and not _is_declared_zero(layout, cells, ref, package.xml.get(located.places[ref].sheet, b""))
    ]
    if doubtful and package.kind.has_xml:
        from gouji.formats.spreadsheet import second_look

        unread.update(second_look.as_typed(package.xml, {ref: located.places[ref] for ref in doubtful}))
    return figures, unread


def _is_declared_zero(layout: Layout, cells: Mapping[str, Any], ref: str, xml: bytes) -> bool:
    """Tell whether a cell is a blank of a table that is declared zero; an error value only looks like one."""
    blank = cells.get(f"zero.{layout.form.cells[ref].table}") == YES and cells[ref] == ""
    return blank and b't="e"' not in xml and b"t='e'" not in xml


# ---------------------------------------------------------------- the report


def _report(
    form: Form,
    cells: Mapping[str, Any],
    figures: dict[str, Number],
    unread: dict[str, str],
    identity: Mapping[str, str],
    rows: Mapping[str, _Rows],
) -> Report:
    shown = _shown(cells)
    # The issued identity counts; where the first sheet differs from it, a finding says so.
    issued = {key: identity[key] or shown[key] for key in shown}
    return make_report(
        form=form,
        year=_year(issued["year"]),
        unit=Unit(name=issued["unit.name"], code=issued["unit.code"], level=identity["level"] or _level(cells)),
        people=People(**{key.removeprefix("people."): _said(key, cells[key]) for key in PEOPLE}),
        figures=figures,
        texts={topic: [text for text, _ in written] for topic, written in rows.items()},
        zero=[table.id for table in form.official_tables if text_of(cells[f"zero.{table.id}"]) == YES],
        unread=unread,
        explanations={subject: text_of(cells[f"explain.{subject}"]) for subject in SUBJECTS},
    )


def _level(cells: Mapping[str, Any]) -> str:
    """Return the level that the unit names on the first sheet, which an earlier version does not ask for."""
    return level_named_by(text_of(cells.get("unit.level", "")))


def _said(key: str, value: Any) -> str:
    number = number_of(value)
    if key == "people.date" and number is not None and _FIRST_DAY < number < _LAST_DAY:
        # A date that lost its format is the number of days since the epoch of spreadsheets.
        return (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(number))).isoformat()
    text = text_of(value)
    return text.removesuffix(_MIDNIGHT) if key == "people.date" else text


_FIRST_DAY, _LAST_DAY = 36_000, 80_000
_MIDNIGHT = " 00:00:00"
"""What programs add that know no date without a time, when they make it a text."""


_Rows = Sequence[tuple[str, str]]
"""The written rows of a topic: the text and the key of the cell."""


def _rows_of(cells: Mapping[str, Any], topic: str) -> Iterator[tuple[str, str]]:
    """Yield the written rows of a topic."""
    number = 1
    while (value := cells.get(key := f"text.{topic}.{number}")) is not None:
        if value != "":
            yield text_of(value), key
        number += 1


def _of_paragraphs(rows: Mapping[str, _Rows], places: Mapping[str, Place]) -> Iterator[tuple[str, str]]:
    """Yield the key and the address of every paragraph."""
    for topic, written in rows.items():
        yield from paragraph_places(topic, ((text, places[key].printed) for text, key in written))


def _with_totals(
    report: Report, package: Package, located: Located, cells: Mapping[str, Any], entries: Entries
) -> tuple[Report, tuple[Finding, ...]]:
    """Compute the totals from their parts, and report where the total in the file differs.

    Where its formula is still the issued one, a different result only means that a program did not recalculate it.
    """
    form = report.form
    figures: dict[str, Number] = dict(report.figures)
    findings, stale = [], []
    old: dict[str, Number | str] = {}
    for ref, parts in form.totals.items():
        total = Total(parts).value(figures)
        if total is None:
            continue
        figures[ref] = total
        printed = entries.numbers[ref]
        place = located.places[ref]
        if printed is None and cells[ref] == "":
            stale.append(ref)
        elif printed is not None and not _differ(printed, total, [figures[part] for part in parts]):
            continue
        else:
            shown = text_of(cells[ref]) if printed is None else printed
            if own_totals.is_issued(formula_at(package, place) or "", parts, located.places):
                old[ref] = shown
            else:
                findings.append(_total("total_differs", form, place, ref, total, shown))
    if stale:
        findings.append(found("totals.stale"))
    findings += _old_totals(form, located, figures, old)
    # A table that is declared zero has all its figures by now.
    return replace(report, figures={ref: figures[ref] for ref in form.cells if ref in figures}), tuple(findings)


def _old_totals(
    form: Form, located: Located, figures: Mapping[str, Number], old: Mapping[str, Number | str]
) -> Iterator[Finding]:
    """Yield a note on each total that was not recalculated; they have one cause, so all are echoes of the first."""
    first = ""
    for ref, shown in old.items():
        more = f" 等 {len(old)} 格" if len(old) > 1 and not first else ""
        note = _total("totals.old", form, located.places[ref], ref, figures[ref], shown, more=more)
        yield replace(note, echo_of=first or None)
        first = first or note.id


def _differ(printed: Number, total: Number, parts: Sequence[Number]) -> bool:
    """Tell whether a total differs from ours by more than a spreadsheet loses by adding with 15 digits."""
    gap = Decimal(abs(Decimal(printed) - Decimal(total)))
    return gap >= Decimal("0.000001") and gap * 10**14 > max(abs(Decimal(part)) for part in parts)


def _total(
    rule: str, form: Form, place: Place, ref: str, total: Number, shown: Number | str, more: str = ""
) -> Finding:
    return found(
        rule,
        ref,
        refs=(ref,),
        cells=(place.printed,),
        expected=total,
        actual=shown,
        where=place.sheet,
        cell=form.cells[ref].printed,
        more=more,
    )


def _printed(layout: Layout, located: Located) -> dict[str, str]:
    """Return the addresses of all that a finding can be about; a topic has that of its first row."""
    return dict(_as_issued(layout)) if located.places is layout.places else _addresses(layout.form, located.places)


@cache
def _as_issued(layout: Layout) -> dict[str, str]:
    return _addresses(layout.form, layout.places)


def _addresses(form: Form, places: Mapping[str, Place]) -> dict[str, str]:
    printed = {key: place.printed for key, place in places.items() if place.sheet != HIDDEN}
    printed.update({topic.key: printed[f"text.{topic.key}.1"] for topic in form.topics})
    return printed
