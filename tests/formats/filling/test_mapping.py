"""The file that says which column asks for which figure: written for an officer, edited in Notepad, read again."""

from __future__ import annotations

import re

import pytest
from superiors import FORM, ROWS, UNITS, asked, book_of, found_in, shown

from gouji.formats.filling.lists import places_in_lists
from gouji.formats.filling.mapping import cell_name, mapping_text, read_mapping
from gouji.runtime.errors import GoujiError

LIST = [("单位", "收到申请", "诉讼总数", "办件", "备注"), *ROWS]


def test_the_file_has_what_was_matched_and_the_open_columns_as_comments() -> None:
    text = mapping_text(found_in(LIST), FORM)
    assert [line for line in text.splitlines() if '"' in line or "下面" in line][1:] == [
        '"收到申请" = "一、本年新收政府信息公开申请数量 > 总计"',
        "# 下面的列没有填。要填的，去掉行首的 #，在右边写上年报表里的一格；不用填的可以不管。",
        '# "诉讼总数" = "不填"   # 可以是：行政诉讼 > 总计（几行之和）；未经复议直接起诉 > 总计；复议后起诉 > 总计',
        '# "办件" = "不填"   # 认不出问的是年报表里的哪一格，没有填',
    ]
    assert read_mapping(text.encode(), FORM, "对照.toml") == {"收到申请": "requests.new.total"}


def test_what_the_officer_writes_settles_the_columns() -> None:
    text = mapping_text(found_in(LIST), FORM)
    text = text.replace('# "诉讼总数" = "不填"', '"诉讼总数" = "复议后起诉 > 总计"').replace('# "办件"', '"办件"')
    answers = read_mapping(text.replace("\n", "\r\n").encode("gb18030"), FORM, "对照.toml")
    found = found_in(LIST, mapping=answers)
    assert asked(found) == {"收到申请": "requests.new.total", "诉讼总数": "disputes.later_suit.total", "办件": ""}
    assert not found.unplaced
    # The file that is written next time says the same.
    again = mapping_text(found, FORM)
    assert "没有填" not in again
    assert read_mapping(again.encode(), FORM, "对照.toml") == answers


@pytest.mark.parametrize(
    "written",
    [
        "一、本年新收政府信息公开申请数量 > 自然人",
        "本年新收政府信息公开申请数量>自然人",
        "本年新收政府信息公开申请数量 ＞ 申请人情况 ＞ 自然人",
        "“一、本年新收政府信息公开申请数量”行“自然人”列",
        "requests.new.natural",
    ],
)
def test_a_cell_of_the_form_may_be_written_in_several_ways(written: str) -> None:
    text = f'"甲" = "{written}"'
    assert read_mapping(text.encode(), FORM, "对照.toml") == {"甲": "requests.new.natural"}


def test_a_column_may_ask_for_a_sum() -> None:
    text = '"诉讼总数" = "未经复议直接起诉 > 总计 ＋ 复议后起诉 > 总计"'
    answers = read_mapping(text.encode(), FORM, "对照.toml")
    found = found_in(LIST, mapping=answers)
    assert {place.refs for place in found.places if place.cell[0] == "C"} == {
        ("disputes.direct_suit.total", "disputes.later_suit.total")
    }
    assert read_mapping(mapping_text(found, FORM).encode(), FORM, "对照.toml").items() >= answers.items()


@pytest.mark.parametrize(
    "header, group, rows",
    [
        ("不予公开", "（三）不予公开", 8),
        ("无法提供数", "（四）无法提供", 3),
        ("不予处理", "（五）不予处理", 5),
        ("诉讼", "行政诉讼", 2),
    ],
)
def test_the_label_over_several_rows_is_their_sum(header: str, group: str, rows: int) -> None:
    table = [("单位", header, "办结"), *ROWS]
    assert f"{group} > 总计（几行之和）" in mapping_text(found_in(table), FORM)
    written = group.partition("）")[2] or group
    answers = read_mapping(f'"{header}" = "{written} > 总计"'.encode(), FORM, "对照.toml")
    refs = next(place.refs for place in found_in(table, mapping=answers).places)
    assert (len(refs), {ref.rpartition(".")[2] for ref in refs}) == (rows, {"total"})
    assert read_mapping(mapping_text(found_in(table, mapping=answers), FORM).encode(), FORM, "对照.toml") == {
        **answers,
        "办结": "requests.closed.total",
    }


def test_every_cell_can_be_named_as_the_file_names_it() -> None:
    text = "\n".join(f'"{ref}" = "{cell_name(cell)}"' for ref, cell in FORM.cells.items())
    assert read_mapping(text.encode(), FORM, "对照.toml") == {ref: ref for ref in FORM.cells}


def test_one_header_that_asks_differently_on_two_sheets_is_written_with_its_sheet() -> None:
    rows = [("单位", "自然人", "办结"), *ROWS]
    answers = {"新收 > 自然人": "requests.new.natural", "结转 > 自然人": "requests.carried_in.natural"}
    found = places_in_lists(shown(book_of({"新收": rows, "结转": rows})), FORM, UNITS, answers)
    assert read_mapping(mapping_text(found, FORM).encode(), FORM, "对照.toml") == answers | {
        "办结": "requests.closed.total"
    }


@pytest.mark.parametrize(
    "text, sentence",
    [
        ('"收到申请" = "新收 > 总计"', "“收到申请”的右边写的是“新收 > 总计”，年报表里没有这一格"),
        ('"甲" = "行政许可 > 本年处理决定数"', "是不是“行政许可 > 本年处理决定数量”？"),
        ('"甲" = "行政许可 > 本年处理决定数量 + 诉讼"', "“甲”的右边写的是“诉讼”，年报表里没有这一格"),
        ('"甲" = "requests.new.total + 本年新收政府信息公开申请数量 > 总计"', "“甲”的右边有一格写了两次"),
        ('"甲" = "disclosure.fees.amount + processing.fee.received"', "“甲”的右边几格的单位不同（万元、元），加不起来"),
        ('"甲" = "requests.new.total + processing.fee.received"', "“甲”的右边几格的单位不同（件、元），加不起来"),
        ('"甲" = 3', "“甲”的右边应当是引号里的文字"),
        ('"甲" = ""', "“甲”的右边是空的"),
        ('"收到 申请" = "不填"\n"收到申请" = "不填"', "“收到 申请”和“收到申请”是同一列，写了两次"),
        ('"甲" = "不填"\n"甲" = "不填"', "写得不对。文字要放在英文引号里，"),
        ("“甲” = “不填”", "第 1 行写得不对。文字要放在英文引号里"),
    ],
)
def test_a_mistake_is_named_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(GoujiError, match=re.escape(sentence)) as refused:
        read_mapping(text.encode(), FORM, "对照.toml")
    assert str(refused.value).startswith("“对照.toml”")
    assert str(refused.value).count("\n") == 0


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(GoujiError, match="不是记事本的文字文件"):
        read_mapping(b"PK\x03\x04\xff\xff\xff", FORM, "对照.xlsx")
