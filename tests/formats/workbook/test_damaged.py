"""Every damaged workbook has exactly the outcome that the kit states, each time it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import libreoffice as office
import pytest
import reports

import gouji
from damaged import kit
from damaged.workbook import Sheet, Workbook, cell_of
from gouji.checks import check, verdict
from gouji.form.editions import load_form
from gouji.formats.read import read_data
from gouji.formats.spreadsheet import second_look
from gouji.formats.workbook.layout import layout_of
from gouji.formats.workbook.reader import read_workbook
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.reading import Reading
from gouji.report.repairs import accept_repairs
from gouji.runtime.errors import DocumentError


def outcome(data: bytes, key: bytes | None = None) -> kit.Read | kit.Refused:
    """Return the outcome of reading a file."""
    try:
        reading = read_workbook(data, key=key)
    except DocumentError as error:
        return kit.Refused(str(error))
    found = sorted((finding.id, finding.cells[0] if finding.cells else "") for finding in check(reading))
    return kit.Read(tuple(found), same=reading.report == kit.good_report())


def test_the_good_workbook_is_right() -> None:
    assert outcome(kit.good()) == kit.Read(())
    assert outcome(kit.signed(), kit.KEY) == kit.Read(())


@pytest.mark.parametrize("damage", kit.KIT.values(), ids=lambda damage: damage.defect)
def test_every_defect_always_has_its_outcome(damage: kit.Damage) -> None:
    """Each file is read twice in one process, because no file may affect the next one."""
    data = damage.make()
    assert outcome(data, damage.key) == damage.outcome
    assert outcome(kit.good()) == kit.Read(())
    assert outcome(data, damage.key) == damage.outcome


def test_the_readme_states_the_size_of_the_kit() -> None:
    stated = re.search(
        r"(\d+) damaged workbooks", (Path(kit.__file__).parent / "README.md").read_text(encoding="utf-8")
    )
    assert stated
    assert len(kit.KIT) == int(stated[1])


@pytest.mark.parametrize("name", ["a_column_is_hidden", "rows_are_filtered_away", "every_number_of_a_table_is_a_text"])
def test_findings_with_one_cause_are_reported_once(name: str) -> None:
    findings = check(read_data(kit.KIT[name].make()))
    first, *echoes = findings
    assert first.echo_of is None
    assert {finding.echo_of for finding in echoes} == {first.id}


def test_validations_that_a_program_has_dropped_are_not_the_work_of_the_clerk() -> None:
    book = Workbook(kit.good())
    for name in book.names:
        book[name].remove("dataValidations")
    (finding,) = check(read_data(book.data()))
    assert finding.message == "169 个格子的输入限制已经丢失，整个文件里一个也没有，是保存它的程序没有保留。"


def test_numbers_that_are_stored_as_text_are_repaired_with_one_note() -> None:
    reading = accept_repairs(read_data(kit.KIT["every_number_of_a_table_is_a_text"].make()))
    assert reports.same(reading.report, kit.good_report())
    first, *echoes = check(reading)
    assert first.message == (
        "三、依申请公开有 144 格的数字存成了文字格式，已按数字读取，"
        "如“一、本年新收政府信息公开申请数量”行“自然人”列的“3954”。"
    )
    assert {(finding.severity, finding.echo_of) for finding in echoes} == {("note", first.id)}


@pytest.mark.parametrize("damage", kit.KIT.values(), ids=lambda damage: damage.defect)
def test_every_sentence_says_what_to_do_in_chinese(damage: kit.Damage) -> None:
    if isinstance(damage.outcome, kit.Refused):
        sentence = damage.outcome.sentence
        assert sentence.endswith("。")
        assert "请" in sentence
        assert "\n" not in sentence
        assert not re.search("[A-Za-z]{9,}", sentence), "a word of a library"


# ---------------------------------------------------------------- all ways of shifting a cell


def shifts() -> Iterator[tuple[str, str, str, bool]]:
    """Yield each way of deleting or inserting one cell of a table: sheet, address, what, along the column.

    In a table without totals, nothing distinguishes shifted numbers from typed ones once the gap is filled.
    """
    layout = layout_of(load_form(kit.EDITION))
    for table in layout.tables:
        for ref in table.table.cells:
            place = layout.places[ref]
            for what in ("delete", "insert"):
                for down in (True, False):
                    yield place.sheet, place.address, what, down


def shifted(sheet: str, address: str, what: str, down: bool, *, values: bool, filled: bool) -> bytes:
    """Return the workbook with one cell deleted or inserted while no label moves."""
    workbook = Workbook(kit.good())
    cells = workbook[sheet]
    if values:
        cells.value_only()
    labels = fixed(cells)
    if what == "delete":
        cells.delete_cell(address, up=down)
    else:
        cells.insert_cell(address, down=down)
    for label, element in labels.items():
        # A program does not split merged labels, so the labels stay where they are.
        fixed_cell = cells.cell(label)
        fixed_cell[:] = list(element)
        fixed_cell.attrib.update(element.attrib | {"r": label})
    if filled:
        for key in kit.good_report().form.inputs:
            place = layout_of(load_form(kit.EDITION)).places[key]
            if place.sheet == sheet and not len(cells.cell(place.address)):
                cells.set(place.address, 0)
    return workbook.data()


def fixed(sheet: Sheet) -> dict[str, object]:
    """Return copies of the cells with shared texts: all labels."""
    import copy

    return {cell.attrib["r"]: copy.deepcopy(cell) for cell in sheet.data.iter() if cell.attrib.get("t") == "s"}  # type: ignore[misc]


def assert_no_pass(case: tuple[str, str, str, bool], *, values: bool, filled: bool) -> None:
    try:
        reading = read_data(shifted(*case, values=values, filled=filled))
    except DocumentError:
        return
    was, now = kit.good_report().figures, reading.report.figures
    wrong = [ref for ref in was if now.get(ref) != was[ref] and ref in reading.report.form.inputs]
    if len(wrong) > (1 if filled else 0):
        assert verdict(check(reading)) != "pass", f"{case} passes with shifted numbers"
        if not filled:
            assert verdict(check(reading)) == "fail", case


def provable(filled: bool) -> list[tuple[str, str, str, bool]]:
    return [case for case in shifts() if not filled or case[0] != kit.DISCLOSURE]


@pytest.mark.parametrize("values", [False, True], ids=["formulas", "values only"])
@pytest.mark.parametrize("filled", [False, True], ids=["as it is", "gaps filled"])
def test_a_sample_of_shifted_numbers_is_never_accepted(values: bool, filled: bool) -> None:
    for case in Random(1).sample(provable(filled), 30):
        assert_no_pass(case, values=values, filled=filled)


@pytest.mark.slow
@pytest.mark.parametrize("values", [False, True], ids=["formulas", "values only"])
@pytest.mark.parametrize("filled", [False, True], ids=["as it is", "gaps filled"])
def test_no_shifted_number_is_ever_accepted(values: bool, filled: bool) -> None:
    for case in provable(filled):
        assert_no_pass(case, values=values, filled=filled)


# ---------------------------------------------------------------- other programs' files


@pytest.fixture(scope="session")
def converted(libreoffice: office.LibreOffice, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The good workbook and some damaged ones, saved by LibreOffice, by name."""
    folder = tmp_path_factory.mktemp("converted")
    sources = {"good": kit.good(), "typed": kit.KIT["a_number_with_its_unit"].make()}
    sources |= {"formula": kit.KIT["a_formula"].make(), "error": kit.KIT["an_error_value"].make()}
    sources |= {"far": kit.KIT["a_stray_note_beside_the_table"].make()}
    files = []
    for name, data in sources.items():
        files.append(folder / f"{name}.xlsx")
        files[-1].write_bytes(data)
    saved: dict[str, bytes] = {}
    for to in ("xls:MS Excel 97", "ods", "xlsx:Calc MS Excel 2007 XML"):
        target = folder / to.partition(":")[0]
        target.mkdir()
        for path in libreoffice.convert(files, target, to):
            saved[path.name] = path.read_bytes()
    return saved


@pytest.mark.parametrize("name", ["good.xls", "good.ods", "good.xlsx"])
def test_a_workbook_that_another_program_saved_holds_the_same_report(name: str, converted: dict[str, bytes]) -> None:
    for _ in range(2):
        reading = read_data(converted[name])
        assert reports.same(reading.report, kit.good_report())
        assert [finding.id for finding in check(reading) if finding.severity != "note"] == []


@pytest.mark.parametrize(
    "content, called",
    [
        ("good.xls", "report.et"),
        ("good.xls", "report.xlsx"),
        ("good.xlsx", "report.xls"),
        ("good.ods", "report.xlsx"),
        ("good.ods", "report.et"),
    ],
)
def test_a_workbook_is_recognised_by_its_content_not_by_its_name(
    content: str, called: str, converted: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / called).write_bytes(converted[content])
    assert reports.same(gouji.read(tmp_path / called).report, kit.good_report())


@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsx"])
@pytest.mark.parametrize("name, typed", [("typed", "3件"), ("error", "="), ("formula", "=")])
def test_an_entry_that_is_not_a_number_is_reported_in_every_format(
    name: str, typed: str, suffix: str, converted: dict[str, bytes]
) -> None:
    reading = read_data(converted[f"{name}.{suffix}"])
    (ref,) = reading.report.unread
    assert reading.places[ref] == f"{kit.REQUESTS}!{kit.TYPED}"
    assert reading.report.unread[ref].startswith(typed)
    assert verdict(check(reading)) == "fail"


@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsx"])
def test_a_stray_value_is_reported_in_every_format(suffix: str, converted: dict[str, bytes]) -> None:
    reading = read_data(converted[f"far.{suffix}"])
    assert reports.same(reading.report, kit.good_report())
    strays = [finding.cells for finding in reading.findings if finding.rule == "evidence.stray"]
    assert strays == [(f"{kit.REQUESTS}!M12",)]


# ---------------------------------------------------------------- the second look


def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows with each second look by its number of cells."""
    taken: list[int] = []
    real = second_look.as_typed

    def counted(data: bytes, places: dict[str, object]) -> dict[str, str]:
        taken.append(len(places))
        return real(data, places)  # type: ignore[arg-type]

    monkeypatch.setattr(second_look, "as_typed", counted)
    return taken


def test_a_clean_workbook_gets_no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = looks(monkeypatch)
    files = [workbook_bytes(reports.right(edition, seed)) for edition in reports.EDITIONS for seed in range(3)]
    for data in files:
        read_data(data)
    assert taken == []
    read_data(kit.KIT["an_error_value"].make())
    assert taken == [1]
    read_data(workbook_bytes(reports.blank("2021")))
    assert taken == [1, len(load_form("2021").inputs)]


def test_a_clean_workbook_from_another_program_gets_no_second_look(
    monkeypatch: pytest.MonkeyPatch, converted: dict[str, bytes]
) -> None:
    taken = looks(monkeypatch)
    for name in ("good.xlsx", "good.xls", "good.ods"):
        read_data(converted[name])
    assert taken == []
    read_data(converted["typed.xlsx"])
    assert taken == [1]


def test_the_cells_of_the_kit_are_those_of_the_form() -> None:
    reading: Reading = read_data(kit.good())
    assert reading.places["requests.refused_state_secret.natural"] == f"{kit.REQUESTS}!{kit.TYPED}"
    assert cell_of(kit.at("requests.new.total"))[1] == 10
