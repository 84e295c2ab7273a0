"""A roster proposed from lists as offices keep them: drawn here, with invented names, each with its right roster."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from county import County
from libreoffice import LibreOffice

from gouji.collection.workspace.proposed_roster import NOTES, Proposal, proposed_roster
from gouji.collection.workspace.roster import RosterError, read_roster
from gouji.formats.read import read_data
from gouji.runtime.errors import GoujiError

OFFICE = "安澜县人民政府办公室"
LED = ("张强", "13800000001")
TOWN, COUNTY_DEPARTMENT, NONE = "township", "county_department", ""


@dataclass(frozen=True)
class List:
    """A drawn list, the units that it has, and the kinds of doubt that have to be said."""

    draw: Callable[[], bytes]
    units: Sequence[tuple[Any, ...]]
    """Name, level, code, mail addresses, contact and phone; from the end, what is empty is left out."""
    doubts: Sequence[str] = ()
    """The beginning and the end of each sentence, divided by …."""
    office: str = OFFICE


Rows = Iterable[Sequence[Any]]


def book(*sheets: tuple[str, Rows, Iterable[str]], edit: Callable[[Any], None] | None = None) -> bytes:
    """Return a workbook of sheets: name, rows, and merged areas."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)  # type: ignore[arg-type]
    for name, rows, merged in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    if edit:
        edit(workbook)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def text(rows: Rows, encoding: str = "gb18030", separator: str = ",") -> bytes:
    target = io.StringIO()
    csv.writer(target, delimiter=separator).writerows(rows)
    return target.getvalue().encode(encoding)


def grouped() -> bytes:
    rows = [
        ["安澜县政务公开工作通讯录"],
        ["填表日期：2025年10月", "", "", "", "", "", "", "值班电话：0375-7654321"],
        ["序号", "单 位\n名 称", "分管领导", "", "联系人", "", "", "电子邮箱"],
        ["", "", "姓名", "电话", "姓名", "办公电话", "手机", ""],
        ["一、乡镇（街道）（3个）"],
        [
            1,
            "安澜县清溪镇\n人民政府",
            "张强",
            "13800000001",
            "李　明",
            "7654001",
            13900000001,
            "a@example.com；\nb@example.com",
        ],
        [
            2,
            "安澜县柳塘镇人民政府",
            "王海",
            "13800000002",
            "赵静、钱进",
            "7654002",
            "139 0000 0002",
            "liutang#example.com",
        ],
        [3, "安澜县城关街道办事处", "王海", "13800000002", "孙丽", "", "139-0000-0003", "cg＠example.com"],
        ["二、县直部门（2个）"],
        [1, "安澜县教育局", *LED, "陈二", "7654004", "13900000004", "jyj@example.com"],
        [2, "安 澜 县 水 利 局", *LED, "陈三", "7654005", "", "无"],
        ["三、国有企业"],
        [1, "安澜县城市建设投资有限公司", "", "", "陈四", "7654006"],
        ["合计", "6个单位"],
        ["填表人：李四", "", "", "审核人：张三"],
    ]
    return book(
        ("通讯录", rows, ["A1:H1", "A3:A4", "B3:B4", "C3:D3", "E3:G3", "H3:H4", "A5:H5", "A9:H9", "A12:H12", "A15:C15"])
    )


def coded() -> bytes:
    rows = [
        ["电话", "联系人", "统一社会信用代码", "行政区划代码", "类别", "部门全称", "备注"],
        [76540001, "李明（主任）", "11410999MB0000001A", 410999, "县直单位", "安澜县教育局", "新任"],
        [76540002, "王芳", "11410999MB0000002B", 410999, "县直单位", "安澜县民政局"],
        [76540003, "赵静", "11410999MB0000003C", 410999102, "乡镇", "安澜县柳塘镇人民政府"],
        [76540004, "钱进", "", 410999, "垂管单位", "省气象局安澜县气象站"],
        [76540005, "孙丽", "11410999MB0000005E", 410999, "园区", "安澜县产业集聚区管理委员会"],
    ]
    return book(("Sheet1", rows, ()))


def zeros() -> bytes:
    def edit(workbook: Any) -> None:
        sheet = workbook.active
        for at in ("A3", "A4"):
            sheet[at].number_format = "0000000"
        sheet["A6"].number_format = "0"

    rows = [
        ["单位编码", "单位名称"],
        ["0410991", "安澜县清溪镇人民政府"],
        [410992, "安澜县柳塘镇人民政府"],
        [410993, "安澜县河口镇人民政府"],
        [410994, "安澜县青石镇人民政府"],
        [410995000001, "安澜县白云镇人民政府"],
        [410996000001, "安澜县黑石镇人民政府"],
        [410999197001010018, "安澜县红岩镇人民政府"],
        ["4.10999E+11", "安澜县绿水镇人民政府"],
    ]
    return book(("名单", rows, ()), edit=edit)


def by_sheets() -> bytes:
    def edit(workbook: Any) -> None:
        workbook["县直部门"].row_dimensions[4].hidden = True
        workbook["旧名单"].sheet_state = "hidden"

    return book(
        ("说明", [["本表供内部使用，请勿外传。"]], ()),
        ("乡镇", [["乡镇", "邮箱"], ["清溪镇", "qx@example.com"], ["柳塘镇", "lt@example.com"]], ()),
        (
            "县直部门",
            [["单位", "邮箱"], ["教育局", "jy@example.com"], ["水利局", ""], ["已撤销局", "x@example.com"]],
            (),
        ),
        ("旧名单", [["单位", "邮箱"], ["农机局", "nj@example.com"]], ()),
        edit=edit,
    )


def side_by_side() -> bytes:
    rows = [
        ["序号", "单位名称", "电话", "序号", "单位名称", "电话"],
        [1, "安澜县清溪镇人民政府", "7654001", 3, "安澜县教育局", "7654003"],
        [2, "安澜县柳塘镇人民政府", "7654002", 4, "安澜县水利局", "7654004"],
    ]
    return book(("Sheet1", rows, ()))


def people_in_rows() -> bytes:
    rows = [
        ["类别", "单位名称", "联系人及电话", "邮箱"],
        ["乡镇", "安澜县清溪镇人民政府", "李明 13900000001", "a@example.com"],
        ["", "", "王芳 13900000002", "b@example.com"],
        ["", "安澜县柳塘镇人民政府", "赵静13900000003", ""],
        ["县直单位", "安澜县教育局", "钱进（13900000004）", "c@example.com"],
        ["", "安澜县教育局", "孙丽 13900000005", "c@example.com"],
        ["", "", "周周 13900000006", ""],
        ["", "安澜县水利局", "", ""],
    ]
    return book(("Sheet1", rows, ["A2:A4", "B2:B3", "A5:A8"]))


def without_heads() -> bytes:
    rows = [
        ["安澜县政务公开联络员"],
        [1, "安澜县清溪镇人民政府", "李明", "13900000001", "a@example.com"],
        [2, "安澜县教育局", "王芳", "0375-7654001", "b@example.com"],
        [3, "高新区管委会", "赵静", "7654002", ""],
    ]
    return book(("Sheet1", rows, ()))


def odd_rows() -> bytes:
    rows = [
        ["单位名称", "级别", "联系电话"],
        ["安澜县清溪镇人民政府", "县直单位", "7654001"],
        ["安澜县教育局", "无", "请打办公室"],
        ["安澜县教育局", "", "7654003"],
        ["", "", "7654004"],
        ["第一组"],
        ["安澜县档案馆", "", "7654005"],
        ["单位名称", "级别", "联系电话"],
        ["东关街道", "街道办", "7654006"],
        ["12345", "乡镇", "7654007"],
    ]
    return book(("Sheet1", rows, ()))


def of_a_city() -> bytes:
    rows = [
        ["单位", "性质"],
        ["平阳市人民政府办公室", "市政府"],
        ["平阳市教育局", "市直部门"],
        ["东关街道办事处", "街道"],
        ["西关街道办事处", "街道"],
    ]
    return book(("Sheet1", rows, ()))


def headings_in_the_column_of_numbers() -> bytes:
    rows = [
        ["序号", "单位名称", "手机"],
        ["一、街道"],
        [1, "安澜县城关街道", "13900000001"],
        ["县直单位"],
        [1, "安澜县档案馆", "13900000002"],
        [2, "安澜县总工会", "13900000003"],
    ]
    return book(("Sheet1", rows, ()))


def with_other_columns() -> bytes:
    rows = [
        ["编号", "主管部门", "单位", "身份证号码", "QQ号码", "人员编制", "部门", "负责人电话", "经办人员", "办公电话"],
        ["01", "县委编办", "安澜县教育局", "410999199001010018", "12345678", 5, "办公室", "7654001", "李明", "8001"],
        [
            "02",
            "县委编办",
            "安澜县水利局",
            "410999199001010026",
            "12345679",
            6,
            "人秘股",
            "7654002",
            "王芳",
            "4109991990010100",
        ],
    ]
    return book(("Sheet1", rows, ()))


def names_only() -> bytes:
    return text([["单位名称"], ["乡镇"], ["安澜县清溪镇人民政府"], ["县直部门"], ["安澜县教育局"], ["安澜县教育局"]])


def saved_as_text() -> bytes:
    rows = [
        ["序号", "单位代码", "单位名称", "级别", "手机", "邮箱"],
        [1, "0410991", "安澜县清溪镇人民政府", "乡镇", "13900000001", "a@example.com"],
        [2, "4.10999E+17", "安澜县教育局", "县直", "1.39E+10", "b@example.com"],
    ]
    return text(rows, "utf-8-sig", "\t")


def two_of_a_name() -> bytes:
    rows = [
        ["单位代码", "单位名称", "级别", "上级单位"],
        ["410999", "安澜县人民政府", "县级政府", ""],
        ["410999101", "双河镇人民政府", "乡镇", "安澜县人民政府"],
        ["410999102", "双河镇人民政府", "乡镇", "410999"],
        ["410999103", "柳塘镇人民政府", "乡镇", "河西县人民政府"],
        ["410 999 103", "清溪镇人民政府", "乡镇", ""],
    ]
    return book(("Sheet1", rows, ()))


def called_inside() -> bytes:
    names = ("县公安局", "县市场监督管理局", "县卫生健康委员会", "县城市管理局")
    rows = [["单位", "邮箱"], *([name, ""] for name in names)]
    rows[1][1] = "ga@example,com"
    return book(("县直部门", rows, ()))


LISTS = {
    "units as they are called inside their county": List(
        called_inside,
        [
            ("县公安局", COUNTY_DEPARTMENT, "dw-001"),
            ("县市场监督管理局", COUNTY_DEPARTMENT, "dw-002"),
            ("县卫生健康委员会", COUNTY_DEPARTMENT, "dw-003"),
            ("县城市管理局", COUNTY_DEPARTMENT, "dw-004"),
        ],
        ["邮箱写得不对，没有采用：“ga@example,com”（第 2 行）。", "单位名称像简称…县城市管理局（第 2—5 行）。"],
    ),
    "headings, heads of two lines, a title and a foot": List(
        grouped,
        [
            ("安澜县清溪镇人民政府", TOWN, "dw-001", "a@example.com b@example.com", "李明", "7654001、13900000001"),
            ("安澜县柳塘镇人民政府", TOWN, "dw-002", "", "赵静、钱进", "7654002、13900000002"),
            ("安澜县城关街道办事处", TOWN, "dw-003", "cg@example.com", "孙丽", "139-0000-0003"),
            ("安澜县教育局", COUNTY_DEPARTMENT, "dw-004", "jyj@example.com", "陈二", "7654004、13900000004"),
            ("安澜县水利局", COUNTY_DEPARTMENT, "dw-005", "", "陈三", "7654005"),
            ("安澜县城市建设投资有限公司", NONE, "dw-006", "", "陈四", "7654006"),
        ],
        ["邮箱写得不对…“liutang#example.com”（第 7 行）。", "“三、国有企业”看不出是哪一级…（第 13 行）。"],
    ),
    "columns in another order, two kinds of codes": List(
        coded,
        [
            ("安澜县教育局", COUNTY_DEPARTMENT, "11410999MB0000001A", "", "李明(主任)", "76540001"),
            ("安澜县民政局", COUNTY_DEPARTMENT, "11410999MB0000002B", "", "王芳", "76540002"),
            ("安澜县柳塘镇人民政府", TOWN, "11410999MB0000003C", "", "赵静", "76540003"),
            ("省气象局安澜县气象站", COUNTY_DEPARTMENT, "dw-004", "", "钱进", "76540004"),
            ("安澜县产业集聚区管理委员会", COUNTY_DEPARTMENT, "11410999MB0000005E", "", "孙丽", "76540005"),
        ],
        [
            "“垂管单位”没有说明是哪一级…气象站（第 5 行）。",
            "没有写单位代码，另编了…（第 5 行）。",
        ],
    ),
    "codes stored as numbers": List(
        zeros,
        [
            ("安澜县清溪镇人民政府", TOWN, "0410991"),
            ("安澜县柳塘镇人民政府", TOWN, "0410992"),
            ("安澜县河口镇人民政府", TOWN, "0410993"),
            ("安澜县青石镇人民政府", TOWN, "410994"),
            ("安澜县白云镇人民政府", TOWN, "410995000001"),
            ("安澜县黑石镇人民政府", TOWN, "410996000001"),
            ("安澜县红岩镇人民政府", TOWN, "dw-007"),
            ("安澜县绿水镇人民政府", TOWN, "dw-008"),
        ],
        [
            "单位代码显示成了科学计数…黑石镇人民政府 410996000001（第 7 行）。",
            "单位代码太长，存成数字以后后几位丢了…（第 8—9 行）。",
        ],
    ),
    "a sheet for each level, hidden ones and short names": List(
        by_sheets,
        [
            ("清溪镇", TOWN, "dw-001", "qx@example.com"),
            ("柳塘镇", TOWN, "dw-002", "lt@example.com"),
            ("教育局", COUNTY_DEPARTMENT, "dw-003", "jy@example.com"),
            ("水利局", COUNTY_DEPARTMENT, "dw-004"),
        ],
        [
            "隐藏着，没有采用…县直部门!第4行、工作表“旧名单”。",
            "单位名称像简称…（“乡镇”第 2—3 行，“县直部门”第 2—3 行）。",
        ],
    ),
    "two lists side by side": List(
        side_by_side,
        [
            ("安澜县清溪镇人民政府", TOWN, "dw-001", "", "", "7654001"),
            ("安澜县柳塘镇人民政府", TOWN, "dw-002", "", "", "7654002"),
            ("安澜县教育局", COUNTY_DEPARTMENT, "dw-003", "", "", "7654003"),
            ("安澜县水利局", COUNTY_DEPARTMENT, "dw-004", "", "", "7654004"),
        ],
    ),
    "a row for each person, levels merged over their units": List(
        people_in_rows,
        [
            (
                *("安澜县清溪镇人民政府", TOWN, "dw-001", "a@example.com b@example.com"),
                *("李明、王芳", "13900000001、13900000002"),
            ),
            ("安澜县柳塘镇人民政府", TOWN, "dw-002", "", "赵静", "13900000003"),
            (
                *("安澜县教育局", COUNTY_DEPARTMENT, "dw-003", "c@example.com"),
                *("钱进、孙丽、周周", "13900000004、13900000005、13900000006"),
            ),
            ("安澜县水利局", COUNTY_DEPARTMENT, "dw-004"),
        ],
        [
            "一个单位占几行…清溪镇人民政府（第 3 行）。",
            "没有写单位名称，联系人、电话、邮箱算在上一行…（第 7 行）。",
            "写了不止一次，只算一个单位…教育局（第 6 行）。",
        ],
    ),
    "no heads at all": List(
        without_heads,
        [
            ("安澜县清溪镇人民政府", TOWN, "dw-001", "a@example.com", "李明", "13900000001"),
            ("安澜县教育局", COUNTY_DEPARTMENT, "dw-002", "b@example.com", "王芳", "0375-7654001"),
            ("高新区管委会", COUNTY_DEPARTMENT, "dw-003", "", "赵静", "7654002"),
        ],
        ["没有写级别，照名称按“县级部门”定的…高新区管委会（第 4 行）。"],
    ),
    "rows that contradict or are no units": List(
        odd_rows,
        [
            ("安澜县清溪镇人民政府", TOWN, "dw-001", "", "", "7654001"),
            ("安澜县教育局", COUNTY_DEPARTMENT, "dw-002", "", "", "7654003、7654004"),
            ("安澜县档案馆", NONE, "dw-003", "", "", "7654005"),
            ("东关街道", TOWN, "dw-004", "", "", "7654006"),
        ],
        [
            "电话写得不对，没有采用：“请打办公室”（第 3 行）。",
            "没有写单位名称，联系人、电话、邮箱算在上一行的单位：安澜县教育局（第 5 行）。",
            "像小标题，不知道是哪一级…“第一组”（第 6 行）。",
            "不像单位名称，没有采用：“12345”（第 10 行）。",
            "写了不止一次…教育局（第 4 行）。",
            "写的是“县直单位”，照名称定成了“乡镇、街道”…清溪镇人民政府（第 2 行）。",
            "没有写级别，名称也看不出…档案馆（第 7 行）。",
            "单位名称像简称…东关街道（第 9 行）。",
        ],
    ),
    "a city with the rank of a county": List(
        of_a_city,
        [
            ("平阳市人民政府办公室", "county", "dw-001"),
            ("平阳市教育局", COUNTY_DEPARTMENT, "dw-002"),
            ("东关街道办事处", TOWN, "dw-003"),
            ("西关街道办事处", TOWN, "dw-004"),
        ],
        [
            "名称像市级以上的政府，照“县级政府”定的级别…办公室（第 2 行）。",
            "“市直部门”没有说明是哪一级，按“县级部门”定的…（第 3 行）。",
        ],
        office="平阳市人民政府办公室",
    ),
    "headings in the column of numbers": List(
        headings_in_the_column_of_numbers,
        [
            ("安澜县城关街道", TOWN, "dw-001", "", "", "13900000001"),
            ("安澜县档案馆", COUNTY_DEPARTMENT, "dw-002", "", "", "13900000002"),
            ("安澜县总工会", COUNTY_DEPARTMENT, "dw-003", "", "", "13900000003"),
        ],
    ),
    "columns that are none of ours": List(
        with_other_columns,
        [
            ("安澜县教育局", COUNTY_DEPARTMENT, "dw-001", "", "李明", "8001"),
            ("安澜县水利局", COUNTY_DEPARTMENT, "dw-002", "", "王芳"),
        ],
        ["电话写得不对，没有采用：“4109991990010100”（第 3 行）。"],
    ),
    "one column of names in a .csv": List(
        names_only,
        [("安澜县清溪镇人民政府", TOWN, "dw-001"), ("安澜县教育局", COUNTY_DEPARTMENT, "dw-002")],
        ["写了不止一次…教育局（第 6 行）。"],
    ),
    "a text with tabs in which digits are lost": List(
        saved_as_text,
        [
            ("安澜县清溪镇人民政府", TOWN, "0410991", "a@example.com", "", "13900000001"),
            ("安澜县教育局", COUNTY_DEPARTMENT, "dw-002", "b@example.com"),
        ],
        ["电话写得不对，没有采用：“1.39E+10”（第 3 行）。", "单位代码太长…（第 3 行）。"],
    ),
    "two units of a name, one code twice": List(
        two_of_a_name,
        [
            ("安澜县人民政府", "county", "410999"),
            ("双河镇人民政府", TOWN, "410999101"),
            ("双河镇人民政府", TOWN, "410999102"),
            ("柳塘镇人民政府", TOWN, "dw-004"),
            ("清溪镇人民政府", TOWN, "dw-005"),
        ],
        [
            "名称相同、代码不同…双河镇人民政府（第 4 行）。",
            "单位代码“410999103”几个单位都写…（第 5—6 行）。",
            "上级单位不在表里，没有写：柳塘镇人民政府的“河西县人民政府”（第 5 行）。",
        ],
    ),
}


def proposed(folder: Path, data: bytes, office: str = OFFICE, name: str = "通讯录.xlsx") -> Proposal:
    (folder / name).write_bytes(data)
    return proposed_roster(folder / name, office)


def units_of(proposal: Proposal) -> list[tuple[str, ...]]:
    return [(one.name, one.level, one.code, " ".join(one.emails), one.contact, one.phone) for one in proposal.members]


@pytest.mark.parametrize("listed", LISTS.values(), ids=LISTS.keys())
def test_the_roster_of_a_list_is_right_and_every_doubt_is_said_once(listed: List, tmp_path: Path) -> None:
    proposal = proposed(tmp_path, listed.draw(), listed.office)
    assert units_of(proposal) == [(*unit, *[""] * (6 - len(unit))) for unit in listed.units]
    assert len(proposal.doubts) == len(listed.doubts), proposal.doubts
    for doubt, expected in zip(proposal.doubts, listed.doubts, strict=True):
        begin, gap, end = expected.partition("…")
        end = end if gap else begin
        assert (doubt[: len(begin)], doubt[-len(end) :]) == (begin, end)


@pytest.mark.slow
def test_a_list_saved_by_other_programs_gives_the_same_roster(tmp_path: Path, libreoffice: LibreOffice) -> None:
    for name, draw in (("grouped", grouped), ("zeros", zeros)):
        (tmp_path / f"{name}.xlsx").write_bytes(draw())
    usual = {name: proposed_roster(tmp_path / f"{name}.xlsx", OFFICE) for name in ("grouped", "zeros")}
    for kind in ("xls", "ods"):
        (tmp_path / kind).mkdir()
        paths = libreoffice.convert([tmp_path / f"{name}.xlsx" for name in usual], tmp_path / kind, kind)
        for path in paths:
            assert units_of(proposed_roster(path, OFFICE)) == units_of(usual[path.stem]), path


def test_what_was_understood_is_said(tmp_path: Path) -> None:
    assert proposed(tmp_path, grouped()).understood == (
        "看出 6 个单位。",
        "单位全称：取自 B 列“单 位 名 称”。",
        "联系人：取自 E 列“联系人姓名”。",
        "联系电话：取自 F 列“联系人办公电话”、G 列“联系人手机”。",
        "电子邮箱：取自 H 列“电子邮箱”。",
        "没有用的列：C 列“分管领导姓名”、D 列“分管领导电话”。",
        "级别：乡镇、街道 3 个，县级部门 2 个，空着 1 个。",
        "单位代码：表里没有，编了 6 个（dw-001 到 dw-006）。有统一代码的请在下发以前换上，一年之内不要改。",
        "简称：照全称拟的 6 个。",
        "不是单位、没有采用的：第 14 行“合计”、第 15 行“填表人：李四”。",
    )
    assert "联系电话：取自 D 列（照内容认的）。" in proposed(tmp_path, without_heads()).understood


def test_a_proposed_roster_is_a_roster_once_its_gaps_are_filled(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, grouped())
    (tmp_path / "名册.xlsx").write_bytes(proposal.workbook())
    with pytest.raises(RosterError, match=r"D7（级别）：没有填。"):
        read_roster(tmp_path / "名册.xlsx", 2025)
    workbook = openpyxl.load_workbook(tmp_path / "名册.xlsx")
    assert workbook.sheetnames == ["名册", NOTES, "怎样填写"]
    notes = [row[0] for row in workbook[NOTES].iter_rows(values_only=True)]
    assert all(line in notes for line in proposal.understood)
    assert [line for line in notes if line and line.startswith("1. ")] == [f"1. {proposal.doubts[0]}"]
    workbook["名册"].delete_rows(7)
    workbook.save(tmp_path / "名册.xlsx")
    roster = read_roster(tmp_path / "名册.xlsx", 2025)
    assert roster.members == proposal.members[:5]
    assert roster.mentioned_in("清溪镇2025年报.xlsx") == proposal.members[0]


def test_an_assigned_code_is_none_that_the_list_has_and_stays_when_others_get_theirs(tmp_path: Path) -> None:
    def codes(*written: str) -> list[str]:
        rows = [["代码", "单位"], *([code, f"安澜县第{at}镇人民政府"] for at, code in enumerate(written))]
        return [member.code for member in proposed(tmp_path, text(rows)).members]

    assert codes("", "", "") == ["dw-001", "dw-002", "dw-003"]
    assert codes("410999101", "", "") == ["410999101", "dw-002", "dw-003"]
    assert codes("DW-002", "", "a b？") == ["DW-002", "dw-003", "dw-004"]


def test_what_cannot_be_seen_in_a_list_is_not_in_the_roster(tmp_path: Path) -> None:
    rows = [["单位名称", "联系人", "电话"], ["安澜县\u200b教育局\u202e", "李\ufeff明\x07", "7654001\u200e"]]
    assert units_of(proposed(tmp_path, text(rows, "utf-8")))[0] == (
        *("安澜县教育局", COUNTY_DEPARTMENT, "dw-001", ""),
        *("李明", "7654001"),
    )


def test_a_code_one_digit_shorter_than_the_others_is_asked_about(tmp_path: Path) -> None:
    rows = [
        ["代码", "单位"],
        *([f"0410{at}", f"安澜县第{at}镇人民政府"] for at in range(1, 5)),
        ["4105", "安澜县第5镇人民政府"],
    ]
    (doubt,) = proposed(tmp_path, text(rows)).doubts
    assert doubt == "单位代码比别的少一位，开头的 0 可能丢了，请核对：安澜县第5镇人民政府 4105（第 6 行）。"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "是空的"),
        (b"%PDF-1.7 \xff\xfe", "不是电子表格"),
        (b"PK\x03\x04 broken", "打不开，内容不完整"),
        (b"," * 5_000_000, "太大，不像单位的名单"),
        (b"<html><table><tr><td>", "内容是网页或者 XML"),
        (book(("Sheet1", [["会议", "时间"], ["动员会", "三月"]], ())), "没有看出哪一列是单位名称"),
        (book(("Sheet1", [["单位名称", "级别"]], ())), "没有看出哪一列是单位名称"),
        (text([["单位名称"], *[["安澜县教育局"]] * 2500]), "太长，一次最多读 2000 行"),
        (book(("Sheet1", [["单位名称"], *[["安澜县教育局"]] * 2500], ())), "一个工作表最多读 2000 行"),
    ],
    ids=["empty", "pdf", "broken", "commas", "web page", "another list", "no rows", "long text", "long sheet"],
)
def test_a_list_that_cannot_be_understood_is_one_sentence(data: bytes, why: str, tmp_path: Path) -> None:
    with pytest.raises(GoujiError) as refused:
        proposed(tmp_path, data)
    assert str(refused.value).startswith("通讯录“通讯录.xlsx”")
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_office_begins_with_its_own_list_and_goes_on_to_issue(tmp_path: Path) -> None:
    (tmp_path / "通讯录.xlsx").write_bytes(grouped())
    county = County(tmp_path / "年报", ())
    shutil.rmtree(county.folder)
    begin = ("init", county.folder, "--office", OFFICE, "--year", 2025, "--roster", tmp_path / "通讯录.xlsx")
    printed = county.run(*begin)
    assert "照“通讯录.xlsx”拟了名册：\n  看出 6 个单位。" in printed
    assert "\n  邮箱写得不对，没有采用：“liutang#example.com”（第 7 行）。" in printed
    assert "打开“名册.xlsx”，核对、改好，保存、关闭" in printed
    assert "已经是工作文件夹，没有改动" in county.run(*begin, fails=2)
    assert "D7（级别）：没有填" in county.run("issue", fails=2)
    workbook = openpyxl.load_workbook(county.folder / "名册.xlsx")
    workbook["名册"]["D7"] = "县级部门"
    workbook.save(county.folder / "名册.xlsx")
    county.run("issue")
    issued = sorted(path.name for path in (county.folder / "下发").glob("dw-*.xlsx"))
    assert issued[0] == "dw-001_清溪镇_2025.xlsx"
    report = read_data((county.folder / "下发" / issued[4]).read_bytes()).report
    assert (len(issued), report.unit.name, report.unit.level) == (6, "安澜县水利局", COUNTY_DEPARTMENT)


def test_nothing_is_made_where_the_list_or_the_folder_is_not_right(tmp_path: Path) -> None:
    (tmp_path / "通讯录.xlsx").write_bytes(grouped())
    county = County(tmp_path / "年报", ())
    assert "不能再用 --roster" in county.run(
        "init", tmp_path / "明年", "--after", county.folder, "--roster", tmp_path / "通讯录.xlsx", fails=2
    )
    (tmp_path / "空.csv").write_bytes(b"")
    assert "“空.csv”是空的" in county.run("init", tmp_path / "明年", "--roster", tmp_path / "空.csv", fails=2)
    assert not (tmp_path / "明年").exists()
    (tmp_path / "别的").mkdir()
    shutil.copy(county.folder / "名册.xlsx", tmp_path / "别的")
    refused = county.run("init", tmp_path / "别的", "--roster", tmp_path / "通讯录.xlsx", fails=2)
    assert "里已经有“名册.xlsx”，没有改动" in refused
    assert not (tmp_path / "别的" / "设置.toml").exists()
