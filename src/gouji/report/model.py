"""Report: what one unit answers for one year, and its JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal, InvalidOperation, localcontext
from operator import add
from typing import Any

import msgspec

from gouji.form.editions import load_form
from gouji.form.expressions import Declared, EntryOf
from gouji.form.forms import OFFICIAL, Forms
from gouji.form.levels import LEVELS
from gouji.form.model import Form, name_of
from gouji.form.values import YES, Number, Value
from gouji.report.figure_rows import picked
from gouji.runtime.decoding import json_table, json_value, refuse_unknown
from gouji.runtime.errors import DocumentError, GoujiError


class Unit(msgspec.Struct, frozen=True):
    """The administrative body that reports."""

    name: str = ""
    code: str = ""
    level: str = ""


class People(msgspec.Struct, frozen=True):
    """Who filled the form in, and when (ISO date)."""

    filled_by: str = ""
    reviewed_by: str = ""
    phone: str = ""
    date: str = ""


class Report(msgspec.Struct, frozen=True):
    """What one unit answers for one year. Create it with :func:`make_report`, which applies zero declarations.

    A figure is in ``figures`` if it is known and in ``unread``, as typed, if its cell holds something that is not a
    permitted number. A figure in neither is blank.
    """

    form: Form
    """The form that the report answers."""
    year: int | None
    unit: Unit = Unit()
    people: People = People()
    figures: Mapping[str, Number] = {}
    texts: Mapping[str, tuple[str, ...]] = {}
    zero: tuple[str, ...] = ()
    """The tables that the unit declares to be all zero."""
    unread: Mapping[str, str] = {}
    explanations: Mapping[str, str] = {}
    """The unit's explanations, by the subject of the query."""

    @property
    def edition(self) -> str:
        """The name of the form that the report answers."""
        return self.form.edition

    @property
    def title(self) -> str:
        """The title of the published report."""
        return self.form.report_title(self.unit.name, self.year)

    def cells(self) -> dict[str, Value]:
        """Return the report as cells for the expressions of :mod:`gouji.form.expressions`."""
        cells: dict[str, Value] = dict(self.figures)
        cells.update(self.unread)
        cells.update({f"zero.{table}": YES for table in self.zero})
        cells.update({f"length.{topic}": sum(map(len, paragraphs)) for topic, paragraphs in self.texts.items()})
        cells["level"] = self.unit.level or None
        return cells

    def section_texts(self, section: str) -> list[str]:
        """Return all paragraphs of a section, in printed order."""
        return [text for topic in self.form.topics_of(section) for text in self.texts.get(topic.key, ())]


def make_report(
    *,
    form: Form | None = None,
    edition: str = "",
    year: int | None,
    unit: Unit = Unit(),  # noqa: B008 - frozen
    people: People = People(),  # noqa: B008 - frozen
    figures: Mapping[str, Number | None],
    texts: Mapping[str, Iterable[str]] | None = None,
    zero: Iterable[str] = (),
    unread: Mapping[str, str] | None = None,
    explanations: Mapping[str, str] | None = None,
) -> Report:
    """Return a Report that answers a form, which is given itself or as the name of an official ``edition``.

    In a table with a zero declaration that no entry contradicts, blanks are read as 0. Raises GoujiError for an
    unknown edition.
    """
    form = form or load_form(edition)
    known: dict[str, Number] = {ref: value for ref, value in figures.items() if value is not None}
    typed = {ref: text for ref, text in (unread or {}).items() if text != ""}
    declared = tuple(table.id for table in form.official_tables if table.id in set(zero))
    for table in declared:
        cells: dict[str, Value] = {**known, **typed, "zero": YES}
        kinds = form.table(table).cells
        entries: dict[str, Value] = {ref: EntryOf(ref, cell.kind).value(cells) for ref, cell in kinds.items()}
        if Declared("zero", tuple(entries)).value({**entries, "zero": YES}):
            known.update({ref: 0 for ref in kinds if ref not in known})
    return Report(
        form=form,
        year=year,
        unit=unit,
        people=people,
        figures={ref: known[ref] for ref in form.cells if ref in known},
        texts={topic.key: kept for topic in form.topics if (kept := paragraphs_of((texts or {}).get(topic.key, ())))},
        zero=declared,
        unread={ref: typed[ref] for ref in form.cells if ref in typed},
        explanations={key: text.strip() for key, text in (explanations or {}).items() if text.strip()},
    )


def with_figures(report: Report, figures: Mapping[str, Number], unread: Mapping[str, str]) -> Report:
    """Return a copy of a report with other figures; its zero declarations are applied again."""
    return make_report(
        form=report.form,
        year=report.year,
        unit=report.unit,
        people=report.people,
        figures=figures,
        texts=report.texts,
        zero=report.zero,
        unread=unread,
        explanations=report.explanations,
    )


def added(reports: Sequence[Report], unit: Unit) -> Report:
    """Return the totals of reports of one edition and year; a figure that is missing in one report has no total.

    Raises GoujiError if editions or years are mixed, because their figures mean different things.
    """
    first = reports[0]
    if any((report.form, report.year) != (first.form, first.year) for report in reports):
        raise GoujiError("要相加的报告不是同一年度、同一版格式的，不能相加。")
    figures = added_up(first.form.cells, [report.figures for report in reports])
    return make_report(form=first.form, year=first.year, unit=unit, figures=figures)


_EXACT = Context(prec=200)
"""Adds figures of thirty digits before or after the decimal point without rounding."""


def added_up(refs: Iterable[str], many: Iterable[Mapping[str, Number | None]]) -> dict[str, Number]:
    """Return the exact total of each figure over many reports; a figure that is missing in one has no total."""
    refs = list(refs)
    totals: list[Number] = [0] * len(refs)
    missing: set[int] = set()
    with localcontext(_EXACT):
        for figures in many:
            values = picked(figures, refs)
            if None in values:
                missing.update(place for place, value in enumerate(values) if value is None)
                values = tuple(value or 0 for value in values)
            totals = list(map(add, totals, values))
        return {
            ref: as_figure(total) if isinstance(total, Decimal) else total
            for place, (ref, total) in enumerate(zip(refs, totals, strict=True))
            if place not in missing
        }


def paragraphs_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts as the paragraphs of a topic: a cell may hold several pasted ones, and empty lines are none."""
    lines = (line.replace("\t", " ").strip() for text in texts for line in text.splitlines())
    return tuple(line for line in lines if line)


# ---------------------------------------------------------------- JSON


def to_json(report: Report) -> bytes:
    """Return a report as JSON; ``figures`` has every Ref of the form, with null for a figure that is not known."""
    form = report.form
    document: dict[str, Any] = {
        "edition": report.edition,
        "year": report.year,
        "unit": {
            "code": report.unit.code or None,
            "name": report.unit.name,
            "level": report.unit.level or None,
        },
        "people": {key: value for key, value in msgspec.structs.asdict(report.people).items() if value},
        "figures": {ref: report.figures.get(ref) for ref in form.cells},
        "texts": report.texts,
        "zero": report.zero,
        "unread": report.unread,
    }
    if report.explanations:
        document["explanations"] = report.explanations
    encoder = msgspec.json.Encoder(decimal_format="number")
    return msgspec.json.format(encoder.encode(document), indent=2) + b"\n"


def from_json(data: bytes, *, forms: Forms = OFFICIAL, of_last_year: bool = False) -> Report:
    """Read a report strictly from JSON; it may name any of ``forms``.

    A report ``of_last_year`` may answer another version of a supplementary form; cells and texts that the known version
    does not have are left out. Raises DocumentError, naming the first key or value that is wrong.
    """
    document = json_table(data)
    _refuse_unknown("", document, _TOP)
    edition = _text(document, "edition", required=True)
    form = forms.any_version(edition) if of_last_year else forms.get(edition)
    if form is None:
        raise _unknown_form(edition, forms)
    if form.edition != edition:
        document = _known_part(document, form)
    unit, people = _object(document, "unit", required=True), _object(document, "people")
    _refuse_unknown("unit.", unit, _UNIT)
    _refuse_unknown("people.", people, _PEOPLE)
    level = _text(unit, "level", "unit.")
    if level and level not in LEVELS:
        raise DocumentError(f"unit.level：没有“{level[:20]}”这个级别，可以用 {' '.join(LEVELS)}。")
    figures, unread = _figures(_object(document, "figures", required=True), form), _texts(document, "unread")
    _refuse_unknown("unread.", unread, list(form.cells))
    both = [ref for ref in unread if figures.get(ref) is not None]
    if both:
        raise DocumentError(f"unread.{both[0]}：同一格不能既有数字又有读不出的文字。")
    texts = _object(document, "texts")
    _refuse_unknown("texts.", texts, [topic.key for topic in form.topics])
    return make_report(
        form=form,
        year=_year(document),
        unit=Unit(name=_text(unit, "name", "unit.", required=True), code=_text(unit, "code", "unit."), level=level),
        people=People(**{key: _text(people, key, "people.") for key in people}),
        figures=figures,
        texts={key: _typed(raw, list[str] | None, f"texts.{key}", "文字的列表") or [] for key, raw in texts.items()},
        zero=_zero(document, form),
        unread=unread,
        explanations=_texts(document, "explanations"),
    )


def _unknown_form(edition: str, forms: Forms) -> DocumentError:
    if name := name_of(edition):
        return DocumentError(
            f"edition：用的是自定格式“{name[:20]}”。请用 --edition 写明它的格式文件（.toml），再读一次。"
        )
    return DocumentError(f"edition：没有“{edition[:20]}”版的格式，现有 {'、'.join(forms.names)}。")


def _known_part(document: _Document, form: Form) -> dict[str, msgspec.Raw]:
    """Return a JSON report without the parts that a form does not have."""
    topics = [topic.key for topic in form.topics]
    kept = dict(document)
    for part, known in (("figures", list(form.cells)), ("unread", list(form.cells)), ("texts", topics)):
        values = _object(document, part)
        kept[part] = msgspec.Raw(msgspec.json.encode({key: values[key] for key in known if key in values}))
    tables = {table.id for table in form.official_tables}
    zero = [
        table
        for table in _typed(document.get("zero", msgspec.Raw(b"null")), list[str] | None, "zero", "表名的列表") or []
        if table in tables
    ]
    kept["zero"] = msgspec.Raw(msgspec.json.encode(zero))
    return kept


class Figures(msgspec.Struct, frozen=True):
    """Only the figures of a report, with its edition and year."""

    edition: str
    year: int | None
    figures: dict[str, Any]
    """By Ref, a Number or None. A type cannot tell a decoder to leave numbers as they are written."""


def figures_of(data: bytes) -> Figures:
    """Return the figures in JSON from :func:`to_json`, forty times as fast as reading the whole report.

    The JSON is not checked. Use :func:`from_json` for files from outside.
    """
    return _figures_decoder.decode(data)


def _exactly(number: str) -> Number:
    return as_figure(Decimal(number))


_figures_decoder = msgspec.json.Decoder(Figures, float_hook=_exactly)

_TOP = ["edition", "year", "unit", "people", "figures", "texts", "zero", "unread", "explanations"]
_UNIT = ["code", "name", "level"]
_PEOPLE = ["filled_by", "reviewed_by", "phone", "date"]
_JSON_NUMBER = re.compile(rb"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_MOST_DIGITS = 30
_LONGEST_NAME = 60

_Document = Mapping[str, msgspec.Raw]
_typed = json_value


def _refuse_unknown(prefix: str, found: Iterable[str], known: list[str]) -> None:
    def sentence(key: str) -> str:
        shown = key if len(key) <= _LONGEST_NAME else f"{key[:_LONGEST_NAME]}…"
        return f"{prefix}{shown}：没有这个名称"

    refuse_unknown(found, known, sentence, DocumentError)


def _required(document: _Document, key: str, prefix: str, required: bool) -> msgspec.Raw | None:
    if key not in document and required:
        raise DocumentError(f"缺少“{prefix}{key}”。")
    return document.get(key)


def _text(document: _Document, key: str, prefix: str = "", *, required: bool = False) -> str:
    raw = _required(document, key, prefix, required)
    return "" if raw is None else (_typed(raw, str | None, prefix + key, "文字") or "").strip()


def _object(document: _Document, key: str, *, required: bool = False) -> dict[str, msgspec.Raw]:
    raw = _required(document, key, "", required)
    if raw is None:
        return {}
    return _typed(raw, dict[str, msgspec.Raw] | None, key, "一组名称和值") or {}


def _texts(document: _Document, key: str) -> dict[str, str]:
    raw = document.get(key)
    return {} if raw is None else _typed(raw, dict[str, str] | None, key, "一组名称和文字") or {}


def _year(document: _Document) -> int | None:
    raw = _required(document, "year", "", True)
    year: int | None = _typed(raw, int | None, "year", "四位数的年份") if raw is not None else None
    if year is not None and not 1000 <= year <= 9999:
        raise DocumentError(f"year：应当是四位数的年份，这里写的是 {str(year)[:20]}。")
    return year


def _zero(document: _Document, form: Form) -> list[str]:
    raw = document.get("zero")
    zero: list[str] = [] if raw is None else _typed(raw, list[str] | None, "zero", "表名的列表") or []
    _refuse_unknown("zero.", zero, [table.id for table in form.official_tables])
    return zero


def _figures(figures: _Document, form: Form) -> dict[str, Number | None]:
    _refuse_unknown("figures.", figures, list(form.cells))
    return {ref: _figure(bytes(raw), f"figures.{ref}") for ref, raw in figures.items()}


def _figure(raw: bytes, place: str) -> Number | None:
    if raw == b"null":
        return None
    if not _JSON_NUMBER.fullmatch(raw):
        raise DocumentError(f"{place}：应当是数字，这里写的是 {raw[:40].decode(errors='replace')}。")
    try:
        number = Decimal(raw.decode())
    except InvalidOperation:  # the exponent is too large for a Decimal
        number = None
    if number is None or abs(number.adjusted()) > _MOST_DIGITS or len(number.as_tuple().digits) > _MOST_DIGITS:
        raise DocumentError(f"{place}：数字太长，超过 {_MOST_DIGITS} 位。")
    return as_shown(number)


SHOWN_DIGITS = 15
"""The significant digits that every spreadsheet program shows; later digits of a double are noise."""
_SHOWN = Context(prec=SHOWN_DIGITS)


def as_shown(number: Decimal) -> Number:
    """Return a number that was stored as a double the way programs show it: 24.150000000000002 as 24.15.

    A whole number keeps all its digits: one that is too long is asked about, never rounded. What is not too long stays
    as it was written: 12.50 keeps its zero.
    """
    if len(number.as_tuple().digits) <= SHOWN_DIGITS or number == number.to_integral_value():
        return as_figure(number)
    return as_figure(_SHOWN.plus(number).normalize())


def as_figure(number: Decimal) -> Number:
    """Return a number exactly, as an int if it is whole and else as a Decimal."""
    return int(number) if number == number.to_integral_value() else number
