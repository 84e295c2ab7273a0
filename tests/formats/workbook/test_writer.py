"""The workbook that clerks get: the official tables, with only the inputs unlocked, ready to print."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Any

import libreoffice as office
import openpyxl
import own_forms
import pytest
import reports
import sheet_xml
from contrast import too_pale
from green_triangles import numbers_stored_as_text
from openpyxl.utils import get_column_letter, range_boundaries

import gouji
from gouji.form.editions import load_form
from gouji.form.model import CHECKS, COVER, HIDDEN
from gouji.form.values import YES
from gouji.formats.addresses import Place
from gouji.formats.drawing.plan import STATE
from gouji.formats.form_file import parse_form_file
from gouji.formats.workbook.layout import IDENTITY, TOP, ZERO_LABEL, column_widths, inputs, laid_out, layout_of
from gouji.formats.workbook.reader import read_workbook
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import People, Report, Unit, make_report

OFFICIAL = Path(__file__).parents[2] / "official"

FUNCTIONS_IN_CELLS = {"SUM", "IF", "AND", "OR", "COUNT", "COUNTIF", "ISNUMBER", "ISERROR", "INT", "LEN", "ABS", "ROUND"}
FUNCTIONS_IN_COLOURS = {*FUNCTIONS_IN_CELLS, "COUNTBLANK"}
"""A function that calculators on web pages lack may be used where only colours depend on it."""
OF_ONE_VALUE = {"ISNUMBER", "ISERROR", "INT", "LEN", "ABS"}


@dataclass(frozen=True)
class Case:
    """A workbook with the report and the locked cells from which it was made."""

    report: Report
    locked: tuple[str, ...]
    """The cells that the office filled in and locked."""
    data: bytes

    @property
    def book(self) -> Any:
        """The workbook as openpyxl loads it."""
        return _loaded(self.data)


@cache
def _loaded(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))


@cache
def case(edition: str, kind: str) -> Case:
    """Return a workbook: blank, prefilled by the office, or filled."""
    if kind == "blank":
        report, carried, given = reports.blank(edition), (), ()
    elif kind == "filled":
        report, carried, given = reports.right(edition), (), ("unit.name", "unit.code", "unit.level", "year")
    else:
        row = [ref for ref in load_form(edition).inputs if ref.startswith("requests.carried_in.")]
        unit = {"unit": reports.UNIT, "year": reports.YEAR[edition]}
        report = make_report(edition=edition, figures=dict.fromkeys(row, 2), **unit)
        carried, given = tuple(row), ("unit.name", "unit.code", "unit.level", "year")
    return Case(report, (*carried, *given), workbook_bytes(report, locked=carried))


KINDS = ("blank", "prefilled", "filled")
every_workbook = pytest.mark.parametrize(
    "variant", [(edition, kind) for edition in reports.EDITIONS for kind in KINDS], ids="-".join
)
every_edition = pytest.mark.parametrize("edition", reports.EDITIONS)


def cells_of(ranges: Any) -> Iterator[str]:
    """Yield every address in these ranges."""
    for area in str(ranges).split():
        first_column, first_row, last_column, last_row = range_boundaries(area)
        for row in range(first_row, last_row + 1):
            for column in range(first_column, last_column + 1):
                yield f"{get_column_letter(column)}{row}"


def address(row: int, column: int) -> str:
    return f"{get_column_letter(column + 1)}{row + 1}"


# ---------------------------------------------------------------- the official tables


def official(edition: str) -> Mapping[str, Any]:
    """Return the three tables as the official form prints them, by section sheet."""
    printed = json.loads((OFFICIAL / f"{edition}.json").read_text(encoding="utf-8"))["tables"]
    form = load_form(edition)
    return {form.section(form.table(table["id"]).section).sheet: table for table in printed}


def span(cell: Mapping[str, int]) -> str:
    row, column = cell["row"] + TOP, cell["col"]
    return f"{address(row, column)}:{address(row + cell['rowspan'] - 1, column + cell['colspan'] - 1)}"


@every_workbook
def test_the_cells_of_the_official_tables_are_merged_as_printed(variant: tuple[str, str]) -> None:
    """Merged cells are labels and, in 2019, numbers that span columns; nothing else on the sheet."""
    for sheet, table in official(variant[0]).items():
        spans = [cell for cell in table["labels"] if cell["rowspan"] * cell["colspan"] > 1]
        labels = {span(cell) for cell in spans}
        taken = set(cells_of(" ".join(span(cell) for cell in table["labels"])))
        merged = {str(area) for area in case(*variant).book[sheet].merged_cells.ranges}
        assert labels <= merged
        numbers = [area for area in merged - labels if not taken.isdisjoint(cells_of(area))]
        assert not numbers, "a merged number cell covers a label"
        inside = set(cells_of(f"A{TOP + 1}:{address(TOP + table['rows'] - 1, table['columns'] - 1)}"))
        assert set(cells_of(" ".join(merged))) <= inside
        covered = Counter(address for area in merged for address in cells_of(area))
        assert set(covered.values()) == {1}


@every_workbook
def test_every_printed_label_is_in_its_cell(variant: tuple[str, str]) -> None:
    for sheet, table in official(variant[0]).items():
        drawn = case(*variant).book[sheet]
        for cell in table["labels"]:
            assert drawn.cell(cell["row"] + TOP + 1, cell["col"] + 1).value == cell["text"]


@every_workbook
def test_every_number_has_a_cell_that_no_label_covers(variant: tuple[str, str]) -> None:
    edition = variant[0]
    layout, form = layout_of(load_form(edition)), load_form(edition)
    for sheet, table in official(edition).items():
        labels = set(cells_of(" ".join(span(cell) for cell in table["labels"])))
        whole = set(cells_of(f"A{TOP + 1}:{address(TOP + table['rows'] - 1, table['columns'] - 1)}"))
        merged = case(*variant).book[sheet].merged_cells.ranges
        hidden = {a for area in merged for a in list(cells_of(area))[1:]}
        numbers = {layout.places[ref].address for ref in form.table(table["id"]).cells}
        assert numbers == whole - labels - hidden
        assert {layout.places[ref].sheet for ref in form.table(table["id"]).cells} == {sheet}


@every_workbook
def test_every_figure_is_in_the_cell_of_its_row_and_column(variant: tuple[str, str]) -> None:
    """The labels above a number and left of it are those of its Ref."""
    form, layout = load_form(variant[0]), layout_of(load_form(variant[0]))
    for table in form.official_tables:
        sheet = case(*variant).book[form.section(table.section).sheet]
        for cell in table.cells.values():
            place = layout.places[cell.ref]
            above = {_shown(sheet, row, place.column) for row in range(TOP, place.row)}
            left = {_shown(sheet, place.row, column) for column in range(place.column)}
            path = set(cell.row.label) | set(cell.column.label)
            assert path <= above | left, cell.ref


def _shown(sheet: Any, row: int, column: int) -> object:
    """Return what a reader sees at a place; a merged cell shows the text of its first cell."""
    for area in sheet.merged_cells.ranges:
        if area.min_row <= row + 1 <= area.max_row and area.min_col <= column + 1 <= area.max_col:
            return sheet.cell(area.min_row, area.min_col).value
    return sheet.cell(row + 1, column + 1).value


# ---------------------------------------------------------------- locks, validations


@every_workbook
def test_the_unlocked_cells_are_the_inputs_and_no_others(variant: tuple[str, str]) -> None:
    written = case(*variant)
    places = inputs(written.report.form, written.locked).values()
    unlocked = sheet_xml.unlocked(written.data)
    assert unlocked == {(place.sheet, place.address) for place in places}
    assert len(unlocked) > 200


@every_workbook
def test_no_row_and_no_column_is_unlocked_as_a_whole(variant: tuple[str, str]) -> None:
    data = case(*variant).data
    for name in sheet_xml.sheet_parts(data).values():
        xml = sheet_xml.part(data, name)
        styles = {*re.findall(r'<col [^>]*style="(\d+)"', xml), *re.findall(r'<row [^>]*\bs="(\d+)"', xml)}
        assert styles.isdisjoint(sheet_xml.open_styles(data))


@every_workbook
def test_what_the_office_filled_in_is_there_and_locked(variant: tuple[str, str]) -> None:
    written = case(*variant)
    for key in written.locked:
        place = layout_of(written.report.form).places[key]
        cell = written.book[place.sheet][place.address]
        assert cell.value == laid_out(written.report)[key]
        assert cell.protection.locked


@every_workbook
def test_every_input_has_exactly_one_validation_with_a_message_and_no_other_cell_has_one(
    variant: tuple[str, str],
) -> None:
    written = case(*variant)
    covered: Counter[tuple[str, str]] = Counter()
    for sheet in written.book:
        for validation in sheet.data_validations.dataValidation:
            assert validation.prompt
            assert validation.showInputMessage
            assert 0 < len(validation.promptTitle) <= 32
            assert len(validation.prompt) <= 255
            assert len(validation.errorTitle or "") <= 32
            assert len(validation.error or "") <= 255
            covered.update((sheet.title, place) for place in cells_of(validation.sqref))
    places = inputs(written.report.form, written.locked).values()
    assert covered == Counter((place.sheet, place.address) for place in places)


@every_edition
def test_no_prompt_is_cut_off(edition: str) -> None:
    """The library refuses longer prompts and the writer cuts them off, so the notes of the forms must fit."""
    form = load_form(edition)
    prompts = {
        (sheet.title, place): validation.prompt
        for sheet in case(edition, "blank").book
        for validation in sheet.data_validations.dataValidation
        for place in cells_of(validation.sqref)
    }
    for ref in form.inputs:
        place = layout_of(form).places[ref]
        assert prompts[place.sheet, place.address].endswith(f"单位：{form.cells[ref].column.unit}。")
    for topic in form.topics:
        place = layout_of(form).places[f"text.{topic.key}.1"]
        assert prompts[place.sheet, place.address].startswith(topic.note)


@every_edition
def test_a_validation_permits_just_what_the_form_permits(edition: str) -> None:
    form = load_form(edition)
    rules = {
        (sheet.title, place): validation
        for sheet in case(edition, "blank").book
        for validation in sheet.data_validations.dataValidation
        for place in cells_of(validation.sqref)
    }
    wanted = {"count": ("whole", "0"), "change": ("whole", "-999999999999"), "money": ("decimal", "0")}
    for ref in form.inputs:
        place = layout_of(form).places[ref]
        rule = rules[place.sheet, place.address]
        assert (rule.type, rule.formula1, rule.formula2) == (*wanted[form.cells[ref].kind], "999999999999")
        assert rule.showErrorMessage
        assert rule.errorStyle in (None, "stop")
    for table in form.official_tables:
        place = layout_of(form).places[f"zero.{table.id}"]
        assert (rules[place.sheet, place.address].type, rules[place.sheet, place.address].formula1) == (
            "list",
            f'"{YES}"',
        )


@every_workbook
def test_every_sheet_is_protected_and_only_rows_of_texts_can_be_resized(variant: tuple[str, str]) -> None:
    """Excel has one permission for resizing and hiding rows, and another one for columns."""
    of_numbers = {*official(variant[0]), HIDDEN}
    for sheet in case(*variant).book:
        protection = sheet.protection
        assert protection.sheet
        assert protection.password
        assert protection.formatRows == (sheet.title in of_numbers)  # in the file, true means "protected from this"
        assert protection.formatColumns
        assert protection.insertRows
        assert protection.deleteRows
        assert protection.insertColumns
        assert protection.deleteColumns
        assert protection.formatCells
        assert protection.objects in (None, True, False)


@every_workbook
def test_the_structure_of_the_workbook_is_locked(variant: tuple[str, str]) -> None:
    """The element must follow right after workbookPr; anywhere else Excel calls the file damaged."""
    xml = sheet_xml.part(case(*variant).data, "xl/workbook.xml")
    elements = re.findall(r"<(\w+)[ />]", xml)
    assert elements.count("workbookProtection") == 1
    assert elements[elements.index("workbookPr") + 1] == "workbookProtection"
    assert re.search(r'<workbookProtection workbookPassword="[0-9A-F]{4}" lockStructure="1"/>', xml)


# ---------------------------------------------------------------- sheets, identity


@every_workbook
def test_the_sheets_are_in_order_and_the_last_one_is_very_hidden(variant: tuple[str, str]) -> None:
    layout, form = case(*variant).book, load_form(variant[0])
    assert layout.sheetnames == [COVER, *(section.sheet for section in form.sections), CHECKS, HIDDEN]
    assert layout.sheetnames[:2] == ["填报说明", "一、总体情况"]
    assert [sheet.sheet_state for sheet in layout] == ["visible"] * (len(layout.sheetnames) - 1) + ["veryHidden"]
    assert layout.active.title == COVER


@every_workbook
def test_the_identity_is_in_the_hidden_sheet_the_properties_and_the_first_sheet(
    variant: tuple[str, str],
) -> None:
    written = case(*variant)
    report, hidden = written.report, written.book[HIDDEN]
    identity = {hidden.cell(row, 1).value: hidden.cell(row, 2).value or "" for row in range(1, len(IDENTITY) + 1)}
    properties = {entry.name.removeprefix("gouji."): entry.value or "" for entry in written.book.custom_doc_props}
    assert set(identity) == set(IDENTITY)
    assert set(identity.pop("locked").split()) == set(written.locked)  # this is longer than a property may be
    assert identity == properties
    assert identity["edition"] == report.edition
    assert identity["year"] == str(report.year or "")
    assert (identity["unit.name"], identity["unit.code"]) == (report.unit.name, report.unit.code)
    assert identity["level"] == report.unit.level
    shown = {cell.value for row in written.book[COVER].iter_rows() for cell in row}
    assert {report.unit.name or None, report.unit.code or None, report.year} <= shown
    assert any(str(text).startswith(f"格式依据：{report.form.document}") for text in shown)


@every_workbook
def test_the_state_is_at_the_top_of_every_sheet(variant: tuple[str, str]) -> None:
    written = case(*variant)
    found = sheet_xml.formulas(written.data)
    state = gouji.state(written.report).word
    place = layout_of(written.report.form).places[STATE]
    assert found[place.sheet, place.address].result == state
    for sheet in written.book.sheetnames[:-2]:
        (address,) = [
            address
            for (name, address), each in found.items()
            if name == sheet and each.text == f"'{CHECKS}'!{place.address}"
        ]
        assert found[sheet, address].result == state
        if sheet != COVER:
            assert re.fullmatch("[B-H]1", address)
            assert written.book[sheet]["A1"].value == next(
                section.heading for section in written.report.form.sections if section.sheet == sheet
            )


def test_the_same_report_gives_the_same_bytes_in_another_process_and_folder() -> None:
    program = (
        "import hashlib, reports; from gouji.formats.workbook.writer import workbook_bytes;"
        "print(hashlib.sha256(workbook_bytes(reports.right('2021'))).hexdigest())"
    )
    hashes = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
        hashes.add(done.stdout)
    assert len(hashes) == 1


# ---------------------------------------------------------------- formulas


def all_formulas(written: Case) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of every formula in cells, conditional formats and validations."""
    for (sheet, place), formula in sheet_xml.formulas(written.data).items():
        yield f"{sheet}!{place}", formula.text
    for where, text in conditions(written):
        yield where, text
    for sheet in written.book:
        for validation in sheet.data_validations.dataValidation:
            for text in (validation.formula1, validation.formula2):
                if text:
                    yield f"{sheet.title}!{validation.sqref}", text


def conditions(written: Case) -> Iterator[tuple[str, str]]:
    """Yield the formulas of conditional formats."""
    for sheet in written.book:
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                for text in rule.formula:
                    yield f"{sheet.title}!{area.sqref}", text


@every_workbook
def test_only_functions_that_every_spreadsheet_program_has_are_used(variant: tuple[str, str]) -> None:
    used: Counter[str] = Counter()
    for where, formula in all_formulas(case(*variant)):
        bare = re.sub(r'"[^"]*"', '""', formula)
        names = re.findall(r"([A-Za-z_][\w.]*)\(", bare)
        assert set(names) <= FUNCTIONS_IN_COLOURS, where
        used.update(names)
        for criterion in re.findall(r'COUNTIF\([^,]+,("?[^)]*)\)', formula):
            assert re.fullmatch(r'\d+|"(>=?|<=?|<>|=)-?\d+"', criterion), where
    assert used["SUM"] > 50
    assert used["COUNTIF"] > 20


@every_workbook
def test_no_function_of_one_value_is_given_a_range(variant: tuple[str, str]) -> None:
    """``SUMPRODUCT(LEN(range))`` is an error in Gnumeric, HyperFormula and IronCalc."""
    found = sheet_xml.formulas(case(*variant).data)
    used: Counter[str] = Counter()
    for where, formula in found.items():
        bare = re.sub(r'"[^"]*"', '""', formula.text)
        assert set(re.findall(r"([A-Z]+)\(", bare)) <= FUNCTIONS_IN_CELLS, where
        for name, argument in re.findall(r"([A-Z]+)\(([^()]*)\)", bare):
            used[name] += 1
            assert name not in OF_ONE_VALUE or not re.search("[:,]", argument), where
    assert used["LEN"] > 150


@every_workbook
def test_no_formula_is_longer_or_deeper_than_old_programs_take(variant: tuple[str, str]) -> None:
    for where, formula in sheet_xml.formulas(case(*variant).data).items():
        assert len(formula.text) < 1000, where
        assert deepest(formula.text) <= 8, where  # Excel before 2007 takes seven nested levels of functions
        assert max(map(arguments, re.findall(r"\(([^()]*)\)", formula.text)), default=0) <= 30, where


def deepest(formula: str) -> int:
    depths = accumulate({"(": 1, ")": -1}.get(sign, 0) for sign in re.sub(r'"[^"]*"', '""', formula))
    return max(depths, default=0)


def arguments(inside: str) -> int:
    return inside.count(",") + 1


@every_workbook
def test_every_sum_of_entries_is_preceded_by_a_count(variant: tuple[str, str]) -> None:
    """SUM ignores texts, so its result is only right where all cells are numbers."""
    written = case(*variant)
    layout = layout_of(written.report.form)
    found = sheet_xml.formulas(written.data)
    for ref, parts in written.report.form.totals.items():
        place = layout.places[ref]
        text = found[place.sheet, place.address].text
        assert re.search(rf"IF\(COUNT\(([^)]*)\)={len(parts)},SUM\(\1\),\"\"\)", text), text


@every_workbook
def test_conditional_formats_refer_to_their_own_sheet_only(variant: tuple[str, str]) -> None:
    found = list(conditions(case(*variant)))
    assert len(found) > 200
    assert [where for where, text in found if "!" in text] == []


@every_workbook
def test_every_formula_is_written_with_its_result(variant: tuple[str, str]) -> None:
    found = sheet_xml.formulas(case(*variant).data)
    assert len(found) > 350
    assert [place for place, formula in found.items() if formula.result is None] == []


# ---------------------------------------------------------------- refused contents


@pytest.mark.parametrize("length, fits", [(32767, True), (32768, False)], ids=["longest", "too long"])
def test_a_text_that_a_cell_cannot_hold_is_refused_with_its_place(length: int, fits: bool) -> None:
    report = reports.changed(reports.blank("2021"), texts={"overview.general": ["字" * length]})
    if fits:
        assert read_workbook(workbook_bytes(report)).report == report
        return
    with pytest.raises(gouji.GoujiError, match=r"^一、总体情况!B11：文字太长，一格最多 32767 个字符，这里有 32768 个"):
        workbook_bytes(report)


def test_the_length_of_a_text_is_measured_as_spreadsheets_do() -> None:
    """A character outside the basic plane counts twice in spreadsheets."""
    report = reports.changed(reports.blank("2021"), texts={"overview.general": ["𠮷" * 16384]})
    with pytest.raises(gouji.GoujiError, match="这里有 32768 个"):
        workbook_bytes(report)


def test_paragraphs_that_do_not_fit_into_the_last_row_are_refused() -> None:
    report = reports.changed(reports.blank("2021"), texts={"overview.general": ["字" * 3000] * 40})
    with pytest.raises(gouji.GoujiError, match="一、总体情况!B34：文字太长"):
        workbook_bytes(report)


@pytest.mark.parametrize("subject", ["totals", "stock"])
def test_an_explanation_that_a_cell_cannot_hold_is_refused(subject: str) -> None:
    report = reports.changed(reports.blank("2021"), explanations={subject: "字" * 32768})
    with pytest.raises(gouji.GoujiError, match="校验!H"):
        workbook_bytes(report)


@pytest.mark.parametrize(
    "number",
    [1234567890123456, Decimal("0.1234567890123456"), Decimal("123456789012.3456"), 10**400, Decimal("1E-400")],
)
def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_refused_with_its_place(number: int | Decimal) -> None:
    report = make_report(edition="2021", year=2025, figures={"disclosure.fees.amount": number})
    with pytest.raises(gouji.GoujiError, match=r"^二、主动公开!B18：.*超过 15 位有效数字"):
        workbook_bytes(report)


@pytest.mark.parametrize(
    "number", [123456789012345, 12345678901234500000, Decimal("0.123456789012345"), Decimal("0.10"), -7, 10**20]
)
def test_a_number_that_a_spreadsheet_keeps_is_read_back(number: int | Decimal) -> None:
    report = make_report(edition="2021", year=2025, figures={"disclosure.fees.amount": number})
    assert read_workbook(workbook_bytes(report)).report.figures == {"disclosure.fees.amount": number}


@pytest.mark.parametrize("unit", [gouji.Unit(name="镇" * 256), gouji.Unit(code="4" * 256)], ids=["name", "code"])
def test_a_name_that_the_files_properties_cannot_hold_is_refused(unit: gouji.Unit) -> None:
    with pytest.raises(gouji.GoujiError, match="最多 255 个。请缩短"):
        workbook_bytes(reports.changed(reports.blank("2021"), unit=unit))


def test_nothing_is_written_where_the_workbook_is_refused(tmp_path: Path) -> None:
    report = reports.changed(reports.blank("2021"), texts={"overview.general": ["字" * 32768]})
    with pytest.raises(gouji.GoujiError):
        gouji.write_workbook(report, tmp_path / "form.xlsx")
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- texts


@pytest.mark.parametrize(
    "typed",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://example.org", "00123", "1E5", "TRUE"),
        *("<r><t>镇</t></r>", "<r>不是 & 标记</r>"),
    ],
)
def test_a_text_stays_a_text_even_if_it_looks_like_something_else(typed: str) -> None:
    report = reports.changed(
        reports.blank("2021"),
        texts={"overview.general": [typed]},
        unit=gouji.Unit(name=typed, code=typed),
        people=gouji.People(filled_by=typed),
        unread={"requests.new.natural": typed},
        explanations={"others": typed},
    )
    data = workbook_bytes(report)
    layout = layout_of(report.form)
    keys = ["text.overview.general.1", "unit.name", "unit.code", "people.filled_by", "requests.new.natural"]
    for key in [*keys, "explain.others"]:
        place = layout.places[key]
        cell = _loaded(data)[place.sheet][place.address]
        assert (cell.value, cell.data_type, cell.hyperlink) == (typed, "s", None)
    assert read_workbook(data).report == report


@every_edition
def test_more_paragraphs_than_rows_are_all_kept(edition: str) -> None:
    form = load_form(edition)
    texts = {topic.key: [f"{topic.label}第{n}段。" for n in range(topic.rows + 5)] for topic in form.topics}
    report = reports.changed(reports.blank(edition), texts=texts)
    kept = read_workbook(workbook_bytes(report)).report.texts
    assert {topic: list(paragraphs) for topic, paragraphs in kept.items()} == texts


def _height_of_growing(data: bytes, place: Place) -> float | None:
    """Return the height with which a row opens, if it has one; openpyxl takes every height for a fixed one."""
    xml = sheet_xml.part(data, sheet_xml.sheet_parts(data)[place.sheet])
    (row,) = re.findall(rf'<row r="{place.row + 1}"[^>]*>', xml)
    assert "customHeight" not in row
    height = re.search(r' ht="([0-9.]+)"', row)
    return float(height[1]) if height else None


@every_edition
def test_the_rows_of_given_paragraphs_are_as_high_as_their_text(edition: str) -> None:
    """Without a height a row opens only one line high, and with a fixed one it does not grow with what is added."""
    report = reports.changed(
        reports.blank(edition), texts={"overview.general": ["字" * 10, "字" * 258, "字" * 1000], "preamble": ["字"] * 9}
    )
    data, places = workbook_bytes(report), layout_of(report.form).places

    def height(key: str) -> float | None:
        return _height_of_growing(data, places[key])

    one, six, many = (height(f"text.overview.general.{n}") for n in (1, 2, 3))
    assert one is not None
    assert six is not None
    assert many is not None
    assert one == 32, "two lines at least"
    assert 6 * 14 <= six <= 10 * 16
    assert 23 * 14 <= many <= 409
    assert height("text.overview.general.4") == one
    joined = height(layout_of(report.form).paragraphs(report.form.topic("preamble"))[-1])
    assert joined is not None
    assert joined >= 2 * 14


def test_the_row_of_an_explanation_is_as_high_as_its_text_and_grows() -> None:
    report = reports.changed(reports.right("2021"), explanations={"stock": "上年少报。" * 60})
    data, places = workbook_bytes(report), layout_of(report.form).places
    explained, blank = (_height_of_growing(data, places[f"explain.{key}"]) for key in ("stock", "likeness"))
    assert explained is not None
    assert 14 * 14 <= explained <= 18 * 17
    assert blank == 34


def test_excel_marks_no_text_of_digits() -> None:
    unit, texts = Unit("清溪镇人民政府", "0410991", "township"), {"overview.general": ["2025"], "preamble": ["12"]}
    report = reports.changed(reports.right("2021"), unit=unit, texts=texts, explanations={"stock": "2"})
    report = reports.changed(report, people=People(phone="03711234567"))
    marked, left = numbers_stored_as_text(workbook_bytes(report))
    assert marked == []
    assert len(left) == 5


@every_workbook
def test_the_checks_are_numbered_with_numbers(variant: tuple[str, str]) -> None:
    column = [row[0].value for row in case(*variant).book[CHECKS].iter_rows(min_row=5, max_col=1)]
    numbers = [value for value in column if not isinstance(value, str)]
    assert [number for number in numbers if number is not None] == list(range(1, len(numbers) + 1))


@every_workbook
def test_a_sheet_opens_with_its_first_open_input_selected(variant: tuple[str, str]) -> None:
    chosen = case(*variant)
    places = layout_of(chosen.report.form).places
    for name in (COVER, *(section.sheet for section in chosen.report.form.sections)):
        selected = chosen.book[name].sheet_view.selection[-1].activeCell
        open_keys = [key for key in inputs(chosen.report.form, chosen.locked) if places[key].sheet == name]
        assert selected in {places[key].address for key in open_keys if not key.startswith("zero.")}, name
    assert chosen.book.active.title == COVER


@every_workbook
def test_the_input_method_is_off_where_numbers_are_typed(variant: tuple[str, str]) -> None:
    form = case(*variant).report.form
    off = {
        (sheet.title, cell)
        for sheet in case(*variant).book
        for rule in sheet.data_validations.dataValidation
        if rule.imeMode == "off"
        for area in rule.sqref.ranges
        for row in area.rows
        for cell in (f"{get_column_letter(column)}{line}" for line, column in row)
    }
    open_numbers = {
        (place.sheet, place.address)
        for ref in form.inputs
        if ref not in case(*variant).locked
        for place in (layout_of(form).places[ref],)
    }
    assert open_numbers <= off
    assert {sheet for sheet, _ in off} <= {COVER, *(sheet for sheet, _ in open_numbers)}


@every_workbook
def test_a_workbook_says_its_title_and_its_language(variant: tuple[str, str]) -> None:
    properties = case(*variant).book.properties
    assert properties.title == case(*variant).report.title
    assert properties.language == "zh-CN"


def test_every_text_has_enough_contrast() -> None:
    wrong = reports.with_figures(reports.right("2021"), requests__new__natural=None)
    for data in (case("2021", "blank").data, workbook_bytes(wrong, findings=gouji.check(wrong))):
        assert too_pale(data) == []


# ---------------------------------------------------------------- printing


@pytest.mark.parametrize("name", ["一、总体情况", "五、问题与改进", "六、其他事项"])
def test_the_heading_of_a_sheet_of_texts_is_printed_on_every_page(name: str) -> None:
    assert case("2021", "blank").book[name].print_title_rows == "$1:$1"


@every_edition
def test_the_hint_at_the_zero_declaration_fits_beside_it(edition: str) -> None:
    form = load_form(edition)
    for table in layout_of(form).tables:
        sheet = case(edition, "blank").book[table.section.sheet]
        (hint,) = [cell for cell in sheet[TOP][table.zero_column + 1 :] if cell.value]
        room = sum(column_widths(table.table)[hint.column - 1 :])
        assert 2 * len(hint.value) * hint.font.size / 11 < room - 1, table.section.sheet


def test_there_is_no_hint_at_the_zero_declaration_where_it_would_be_cut_off() -> None:
    text = own_forms.shaped("附表", own_forms.columns("件数"), own_forms.rows("甲", "乙"))
    form = parse_form_file(text, "附表.toml")
    (table,) = [table for table in layout_of(form).tables if table.table.id == "own"]
    book = _loaded(workbook_bytes(make_report(form=form, year=None, figures={})))
    assert [cell.value for cell in book["附表"][TOP] if cell.value] == [ZERO_LABEL]
    assert table.zero_column == table.grid.columns - 1


@pytest.mark.parametrize(
    "name, words",
    [("附表", "和“附表”。"), ("各乡镇（街道）政务新媒体和政务服务热线情况表", "和后面另加的 1 页。")],
    ids=["short name", "long name"],
)
def test_the_cover_names_the_sheet_that_an_office_adds(name: str, words: str) -> None:
    text = own_forms.shaped("附表", own_forms.columns("件数"), own_forms.rows("甲", "乙"))
    form = parse_form_file(text.replace('sheet = "附表"', f'sheet = "{name}"'), "附表.toml")
    book = _loaded(workbook_bytes(make_report(form=form, year=None, figures={})))
    (step,) = [cell.value for cell in book[COVER]["A"] if str(cell.value).startswith("1. ")]
    assert step == f"1. 先填本页，再填“一”到“六”各页{words}只填浅黄色的格子。"


@every_workbook
def test_every_sheet_prints_on_a4_one_page_wide(variant: tuple[str, str]) -> None:
    for sheet in case(*variant).book.worksheets[:-1]:
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToWidth in (None, 1)
        if not sheet.sheet_properties.pageSetUpPr.fitToPage:
            assert sheet.page_setup.scale >= 85
            width = sum(8 * sheet.column_dimensions[letter].width for letter in "ABC")
            assert width * sheet.page_setup.scale / 100 < (8.27 - 1.2) * 96, "wider than A4 in the widest digits"
        assert sheet.print_area
        assert "&A" in sheet.oddFooter.left.text + (sheet.oddFooter.center.text or "")


@every_edition
def test_each_table_and_the_first_sheet_print_on_one_page(
    edition: str, libreoffice: office.LibreOffice, tmp_path: Path
) -> None:
    files = []
    for kind in KINDS:
        files.append(tmp_path / f"{kind}.xlsx")
        files[-1].write_bytes(case(edition, kind).data)
    layout = layout_of(load_form(edition))
    for printed in libreoffice.convert(files, tmp_path, "pdf"):
        pages = Counter(sheet for sheet in map(_sheet_of, _pages(printed)) if sheet)
        assert set(pages) == set(layout.sheets) - {HIDDEN}
        assert [pages[table.section.sheet] for table in layout.tables] == [1, 1, 1]
        assert pages[COVER] == 1
        assert 1 < pages[CHECKS] <= 3, "readable, not squeezed onto one page"


def _pages(pdf: Path) -> list[str]:
    """Return the text of each page."""
    try:
        text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True).stdout
    except FileNotFoundError:
        office.missing("pdftotext (poppler-utils) is not installed")
    return text.decode().split("\f")[:-1]


def _sheet_of(page: str) -> str:
    """Return the sheet of a page, whose name is in the footer."""
    footer = page.strip().splitlines()[-1]
    assert "页，共" in footer
    return footer.split("第 ")[0].strip()
