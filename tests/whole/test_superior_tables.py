"""Tables of a superior are filled right, and nothing else of the file is changed."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import superior_tables as kit
from county import County
from libreoffice import LibreOffice
from lxml import etree
from summing import office_with

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BOOK = "xl/workbook.xml"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> County:
    """An office that has collected the reports of all its units."""
    reports = kit.reports()
    return office_with(tmp_path_factory.mktemp("office"), kit.UNITS, {unit: reports[unit.name] for unit in kit.UNITS})


def filled(office: County, drawn: kit.Drawn, folder: Path) -> tuple[bytes, dict[str, Any]]:
    """Return the filled copy of a table, and what the command says of it."""
    theirs, target, answers = (folder / name for name in ("市表.xlsx", "填好.xlsx", "对照.toml"))
    theirs.write_bytes(drawn.data)
    options: list[object] = ["--overwrite"] if drawn.overwrite else []
    if drawn.mapping:
        answers.write_bytes(drawn.mapping.encode())
        options += ["--mapping", answers]
    said = json.loads(office.run("fill", theirs, "-o", target, "--json", *options))
    assert theirs.read_bytes() == drawn.data
    return target.read_bytes(), said


@pytest.mark.parametrize("name", kit.TABLES)
def test_every_number_is_where_it_belongs_and_all_else_stays(name: str, office: County, tmp_path: Path) -> None:
    drawn = kit.TABLES[name]()
    data, said = filled(office, drawn, tmp_path)
    assert wrong_in(drawn.data, drawn).keys() >= drawn.typed.keys()
    # What stands in the file, and the results that it keeps for its formulas: programs that do not calculate show them.
    assert wrong_in(data, drawn) == {}
    cells = {each["cell"]: each["outcome"] for each in said["cells"]}
    assert {at for at, what in cells.items() if what == "filled"} <= set(drawn.typed)
    assert {what for at, what in cells.items() if at in drawn.formulas} <= {"formula"}
    named = [each["label"] for each in said["unanswered"]]
    assert named == [*drawn.rows, *drawn.open]
    assert list(changes(drawn.data, data, set(drawn.typed))) == []


@pytest.mark.slow
@pytest.mark.parametrize("saved_again", [False, True], ids=["as drawn", "saved by LibreOffice before"])
def test_libreoffice_opens_them_all_and_calculates_what_belongs_there(
    saved_again: bool, office: County, libreoffice: LibreOffice, tmp_path: Path
) -> None:
    drawn = {name: table() for name, table in kit.TABLES.items()}
    if saved_again:
        for name, data in through(libreoffice, {name: one.data for name, one in drawn.items()}, tmp_path / "1").items():
            drawn[name].data = data
    made = {name: filled(office, one, tmp_path)[0] for name, one in drawn.items()}
    opened = through(libreoffice, made, tmp_path / "2")
    assert {name: wrong_in(opened[name], one) for name, one in drawn.items()} == {name: {} for name in drawn}
    changed = {name: list(changes(one.data, made[name], set(one.typed))) for name, one in drawn.items()}
    assert changed == {name: [] for name in drawn}


def through(libreoffice: LibreOffice, files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Return workbooks as LibreOffice saves them, with all formulas calculated."""
    folder.mkdir()
    (folder / "saved").mkdir()
    for name, data in files.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    saved = libreoffice.convert([folder / f"{name}.xlsx" for name in files], folder / "saved")
    return {name: path.read_bytes() for name, path in zip(files, saved, strict=True)}


def test_a_workbook_with_macros_is_refused_in_one_sentence(office: County, tmp_path: Path) -> None:
    (tmp_path / "宏.xlsm").write_bytes(kit.with_macros())
    said = office.run("fill", tmp_path / "宏.xlsm", "-o", tmp_path / "填好.xlsx", fails=2)
    assert "带有宏（.xlsm），没有填" in said
    assert not (tmp_path / "填好.xlsx").exists()


def test_the_file_on_columns_is_written_once_and_used_the_next_time(office: County, tmp_path: Path) -> None:
    theirs, answers, target = tmp_path / "市表.xlsx", tmp_path / "对照.toml", tmp_path / "填好.xlsx"
    theirs.write_bytes(kit.list_with_questions().data)
    said = office.run("fill", theirs, "-o", target, "--mapping", answers, fails=2)
    assert "申请总数" in said
    text = answers.read_text("utf-8-sig")
    assert '# "申请总数" = "不填"' in text
    answers.write_text(
        text.replace('# "申请总数" = "不填"', '"申请总数" = "一、本年新收政府信息公开申请数量 > 总计"'), "utf-8"
    )
    office.run("fill", theirs, "-o", target, "--mapping", answers)
    sheet = openpyxl.load_workbook(target, data_only=True)["Sheet1"]
    known = kit.figures()
    assert [sheet[f"B{row}"].value for row in range(2, 7)] == [
        known[unit]["requests.new.total"] for unit in (*(unit.name for unit in kit.UNITS), kit.ALL)
    ]


# ---------------------------------------------------------------- looking at files


def wrong_in(data: bytes, drawn: kit.Drawn) -> dict[str, tuple[Any, Any]]:
    """Return the cells with another number than the one that belongs there: what stands, what should."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says what it would lose
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    wrong = {}
    for at, number in kit.wanted(drawn):
        sheet, _, address = at.partition("!")
        value = book[sheet][address].value
        if not isinstance(value, int | float) or Decimal(repr(value)) != number:
            wrong[at] = value, number
    return wrong


def changes(before: bytes, after: bytes, typed: set[str]) -> Iterator[str]:
    """Yield what differs between two workbooks, except numbers in ``typed`` cells and results of formulas."""
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        if old.namelist() != new.namelist():
            yield f"parts: {old.namelist()} {new.namelist()}"
            return
        sheets = dict(_sheets(old))
        for part in old.namelist():
            own = {at.partition("!")[2] for at in typed if at.partition("!")[0] == sheets.get(part)}
            one, other = old.read(part), new.read(part)
            if part in sheets:
                if _without(one, own) != _without(other, own):
                    yield part
            elif part == BOOK:
                if _without_calculation(one) != _without_calculation(other):
                    yield part
            elif one != other:
                yield part


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    links = {
        link.get("Id"): link.get("Target", "") for link in etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for sheet in etree.fromstring(archive.read(BOOK)).iter(f"{MAIN}sheet"):
        id = next(value for key, value in sheet.attrib.items() if key.endswith("}id"))
        target = links[str(id)].lstrip("/")
        yield target if target.startswith("xl/") else f"xl/{target}", str(sheet.get("name"))


def _without(xml: bytes, typed: set[str]) -> bytes:
    """Return a sheet without the contents of typed cells and without the results of formulas."""
    root = etree.fromstring(xml)
    for cell in root.iter(f"{MAIN}c"):
        if cell.get("r") in typed:
            for element in list(cell):
                cell.remove(element)
            cell.attrib.pop("t", None)
        elif cell.find(f"{MAIN}f") is not None:
            for element in cell.findall(f"{MAIN}v"):
                cell.remove(element)
            cell.attrib.pop("t", None)
    return etree.tostring(root, method="c14n")


def _without_calculation(xml: bytes) -> bytes:
    root = etree.fromstring(xml)
    for element in root.findall(f"{MAIN}calcPr"):
        root.remove(element)
    return etree.tostring(root, method="c14n")
