"""A filled copy has the figures in their cells, and everything else as it was."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import city_tables
import foreign
import openpyxl
import pytest
from city_tables import city_table, parts_of, results, without_cells
from foreign import Pen, blank_book, one_sheet, report, saved
from libreoffice import LibreOffice, started
from validator import complaints

from gouji.formats.filling.official import places_in_tables
from gouji.formats.filling.writing import Outcome, Wanted, Written, write
from gouji.formats.foreign.shown_sheet import shown_sheets
from gouji.formats.read import read_data
from gouji.formats.spreadsheet.facts import area_of
from gouji.formats.spreadsheet.safe_copy import inspect

REPORT = report()
FORM = REPORT.form


def filled(data: bytes, *, overwrite: bool = False) -> Written:
    package = inspect(data)
    places = places_in_tables(list(shown_sheets(package)), FORM, (), None).places
    wanted = [
        Wanted(place, REPORT.figures[place.ref] * place.factor) for place in places if place.ref in REPORT.figures
    ]
    return write(data, package, wanted, overwrite=overwrite)


def became(written: Written, ref: str) -> Outcome:
    (outcome,) = (each for each in written.outcomes if each.place.ref == ref)
    return outcome


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibreOffice]:
    yield from started(tmp_path_factory.mktemp("office"))


# ---------------------------------------------------------------- everything else stays


def judge_parts(data: bytes, written: Written) -> None:
    """Fail unless a copy differs in the filled cells, the results of formulas and the wish to calculate alone."""
    before, after = parts_of(data), parts_of(written.data)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {name for name in before if "worksheets/sheet" in name} | {"xl/workbook.xml"}
    cells = {each.place.cell for each in written.outcomes if each.what == "filled"}
    for name in changed - {"xl/workbook.xml"}:
        assert without_cells(before[name], cells) == without_cells(after[name], cells)
    plain = after["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")
    assert without_cells(before["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b""), ()) == without_cells(plain, ())


def test_a_chart_pictures_notes_validations_and_all_else_stay_byte_for_byte() -> None:
    data, places = city_table(FORM)
    written = filled(data)
    judge_parts(data, written)
    assert len(written.outcomes) == len(places)
    assert filled(data).data == written.data


@pytest.mark.slow
def test_the_sheets_of_libreoffice_and_of_openpyxl_keep_everything_too(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    source = tmp_path / "city.xlsx"
    source.write_bytes(city_table(FORM)[0])
    (saved_again,) = libreoffice.convert([source], tmp_path / "again")
    judge_parts(saved_again.read_bytes(), filled(saved_again.read_bytes()))
    drawn = saved(one_sheet(REPORT, value=lambda value: None)[0])
    judge_parts(drawn, filled(drawn))


@pytest.mark.slow
def test_libreoffice_opens_a_copy_and_calculates_what_gouji_calculated(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    data, places = city_table(FORM)
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(filled(data).data)
    (opened,) = libreoffice.convert([copy], tmp_path / "as")
    sheets = inspect(opened.read_bytes()).sheets
    spots = {
        ref: (sheet, area_of(at)) for ref, (sheet, _, at) in ((ref, at.partition("!")) for ref, at in places.items())
    }
    shown = {ref: Decimal(str(sheets[sheet][at[0]][at[1]])) for ref, (sheet, at) in spots.items() if at}
    assert shown == {ref: REPORT.figures[ref] for ref in places}
    assert [row[1] for row in sheets["汇总图"][8:10]] == [REPORT.figures["requests.new.total"], "一致"]


@pytest.mark.slow
def test_the_validator_of_open_xml_finds_nothing_wrong_in_a_copy(tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(filled(city_table(FORM)[0]).data)
    assert complaints(copy) == []


def test_gouji_reads_back_what_it_filled_in() -> None:
    reading = read_data(filled(city_table(FORM)[0]).data, name="市表.xlsx")
    assert {ref: value for ref, value in reading.report.figures.items() if ref in REPORT.figures} == REPORT.figures


# ---------------------------------------------------------------- formulas


def test_a_formula_of_theirs_is_left_compared_and_has_a_right_result() -> None:
    data, places = city_table(FORM)
    written = filled(data)
    outcome = became(written, "requests.closed.total")
    assert (outcome.what, outcome.agrees) == ("formula", True)
    assert outcome.stood == str(REPORT.figures["requests.closed.total"])
    kept = results(parts_of(written.data)["xl/worksheets/sheet2.xml"])
    assert kept[places["requests.closed.total"].partition("!")[2]] == outcome.stood


def test_what_is_not_worked_out_has_no_old_result_and_what_depends_on_nothing_keeps_its_own() -> None:
    data, _ = city_table(FORM)
    written = filled(data)
    kept = results(parts_of(written.data)["xl/worksheets/sheet4.xml"])
    assert written.left == ("汇总图!B10",)
    assert kept["B10"] is None
    assert kept["B11"] == "2"
    assert b'fullCalcOnLoad="1"' in parts_of(written.data)["xl/workbook.xml"]


def test_a_formula_that_gives_another_number_is_named() -> None:
    def wrong(book: Any, looks: Any, places: city_tables.Places) -> None:
        sheet = book.get_worksheet_by_name("附表1")
        at = places["disclosure.rules.made"].partition("!")[2]
        sheet.write_formula(places["disclosure.rules.in_force"].partition("!")[2], f"={at}*2", looks["number"], 0)

    outcome = became(filled(city_table(FORM, change=wrong)[0]), "disclosure.rules.in_force")
    made = REPORT.figures["disclosure.rules.made"]
    assert (outcome.what, outcome.agrees, outcome.stood) == ("formula", False, str(made * 2))


SHARED = '<row r="{row}"><c r="B{row}"><f t="shared" {first}si="0">{text}</f><v>0</v></c></row>'


@pytest.mark.parametrize(
    "formula, result",
    [
        ("SUM(A:A)-A1", "5"),
        ("sum($A$1:a3,-1)*2/4", "2.5"),
        ("'附 表'!A1+SUM('附 表'!A2:A3)", "8"),
        ("-(A1+A2)+10%", None),
        ("A1&amp;A2", None),
        ('INDIRECT("A1")', None),
        ("新收", None),
        ("D1+A1", None),
        ("B9", "0"),
    ],
)
def test_sums_the_four_operations_and_references_are_worked_out_and_nothing_else(
    formula: str, result: str | None
) -> None:
    from gouji.formats.filling.calculation import Calculation
    from gouji.formats.filling.sheet_xml import SheetXml

    main = city_tables.MAIN.strip("{}")

    def sheet(rows: str) -> SheetXml:
        return SheetXml(f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode())

    numbers = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in (2, 3))
    own = f'<row r="1"><c r="A1"><v>1</v></c><c r="D1"><f>{formula}</f><v>77</v></c></row>{numbers}'
    other = f'<row r="1"><c r="A1"><v>3</v></c></row>{numbers}'
    calculation = Calculation({"表": sheet(own), "附 表": sheet(other)})
    stale = calculation.stale_after([("表", (0, 0)), ("表", (8, 1))])
    if formula.startswith("'附"):
        assert not stale  # it does not depend on them
        stale = calculation.stale_after([("附 表", (0, 0))])
    assert stale == {("表", (0, 3))}
    value = calculation.result(("表", (0, 3)))
    assert (None if value is None else f"{value.normalize():f}") == result


def test_a_formula_that_cells_share_is_that_of_each_cell() -> None:
    from gouji.formats.filling.sheet_xml import SheetXml

    rows = SHARED.format(row=1, first='ref="B1:B3" ', text="A1+$A$1") + "".join(
        SHARED.format(row=row, first="", text="") for row in (2, 3)
    )
    main = city_tables.MAIN.strip("{}")
    sheet = SheetXml(f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode())
    assert [formula.text for formula in sheet.formulas.values()] == ["A1+$A$1", "A2+$A$1", "A3+$A$1"]


# ---------------------------------------------------------------- what stands in a cell already


def test_a_formula_that_needs_a_cell_which_was_not_filled_is_no_finding_of_its_own() -> None:
    def typed(book: Any, looks: Any, places: city_tables.Places) -> None:
        sheet = book.get_worksheet_by_name("附表2")
        sheet.write_number(places["requests.new.natural"].partition("!")[2], 1, looks["number"])

    written = filled(city_table(FORM, change=typed)[0])
    assert became(written, "requests.new.total").follows
    assert not became(written, "requests.granted.total").follows


def test_another_number_is_named_and_replaced_only_if_the_officer_wants_it() -> None:
    def typed(book: Any, looks: Any, places: city_tables.Places) -> None:
        sheet = book.get_worksheet_by_name("附表1")
        sheet.write_number(places["disclosure.rules.made"].partition("!")[2], 0, looks["number"])
        right = REPORT.figures["disclosure.rules.repealed"]
        sheet.write_number(places["disclosure.rules.repealed"].partition("!")[2], right, looks["number"])

    data, _ = city_table(FORM, change=typed)
    kept, replaced = filled(data), filled(data, overwrite=True)
    assert (became(kept, "disclosure.rules.made").what, became(kept, "disclosure.rules.made").stood) == ("other", "0")
    assert became(kept, "disclosure.rules.repealed").what == "already"
    assert became(replaced, "disclosure.rules.made").what == "filled"
    judge_parts(data, replaced)


def test_the_right_number_as_a_text_becomes_a_number_which_their_sums_add_up() -> None:
    ref = "requests.new.natural"

    def typed(book: Any, looks: Any, places: city_tables.Places) -> None:
        sheet = book.get_worksheet_by_name("附表2")
        sheet.write_string(places[ref].partition("!")[2], str(REPORT.figures[ref]), looks["number"])

    written = filled(city_table(FORM, change=typed)[0])
    assert (became(written, ref).what, became(written, ref).stood) == ("filled", "")
    assert became(written, "requests.new.total").stood == str(REPORT.figures["requests.new.total"])


def test_what_a_validation_forbids_is_not_written() -> None:
    def limited(book: Any, looks: Any, places: city_tables.Places) -> None:
        sheet = book.get_worksheet_by_name("附表3")
        for ref, rule in {
            "disputes.reconsideration.upheld": {"validate": "integer", "criteria": "<=", "value": 100},
            "disputes.reconsideration.corrected": {"validate": "list", "source": ["0", "1"]},
            "disputes.reconsideration.other": {
                "validate": "integer",
                "criteria": "<",
                "value": 1,
                "error_type": "warning",
            },
        }.items():
            sheet.data_validation(places[ref].partition("!")[2], rule)

    written = filled(city_table(FORM, change=limited)[0])
    kinds = [became(written, f"disputes.reconsideration.{key}").what for key in ("upheld", "corrected", "other")]
    assert kinds == ["forbidden", "forbidden", "filled"]


def test_what_the_format_of_a_cell_shows_otherwise_is_named() -> None:
    book, places = one_sheet(REPORT, value=lambda value: None)
    book.active[places["disclosure.fees.amount"]].number_format = "0"
    book.active[places["requests.new.natural"]].number_format = "@"
    book.active[places["requests.new.business"]].number_format = '0"件"'
    book.active[places["requests.new.research"]].number_format = "yyyy-mm-dd"
    written = filled(saved(book))
    assert became(written, "disclosure.fees.amount").shown == str(int(REPORT.figures["disclosure.fees.amount"]))
    assert became(written, "requests.new.natural").shown is None
    assert became(written, "requests.new.business").shown is None
    assert "yyyy-mm-dd" in became(written, "requests.new.research").shown


def test_a_cell_that_the_file_does_not_have_is_made_in_its_order_with_the_look_of_its_column() -> None:
    book = blank_book()
    places = Pen(book.active).table(FORM.table("disputes"), {})
    last = places["disputes.later_suit.total"]
    data = saved(book)
    name = "xl/worksheets/sheet1.xml"
    sheet = parts_of(data)[name].decode()
    row = book.active[last].row
    start, end = sheet.index(f'<row r="{row}"'), sheet.index("</sheetData>")
    sheet = sheet[:start] + sheet[end:]
    sheet = sheet.replace("<sheetData>", '<cols><col min="1" max="3" width="9" style="1"/></cols><sheetData>', 1)
    bare = city_tables.repacked(data, {name: sheet.encode()})
    written = filled(bare)
    assert [each.what for each in written.outcomes] == ["filled"] * len(places)
    made = openpyxl.load_workbook(io.BytesIO(written.data)).active
    assert [made.cell(row, column + 1).value for column in range(len(places))] == [
        REPORT.figures[ref] for ref in places
    ]
    assert made.cell(row, 3).border.left.style == "thin"
    assert made.cell(row, 4).border.left.style is None


def test_rows_and_cells_that_do_not_say_where_they_are_stay_where_they_are() -> None:
    book = blank_book()
    places = Pen(book.active).table(FORM.table("disputes"), {}, skip=0)
    row = book.active[next(iter(places.values()))].row
    data, name = saved(book), "xl/worksheets/sheet1.xml"
    sheet = re.sub(r'(<row|<c) r="[A-Z]*[0-9]+"', r"\1", parts_of(data)[name].decode())
    start = sheet.rindex("<row")
    cells = re.findall(r"<c[^>]*/>|<c.*?</c>", sheet[start:])
    without = sheet[:start] + sheet[start:].replace("".join(cells[3:]), "")
    written = filled(city_tables.repacked(data, {name: without.encode()}))
    made = openpyxl.load_workbook(io.BytesIO(written.data)).active
    assert [made.cell(row, column + 1).value for column in range(len(places))] == [
        REPORT.figures[ref] for ref in places
    ]
    assert made["A1"].value == book.active["A1"].value


def test_foreign_sheets_keep_their_prefixes_and_their_unknown_elements() -> None:
    data, _ = city_table(FORM)
    name = "xl/worksheets/sheet3.xml"
    strange = parts_of(data)[name].replace(
        b"</worksheet>", b'<extLst><ext uri="{X}" xmlns:x="urn:x"><x:own a="1"/></ext></extLst></worksheet>'
    )
    changed = city_tables.repacked(data, {name: strange})
    assert b'<ext xmlns:x="urn:x" uri="{X}"><x:own a="1"/></ext>' in parts_of(filled(changed).data)[name]


@pytest.mark.parametrize("name", foreign.CASES)
@pytest.mark.slow
def test_no_workbook_of_an_office_loses_anything(name: str) -> None:
    drawn = foreign.CASES[name]
    if drawn.again or drawn.edition != "2021" or "另一个单位" in name:
        return
    data = drawn.make()
    judge_parts(data, filled(data, overwrite=True))
