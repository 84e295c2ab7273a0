"""The roster: what an officer may write into 名册.xlsx, and the messages about everything else."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import reports
import sheet_xml
from green_triangles import numbers_stored_as_text
from hypothesis import given
from hypothesis import strategies as st
from libreoffice import LibreOffice

from gouji.collection.workspace.last_year import LastYear, PreviousYear
from gouji.collection.workspace.roster import FIELDS, Member, Roster, RosterError, read_roster, write_roster
from gouji.form.forms import OFFICIAL
from gouji.form.levels import LEVELS
from gouji.formats.tables.listing import LAST_ROW
from gouji.report.model import Unit
from gouji.runtime.errors import GoujiError

YEAR = reports.YEAR["2021"]
HEAD = [field.title for field in FIELDS]

QINGSHI = Member(
    "410411201",
    "青石镇人民政府",
    "township",
    ("青石镇", "青石乡人民政府"),
    "410411",
    ("qingshi@example.com", "b.li@mail.gov.cn"),
    "李明",
    "0375-1234567、13800000000",
    active_from=YEAR - 3,
    active_to=YEAR + 1,
    before=("410411105", "410411106"),
)
CENTRE = Member("410411", "丰泽县人民政府", "county")
FINANCE = Member("0411-CZ_1", "丰泽县财政局", "county_department", ("财政局",), "410411")
MEMBERS = (CENTRE, QINGSHI, FINANCE)


Sheet = Callable[..., Path]


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    """Write rows as an officer might; each is a dict by the titles of the columns."""

    def written(*rows: dict[str, Any], head: Sequence[str] = HEAD, above: Sequence[str] = (), first: int = 0) -> Path:
        workbook = openpyxl.Workbook()
        page = workbook.active
        assert page is not None
        page.title = "名册"
        for line in above:
            page.append([line])
        page.append(list(head))
        for number, row in enumerate(rows, first or page.max_row + 1):
            for column, title in enumerate(head, 1):
                if title in row:
                    page.cell(number, column, row[title])
        path = tmp_path / "名册.xlsx"
        workbook.save(path)
        return path

    return written


def row(number: int = 1, **more: Any) -> dict[str, Any]:
    """Return a correct row; ``more`` are other columns."""
    return {"单位代码": f"4104{number:05}", "单位全称": f"第{number}镇人民政府", "级别": "乡镇、街道", **more}


def complaints(path: Path) -> list[str]:
    """Return the messages about a roster, line by line, without the first line."""
    with pytest.raises(RosterError) as refused:
        read_roster(path, YEAR)
    head, *lines = str(refused.value).splitlines()
    assert head.startswith("“名册.xlsx”有 ")
    assert f" {len(lines)} 处写得不对" in head or lines[-1].startswith("  （还有 ")
    return [line.strip() for line in lines]


# ---------------------------------------------------------------- correct rosters


def test_a_written_roster_is_read_back_the_same(tmp_path: Path) -> None:
    write_roster(tmp_path / "名册.xlsx", MEMBERS)
    assert read_roster(tmp_path / "名册.xlsx", YEAR).members == MEMBERS


def test_a_roster_saved_by_libreoffice_is_read_the_same(tmp_path: Path, libreoffice: LibreOffice) -> None:
    write_roster(tmp_path / "roster.xlsx", MEMBERS)
    (tmp_path / "saved").mkdir()
    (saved,) = libreoffice.convert([tmp_path / "roster.xlsx"], tmp_path / "saved")
    assert read_roster(saved, YEAR).members == MEMBERS


def test_the_written_roster_helps_those_who_fill_it_in(tmp_path: Path) -> None:
    write_roster(tmp_path / "名册.xlsx", MEMBERS)
    workbook = openpyxl.load_workbook(tmp_path / "名册.xlsx")
    page = workbook["名册"]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}
    assert rules["D2"].type == "list"
    assert rules["D2"].formula1 == f'"{",".join(level.name for level in LEVELS.values())}"'
    assert (rules["I2"].type, rules["I2"].formula1, rules["I2"].formula2) == ("whole", "1000", "9999")
    assert all(str(rule.sqref).endswith(str(LAST_ROW)) for rule in rules.values())
    assert rules["A2"].prompt
    assert page.column_dimensions["A"].number_format == "@", "a code that begins with 0 keeps it"
    assert page.freeze_panes == "C2"
    assert workbook.sheetnames == ["名册", "怎样填写"]


def test_excel_does_not_offer_to_make_a_code_a_number(tmp_path: Path) -> None:
    write_roster(tmp_path / "名册.xlsx", [Member("0410991", "清溪镇人民政府", "township", phone="0371")])
    assert numbers_stored_as_text((tmp_path / "名册.xlsx").read_bytes()) == ([], ["名册!A2", "名册!H2"])
    page = sheet_xml.part((tmp_path / "名册.xlsx").read_bytes(), "xl/worksheets/sheet1.xml")
    assert f'<ignoredError sqref="A2:A{LAST_ROW} ' in page, "codes are typed below the last row, too"


def test_columns_may_be_in_any_order_below_a_title_and_beside_others(sheet: Sheet) -> None:
    path = sheet(
        row(1, 备注="新来的", 联系人="王芳"),
        head=["备注", "联系人", "级别", "单位全称", "单位代码"],
        above=["丰泽县 2025 年名册"],
    )
    (member,) = read_roster(path, YEAR).members
    assert (member.code, member.contact, member.emails) == ("410400001", "王芳", ())


def test_codes_typed_as_numbers_are_read_as_digits(sheet: Sheet) -> None:
    path = sheet(
        row(1, 单位代码=410411201.0, 起报年度=float(YEAR), 联系电话=3751234567, 上年单位代码=410411105),
        row(2, 上级单位代码=410411201, 止报年度=f"{YEAR}年度"),
    )
    first, second = read_roster(path, YEAR).members
    assert (first.code, first.active_from, first.phone) == ("410411201", YEAR, "3751234567")
    assert (first.before, second.parent, second.active_to) == (("410411105",), "410411201", YEAR)


def test_spaces_around_a_value_are_ignored(sheet: Sheet) -> None:
    path = sheet(row(1, 单位代码=" 4102 ", 单位全称="青石镇人民政府　", 级别=" 乡镇、街道", 简称=" 青石镇 、 青石 "))
    (member,) = read_roster(path, YEAR).members
    assert (member.code, member.name, member.short) == ("4102", "青石镇人民政府", ("青石镇", "青石"))


@pytest.mark.parametrize(("text", "level"), [("乡镇", "township"), ("街道", "township"), ("county", "county")])
def test_a_level_may_be_abbreviated_or_written_as_in_json(sheet: Sheet, text: str, level: str) -> None:
    assert read_roster(sheet(row(1, 级别=text)), YEAR).members[0].level == level


def test_empty_rows_between_units_are_skipped(sheet: Sheet) -> None:
    assert [member.code for member in read_roster(sheet(row(1), {}, {}, row(2)), YEAR).members] == [
        "410400001",
        "410400002",
    ]


def test_a_sheet_formatted_to_the_bottom_is_read_down_to_its_last_value(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    page = workbook.active
    assert page is not None
    page.title = "名册"
    page.append(HEAD)
    page.append([row().get(title) for title in HEAD])
    page["A1048576"].number_format = "@"
    page["XFD1048576"].number_format = "@"
    workbook.save(tmp_path / "名册.xlsx")
    assert len(read_roster(tmp_path / "名册.xlsx", YEAR).members) == 1


def test_an_empty_roster_has_no_units(sheet: Sheet) -> None:
    assert read_roster(sheet(), YEAR).members == ()


# ---------------------------------------------------------------- wrong rosters


def test_every_wrong_cell_is_reported_with_its_address_at_once(sheet: Sheet) -> None:
    path = sheet(
        row(1),
        row(1, 单位全称="第1镇 人民政府", 电子邮箱="liutang；right@example.com"),
        row(3, 级别="镇", 起报年度="去年", 止报年度=123),
        row(4, 上级单位代码="41040004"),
        {"联系人": "王芳"},
        row(6, 单位代码="41/04", 上年单位代码="4101、41 02、4.1"),
        row(7, 起报年度=YEAR, 止报年度=YEAR - 1),
        row(8, 联系人="王\n芳"),
    )
    assert complaints(path) == [
        "F3（电子邮箱）：“liutang”不是邮箱地址。",
        f"D4（级别）：没有“镇”这个级别，可以选 {'；'.join(level.name for level in LEVELS.values())}。",
        "I4（起报年度）：“去年”不是四位数的年份。",
        "J4（止报年度）：“123”不是四位数的年份。",
        "A6（单位代码）：没有填。",
        "B6（单位全称）：没有填。",
        "D6（级别）：没有填。",
        "A7（单位代码）：“41/04”不能作代码：只能用数字、英文字母和 - _，不超过 32 个字符。",
        "K7（上年单位代码）：“4.1”不能作代码：只能用数字、英文字母和 - _。几个代码用顿号隔开。",
        f"J8（止报年度）：止报年度 {YEAR - 1} 早于起报年度 {YEAR}。",
        "G9（联系人）：里面有换行或者看不见的字符，请重新输入。",
        "A3（单位代码）：“410400001”与 A2 重复。",
        "B3（单位全称）：“第1镇 人民政府”与 B2 重复。",
        "E5（上级单位代码）：名册里没有“41040004”，是不是“410400004”？",
    ]


def test_a_hundred_wrong_cells_are_counted_and_the_first_ones_listed(sheet: Sheet) -> None:
    messages = complaints(sheet(*(row(number, 级别=f"镇{number}") for number in range(1, 101))))
    assert len(messages) == 51
    assert messages[-1] == "（还有 50 条）"


def test_the_same_mistake_in_many_rows_is_said_once(sheet: Sheet) -> None:
    path = sheet(*(row(number, 级别="镇级") for number in range(1, 25)))
    with pytest.raises(RosterError, match="有 24 处写得不对") as refused:
        read_roster(path, YEAR)
    _, line = str(refused.value).splitlines()
    assert "等 24 格（级别）：没有“镇级”这个级别" in line


@pytest.mark.parametrize(
    "code",
    ["４１０４１１２０１", "41 0411", "410411.5", "-1", "甲", "4" * 33, "41\\04"],
    ids=["wide digits", "a space", "a decimal", "a sign first", "Chinese", "too long", "a backslash"],
)
def test_a_code_consists_of_digits_and_letters(sheet: Sheet, code: str) -> None:
    (message,) = complaints(sheet(row(1, 单位代码=code)))
    assert message.startswith("A2（单位代码）：“")


def test_a_name_longer_than_any_units_is_reported(sheet: Sheet) -> None:
    (message,) = complaints(sheet(row(1, 单位全称="镇" * 121)))
    assert message.startswith("B2（单位全称）：有 121 个字，最多 120 个")


def test_a_name_that_looks_like_markup_is_read_as_a_name(tmp_path: Path) -> None:
    written = Member("410425101", "<r><t>某镇</t></r>", "township", contact="<r>李 & 明</r>")
    write_roster(tmp_path / "名册.xlsx", [written])
    assert read_roster(tmp_path / "名册.xlsx", YEAR).members == (written,)


def test_codes_that_differ_only_in_case_are_duplicates(sheet: Sheet) -> None:
    # Files are named after them, and Windows ignores case.
    assert complaints(sheet(row(1, 单位代码="cz1"), row(2, 单位代码="CZ1"))) == ["A3（单位代码）：“CZ1”与 A2 重复。"]


def test_names_that_differ_only_in_width_are_duplicates(sheet: Sheet) -> None:
    assert complaints(sheet(row(1, 单位全称="第1镇(街道)"), row(2, 单位全称="第１镇（街道）"))) == [
        "B3（单位全称）：“第１镇（街道）”与 B2 重复。"
    ]


@pytest.mark.parametrize(
    "address", ["a@b", "a@b.", "@example.com", "a b@example.com.", "李@example.com", "a@example,com", "a@@example.com"]
)
def test_an_address_must_be_one_that_mail_programs_accept(sheet: Sheet, address: str) -> None:
    messages = complaints(sheet(row(1, 电子邮箱=address)))
    assert all(line.startswith("F2（电子邮箱）：“") for line in messages)


@pytest.mark.parametrize(
    "year",
    ["25", "2025.5", datetime.datetime(2025, 1, 1), "０２５", -2025, "2025-01"],
    ids=["two digits", "a decimal", "a date", "wide digits", "negative", "a month"],
)
def test_a_year_has_four_digits(sheet: Sheet, year: object) -> None:
    (message,) = complaints(sheet(row(1, 起报年度=year)))
    assert message.startswith("I2（起报年度）：“")
    assert message.endswith("”不是四位数的年份。")


def test_a_unit_cannot_be_above_itself(sheet: Sheet) -> None:
    path = sheet(
        row(1, 上级单位代码="410400002"),
        row(2, 上级单位代码="410400003"),
        row(3, 上级单位代码="410400001"),
        row(4, 上级单位代码="410400004"),
        row(5, 上级单位代码="410400001"),
    )
    assert [line.partition("（")[0] for line in complaints(path)] == ["E2", "E3", "E4", "E5"]


@pytest.mark.parametrize(
    "head",
    [["单位代码", "全称", "级别"], ["a", "b", "c"], []],
    ids=["another heading", "other headings", "no headings"],
)
def test_a_sheet_without_its_headings_is_refused(sheet: Sheet, head: list[str]) -> None:
    with pytest.raises(GoujiError, match="找不到表头（单位代码、单位全称、级别）"):
        read_roster(sheet(row(), head=head), YEAR)


@pytest.mark.parametrize("column", ["电子邮箱", "级别"])
def test_a_column_that_occurs_twice_is_refused(sheet: Sheet, column: str) -> None:
    path = sheet(row(1), head=[*HEAD, column])
    with pytest.raises(GoujiError, match=f"“{column}”有两列"):
        read_roster(path, YEAR)


def test_a_row_too_far_down_is_reported(sheet: Sheet) -> None:
    with pytest.raises(GoujiError, match=f"第 {LAST_ROW} 行以下还有内容"):
        read_roster(sheet(row(1), first=LAST_ROW + 7), YEAR)


@pytest.mark.parametrize(
    "data",
    [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), b"PK\x03\x04 broken", b"", "单位代码,单位全称".encode()],
    ids=["an old workbook", "a broken workbook", "an empty file", "a CSV"],
)
def test_a_file_that_is_not_a_workbook_is_refused_by_name(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "名册.xlsx").write_bytes(data)
    with pytest.raises(GoujiError, match=r"“名册\.xlsx”"):
        read_roster(tmp_path / "名册.xlsx", YEAR)


def test_a_missing_roster_is_reported(tmp_path: Path) -> None:
    with pytest.raises(GoujiError, match=r"名册\.xlsx"):
        read_roster(tmp_path / "名册.xlsx", YEAR)


# ---------------------------------------------------------------- finding units


ROSTER = Roster(
    [
        Member("4101", "丰泽县城关镇人民政府", "township", ("城关镇", "城关")),
        Member("4102", "丰泽县城关街道办事处", "township", ("城关街道", "城关")),
        Member("FZ_01", "丰泽县财政局", "county_department", ("财政局",)),
        Member("01", "丰泽县财政局国库中心", "county_department", ("国库中心",)),
    ],
    YEAR,
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4101", "4101"),
        ("丰泽县城关镇人民政府", "4101"),
        ("丰泽县 城关镇 人民政府", "4101"),
        ("城关街道", "4102"),
        ("街道办", "4102"),
        ("国库", "01"),
        ("财政局", "FZ_01"),
    ],
)
def test_an_officer_finds_a_unit_by_code_by_name_or_by_part_of_the_name(text: str, code: str) -> None:
    assert ROSTER.find(text).code == code


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "城关",
            "名册里有 2 个单位像“城关”：丰泽县城关镇人民政府（4101）、丰泽县城关街道办事处（4102）。请写单位代码。",
        ),
        ("财政居", "名册里没有“财政居”，是不是“财政局”？"),
        ("xyz", "名册里没有“xyz”。请写单位代码、全称或者简称。"),
        ("", "名册里没有“”。请写单位代码、全称或者简称。"),
    ],
)
def test_an_ambiguous_name_lists_the_units_that_come_near(text: str, why: str) -> None:
    with pytest.raises(GoujiError) as refused:
        ROSTER.find(text)
    assert str(refused.value) == why


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("城关镇年报.xlsx", "4101"),
        ("城关年报.xlsx", None),
        ("丰泽县财政局国库中心.xlsx", "01"),
        ("财政局国库中心.xlsx", None),
        ("４１０２－年报.xlsx", "4102"),
        ("4102-2025年报.xlsx", "4102"),
        ("41022025.xlsx", None),
        ("FZ_01_财政_2025.xlsx", "FZ_01"),
        ("城关镇和城关街道.xlsx", None),
        ("4101城关街道.xlsx", None),
        ("4101_城关镇_2025.xlsx", "4101"),
        ("4101 4102.xlsx", None),
        ("年报.xlsx", None),
        ("", None),
    ],
)
def test_a_file_belongs_to_the_one_unit_in_its_name(text: str, code: str | None) -> None:
    found = ROSTER.mentioned_in(text)
    assert (found.code if found else None) == code


_names = st.text("甲乙丙镇a1", min_size=1, max_size=4)


@given(
    st.lists(st.tuples(st.text("ab12", min_size=1, max_size=3), _names), max_size=6),
    st.text("甲乙丙镇a12_", max_size=9),
)
def test_finding_names_in_a_text_costs_the_same_for_a_roster_of_any_size(
    rows: list[tuple[str, str]], text: str
) -> None:
    members = [Member(code=code, name=name, level="township") for code, name in dict(rows).items()]
    known = {name: [one for one in members if one.name == name] for name in {one.name for one in members}}
    fits: dict[str, list[Member]] = {name: those for name, those in known.items() if len(name) > 1 and name in text}
    alone = {one.code: [one] for one in members if re.search(rf"(?<![0-9A-Za-z]){one.code}(?![0-9A-Za-z])", text)}
    fits |= {code: those for code, those in alone.items() if len(code) > 1}
    whole = [those for name, those in fits.items() if not any(name != other and name in other for other in fits)]
    those = {one.code: one for several in whole for one in several}
    wanted = next(iter(those.values())) if len(those) == 1 and all(len(several) == 1 for several in whole) else None
    assert Roster(members, 2025).mentioned_in(text) == wanted


# ---------------------------------------------------------------- 撤并


@pytest.fixture
def before(tmp_path: Path) -> LastYear:
    """Last year's reports of three units; each carries over another number."""
    folder = LastYear(tmp_path / "上年", OFFICIAL)
    for number, code in enumerate(("a", "b", "c"), 1):
        report = reports.right("2021", number)
        folder.keep(reports.changed(report, year=YEAR - 1, unit=Unit(f"旧{number}", code, "township")), code)
    return folder


def begins(before: LastYear, code: str, *members: Member) -> PreviousYear:
    roster = Roster(members, YEAR)
    wanted = roster.member(code)
    assert wanted
    return before.before(wanted, roster)


def _unit(code: str, *sources: str, **more: Any) -> Member:
    return Member(code, f"单位{code}", "township", before=sources, **more)


CARRIED = "requests.carried_out.natural"


def carried(number: int) -> Any:
    return reports.right("2021", number).figures[CARRIED]


def test_a_unit_starts_with_its_own_report_of_last_year(before: LastYear) -> None:
    report = begins(before, "a", _unit("a"), _unit("b")).report
    assert report
    assert report.figures[CARRIED] == carried(1)


def test_a_unit_with_a_new_code_starts_with_the_report_under_the_old_code(before: LastYear) -> None:
    report = begins(before, "new", _unit("new", "b")).report
    assert report
    assert report.figures[CARRIED] == carried(2)


def test_a_merged_unit_starts_with_the_sum_of_its_parts(before: LastYear) -> None:
    ended = _unit("a", active_to=YEAR - 1)
    report = begins(before, "m", _unit("m", "a", "b", "c"), ended).report
    assert report
    assert report.unit.name == "单位m"
    assert report.figures[CARRIED] == carried(1) + carried(2) + carried(3)


def test_a_unit_that_absorbed_others_names_itself_among_them(before: LastYear) -> None:
    report = begins(before, "a", _unit("a", "a", "b"), _unit("b", active_to=YEAR - 1)).report
    assert report
    assert report.figures[CARRIED] == carried(1) + carried(2)


def test_no_total_when_a_merged_unit_is_missing_a_report(before: LastYear) -> None:
    assert begins(before, "m", _unit("m", "a", "x")) == PreviousYear(missing=("x",))


def test_units_split_from_one_share_its_cases_and_the_office_divides_them(before: LastYear) -> None:
    members = (_unit("p", "a"), _unit("q", "a"))
    assert begins(before, "p", *members) == PreviousYear(divided=("a",))
    assert begins(before, "q", *members) == PreviousYear(divided=("a",))


def test_a_unit_split_off_from_a_continuing_one_shares_its_cases_too(before: LastYear) -> None:
    members = (_unit("a"), _unit("q", "a"))
    assert begins(before, "a", *members) == PreviousYear(divided=("a",))


def test_a_unit_that_no_longer_reports_has_no_share(before: LastYear) -> None:
    members = (_unit("a", active_to=YEAR - 1), _unit("q", "a"))
    assert begins(before, "q", *members).report


def test_a_new_unit_starts_with_nothing(before: LastYear) -> None:
    assert begins(before, "n", _unit("n", active_from=YEAR)) == PreviousYear(missing=("n",))


def test_units_report_from_their_first_to_their_last_year(sheet: Sheet) -> None:
    begun = (row(1), row(2, 起报年度=YEAR), row(3, 起报年度=YEAR + 1))
    path = sheet(*begun, row(4, 止报年度=YEAR), row(5, 止报年度=YEAR - 1))
    roster = read_roster(path, YEAR)
    assert [member.code[-1] for member in roster.active] == ["1", "2", "4"]
    assert len(roster.members) == 5


def test_the_roster_knows_the_units_below_each_unit(tmp_path: Path) -> None:
    roster = Roster(MEMBERS, YEAR)
    assert roster.children("410411") == (QINGSHI, FINANCE)
    assert roster.children("") == (CENTRE,)
    assert roster.children("410411201") == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("淮安市洪泽区人民政府", "1"),
        ("江苏省淮安市洪泽区人民政府", "1"),
        ("江苏省洪泽区人民政府办公室", "2"),
        ("洪泽区水利局", "3"),
        ("水利局", None),
        ("淮安市清江浦区水利局", None),
        ("泽区人民政府", None),
        ("洪泽区教育局", None),
    ],
)
def test_the_areas_before_a_name_make_no_other_unit(name: str, code: str | None) -> None:
    members = (
        Member("1", "洪泽区人民政府", "county"),
        Member("2", "淮安市洪泽区人民政府办公室", "county"),
        Member("3", "江苏省淮安市洪泽区水利局", "county_department"),
        Member("4", "江苏省洪泽区教育局", "county_department"),
        Member("5", "淮安市洪泽区教育局", "county_department"),
    )
    found = Roster(members, YEAR).named(name)
    assert (found and found.code) == code
