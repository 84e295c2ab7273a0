"""The workbook that clerks get: the official tables, locked but for the inputs, ready to print."""

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
import pytest
import reports
import sheet_xml
from openpyxl.utils import get_column_letter, range_boundaries

import gouji
from gouji.form.editions import load_form
from gouji.form.model import CHECKS, COVER, HIDDEN
from gouji.form.values import YES
from gouji.formats.drawing.plan import STATE
from gouji.formats.workbook.layout import IDENTITY, TOP, inputs, laid_out, layout_of
from gouji.formats.workbook.reader import read_workbook
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report, make_report

OFFICIAL = Path(__file__).parents[2] / "official"

FUNCTIONS_IN_CELLS = {"SUM", "IF", "AND", "OR", "COUNT", "COUNTIF", "ISNUMBER", "ISERROR", "INT", "LEN", "ABS", "ROUND"}
FUNCTIONS_IN_COLOURS = {*FUNCTIONS_IN_CELLS, "COUNTBLANK"}
"""What calculators on web pages lack can stand where only colours depend on it."""
OF_ONE_VALUE = {"ISNUMBER", "ISERROR", "INT", "LEN", "ABS"}


@dataclass(frozen=True)
class Case:
    """A workbook with what it was made of."""

    report: Report
    locked: tuple[str, ...]
    """What the office has filled in and locked."""
    data: bytes

    @property
    def book(self) -> Any:
        """The workbook as openpyxl sees it."""
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
        report, carried, given = reports.right(edition), (), ("unit.name", "unit.code", "year")
    else:
        row = [ref for ref in load_form(edition).inputs if ref.startswith("requests.carried_in.")]
        unit = {"unit": reports.UNIT, "year": reports.YEAR[edition]}
        report = make_report(edition=edition, figures=dict.fromkeys(row, 2), **unit)
        carried, given = tuple(row), ("unit.name", "unit.code", "year")
    return Case(report, (*carried, *given), workbook_bytes(report, locked=carried))


KINDS = ("blank", "prefilled", "filled")
every_workbook = pytest.mark.parametrize(
    "made", [(edition, kind) for edition in reports.EDITIONS for kind in KINDS], ids="-".join
)
every_edition = pytest.mark.parametrize("edition", reports.EDITIONS)


def cells_of(ranges: Any) -> Iterator[str]:
    """Yield every address of some ranges."""
    for each in str(ranges).split():
        first_column, first_row, last_column, last_row = range_boundaries(each)
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
def test_the_cells_of_the_official_tables_are_merged_as_printed(made: tuple[str, str]) -> None:
    """Labels and, in 2019, numbers that span columns; nothing else on the sheet is merged."""
    for sheet, table in official(made[0]).items():
        spans = [cell for cell in table["labels"] if cell["rowspan"] * cell["colspan"] > 1]
        labels = {span(cell) for cell in spans}
        taken = set(cells_of(" ".join(span(cell) for cell in table["labels"])))
        merged = {str(each) for each in case(*made).book[sheet].merged_cells.ranges}
        assert labels <= merged
        numbers = [each for each in merged - labels if not taken.isdisjoint(cells_of(each))]
        assert not numbers, "a merged number cell covers a label"
        inside = set(cells_of(f"A{TOP + 1}:{address(TOP + table['rows'] - 1, table['columns'] - 1)}"))
        assert set(cells_of(" ".join(merged))) <= inside
        covered = Counter(address for each in merged for address in cells_of(each))
        assert set(covered.values()) == {1}


@every_workbook
def test_every_printed_label_stands_in_its_cell(made: tuple[str, str]) -> None:
    for sheet, table in official(made[0]).items():
        there = case(*made).book[sheet]
        for cell in table["labels"]:
            assert there.cell(cell["row"] + TOP + 1, cell["col"] + 1).value == cell["text"]


@every_workbook
def test_every_number_has_a_cell_that_no_label_covers(made: tuple[str, str]) -> None:
    edition = made[0]
    layout, form = layout_of(load_form(edition)), load_form(edition)
    for sheet, table in official(edition).items():
        labels = set(cells_of(" ".join(span(cell) for cell in table["labels"])))
        whole = set(cells_of(f"A{TOP + 1}:{address(TOP + table['rows'] - 1, table['columns'] - 1)}"))
        merged = case(*made).book[sheet].merged_cells.ranges
        hidden = {a for each in merged for a in list(cells_of(each))[1:]}
        numbers = {layout.places[ref].address for ref in form.table(table["id"]).cells}
        assert numbers == whole - labels - hidden
        assert {layout.places[ref].sheet for ref in form.table(table["id"]).cells} == {sheet}


@every_workbook
def test_every_figure_stands_in_the_cell_of_its_row_and_column(made: tuple[str, str]) -> None:
    """The labels above a number's column and left of its row are those of its Ref."""
    form, layout = load_form(made[0]), layout_of(load_form(made[0]))
    for table in form.official_tables:
        sheet = case(*made).book[form.section(table.section).sheet]
        for cell in table.cells.values():
            place = layout.places[cell.ref]
            above = {_shown(sheet, row, place.column) for row in range(TOP, place.row)}
            left = {_shown(sheet, place.row, column) for column in range(place.column)}
            path = set(cell.row.label) | set(cell.column.label)
            assert path <= above | left, cell.ref


def _shown(sheet: Any, row: int, column: int) -> object:
    """Return what a reader sees at a place: a merged cell shows the text of its first."""
    for each in sheet.merged_cells.ranges:
        if each.min_row <= row + 1 <= each.max_row and each.min_col <= column + 1 <= each.max_col:
            return sheet.cell(each.min_row, each.min_col).value
    return sheet.cell(row + 1, column + 1).value


# ---------------------------------------------------------------- locks, validations


@every_workbook
def test_the_unlocked_cells_are_the_inputs_and_no_others(made: tuple[str, str]) -> None:
    each = case(*made)
    places = inputs(each.report.form, each.locked).values()
    unlocked = sheet_xml.unlocked(each.data)
    assert unlocked == {(place.sheet, place.address) for place in places}
    assert len(unlocked) > 200


@every_workbook
def test_no_row_and_no_column_is_unlocked_as_a_whole(made: tuple[str, str]) -> None:
    data = case(*made).data
    for name in sheet_xml.sheet_parts(data).values():
        xml = sheet_xml.part(data, name)
        styles = {*re.findall(r'<col [^>]*style="(\d+)"', xml), *re.findall(r'<row [^>]*\bs="(\d+)"', xml)}
        assert styles.isdisjoint(sheet_xml.open_styles(data))


@every_workbook
def test_what_the_office_has_given_is_filled_and_locked(made: tuple[str, str]) -> None:
    each = case(*made)
    for key in each.locked:
        place = layout_of(each.report.form).places[key]
        cell = each.book[place.sheet][place.address]
        assert cell.value == laid_out(each.report)[key]
        assert cell.protection.locked


@every_workbook
def test_every_input_has_exactly_one_validation_with_a_message_and_no_other_cell_has_one(
    made: tuple[str, str],
) -> None:
    each = case(*made)
    covered: Counter[tuple[str, str]] = Counter()
    for sheet in each.book:
        for validation in sheet.data_validations.dataValidation:
            assert validation.prompt
            assert validation.showInputMessage
            assert 0 < len(validation.promptTitle) <= 32
            assert len(validation.prompt) <= 255
            assert len(validation.errorTitle or "") <= 32
            assert len(validation.error or "") <= 255
            covered.update((sheet.title, place) for place in cells_of(validation.sqref))
    places = inputs(each.report.form, each.locked).values()
    assert covered == Counter((place.sheet, place.address) for place in places)


@every_edition
def test_no_prompt_is_cut(edition: str) -> None:
    """The library would refuse a longer one, so the writer cuts; the form's notes must fit."""
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
def test_every_sheet_is_protected_and_only_rows_of_words_can_be_made_higher(made: tuple[str, str]) -> None:
    """Who may make a row higher may hide it, too: Excel has one permission for both, and one for columns."""
    of_numbers = {*official(made[0]), HIDDEN}
    for sheet in case(*made).book:
        protection = sheet.protection
        assert protection.sheet
        assert protection.password
        assert protection.formatRows == (sheet.title in of_numbers)  # "protected from", in the file's own logic
        assert protection.formatColumns
        assert protection.insertRows
        assert protection.deleteRows
        assert protection.insertColumns
        assert protection.deleteColumns
        assert protection.formatCells
        assert protection.objects in (None, True, False)


@every_workbook
def test_the_structure_of_the_workbook_is_locked(made: tuple[str, str]) -> None:
    """The element must stand right after workbookPr: anywhere else Excel calls the file damaged."""
    xml = sheet_xml.part(case(*made).data, "xl/workbook.xml")
    elements = re.findall(r"<(\w+)[ />]", xml)
    assert elements.count("workbookProtection") == 1
    assert elements[elements.index("workbookPr") + 1] == "workbookProtection"
    assert re.search(r'<workbookProtection workbookPassword="[0-9A-F]{4}" lockStructure="1"/>', xml)


# ---------------------------------------------------------------- sheets, identity


@every_workbook
def test_the_sheets_stand_in_order_and_the_last_one_is_very_hidden(made: tuple[str, str]) -> None:
    layout, form = case(*made).book, load_form(made[0])
    assert layout.sheetnames == [COVER, *(section.sheet for section in form.sections), CHECKS, HIDDEN]
    assert layout.sheetnames[:2] == ["填报说明", "一、总体情况"]
    assert [sheet.sheet_state for sheet in layout] == ["visible"] * (len(layout.sheetnames) - 1) + ["veryHidden"]
    assert layout.active.title == COVER


@every_workbook
def test_the_identity_stands_in_the_hidden_sheet_in_the_properties_and_on_the_first_sheet(
    made: tuple[str, str],
) -> None:
    each = case(*made)
    report, hidden = each.report, each.book[HIDDEN]
    said = {hidden.cell(row, 1).value: hidden.cell(row, 2).value or "" for row in range(1, len(IDENTITY) + 1)}
    properties = {one.name.removeprefix("gouji."): one.value or "" for one in each.book.custom_doc_props}
    assert set(said) == set(IDENTITY)
    assert set(said.pop("locked").split()) == set(each.locked)  # longer than a property may be
    assert said == properties
    assert said["edition"] == report.edition
    assert said["year"] == str(report.year or "")
    assert (said["unit.name"], said["unit.code"]) == (report.unit.name, report.unit.code)
    assert said["level"] == report.unit.level
    shown = {cell.value for row in each.book[COVER].iter_rows() for cell in row}
    assert {report.unit.name or None, report.unit.code or None, report.year} <= shown
    assert any(str(text).startswith(f"格式依据：{report.form.document}") for text in shown)


@every_workbook
def test_the_state_stands_at_the_top_of_every_sheet(made: tuple[str, str]) -> None:
    each = case(*made)
    found = sheet_xml.formulas(each.data)
    state = gouji.state(each.report).word
    place = layout_of(each.report.form).places[STATE]
    assert found[place.sheet, place.address].result == state
    for sheet in each.book.sheetnames[:-2]:
        at = "A4" if sheet == COVER else "A1"
        assert found[sheet, at].text == f"'{CHECKS}'!{place.address}"
        assert found[sheet, at].result == state


def test_the_same_report_gives_the_same_bytes_in_another_process_at_another_place() -> None:
    program = (
        "import hashlib, reports; from gouji.formats.workbook.writer import workbook_bytes;"
        "print(hashlib.sha256(workbook_bytes(reports.right('2021'))).hexdigest())"
    )
    told = set()
    for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
        told.add(done.stdout)
    assert len(told) == 1


# ---------------------------------------------------------------- formulas


def all_formulas(each: Case) -> Iterator[tuple[str, str]]:
    """Yield where each formula stands and what it says: in cells, conditional formats and validations."""
    for (sheet, place), formula in sheet_xml.formulas(each.data).items():
        yield f"{sheet}!{place}", formula.text
    for where, text in conditions(each):
        yield where, text
    for sheet in each.book:
        for validation in sheet.data_validations.dataValidation:
            for text in (validation.formula1, validation.formula2):
                if text:
                    yield f"{sheet.title}!{validation.sqref}", text


def conditions(each: Case) -> Iterator[tuple[str, str]]:
    """Yield the formulas of conditional formats."""
    for sheet in each.book:
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                for text in rule.formula:
                    yield f"{sheet.title}!{area.sqref}", text


@every_workbook
def test_only_functions_that_every_spreadsheet_program_has_are_used(made: tuple[str, str]) -> None:
    used: Counter[str] = Counter()
    for where, formula in all_formulas(case(*made)):
        bare = re.sub(r'"[^"]*"', '""', formula)
        names = re.findall(r"([A-Za-z_][\w.]*)\(", bare)
        assert set(names) <= FUNCTIONS_IN_COLOURS, where
        used.update(names)
        for criterion in re.findall(r'COUNTIF\([^,]+,("?[^)]*)\)', formula):
            assert re.fullmatch(r'\d+|"(>=?|<=?|<>|=)-?\d+"', criterion), where
    assert used["SUM"] > 50
    assert used["COUNTIF"] > 20


@every_workbook
def test_no_function_of_one_value_is_given_a_range(made: tuple[str, str]) -> None:
    """``SUMPRODUCT(LEN(range))`` is an error in Gnumeric, HyperFormula and IronCalc."""
    found = sheet_xml.formulas(case(*made).data)
    used: Counter[str] = Counter()
    for where, formula in found.items():
        bare = re.sub(r'"[^"]*"', '""', formula.text)
        assert set(re.findall(r"([A-Z]+)\(", bare)) <= FUNCTIONS_IN_CELLS, where
        for name, argument in re.findall(r"([A-Z]+)\(([^()]*)\)", bare):
            used[name] += 1
            assert name not in OF_ONE_VALUE or not re.search("[:,]", argument), where
    assert used["LEN"] > 250


@every_workbook
def test_no_formula_is_longer_or_deeper_than_old_programs_take(made: tuple[str, str]) -> None:
    for where, formula in sheet_xml.formulas(case(*made).data).items():
        assert len(formula.text) < 1000, where
        assert deepest(formula.text) <= 8, where  # seven levels of functions in a function, until Excel 2007
        assert max(map(arguments, re.findall(r"\(([^()]*)\)", formula.text)), default=0) <= 30, where


def deepest(formula: str) -> int:
    depths = accumulate({"(": 1, ")": -1}.get(sign, 0) for sign in re.sub(r'"[^"]*"', '""', formula))
    return max(depths, default=0)


def arguments(inside: str) -> int:
    return inside.count(",") + 1


@every_workbook
def test_before_each_sum_of_entries_stands_a_count(made: tuple[str, str]) -> None:
    """SUM takes a text for nothing; only where all are numbers does it say the truth."""
    each = case(*made)
    layout = layout_of(each.report.form)
    found = sheet_xml.formulas(each.data)
    for ref, parts in each.report.form.totals.items():
        place = layout.places[ref]
        text = found[place.sheet, place.address].text
        assert re.search(rf"IF\(COUNT\(([^)]*)\)={len(parts)},SUM\(\1\),\"\"\)", text), text


@every_workbook
def test_conditional_formats_refer_to_their_own_sheet_only(made: tuple[str, str]) -> None:
    found = list(conditions(case(*made)))
    assert len(found) > 200
    assert [where for where, text in found if "!" in text] == []


@every_workbook
def test_every_formula_brings_its_result_along(made: tuple[str, str]) -> None:
    found = sheet_xml.formulas(case(*made).data)
    assert len(found) > 350
    assert [place for place, formula in found.items() if formula.result is None] == []


# ---------------------------------------------------------------- what cannot be kept is refused


@pytest.mark.parametrize("length, fits", [(32767, True), (32768, False)])
def test_a_text_that_a_cell_cannot_hold_is_refused_with_its_place(length: int, fits: bool) -> None:
    report = reports.changed(reports.blank("2021"), texts={"overview.general": ["字" * length]})
    if fits:
        assert read_workbook(workbook_bytes(report)).report == report
        return
    with pytest.raises(gouji.GoujiError, match=r"^一、总体情况!B13：文字太长，一格最多 32767 个字符，这里有 32768 个"):
        workbook_bytes(report)


def test_a_text_is_measured_as_spreadsheets_do() -> None:
    """A rare character counts twice there."""
    report = reports.changed(reports.blank("2021"), texts={"overview.general": ["𠮷" * 16384]})
    with pytest.raises(gouji.GoujiError, match="这里有 32768 个"):
        workbook_bytes(report)


def test_paragraphs_that_do_not_fit_even_together_are_refused() -> None:
    report = reports.changed(reports.blank("2021"), texts={"overview.general": ["字" * 3000] * 40})
    with pytest.raises(gouji.GoujiError, match="一、总体情况!B32：文字太长"):
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
def test_a_number_that_a_spreadsheet_keeps_comes_back(number: int | Decimal) -> None:
    report = make_report(edition="2021", year=2025, figures={"disclosure.fees.amount": number})
    assert read_workbook(workbook_bytes(report)).report.figures == {"disclosure.fees.amount": number}


@pytest.mark.parametrize("unit", [gouji.Unit(name="镇" * 256), gouji.Unit(code="4" * 256)])
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
def test_a_text_stays_a_text_whatever_it_looks_like(typed: str) -> None:
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


@every_edition
def test_the_rows_of_given_paragraphs_are_as_high_as_their_text(edition: str) -> None:
    """A row with an automatic height opens one line high, whatever it holds."""
    report = reports.changed(
        reports.blank(edition), texts={"overview.general": ["字" * 10, "字" * 258, "字" * 1000], "preamble": ["字"] * 9}
    )
    book, places = _loaded(workbook_bytes(report)), layout_of(report.form).places

    def height(key: str) -> float | None:
        place = places[key]
        row = book[place.sheet].row_dimensions[place.row + 1]
        return row.height if row.customHeight else None

    one, six, many = (height(f"text.overview.general.{n}") for n in (1, 2, 3))
    assert one is not None
    assert six is not None
    assert many is not None
    assert 14 <= one <= 30
    assert 6 * 14 <= six <= 10 * 16
    assert 23 * 14 <= many <= 409
    assert height("text.overview.general.4") is None
    joined = height(f"text.preamble.{report.form.topic('preamble').rows}")
    assert joined is not None
    assert joined >= 2 * 14


# ---------------------------------------------------------------- printing


@every_workbook
def test_every_sheet_prints_on_a4_one_page_wide(made: tuple[str, str]) -> None:
    for sheet in case(*made).book.worksheets[:-1]:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth in (None, 1)
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
        assert (pages[COVER], pages[CHECKS]) == (1, 1)


def _pages(pdf: Path) -> list[str]:
    """Return the text of each page."""
    try:
        said = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True).stdout
    except FileNotFoundError:
        office.missing("pdftotext (poppler-utils) is not installed")
    return said.decode().split("\f")[:-1]


def _sheet_of(page: str) -> str:
    """Return the sheet of a page, which its footer names."""
    footer = page.strip().splitlines()[-1]
    assert "页，共" in footer
    return footer.split("第 ")[0].strip()
