"""Lists of a superior: columns by their words, rows by the unit that they name. What is unclear is named."""

from __future__ import annotations

from itertools import zip_longest

import pytest
from superiors import FORM, ROWS, UNITS, asked, book_of, cells, found_in, said, shown

from gouji.form.editions import load_form
from gouji.formats.filling.lists import places_in_lists

TOWN, BUREAU, STREET = UNITS


def of_columns(*headers: str) -> dict[str, str]:
    """Return what the headers of a list of three units ask for."""
    return asked(found_in([("单位", *headers), *ROWS]))


@pytest.mark.parametrize(
    "header, ref",
    [
        ("本年新收政府信息公开申请数量", "requests.new.total"),
        ("收到申请", "requests.new.total"),
        ("2025年收到依申请公开（件）", "requests.new.total"),
        ("上年结转", "requests.carried_in.total"),
        ("结转下年度", "requests.carried_out.total"),
        ("办结", "requests.closed.total"),
        ("办结总数", "requests.closed.total"),
        ("予以公开", "requests.granted.total"),
        ("部分公开", "requests.partial.total"),
        ("三、本年度办理结果（三）不予公开1.属于国家秘密", "requests.refused_state_secret.total"),
        ("涉及国家秘密", "requests.refused_state_secret.total"),
        ("复议总数", "disputes.reconsideration.total"),
        ("行政复议\n（结果维持）", "disputes.reconsideration.upheld"),
        ("规章制发件数", "disclosure.rules.made"),
        ("规范性文件现行有效数", "disclosure.normative.in_force"),
        ("行政许可 处理决定数量", "disclosure.licensing.decisions"),
        ("行政处罚", "disclosure.penalty.decisions"),
        ("收费金额（万元）", "disclosure.fees.amount"),
        ("行政事业性收费金额（元）", "disclosure.fees.amount*10000"),
        ("信息处理费实际收取金额（元）", "processing.fee.received"),
    ],
)
def test_the_words_of_a_header_say_which_figure_is_asked(header: str, ref: str) -> None:
    assert of_columns(header, "备注") == {" ".join(header.split()): ref}


@pytest.mark.parametrize(
    "header, why",
    [
        ("诉讼总数", "可以是年报表里的几格"),
        ("申请总数", "可以是年报表里的几格"),
        ("不予公开", "可以是年报表里的几格"),
        ("自然人", "可以是年报表里的几格"),
        ("受理申请", "可以是年报表里的几格"),
        ("金额（万元）", "可以是年报表里的几格"),
        ("其他", "可以是年报表里的几格"),
        ("办结率", "问的不是年报表里的数"),
        ("上年收到申请", "问的不是年报表里的数"),
        ("收到申请同比", "问的不是年报表里的数"),
        ("2024年收到申请", "问的不是这个年度的数"),
        ("申请人撤回", "认不出问的是年报表里的哪一格"),
        ("新收网络申请", "认不出问的是年报表里的哪一格"),
        ("办理结果 > 公开", "认不出问的是年报表里的哪一格"),
        ("收费金额（亿元）", "数的单位与年报表里的不同"),
        ("信息处理费实际收取金额（万元）", "数的单位与年报表里的不同"),
    ],
)
def test_a_header_that_is_not_certain_is_named_and_not_filled(header: str, why: str) -> None:
    found = found_in([("单位", header, "办结"), *ROWS])
    assert asked(found) == {"办结": "requests.closed.total"}
    (unplaced,) = found.unplaced
    assert (unplaced.cell, unplaced.what, unplaced.is_column) == ("B1", header, True)
    assert unplaced.why.startswith(why)


def test_a_question_names_the_figures_that_it_may_be() -> None:
    (unplaced,) = found_in([("单位", "诉讼总数", "办结"), *ROWS]).unplaced
    assert unplaced.refs == ("disputes.direct_suit.total", "disputes.later_suit.total")
    refused = found_in([("单位", "不予公开", "办结"), *ROWS]).unplaced[0].refs
    assert (len(refused), {ref.split(".")[2] for ref in refused}) == (8, {"total"})
    assert unplaced.message == (
        "Sheet1!B1“诉讼总数”：可以是年报表里的几格，程序不猜"
        "（“未经复议直接起诉”的“总计”、“复议后起诉”的“总计”），没有填。"
    )


def test_headers_that_are_merged_over_rows_are_read_from_top_to_bottom() -> None:
    found = found_in(
        [
            ("附件：政府信息公开情况统计表",),
            (
                "序号",
                "单位名称",
                "本年新收政府信息公开申请数量",
                "",
                "",
                "三、本年度办理结果",
                "",
                "",
                "行政诉讼",
                "备注",
            ),
            (
                "",
                "",
                "自然人",
                "法人或其他组织",
                "",
                "（一）予以公开",
                "（三）不予公开",
                "（七）总计",
                "复议后起诉",
                "",
            ),
            ("", "", "", "商业企业", "其他", "", "1.属于国家秘密", "", "其他结果", ""),
            *((number, *row) for number, row in enumerate(ROWS, 1)),
        ],
        ["A1:J1", "A2:A4", "B2:B4", "C2:E2", "C3:C4", "D3:E3", "F2:H2", "F3:F4", "H3:H4", "J2:J4"],
    )
    assert asked(found) == {
        "本年新收政府信息公开申请数量 > 自然人": "requests.new.natural",
        "本年新收政府信息公开申请数量 > 法人或其他组织 > 商业企业": "requests.new.business",
        "本年新收政府信息公开申请数量 > 法人或其他组织 > 其他": "requests.new.other",
        "三、本年度办理结果 > （一）予以公开": "requests.granted.total",
        "三、本年度办理结果 > （三）不予公开 > 1.属于国家秘密": "requests.refused_state_secret.total",
        "三、本年度办理结果 > （七）总计": "requests.closed.total",
        "行政诉讼 > 复议后起诉 > 其他结果": "disputes.later_suit.other",
    }
    assert cells(found)["D6"] == (BUREAU, "requests.new.business")
    assert not found.unplaced


@pytest.mark.parametrize("edition", ["2021", "2019"])
def test_every_cell_of_the_form_is_found_under_its_own_labels(edition: str) -> None:
    form = load_form(edition)
    headings = {table.id: form.section(table.section).heading for table in form.official_tables}
    paths = {
        ref: [*filter(None, [headings.get(cell.table)]), *cell.row.label, *cell.column.label]
        for ref, cell in form.cells.items()
    }
    levels = zip_longest(["单位"], *paths.values(), fillvalue="")
    found = found_in([*levels, *ROWS], form=form)
    by_cell = [place.ref for place in found.places if place.unit == TOWN]
    assert by_cell == list(paths), said(found)


def test_of_which_belongs_to_the_column_on_its_left() -> None:
    assert of_columns("收到申请", "其中：自然人", "办结", "其中：予以公开", "行政复议", "其中：维持") == {
        "收到申请": "requests.new.total",
        "其中：自然人": "requests.new.natural",
        "办结": "requests.closed.total",
        "其中：予以公开": "requests.granted.total",
        "行政复议": "disputes.reconsideration.total",
        "其中：维持": "disputes.reconsideration.upheld",
    }


def test_of_which_below_a_group_belongs_to_the_group() -> None:
    groups = ("单位", "上年结转", "收到申请", "办结", "")
    found = found_in([groups, ("", "合计", "其中：自然人", "总数", "其中：予以公开"), *ROWS], ["D1:E1"])
    assert [one.ref.partition(".")[2] for one in found.matched] == [
        "carried_in.total",
        "new.natural",
        "closed.total",
        "granted.total",
    ]


def test_of_which_belongs_to_no_column_farther_left() -> None:
    assert of_columns("收到申请", "网上提交", "其中：自然人", "办结") == {
        "收到申请": "requests.new.total",
        "办结": "requests.closed.total",
    }


def test_a_group_whose_cells_are_not_merged_reaches_to_the_next_one() -> None:
    found = found_in([("单位", "收到申请", "", "办理结果", ""), ("", "合计", "自然人", "总计", "予以公开"), *ROWS])
    assert [one.ref for one in found.matched] == [
        "requests.new.total",
        "requests.new.natural",
        "requests.closed.total",
        "requests.granted.total",
    ]


def test_a_merged_group_ends_where_its_cell_ends() -> None:
    found = found_in([("单位", "收到申请", "", ""), ("", "合计", "自然人", "总数"), *ROWS], ["B1:C1"])
    assert [one.ref for one in found.matched] == ["requests.new.total", "requests.new.natural"]
    assert [one.what for one in found.unplaced] == ["总数"]


@pytest.mark.parametrize(
    "rows, merged",
    [
        ([("单位", "网络申请", "", "合计"), ("", "收到申请", "办结", "办结")], ["B1:C1"]),
        ([("", "网络申请", "", ""), ("单位", "收到申请", "办结", "办结总数")], ["B1:C1"]),
        ([("", "网络申请", "", ""), ("单位", "收到申请", "办结", "办结总数")], []),
        ([("单位", "收到申请", "", ""), ("", "网上提交", "", ""), ("", "自然人", "办结", "办结总数")], []),
    ],
)
def test_unknown_words_above_make_other_numbers_of_the_columns_below(
    rows: list[tuple[str, ...]], merged: list[str]
) -> None:
    assert {place.cell[0] for place in found_in([*rows, *ROWS], merged).places} <= {"D"}


def test_the_title_of_a_list_settles_what_its_headers_leave_open() -> None:
    rows = [("单位", "总计", "维持"), *ROWS]
    found = found_in([("因政府信息公开被申请行政复议情况",), ("行政复议情况",), *rows], ["A1:C1", "A2:C2"])
    assert [one.ref for one in found.matched] == ["disputes.reconsideration.total", "disputes.reconsideration.upheld"]
    assert not found_in(rows).matched


@pytest.mark.parametrize("name", ["上年数据", "2025年上半年", "2024年度", "1-6月"])
def test_a_sheet_that_is_named_for_another_time_is_not_filled(name: str) -> None:
    found = found_in([("单位", "收到申请", "办结"), *ROWS], name=name)
    assert not found.places
    assert len(found.unplaced) == 2


def test_the_date_of_a_list_is_no_year_of_its_figures() -> None:
    found = found_in([("填报日期：2026年1月15日", "", "单位：件"), ("单位", "收到申请", "办结"), *ROWS])
    assert len(found.matched) == 2


def test_a_note_above_a_list_says_in_which_unit_money_is_asked() -> None:
    found = found_in([("统计表",), ("", "", "单位：元"), ("单位", "收到申请", "行政事业性收费"), *ROWS], ["A1:C1"])
    assert asked(found) == {"收到申请": "requests.new.total", "行政事业性收费": "disclosure.fees.amount*10000"}


def test_two_columns_with_the_same_words_are_not_filled() -> None:
    found = found_in([("单位", "收到申请", "收到 申请", "办结"), *ROWS])
    assert asked(found) == {"办结": "requests.closed.total"}
    assert [one.why[:14] for one in found.unplaced] == ["与另一列问的是同一格，分不清哪"] * 2 or len(
        found.unplaced
    ) == 2


# ---------------------------------------------------------------- rows


def test_a_unit_is_known_by_its_full_and_its_short_names() -> None:
    names = ("安澜县青石镇人民政府", "2.水 利 局", "临江市安澜县东关街道办事处")
    found = found_in([("单位", "收到申请", "办结"), *((name,) for name in names)])
    assert [(place.cell, place.unit) for place in found.places if place.cell[0] == "B"] == [
        ("B2", TOWN),
        ("B3", BUREAU),
        ("B4", STREET),
    ]


def test_a_unit_is_known_as_it_is_called_inside_its_area() -> None:
    units = {"安澜县财政局": (), "临江市公安局": ()}
    found = found_in([("单位", "收到申请", "办结"), ("县财政局",), ("县公安局",)], units=units)
    assert [(place.cell, place.unit) for place in found.places] == [("B2", "安澜县财政局"), ("C2", "安澜县财政局")]


@pytest.mark.parametrize("name", ["安澜县", "安澜县人民政府", "丰和县政府办", "镇人民政府"])
def test_an_office_is_not_called_like_its_county(name: str) -> None:
    units = {**UNITS, "安澜县人民政府办公室": ("县政府办",)}
    found = found_in([("单位", "收到申请", "办结"), *ROWS, (name,)], units=units)
    assert said(found)[0] == f"Sheet1!A5“{name}”：不是要填的单位，或者认不出是哪个，这一行没有动。"


def test_rows_that_are_no_unit_of_ours_and_units_without_a_row_are_named() -> None:
    found = found_in([("单位", "收到申请", "办结"), ("青石镇",), ("丰和县水利局",), ("东关街道",)])
    assert {place.unit for place in found.places} == {TOWN, STREET}
    assert said(found) == [
        "Sheet1!A3“丰和县水利局”：不是要填的单位，或者认不出是哪个，这一行没有动。",
        "“安澜县水利局”：对方的表里没有看到这个单位的行。",
    ]


def test_two_rows_of_one_unit_are_named_and_not_filled() -> None:
    found = found_in([("单位", "收到申请", "办结"), *ROWS, ("安澜县青石镇",)])
    assert {place.unit for place in found.places} == {BUREAU, STREET}
    assert [one.cell for one in found.unplaced] == ["A2", "A5"]
    assert "不止一行" in said(found)[0]


def test_the_totals_are_those_of_all_units_only() -> None:
    header = ("单位", "收到申请", "办结")
    assert cells(found_in([header, *ROWS, ("合计",)]))["B5"] == ("", "requests.new.total")
    assert cells(found_in([header, ("合计",), *ROWS]))["B2"] == ("", "requests.new.total")
    for others in ([*ROWS[:2]], [*ROWS, ("财政局",)], [*ROWS, ("小计",), ("总计",)]):
        found = found_in([header, *others, ("合计",)])
        assert "" not in {place.unit for place in found.places}
        assert any("合计" in sentence for sentence in said(found))


def test_a_subtotal_is_not_the_total() -> None:
    found = found_in([("单位", "收到申请", "办结"), ROWS[0], ("乡镇小计",), *ROWS[1:], ("部门合计",)])
    assert "" not in {place.unit for place in found.places}
    assert [one.what for one in found.unplaced] == ["乡镇小计", "部门合计"]


def test_words_below_a_list_are_no_unit() -> None:
    found = found_in([("单位", "收到申请", "办结"), *ROWS, ("填表人：", "", "审核人："), ("注：按实际填写。",)])
    assert not found.unplaced


@pytest.mark.parametrize(
    "below",
    [("", "法人", ""), ("", "2025", "5")],
    ids=["a row of another kind", "a row of another year"],
)
def test_a_unit_with_several_rows_is_not_filled(below: tuple[str, ...]) -> None:
    rows = [("单位", "项目", "收到申请", "办结"), ("青石镇", "甲类"), below, ("县水利局", "乙类"), ("东关街道",)]
    found = found_in(rows)
    assert {place.unit for place in found.places} == {BUREAU, STREET}
    assert "Sheet1!A2“青石镇”：占了几行，分不清填哪一行，没有填。" in said(found)
    assert not found_in([*rows[:1], ("青石镇", "自然人"), ("", "法人或其他组织"), *rows[3:]]).places


def test_groups_of_units_have_their_names_in_a_column_of_their_own() -> None:
    found = found_in(
        [
            ("类别", "单位", "收到申请", "办结"),
            ("乡镇", "青石镇政府"),
            ("", "东关街道"),
            ("小计",),
            ("二、部门（单位）", "", "", ""),
            ("部门", "水利局"),
            ("合计",),
        ],
        ["A2:A3", "A5:D5"],
    )
    assert [(place.cell, place.unit) for place in found.places if place.cell[0] == "C"] == [
        ("C2", TOWN),
        ("C3", STREET),
        ("C6", BUREAU),
        ("C7", ""),
    ]
    assert [one.what for one in found.unplaced] == ["小计"]


def test_rows_of_units_of_measure_and_of_column_numbers_belong_to_the_header() -> None:
    rows = [("单位", "收到申请※", "行政事业性收费", "办结"), ("", "件", "元", "件"), ("甲", "1", "2=3+4", "C"), *ROWS]
    assert asked(found_in(rows)) == {
        "收到申请※ > 件 > 1": "requests.new.total",
        "行政事业性收费 > 元 > 2=3+4": "disclosure.fees.amount*10000",
        "办结 > 件 > C": "requests.closed.total",
    }


def test_a_list_with_one_column_a_unit_is_filled_too() -> None:
    found = found_in(
        [
            ("指标", "", *(row[0] for row in ROWS), "合计"),
            ("规章", "本年制发件数"),
            ("", "现行有效件数"),
            ("收到申请", "自然人"),
            ("行政复议", "总计"),
        ],
        ["A1:B1", "A2:A3"],
    )
    assert [one.ref for one in found.matched] == [
        "disclosure.rules.made",
        "disclosure.rules.in_force",
        "requests.new.natural",
        "disputes.reconsideration.total",
    ]
    assert cells(found)["D3"] == (BUREAU, "disclosure.rules.in_force")
    assert cells(found)["F5"] == ("", "disputes.reconsideration.total")


def test_lists_below_and_beside_one_another_are_all_filled() -> None:
    below = [
        ("主动公开",),
        ("单位", "规范性文件制发", "行政许可"),
        *ROWS,
        ("",),
        ("依申请公开",),
        ("单位", "新收", "办结"),
        *ROWS,
    ]
    assert len(found_in(below, ["A1:C1", "A7:C7"]).places) == 12
    beside = found_in([("单位", "收到申请", "单位", "收到申请"), ("青石镇", "", "东关街道"), ("县水利局",)])
    assert cells(beside) == {
        "B2": (TOWN, "requests.new.total"),
        "B3": (BUREAU, "requests.new.total"),
        "D2": (STREET, "requests.new.total"),
    }


def test_cells_that_are_merged_with_those_beside_are_filled_and_those_of_several_rows_are_named() -> None:
    rows = [("单位", "收到申请", "", "办结"), *ROWS]
    found = found_in(rows, ["B1:C1", "B2:C2", "B3:C3", "B4:C4", "D3:D4"])
    assert list(cells(found)) == ["B2", "B3", "B4", "D2"]
    assert said(found) == [
        "Sheet1!D3“县水利局”：“办结”这一格与别的行合并了，没有填。",
        "Sheet1!D3“东关街道”：“办结”这一格与别的行合并了，没有填。",
    ]
    # Below one label, two cells: nobody knows which.
    assert list(cells(found_in(rows, ["B1:C1"]))) == ["D2", "D3", "D4"]


def test_a_name_over_the_whole_width_is_no_row_of_a_list() -> None:
    assert not found_in([("单位", "收到申请", "办结"), ("青石镇",)], ["A2:C2"]).places


def test_a_cell_that_two_lists_claim_is_not_filled() -> None:
    found = found_in(
        [
            ("收到申请", "青石镇", "其他", "其他"),
            ("县水利局", "小计", "办结", ""),
            ("青石镇", "", "", "合计"),
            ("", "东关街道", "县水利局", 1),
            ("东关街道", "财政局", "予以公开", 2),
        ]
    )
    assert "D4" not in cells(found)
    assert "Sheet1!D4：两个名单都要填这一格，分不清填哪个，没有填。" in said(found)


def test_a_long_note_above_a_list_is_not_its_title() -> None:
    note = "说明：与上年同期相比变化较大的，请另附文字说明，并于1月31日前报市政务公开办公室。"
    assert len(found_in([("统计表",), (note,), ("单位", "收到申请", "办结"), *ROWS], ["A1:C1", "A2:C2"]).matched) == 2


def test_a_column_that_is_not_seen_is_not_filled() -> None:
    book = book_of({"表": [("单位", "收到申请", "办结", "予以公开"), *ROWS]})
    book["表"].column_dimensions["C"].hidden = True
    found = places_in_lists(shown(book), FORM, UNITS)
    assert {place.cell[0] for place in found.places} == {"B", "D"}


def test_the_county_itself_is_one_row_of_the_citys_list() -> None:
    rows = [("县区", "收到申请", "办结"), ("丰和县",), ("安澜县",), ("全市合计",)]
    found = found_in(rows, area=("临江市安澜县人民政府",))
    assert cells(found) == {"B3": ("", "requests.new.total"), "C3": ("", "requests.closed.total")}
    assert [one.what for one in found.unplaced] == ["丰和县", "全市合计"]


def test_the_county_below_its_units_is_their_total() -> None:
    header = ("单位", "收到申请", "办结")
    assert cells(found_in([header, *ROWS, ("安澜县",)], area=("安澜县人民政府",)))["B5"] == ("", "requests.new.total")
    found = found_in([header, *ROWS[1:], ("安澜县",)], area=("安澜县人民政府",))
    assert "" not in {place.unit for place in found.places}


@pytest.mark.parametrize(
    "rows",
    [
        [("填报单位：", "青石镇"), ("", "自然人", "总计"), ("一、本年新收政府信息公开申请数量",), ("（一）予以公开",)],
        [("单位", "联系人", "联系电话"), *((*row, "张三", "0512-1") for row in ROWS)],
        [("单位", "送达情况"), *ROWS],
    ],
    ids=["the official form of one unit", "a list of telephones", "a list of other things"],
)
def test_what_is_no_list_of_figures_is_left_alone(rows: list[tuple[str, ...]]) -> None:
    found = found_in(rows)
    assert (found.places, found.unplaced, found.matched) == ((), (), ())


# ---------------------------------------------------------------- answers


def test_an_answer_settles_a_column_and_one_that_fits_nothing_is_named() -> None:
    rows = [("单位", "诉讼总数", "办结", "办件"), *ROWS]
    answers = {"诉讼总数": "disputes.later_suit.total", "办 件": "", "办结": "requests.new.total", "别的": ""}
    found = found_in(rows, mapping=answers)
    assert asked(found) == {"诉讼总数": "disputes.later_suit.total", "办结": "requests.new.total", "办件": ""}
    assert {place.cell[0] for place in found.places} == {"B", "C"}
    assert said(found) == ["“别的”：列的对照里写了这一列，对方的表里没有。"]


def test_an_answer_may_be_for_one_sheet() -> None:
    rows = [("单位", "自然人", "办结"), *ROWS]
    book = book_of({"新收": rows, "结转": rows})
    answers = {"新收 > 自然人": "requests.new.natural", "自然人": "requests.carried_in.natural"}
    found = places_in_lists(shown(book), FORM, UNITS, answers)
    assert [(one.sheet, one.ref) for one in found.matched if one.path == "自然人"] == [
        ("新收", "requests.new.natural"),
        ("结转", "requests.carried_in.natural"),
    ]


@pytest.mark.parametrize("name", ["计量单位", "单位", "数据单位：", ""])
def test_a_row_of_units_of_measure_belongs_to_the_header(name: str) -> None:
    found = found_in([("单位名称", "收到申请", "收费金额"), (name, "件", "元"), *ROWS])
    assert {path.partition(" ")[0]: ref for path, ref in asked(found).items()} == {
        "收到申请": "requests.new.total",
        "收费金额": "disclosure.fees.amount*10000",
    }
    assert said(found) == []


@pytest.mark.parametrize("note", ["单位：元", "（单位：件、元）", "单位：件/元", "金额单位:人民币元"])
def test_a_note_above_gives_the_unit_also_where_the_officer_has_answered_for_the_column(note: str) -> None:
    rows = [(note,), ("单位", "收到申请", "收费金额"), *ROWS]
    fees = "disclosure.fees.amount"
    assert asked(found_in(rows))["收费金额"] == f"{fees}*10000"
    assert asked(found_in(rows, mapping={"收费金额": fees}))["收费金额"] == f"{fees}*10000"


@pytest.mark.parametrize("answers", [{}, {"收费金额": "disclosure.fees.amount"}])
def test_another_unit_of_money_elsewhere_on_the_sheet_makes_a_fee_a_question(answers: dict[str, str]) -> None:
    rows = [("单位", "收到申请", "收费金额"), *ROWS, ("注：金额以元计",)]
    assert said(found_in(rows, mapping=answers)) == [
        "Sheet1!C1“收费金额”：表里别处写着另一种金额单位，看不出这一列的数用哪一种，没有填。"
    ]
    for note in ("注：收费超过100元的要说明", "注：金额以万元计", "多元化解"):
        assert "收费金额" in asked(found_in([*rows[:-1], (note,)], mapping=answers))
