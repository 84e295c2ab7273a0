"""Damaged workbooks, each made from a good one by a small function that is named after the defect.

Each has its expected outcome. The kit can test any reader of filled-in workbooks; see README.md beside this file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import reports

from damaged.workbook import MAIN, Sheet, Workbook, address_of, cell_of
from gouji.findings.rules import LIMITS
from gouji.form.editions import load_form
from gouji.form.model import CHECKS, COVER, HIDDEN
from gouji.formats.workbook.layout import IDENTITY, layout_of
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import Report

EDITION = "2021"
KEY = b"the key of the issuing office"

DISCLOSURE, REQUESTS, DISPUTES = "二、主动公开", "三、依申请公开", "四、复议诉讼"
OVERVIEW, PROBLEMS, MATTERS = "一、总体情况", "五、问题与改进", "六、其他事项"

AGAIN = "请单位用发下去的填报表重新填写。"
MOVED_LABELS = "表格可能插入、删除或者移动过行列，没有读取。" + AGAIN
MOVED_CELLS = "格子可能被删除或者移动过，没有读取。" + AGAIN


@dataclass(frozen=True)
class Refused:
    """The file must be refused with exactly this sentence."""

    sentence: str


@dataclass(frozen=True)
class Read:
    """The file must be read with exactly these findings; ``same`` means with the report of the good workbook."""

    findings: tuple[tuple[str, str], ...]
    """Pairs of finding id and first cell, sorted."""
    same: bool = True


@dataclass(frozen=True)
class Damage:
    """A damaged workbook and its expected outcome."""

    name: str
    make: Callable[[], bytes]
    outcome: Refused | Read
    key: bytes | None = None
    """The key with which the file is read."""

    @property
    def defect(self) -> str:
        """The defect in words."""
        return self.name.replace("_", " ")


KIT: dict[str, Damage] = {}


def refused(sentence: str) -> Any:
    """Register a function that damages a workbook so that it must be refused."""
    return _registered(Refused(sentence))


def read(*findings: tuple[str, str], same: bool = True, key: bytes | None = None) -> Any:
    """Register a function that damages a workbook so that it must be read with these findings."""
    return _registered(Read(tuple(sorted(findings)), same), key)


def _registered(outcome: Refused | Read, key: bytes | None = None) -> Any:
    def register(damage: Callable[[Workbook], bytes | None]) -> Any:
        def make() -> bytes:
            book = Workbook(signed() if key else good())
            return damage(book) or book.data()

        assert damage.__name__ not in KIT
        KIT[damage.__name__] = Damage(damage.__name__, make, outcome, key)
        return damage

    return register


# ---------------------------------------------------------------- the good workbook


class _Counting(Random):
    """Not random: all numbers differ, so that no two cells can be mistaken for each other."""

    count = 100

    def choice(self, seq: Any) -> Any:
        self.count += 1
        return self.count

    def randrange(self, *_: Any) -> int:
        return 9900


@cache
def good_report() -> Report:
    """Return a correct report with a different number in each cell."""
    report = reports.right(EDITION)
    form, counting = load_form(EDITION), _Counting()
    figures = dict(report.figures)
    for table in form.official_tables:
        figures.update(reports.balanced(form, table, counting))
    figures.update({ref: 0 for ref in figures if ref.startswith("disclosure.rules.")})
    # A request that was closed because nobody paid must have had a notice of its fee.
    unpaid = [ref for ref in form.inputs if ref.startswith("requests.other_unpaid.")]
    figures["processing.fee.notices"] = 1 + sum(figures[ref] for ref in unpaid)
    texts = {
        **report.texts,
        "overview.general": ["第一段。", "第二段。", "第三段。"],
        "problems.general": ["主要问题。"],
    }
    # Of the last year before suits without a review were asked about.
    return reports.changed(report, year=int(LIMITS["disputes.suits.noted"]) - 1, figures=figures, texts=texts)


@cache
def good() -> bytes:
    """Return the workbook that each function damages."""
    return workbook_bytes(good_report())


@cache
def signed() -> bytes:
    """Return the same workbook, signed by the office that issues it."""
    return workbook_bytes(good_report(), key=KEY)


def at(key: str) -> str:
    """Return the address of a key of the layout inside its sheet."""
    return layout_of(load_form(EDITION)).places[key].address


def row_of(key: str) -> int:
    """Return the row of a key of the layout, from 1."""
    return cell_of(at(key))[0]


def unread(table: str, rows: Container[int] = range(1, 10_000)) -> list[tuple[str, str]]:
    """Return the expected findings where no input of a table, or of some of its rows, can be read."""
    refs = [ref for ref in load_form(EDITION).inputs if ref.startswith(f"{table}.") and row_of(ref) in rows]
    places = layout_of(load_form(EDITION)).places
    return [(f"figure.unread:{ref}", places[ref].printed) for ref in refs]


def _identity(book: Workbook, key: str, value: str) -> None:
    """Change the identity in the hidden sheet and in the properties."""
    book[HIDDEN].set(f"B{IDENTITY.index(key) + 1}", value)
    _property(book, key, value)


def _property(book: Workbook, key: str, value: str) -> None:
    part = "docProps/custom.xml"
    pattern = rb'(name="gouji\.' + key.encode() + rb'"><vt:lpwstr>)[^<]*'
    book.parts[part], count = re.subn(pattern, rb"\g<1>" + value.encode(), book.parts[part])
    assert count == 1


def _without_properties(book: Workbook) -> None:
    del book.parts["docProps/custom.xml"]


# ---------------------------------------------------------------- rows and columns


@read(("structure.moved:三、依申请公开", "三、依申请公开!A1"))
def a_row_is_inserted_in_requests_above_the_table(book: Workbook) -> None:
    book[REQUESTS].insert_rows(5)


@read(("structure.moved:三、依申请公开", "三、依申请公开!A1"))
def a_row_is_inserted_inside_requests(book: Workbook) -> None:
    book[REQUESTS].insert_rows(12)


@read(("structure.moved:二、主动公开", "二、主动公开!A1"))
def a_row_is_inserted_inside_disclosure(book: Workbook) -> None:
    book[DISCLOSURE].insert_rows(8)


@refused("四、复议诉讼!A9 在表格下边，不应当有数。格子可能移动过，没有读取。" + AGAIN)
def a_row_is_inserted_inside_disputes(book: Workbook) -> None:
    book[DISPUTES].insert_rows(8)


@read(("structure.moved:三、依申请公开", "三、依申请公开!A1"))
def a_column_is_inserted_in_requests(book: Workbook) -> None:
    book[REQUESTS].insert_columns(6)


@read(("structure.moved:四、复议诉讼", "四、复议诉讼!A1"))
def a_column_is_inserted_in_disputes(book: Workbook) -> None:
    book[DISPUTES].insert_columns(3)


@read(("structure.moved:二、主动公开", "二、主动公开!A1"))
def a_column_is_inserted_before_disclosure(book: Workbook) -> None:
    book[DISCLOSURE].insert_columns(1)


@refused("三、依申请公开!D12 在表格多出来的行或者列里，却填了数，没有读取。" + AGAIN)
def an_inserted_row_has_numbers(book: Workbook) -> None:
    book[REQUESTS].insert_rows(12)
    book[REQUESTS].set("D12", 7)


@refused(
    "三、依申请公开!B11 应当是“（二）部分公开（区分处理的，只计这一情形，不计其他情形）”，"
    "现在是“（三）不予公开”（别处也找不到）。" + MOVED_LABELS
)
def a_row_is_deleted_from_requests(book: Workbook) -> None:
    book[REQUESTS].delete_rows(11)


@refused("二、主动公开!A14 应当是“行政处罚”，现在是“行政强制”（别处也找不到）。" + MOVED_LABELS)
def a_row_is_deleted_from_disclosure(book: Workbook) -> None:
    book[DISCLOSURE].delete_rows(14)


@read(("evidence.validation", "四、复议诉讼!A8"), ("figure.blank:disputes", "四、复议诉讼!A8"), same=False)
def the_row_of_numbers_is_deleted_from_disputes(book: Workbook) -> None:
    book[DISPUTES].delete_rows(8)


@refused("三、依申请公开!G7 应当是“社会公益组织”，现在是“法律服务机构”（别处也找不到）。" + MOVED_LABELS)
def a_column_is_deleted_from_requests(book: Workbook) -> None:
    book[REQUESTS].delete_columns(7)


@refused("四、复议诉讼!B6 应当是“结果纠正”，现在是“其他结果”（次序与原表不同）。" + MOVED_LABELS)
def a_column_is_deleted_from_disputes(book: Workbook) -> None:
    book[DISPUTES].delete_columns(2)


@read(("structure.moved:三、依申请公开", "三、依申请公开!A1"))
def an_empty_row_above_requests_is_deleted(book: Workbook) -> None:
    book[REQUESTS].delete_rows(3)


@read(("structure.moved:三、依申请公开", "三、依申请公开!A1"))
def two_rows_change_places(book: Workbook) -> None:
    book[REQUESTS].swap_rows(13, 16)


@read(("structure.moved:三、依申请公开", "三、依申请公开!A1"))
def two_columns_change_places(book: Workbook) -> None:
    book[REQUESTS].swap_columns(6, 8)


@refused("四、复议诉讼!A6 应当是“结果维持”，现在是“结果纠正”（次序与原表不同）。" + MOVED_LABELS)
def two_columns_of_disputes_change_places(book: Workbook) -> None:
    book[DISPUTES].swap_columns(1, 2)


@read(("structure.moved:一、总体情况", "一、总体情况!A1"))
def a_row_of_a_text_sheet_is_inserted(book: Workbook) -> None:
    book[OVERVIEW].insert_rows(row_of("text.overview.general.1"), 5)


@read(("structure.moved:五、问题与改进", "五、问题与改进!A1"))
def a_row_of_a_text_sheet_is_deleted(book: Workbook) -> None:
    book[PROBLEMS].delete_rows(row_of("text.problems.general.3"))


@read(("structure.moved:填报说明", "填报说明!A1"))
def a_row_of_the_cover_is_inserted(book: Workbook) -> None:
    book[COVER].insert_rows(row_of("unit.name"), 2)


@read(("structure.moved:校验", "校验!A1"))
def a_row_of_the_checks_is_inserted(book: Workbook) -> None:
    book[CHECKS].insert_rows(10)


# ---------------------------------------------------------------- cells, without their labels


@refused("三、依申请公开!D30 是填数的格子，现在里面是总计的公式。" + MOVED_CELLS)
def a_cell_is_deleted_and_those_below_move_up(book: Workbook) -> None:
    book[REQUESTS].delete_cell("D12", up=True)


@refused("三、依申请公开!I12 是填数的格子，现在里面是总计的公式。" + MOVED_CELLS)
def a_cell_is_deleted_and_those_right_of_it_move_left(book: Workbook) -> None:
    book[REQUESTS].delete_cell("E12", up=False)


@refused("三、依申请公开!D32 是填数的格子，现在里面是总计的公式。" + MOVED_CELLS)
def a_cell_is_inserted_and_those_below_move_down(book: Workbook) -> None:
    book[REQUESTS].insert_cell("D12", down=True)


@refused("三、依申请公开!K12 在表格右边，不应当有数。格子可能移动过，没有读取。" + AGAIN)
def a_cell_is_inserted_and_those_right_of_it_move_right(book: Workbook) -> None:
    book[REQUESTS].insert_cell("E12", down=False)


@refused("四、复议诉讼!D8 是填数的格子，现在里面是总计的公式。" + MOVED_CELLS)
def a_cell_of_disputes_is_deleted_and_the_rest_moves_left(book: Workbook) -> None:
    book[DISPUTES].delete_cell("B8", up=False)


@read(("figure.blank:disclosure", "二、主动公开!D8"), same=False)
def a_cell_of_disclosure_is_deleted_and_the_rest_moves_left(book: Workbook) -> None:
    book[DISCLOSURE].delete_cell("B8", up=False)


@refused("四、复议诉讼!O8 应当是自动计算的总计，现在没有数。" + MOVED_CELLS)
def values_without_formulas_move_left(book: Workbook) -> None:
    book[DISPUTES].value_only()
    book[DISPUTES].delete_cell("B8", up=False)


@refused("三、依申请公开!D32 是填数的格子，现在里面是总计的公式。" + MOVED_CELLS)
def a_whole_column_of_numbers_moves_down_by_one(book: Workbook) -> None:
    book[REQUESTS].move(lambda row, column: (row + 1, column) if column > 3 and row >= 8 else (row, column))


@refused("三、依申请公开!K8 在表格右边，不应当有数。格子可能移动过，没有读取。" + AGAIN)
def a_whole_block_of_numbers_moves_right_by_one(book: Workbook) -> None:
    book[REQUESTS].move(lambda row, column: (row, column + 1) if column > 3 and row >= 8 else (row, column))


# ---------------------------------------------------------------- labels


def _label(book: Workbook, address: str, text: str) -> None:
    book[REQUESTS].set(address, text)


@refused(
    "三、依申请公开!A8 应当是“一、本年新收政府信息公开申请数量”，现在是“一、本年新收的申请”（别处也找不到）。"
    + MOVED_LABELS
)
def a_label_says_something_else(book: Workbook) -> None:
    _label(book, "A8", "一、本年新收的申请")


@refused("三、依申请公开!A9 应当是“二、上年结转政府信息公开申请数量”，现在是空的（别处也找不到）。" + MOVED_LABELS)
def a_label_is_emptied(book: Workbook) -> None:
    book[REQUESTS].clear("A9")


@read(("structure.moved:三、依申请公开", "三、依申请公开!A1"), same=False)
def two_labels_change_places_without_their_numbers(book: Workbook) -> None:
    _label(book, "C13", "3.危及“三安全一稳定”")
    _label(book, "C14", "2.其他法律行政法规禁止公开")


@read()
def labels_have_other_spaces(book: Workbook) -> None:
    _label(book, "A8", "一、 本年新收政府信息公开申请数量　")


@read()
def labels_have_other_brackets_and_signs(book: Workbook) -> None:
    _label(book, "B10", "(一)予以公开")
    _label(book, "C12", "1、属于国家秘密")
    _label(book, "C13", "２．其他法律行政法规禁止公开")


@read()
def a_label_has_another_sign_for_gou(book: Workbook) -> None:
    sheet = book[REQUESTS]
    text = next(
        label.text
        for label in layout_of(load_form(EDITION)).tables[1].grid.labels
        if (label.row, label.column) == (0, 0)
    )
    sheet.set("A5", text.replace("勾", "钩"))


# ---------------------------------------------------------------- sheets


@read(("structure.renamed:三、依申请公开", "依申请公开!A1"))
def a_sheet_is_renamed(book: Workbook) -> None:
    book.rename(REQUESTS, "依申请公开")


@read(("structure.moved:三、依申请公开", "依申请公开!A1"), ("structure.renamed:三、依申请公开", "依申请公开!A1"))
def a_sheet_is_renamed_and_a_row_is_inserted(book: Workbook) -> None:
    book.rename(REQUESTS, "依申请公开")
    book["依申请公开"].insert_rows(12)


@read()
def the_sheets_stand_in_another_order(book: Workbook) -> None:
    book.edit_list(_reversed)


def _reversed(sheets: Any) -> None:
    sheets[:] = list(reversed(sheets))


@read(("structure.extra", ""))
def a_sheet_is_copied(book: Workbook) -> None:
    book.add(f"{REQUESTS} (2)", book[REQUESTS].xml())


@refused(
    "缺少“三、依申请公开”这一页，有 2 页都像它：“旧表”、“三、依申请公开 (2)”，"
    "分不清该读哪一页。请只留填好的一页，改名为“三、依申请公开”，再发送。"
)
def a_sheet_is_copied_and_the_first_is_renamed(book: Workbook) -> None:
    book.add(f"{REQUESTS} (2)", book[REQUESTS].xml())
    book.rename(REQUESTS, "旧表")


@read(("structure.extra", ""))
def a_sheet_is_added(book: Workbook) -> None:
    xml = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>5</v></c></row></sheetData></worksheet>'
    book.add("备用", xml.encode())


@refused("缺少“四、复议诉讼”这一页，可能被删除了。" + AGAIN)
def a_table_sheet_is_deleted(book: Workbook) -> None:
    book.drop(DISPUTES)


@refused("缺少“六、其他事项”这一页，可能被删除了。" + AGAIN)
def a_text_sheet_is_deleted(book: Workbook) -> None:
    book.drop(MATTERS)


@refused("缺少“校验”这一页，可能被删除了。" + AGAIN)
def the_sheet_of_checks_is_deleted(book: Workbook) -> None:
    book.drop(CHECKS)


@read()
def the_hidden_sheet_is_deleted(book: Workbook) -> None:
    book.drop(HIDDEN)


@read(("identity.missing", ""))
def the_hidden_sheet_and_the_properties_are_lost(book: Workbook) -> None:
    book.drop(HIDDEN)
    _without_properties(book)


@read()
def the_hidden_sheet_is_unhidden(book: Workbook) -> None:
    book.parts["xl/workbook.xml"] = book.parts["xl/workbook.xml"].replace(b' state="veryHidden"', b"")


@read(("identity.conflict:unit.name", "填报说明!B7"), same=False)
def the_hidden_sheet_is_edited(book: Workbook) -> None:
    book[HIDDEN].set(f"B{IDENTITY.index('unit.name') + 1}", "白云镇人民政府")


# ---------------------------------------------------------------- identity


@read()
def the_properties_are_lost(book: Workbook) -> None:
    _without_properties(book)


@read(("identity.conflict:unit.code", "填报说明!B8"))
def the_properties_name_another_unit(book: Workbook) -> None:
    _property(book, "unit.code", "410411299")


@read(("identity.property:unit.name", ""))
def the_properties_are_in_another_encoding(book: Workbook) -> None:
    """SheetJS writes them like this."""
    _property(book, "unit.name", good_report().unit.name.encode().decode("latin-1"))


@read(("identity.conflict:unit.name", "填报说明!B7"))
def the_properties_are_in_another_encoding_and_the_cover_names_another_unit(book: Workbook) -> None:
    _property(book, "unit.name", good_report().unit.name.encode().decode("latin-1"))
    book[COVER].set(at("unit.name"), "白云镇人民政府")


@read(("identity.conflict:unit.name", "填报说明!B7"))
def the_cover_names_another_unit(book: Workbook) -> None:
    book[COVER].set(at("unit.name"), "白云镇人民政府")


@read(("identity.conflict:unit.code", "填报说明!B8"))
def the_cover_has_another_code(book: Workbook) -> None:
    book[COVER].set(at("unit.code"), "410411202")


@read(("identity.conflict:year", "填报说明!B9"))
def the_cover_has_another_year(book: Workbook) -> None:
    book[COVER].set(at("year"), reports.YEAR[EDITION] - 1)


@read(
    ("identity.conflict:unit.code", "填报说明!B8"),
    ("identity.conflict:unit.name", "填报说明!B7"),
    ("identity.conflict:year", "填报说明!B9"),
)
def the_cover_is_emptied(book: Workbook) -> None:
    for key in ("unit.name", "unit.code", "year"):
        book[COVER].clear(at(key))


@read(key=KEY)
def the_signature_is_right(book: Workbook) -> None:
    pass


@read(("identity.signature", ""), key=KEY)
def the_signature_is_false(book: Workbook) -> None:
    _identity(book, "signature", "0" * 64)


@read(("identity.unsigned", ""), key=KEY)
def the_signature_is_missing(book: Workbook) -> bytes:
    return good()


@read(("identity.signature", ""), same=False, key=KEY)
def the_signed_unit_is_changed_everywhere(book: Workbook) -> None:
    _identity(book, "unit.name", "白云镇人民政府")
    book[COVER].set(at("unit.name"), "白云镇人民政府")


@refused("填报表的样式版本是“99”，这个程序只认识“1”、“2”。请升级程序。")
def the_version_is_newer(book: Workbook) -> None:
    _identity(book, "version", "99")


@refused("填报表的样式版本是“0”，这个程序只认识“1”、“2”。请单位用现在发的填报表填写。")
def the_version_is_older(book: Workbook) -> None:
    _identity(book, "version", "0")


@refused("填报表的版本“1999”不认识。请单位用发下去的填报表填写。")
def the_edition_is_unknown(book: Workbook) -> None:
    _identity(book, "edition", "1999")


@refused("一、总体情况!A59 应当是“平台建设”，现在是“政府信息公开平台建设”（别处也找不到）。" + MOVED_LABELS)
def the_edition_is_another_one_than_the_labels(book: Workbook) -> None:
    _identity(book, "edition", "2019")


# ---------------------------------------------------------------- what people type into number cells

TYPED = "D12"
"""The damaged cell, an input of the table of requests."""


def _typed(book: Workbook, value: Any) -> None:
    book[REQUESTS].set(TYPED, value)


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def full_width_digits(book: Workbook) -> None:
    _typed(book, "１２")


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def a_number_with_its_unit(book: Workbook) -> None:
    _typed(book, "3件")


@read(("figure.unread:disclosure.fees.amount", "二、主动公开!B18"), same=False)
def money_with_its_unit(book: Workbook) -> None:
    book[DISCLOSURE].set(at("disclosure.fees.amount"), "12.5万元")


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def the_word_for_nothing(book: Workbook) -> None:
    _typed(book, "无")


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def a_slash(book: Workbook) -> None:
    _typed(book, "/")


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def a_dash(book: Workbook) -> None:
    _typed(book, "—")


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def a_text_that_is_a_number(book: Workbook) -> None:
    _typed(book, "5")


def _as_texts(book: Workbook, sheet: str, table: str) -> None:
    for ref in load_form(EDITION).inputs:
        if ref.startswith(f"{table}."):
            book[sheet].set(at(ref), str(good_report().figures[ref]))


@read(*unread("requests"), same=False)
def every_number_of_a_table_is_a_text(book: Workbook) -> None:
    _as_texts(book, REQUESTS, "requests")


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def only_spaces(book: Workbook) -> None:
    _typed(book, "  ")


@read(("figure.blank:requests", "三、依申请公开!D12"), same=False)
def nothing_at_all(book: Workbook) -> None:
    book[REQUESTS].clear(TYPED)


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def a_date(book: Workbook) -> None:
    styles = book.parts["xl/styles.xml"]
    formats = re.search(rb'<cellXfs count="(\d+)">', styles)
    assert formats
    book.replace("xl/styles.xml", b"</cellXfs>", b'<xf numFmtId="14" fontId="0" applyNumberFormat="1"/></cellXfs>')
    book[REQUESTS].set(TYPED, 45992, style=formats[1].decode())


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def a_truth_value(book: Workbook) -> None:
    _typed(book, True)


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def an_error_value(book: Workbook) -> None:
    _typed(book, "#DIV/0!")


def _error_on_an_added_sheet(book: Workbook, error: str) -> None:
    cell = f'<c r="A1" t="e"><f>1</f><v>{error}</v></c>'
    xml = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    book.add("备用", xml.encode())


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def an_error_value_of_a_newer_program(book: Workbook) -> None:
    _typed(book, "#SPILL!")


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def an_error_value_of_another_program(book: Workbook) -> None:
    _typed(book, "#")
    book[REQUESTS].cell(TYPED)[0].text = "Err:504"


@read(("structure.extra", ""))
def a_newer_error_value_on_a_sheet_that_is_not_read(book: Workbook) -> None:
    _error_on_an_added_sheet(book, "#CALC!")


@read(("structure.extra", ""))
def data_that_were_not_there_yet_on_a_sheet_that_is_not_read(book: Workbook) -> None:
    _error_on_an_added_sheet(book, "#GETTING_DATA")


@read()
def a_newer_error_value_beside_the_table(book: Workbook) -> None:
    book[REQUESTS].set("M12", "#FIELD!")


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def a_formula(book: Workbook) -> None:
    book[REQUESTS].calculate(TYPED, "1+2", 3)


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def a_formula_that_fails(book: Workbook) -> None:
    book[REQUESTS].set(TYPED, "#REF!")
    cell = book[REQUESTS].cell(TYPED)
    cell.insert(0, cell.makeelement(f"{{{MAIN}}}f", {}))
    cell[0].text = "别表!A1"


@read(("figure.unread:requests.refused_state_secret.natural", "三、依申请公开!D12"), same=False)
def a_picture_in_a_cell(book: Workbook) -> None:
    book[REQUESTS].calculate(TYPED, '_xlfn.DISPIMG("ID_A1B2",1)', '=DISPIMG("ID_A1B2",1)')


@read(
    ("figure.negative:requests.refused_state_secret.natural", "三、依申请公开!D12"),
    ("requests.balance:natural", "三、依申请公开!D8"),
    ("requests.balance:total", "三、依申请公开!J8"),
    ("totals.old:requests.closed.natural", "三、依申请公开!D31"),
    ("totals.old:requests.closed.total", "三、依申请公开!J31"),
    ("totals.old:requests.refused_state_secret.total", "三、依申请公开!J12"),
    same=False,
)
def a_negative_number(book: Workbook) -> None:
    _typed(book, -3)


@read(
    ("figure.fraction:requests.refused_state_secret.natural", "三、依申请公开!D12"),
    ("requests.balance:natural", "三、依申请公开!D8"),
    ("requests.balance:total", "三、依申请公开!J8"),
    ("totals.old:requests.closed.natural", "三、依申请公开!D31"),
    ("totals.old:requests.closed.total", "三、依申请公开!J31"),
    ("totals.old:requests.refused_state_secret.total", "三、依申请公开!J12"),
    same=False,
)
def a_fraction(book: Workbook) -> None:
    _typed(book, 1.5)


@read(
    ("figure.large:requests.refused_state_secret.natural", "三、依申请公开!D12"),
    ("requests.balance:natural", "三、依申请公开!D8"),
    ("requests.balance:total", "三、依申请公开!J8"),
    ("totals.old:requests.closed.natural", "三、依申请公开!D31"),
    ("totals.old:requests.closed.total", "三、依申请公开!J31"),
    ("totals.old:requests.refused_state_secret.total", "三、依申请公开!J12"),
    same=False,
)
def a_number_without_end(book: Workbook) -> None:
    book[REQUESTS].clear(TYPED)
    cell = book[REQUESTS].cell(TYPED)
    cell.append(cell.makeelement(f"{{{MAIN}}}v", {}))
    cell[0].text = "1E+308"


# ---------------------------------------------------------------- around the form, pasted, lost


@read(("evidence.stray", "三、依申请公开!M12"))
def a_stray_note_beside_the_table(book: Workbook) -> None:
    book[REQUESTS].set("M12", "请看附件")


@read(("evidence.stray", "三、依申请公开!K12"))
def a_stray_number_beside_the_table(book: Workbook) -> None:
    book[REQUESTS].set("K12", 7)


@read()
def a_stray_number_in_a_free_cell_above(book: Workbook) -> None:
    book[REQUESTS].set("I4", 7)


@read(("evidence.stray", "三、依申请公开!D1500"))
def data_far_below(book: Workbook) -> None:
    for row in range(1500, 1503):
        book[REQUESTS].set(f"D{row}", row)


@read(("evidence.stray", "三、依申请公开!D900000"))
def data_so_far_below_that_it_is_not_read(book: Workbook) -> None:
    book[REQUESTS].set("D900000", 1)


@read(("evidence.stray", "三、依申请公开!XFD1048576"))
def a_cell_at_the_end_of_the_world(book: Workbook) -> None:
    book[REQUESTS].set("XFD1048576", 1)


@read(("evidence.validation", "二、主动公开!B7"))
def the_validations_are_lost(book: Workbook) -> None:
    for name in (DISCLOSURE, REQUESTS, DISPUTES):
        book[name].remove("dataValidations")


@read(("evidence.validation", "三、依申请公开!D12"))
def one_row_has_lost_its_validation(book: Workbook) -> None:
    for validation in book[REQUESTS].root.iter(f"{{{MAIN}}}dataValidation"):
        if validation.attrib["sqref"].startswith("D12"):
            validation.attrib["sqref"] = "Z99"


@read(("total_differs:requests.new.total", "三、依申请公开!J8"))
def a_total_is_overwritten(book: Workbook) -> None:
    book[REQUESTS].set(at("requests.new.total"), 5)


@read(("total_differs:requests.new.total", "三、依申请公开!J8"))
def a_total_is_overwritten_with_a_text(book: Workbook) -> None:
    book[REQUESTS].set(at("requests.new.total"), "见上")


@read(("totals.old:requests.closed.natural", "三、依申请公开!D31"))
def a_total_is_stale(book: Workbook) -> None:
    formula = book[REQUESTS].cell(at("requests.closed.natural"))[0].text or ""
    book[REQUESTS].calculate(at("requests.closed.natural"), formula, 1)


@read(("total_differs:requests.closed.natural", "三、依申请公开!D31"))
def a_total_adds_up_something_else(book: Workbook) -> None:
    formula = book[REQUESTS].cell(at("requests.closed.natural"))[0].text or ""
    assert "SUM(D10:D30)" in formula
    book[REQUESTS].calculate(at("requests.closed.natural"), formula.replace("D10:D30", "D10:D29"), 1)


@read(("total_differs:requests.closed.natural", "三、依申请公开!D31"))
def a_total_has_a_summand_of_its_own(book: Workbook) -> None:
    formula = book[REQUESTS].cell(at("requests.closed.natural"))[0].text or ""
    book[REQUESTS].calculate(at("requests.closed.natural"), formula.replace("SUM(D10:D30)", "SUM(D10:D30)+5"), 1)


@read(("totals.stale", ""))
def a_program_that_keeps_values_only_saved_the_form_before_it_was_calculated(book: Workbook) -> bytes:
    """The totals of the cells that the office filled in are there; those of later entries are empty."""
    totals = load_form(EDITION).totals
    book = Workbook(workbook_bytes(good_report(), locked=totals["requests.carried_in.total"]))
    for name in book.names:
        book[name].value_only()
    for table, name in (("requests", REQUESTS), ("disputes", DISPUTES)):
        for ref in totals:
            if ref.startswith(f"{table}.") and not ref.startswith("requests.carried_in."):
                book[name].clear(at(ref))
    return book.data()


def _calculated(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for cell in list(sheet.data.iter(f"{{{MAIN}}}c")):
        if len(cell) and cell[0].tag.endswith("}f"):
            yield cell.attrib["r"], cell[0].text or ""


@read(("totals.stale", ""))
def no_formula_was_ever_calculated(book: Workbook) -> None:
    for name in book.names:
        for address, formula in list(_calculated(book[name])):
            book[name].calculate(address, formula, None)


@read()
def values_are_pasted_over_the_whole_workbook(book: Workbook) -> None:
    for name in book.names:
        book[name].value_only()


@read(("evidence.foreign", ""))
def a_link_to_another_file_came_along(book: Workbook) -> None:
    book.parts["xl/externalLinks/externalLink1.xml"] = f'<externalLink xmlns="{MAIN}"/>'.encode()


@read(("evidence.foreign", ""))
def an_object_is_embedded(book: Workbook) -> None:
    book.parts["xl/embeddings/oleObject1.bin"] = b"\0" * 100


@read()
def merged_cells_are_undone(book: Workbook) -> None:
    for name in (DISCLOSURE, REQUESTS, DISPUTES):
        book[name].remove("mergeCells")


@read()
def the_protection_is_removed(book: Workbook) -> None:
    for name in book.names:
        book[name].remove("sheetProtection")


@read(*unread("requests"), same=False)
def a_column_is_hidden(book: Workbook) -> None:
    for column in book[REQUESTS].root.iter(f"{{{MAIN}}}col"):
        column.attrib["hidden"] = "1"


@read(*unread("requests", range(9, 21)), same=False)
def rows_are_filtered_away(book: Workbook) -> None:
    for row in list(book[REQUESTS].data)[8:20]:
        row.attrib["hidden"] = "1"


@read()
def the_dimension_lies(book: Workbook) -> None:
    part = book.part_of(REQUESTS)
    book.parts[part] = re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1"/>', book.parts[part])


@read()
def several_paragraphs_are_pasted_into_one_cell(book: Workbook) -> None:
    book[OVERVIEW].set(at("text.overview.general.1"), "第一段。\n第二段。\r\n　　第三段。")
    for number in (2, 3):
        book[OVERVIEW].clear(at(f"text.overview.general.{number}"))


@read(("evidence.text:五、问题与改进", "五、问题与改进!D6"), same=False)
def a_text_stands_beside_its_cell(book: Workbook) -> None:
    book[PROBLEMS].clear(at("text.problems.general.1"))
    book[PROBLEMS].set(f"D{row_of('text.problems.general.1')}", "写错了列的问题。")


@read(("evidence.text:五、问题与改进", "五、问题与改进!A6"))
def a_text_stands_in_place_of_the_number_of_a_paragraph(book: Workbook) -> None:
    book[PROBLEMS].set(f"A{row_of('text.problems.general.1')}", "还有一个问题。")


@read(("evidence.formula:五、问题与改进", "五、问题与改进!B6"), same=False)
def a_program_stored_a_text_as_a_formula(book: Workbook) -> None:
    book[PROBLEMS].calculate(at("text.problems.general.1"), "问题不少", 0)


@read(("evidence.text:六、其他事项", "六、其他事项!B60"))
def a_text_stands_below_the_rows_of_its_sheet(book: Workbook) -> None:
    book[MATTERS].set("B60", "另有其他事项。")


@read(("evidence.stray", "五、问题与改进!D6"))
def a_number_stands_beside_a_text(book: Workbook) -> None:
    book[PROBLEMS].set(f"D{row_of('text.problems.general.1')}", 7)


@read(("zero.contradicted:disputes", "四、复议诉讼!E4"), same=False)
def zero_is_declared_beside_numbers(book: Workbook) -> None:
    book[DISPUTES].set(at("zero.disputes"), "是")


# ---------------------------------------------------------------- the file itself


@refused("文件不完整或者已经损坏，打不开。请单位重新保存、重新发送。")
def the_file_is_cut_in_the_middle(book: Workbook) -> bytes:
    return good()[: len(good()) // 2]


@refused("文件不完整或者已经损坏，打不开。请单位重新保存、重新发送。")
def a_byte_inside_a_sheet_is_turned_over(book: Workbook) -> bytes:
    data = bytearray(good())
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        entry = archive.getinfo("xl/worksheets/sheet4.xml")
    data[entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2] ^= 0x01
    return bytes(data)


@refused("文件不完整或者已经损坏，打不开。请单位重新保存、重新发送。")
def a_sheet_has_lost_its_end(book: Workbook) -> None:
    part = book.part_of(REQUESTS)
    book.parts[part] = book.parts[part][: len(book.parts[part]) // 2]


@read()
def the_formats_are_lost(book: Workbook) -> None:
    del book.parts["xl/styles.xml"]


@refused("文件不完整或者已经损坏，打不开。请单位重新保存、重新发送。")
def the_texts_are_lost(book: Workbook) -> None:
    del book.parts["xl/sharedStrings.xml"]


@read()
def a_type_of_macros_is_listed_without_macros(book: Workbook) -> None:
    """SheetJS lists it in every file."""
    default = '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    book.replace("[Content_Types].xml", "</Types>", f"{default}</Types>")


@read()
def the_names_of_the_parts_have_backslashes(book: Workbook) -> None:
    book.parts = {name.replace("/", "\\"): content for name, content in book.parts.items()}


assert all(address_of(*cell_of(address)) == address for address in ("A1", "Z9", "AA10", "XFD1048576"))
