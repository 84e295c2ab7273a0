"""Tables that a superior sends to be filled, drawn as offices draw them, and which number belongs into which cell.

Each is made by code, most with XlsxWriter, which writes what openpyxl would lose: charts, pictures, comments, bars.
Where a number goes is written down where the table is drawn, by hand or by the printed grid of the form.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import county
import plain_sums
import summing
import xlsxwriter
from foreign import Pen, blank_book, saved
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from gouji.collection.workspace.roster import Member
from gouji.form.editions import load_form
from gouji.form.grid import grid_of
from gouji.form.values import Number
from gouji.formats.addresses import address_of, column_letters
from gouji.report.model import Report

FORM = load_form("2021")
YEAR = county.YEAR
UNITS = [
    county.member(1, name="丰泽县青石镇人民政府", short=("青石镇",)),
    county.member(2, name="丰泽县柳河乡人民政府", short=("柳河乡",)),
    county.member(3, name="丰泽县水利局", short=("县水利局",), level="county_department"),
    county.member(4, name="丰泽县东关街道办事处", short=("东关街道",)),
]
SHORT = [unit.short[0] for unit in UNITS]
ALL = ""
"""Stands for the totals of all units."""
TITLE = f"丰泽县{YEAR}年政府信息公开工作年度报告"
_ONE_BY_ONE = [ref for ref in FORM.inputs if ref.split(".")[1] not in ("rules", "new", "fees", "fee")]


def report_of(number: int) -> Report:
    """Return the report of a unit: right, and with no number twice but 0."""
    figures: dict[str, Number] = dict(summing.right(number).figures)
    figures |= {ref: 2000 * number + 7 * index for index, ref in enumerate(_ONE_BY_ONE)}
    figures |= {ref: 0 for ref in FORM.inputs if ".rules." in ref}
    for kind in plain_sums.APPLICANTS:
        closed = sum(figures[f"requests.{row}.{kind}"] for row in plain_sums.RESULTS["2021"])
        figures[f"requests.new.{kind}"] = (
            closed + figures[f"requests.carried_out.{kind}"] - figures[f"requests.carried_in.{kind}"]
        )
    figures |= {"disclosure.fees.amount": Decimal(f"{number}2.35"), "processing.fee.notices": 0}
    figures |= {"processing.fee.billed": 0, "processing.fee.received": 0}
    figures |= plain_sums.totals("2021", figures)
    explanations = {
        "others": "直接起诉的案件都是告知无法提供的，法院已经受理。",
        "narrative": "逾期未缴费的是上年发出收费通知的，今年没有再发通知。",
    }
    own = {"figures": figures, "explanations": explanations, "unit": county.unit_of(UNITS[number - 1])}
    return summing.reports.changed(summing.right(number), **own)


def reports() -> dict[str, Report]:
    """Return the reports of all units by their names."""
    return {unit.name: report_of(number) for number, unit in enumerate(UNITS, 1)}


def figures() -> dict[str, Mapping[str, Number]]:
    """Return the right figures of each unit and, for ``ALL``, their sums."""
    own: dict[str, Mapping[str, Number]] = {name: dict(report.figures) for name, report in reports().items()}
    return own | {ALL: plain_sums.added(own.values(), FORM.cells)}


Want = tuple[str, str, int]
"""Unit, figure (or those of a sum, with + between them) and factor."""


@dataclass
class Drawn:
    """A table of a superior."""

    data: bytes
    typed: dict[str, Want] = field(default_factory=dict)
    """``Sheet!C5`` → what is to be typed there."""
    formulas: dict[str, Want] = field(default_factory=dict)
    """The formulas of theirs that must come to a number of ours."""
    open: tuple[str, ...] = ()
    """The headers that are named because nothing says what they ask for."""
    rows: tuple[str, ...] = ()
    """The names of rows that are not filled."""
    mapping: str = ""
    """What the officer answers."""
    overwrite: bool = False


@dataclass
class Sheet:
    """A sheet that is being drawn with XlsxWriter; rows and columns count from 0."""

    book: Any
    name: str
    drawn: Drawn
    sheet: Any = None

    def __post_init__(self) -> None:
        self.sheet = self.book.add_worksheet(self.name)
        self.head = self.book.add_format(
            {"bold": 1, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": 1, "bg_color": "#DDEBF7"}
        )
        self.body = self.book.add_format({"border": 1, "align": "center"})
        self.sheet.set_column(0, 40, 13)
        self.big = self.book.add_format({"bold": 1, "font_size": 16, "align": "center"})

    def header(self, top: int, left: int, rows: Sequence[Sequence[str]], *, merged: bool = True) -> None:
        """Draw header rows: "<" goes on with the cell on the left, "^" with the one above."""
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                if text in ("<", "^"):
                    if not merged:
                        self.sheet.write_blank(top + row, left + column, None, self.head)
                    continue
                wide = next((n for n, t in enumerate(texts[column + 1 :], 1) if t != "<"), len(texts) - column)
                high = next((n for n, each in enumerate(rows[row + 1 :], 1) if each[column] != "^"), len(rows) - row)
                spot = (top + row, left + column)
                if merged and (wide > 1 or high > 1):
                    self.sheet.merge_range(*spot, spot[0] + high - 1, spot[1] + wide - 1, text, self.head)
                else:
                    self.sheet.write(*spot, text, self.head)

    def asks(self, row: int, column: int, unit: str, ref: str, factor: int = 1, look: Any = None) -> None:
        """Leave a cell blank for a number."""
        self.sheet.write_blank(row, column, None, look or self.body)
        self.drawn.typed[f"{self.name}!{address_of(row, column)}"] = (unit, ref, factor)

    def formula(self, row: int, column: int, formula: str, want: Want | None = None) -> None:
        """Write a formula; with ``want`` it must come to this number."""
        self.sheet.write_formula(row, column, formula, self.body, 0)
        if want:
            self.drawn.formulas[f"{self.name}!{address_of(row, column)}"] = want

    def units(self, top: int, left: int, refs: Sequence[tuple[str, int] | None], names: Sequence[str] = SHORT) -> int:
        """Write a row for each unit, right of its name; ``refs`` are the figures and factors of the columns."""
        for index, name in enumerate(names):
            self.sheet.write(top + index, left, name, self.body)
            for column, want in enumerate(refs, left + 1):
                if want:
                    self.asks(top + index, column, UNITS[index].name, *want)
                else:
                    self.sheet.write_blank(top + index, column, None, self.body)
        return top + len(names)

    def sums(
        self, row: int, left: int, refs: Sequence[tuple[str, int] | None], first: int, label: str = "合计"
    ) -> None:
        """Write a row of formulas that add up the rows above it."""
        self.sheet.write(row, left, label, self.head)
        for column, want in enumerate(refs, left + 1):
            if want:
                letters = column_letters(column)
                self.formula(row, column, f"=SUM({letters}{first + 1}:{letters}{row})", (ALL, *want))

    def official(self, top: int, left: int, id: str, *, by_formula: bool = True) -> int:
        """Draw an official table as the form prints it; its totals are formulas, or blank."""
        table, spots = FORM.table(id), {}
        for placed in grid_of(table).cells:
            spot = (top + placed.row, left + placed.column)
            spots[placed.ref] = spot
            size = (placed.rowspan - 1, placed.colspan - 1)
            look = self.body if placed.ref else self.head
            if size != (0, 0):
                self.sheet.merge_range(*spot, spot[0] + size[0], spot[1] + size[1], placed.text, look)
            else:
                self.sheet.write(*spot, placed.text or None, look)
            if placed.ref and not (by_formula and placed.ref in FORM.totals):
                self.drawn.typed[f"{self.name}!{address_of(*spot)}"] = (ALL, placed.ref, 1)
        for ref, parts in FORM.totals.items() if by_formula else ():
            if ref in spots:
                self.formula(*spots[ref], "=" + "+".join(address_of(*spots[part]) for part in parts), (ALL, ref, 1))
        return top + grid_of(table).rows + 1


def _written(draw: Callable[[Any, Drawn], None]) -> Drawn:
    drawn = Drawn(b"")
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        draw(book, drawn)
    drawn.data = target.getvalue()
    return drawn


def _png() -> io.BytesIO:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress(b"".join(b"\0" + b"\xc0\x20\x20" * 24 for _ in range(24)))
    head = struct.pack(">IIBBBBB", 24, 24, 8, 2, 0, 0, 0)
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))


# ---------------------------------------------------------------- the official form


def one_sheet_with_formulas() -> Drawn:
    """The three official tables on one sheet, totals as formulas, with a validation, a comment and a print area."""

    def draw(book: Any, drawn: Drawn) -> None:
        sheet = Sheet(book, "年报", drawn)
        sheet.sheet.merge_range(0, 0, 0, 9, TITLE, sheet.big)
        row = 2
        for table in FORM.official_tables:
            sheet.sheet.write(row, 0, FORM.section(table.section).heading)
            row = sheet.official(row + 1, 0, table.id) + 1
        sheet.sheet.data_validation(
            0, 0, row, 12, {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": "不能是负数"}
        )
        sheet.sheet.write_comment("D5", "按规范性文件目录填写")
        sheet.sheet.print_area(0, 0, row, 14)
        sheet.sheet.freeze_panes(2, 0)

    return _written(draw)


def protected_sheets() -> Drawn:
    """A sheet for each table, protected with a password, and a sheet of checks with formulas over all of them."""

    def draw(book: Any, drawn: Drawn) -> None:
        cells = {}
        for number, table in enumerate(FORM.official_tables, 1):
            sheet = Sheet(book, f"表{number}", drawn)
            sheet.body = book.add_format({"border": 1, "locked": 0, "num_format": "#,##0.##"})
            sheet.sheet.merge_range(0, 0, 0, 9, f"{TITLE}（表{number}）", sheet.big)
            sheet.official(2, 1, table.id)
            sheet.sheet.protect("secret", {"format_columns": True})
            cells |= {want[1]: at for at, want in (drawn.typed | drawn.formulas).items()}
        checks = Sheet(book, "校核", drawn)
        for row, kind in enumerate((*plain_sums.APPLICANTS, "total")):
            at = {key: cells[f"requests.{key}.{kind}"] for key in ("new", "carried_in", "closed", "carried_out")}
            checks.formula(row, 0, f"={at['new']}+{at['carried_in']}-{at['closed']}-{at['carried_out']}")
            checks.formula(row, 1, f'=IF(A{row + 1}=0,"相符","不符")')
        book.define_name("新收", "=表2!$E$5")
        checks.sheet.protect()

    return _written(draw)


def flat_and_offset() -> Drawn:
    """Nothing is merged, the tables stand to the right, beside a hidden column of codes; comments and a named range."""
    drawn = Drawn(b"")
    book = blank_book()
    pen = Pen(book.active, 3, 4)
    pen.sheet.title = "统计"
    pen.text(TITLE, skip=1)
    for table in FORM.official_tables:
        pen.text(FORM.section(table.section).heading)
        top = pen.row
        for ref, at in pen.table(table, {}, merged=False).items():
            drawn.typed[f"统计!{at}"] = (ALL, ref, 1)
        for row in range(top, pen.row - 1):
            pen.sheet.cell(row, 2, f"X{row:03}")
    pen.sheet.column_dimensions["B"].hidden = True
    pen.sheet["D2"] = "填报说明：没有的填 0"
    pen.sheet["D2"].comment = Comment("县里统一填", "市公开办")
    book.defined_names["编码"] = DefinedName("编码", attr_text="统计!$B$1:$B$60")
    validation = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    validation.add("E1:M80")
    pen.sheet.add_data_validation(validation)
    drawn.data = saved(book)
    return drawn


def blank_totals_and_old_numbers() -> Drawn:
    """The official form without formulas in which last year's zeros were left: they are to be replaced."""

    def draw(book: Any, drawn: Drawn) -> None:
        sheet = Sheet(book, "三、依申请公开", drawn)
        sheet.official(1, 0, "requests", by_formula=False)
        sheet.sheet.write("E5", 0, sheet.body)
        sheet.sheet.write("F5", 31, sheet.body)
        drawn.overwrite = True

    return _written(draw)


# ---------------------------------------------------------------- lists


def _one(*refs: str) -> list[tuple[str, int] | None]:
    return [(ref, 1) if ref else None for ref in refs]


def list_with_a_chart() -> Drawn:
    """One row a unit, free words above, a row of sums, a rate by formula, a chart, data bars and an autofilter."""

    def draw(book: Any, drawn: Drawn) -> None:
        sheet = Sheet(book, "通报附表", drawn)
        sheet.sheet.merge_range("A1:I1", f"各单位{YEAR}年依申请公开情况", sheet.big)
        heads = ["序号", "单位", "收到申请", "上年结转", "办结", "予以公开", "结转下年度", "办结率", "备注"]
        sheet.header(1, 0, [heads])
        rows = ["new", "carried_in", "closed", "granted", "carried_out"]
        refs = _one(*(f"requests.{row}.total" for row in rows))
        end = sheet.units(2, 1, refs)
        for row in range(2, end):
            sheet.sheet.write(row, 0, row - 1, sheet.body)
            sheet.formula(row, 7, f"=IF(C{row + 1}+D{row + 1}=0,0,E{row + 1}/(C{row + 1}+D{row + 1}))")
        sheet.sums(end, 1, refs, 2)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"categories": "=通报附表!$B$3:$B$6", "values": "=通报附表!$C$3:$C$6", "name": "收到申请"})
        sheet.sheet.insert_chart("A10", chart)
        sheet.sheet.conditional_format("C3:C6", {"type": "data_bar", "bar_solid": True})
        sheet.sheet.conditional_format("E3:E6", {"type": "icon_set", "icon_style": "3_traffic_lights"})
        sheet.sheet.autofilter(1, 0, end - 1, 8)
        drawn.open = ("办结率",)

    return _written(draw)


def list_with_merged_headers() -> Drawn:
    """Headers over three rows, forty columns, whole numbers only, panes frozen, totals over applicants by formula."""

    def draw(book: Any, drawn: Drawn) -> None:
        sheet = Sheet(book, "汇总表", drawn)
        kinds = ["natural", "business", "research", "nonprofit", "legal", "other", "total"]
        names = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]

        def group(title: str) -> tuple[list[str], list[str], list[str]]:
            return [title, *"<<<<<<"], ["自然人", "法人或其他组织", *"<<<<", "总计"], ["^", *names[1:], "^"]

        groups = [
            group("一、本年新收政府信息公开申请数量"),
            group("二、上年结转政府信息公开申请数量"),
            (
                ["三、本年度办理结果", *"<<<<<"],
                ["（一）予以公开", "（二）部分公开", "（三）不予公开", "<", "（六）其他处理", "（七）总计"],
                ["^", "^", "1.属于国家秘密", "4.保护第三方合法权益", "3.其他", "^"],
            ),
            (
                ["行政诉讼", *"<<<"],
                ["未经复议直接起诉", "<", "复议后起诉", "<"],
                ["结果维持", "总计", "其他结果", "总计"],
            ),
        ]
        top = [["单位名称"], ["^"], ["^"]]
        heads = [sum((part[level] for part in groups), start) for level, start in enumerate(top)]
        sheet.sheet.merge_range(0, 0, 0, len(heads[0]) - 1, f"{YEAR}年度政府信息公开情况汇总表", sheet.big)
        sheet.header(1, 0, heads)
        refs = [f"requests.{row}.{kind}" for row in ("new", "carried_in") for kind in kinds]
        refs += [
            f"requests.{row}.total"
            for row in ("granted", "partial", "refused_state_secret", "refused_third_party", "other_other", "closed")
        ]
        refs += [
            f"disputes.{key}"
            for key in ("direct_suit.upheld", "direct_suit.total", "later_suit.other", "later_suit.total")
        ]
        end = sheet.units(4, 0, _one(*refs), [unit.name for unit in UNITS])
        for row in range(4, end):
            for last in (7, 14):
                first = column_letters(last - 6)
                want = drawn.typed.pop(f"汇总表!{address_of(row, last)}")
                sheet.formula(row, last, f"=SUM({first}{row + 1}:{column_letters(last - 1)}{row + 1})", want)
        sheet.sums(end, 0, _one(*refs), 4)
        sheet.sheet.data_validation(4, 1, end, len(refs), {"validate": "integer", "criteria": ">=", "value": 0})
        sheet.sheet.freeze_panes(4, 1)

    return _written(draw)


def list_turned() -> Drawn:
    """One column a unit: the labels stand on the left in two columns, the last column adds up."""

    def draw(book: Any, drawn: Drawn) -> None:
        sheet = Sheet(book, "横表", drawn)
        sheet.sheet.merge_range("A1:G1", f"丰泽县{YEAR}年政府信息公开数据", sheet.big)
        sheet.header(1, 0, [["指标", "<", *SHORT, "合计"]])
        labels = [
            ("行政规范性文件", "本年制发件数", "disclosure.normative.made"),
            ("^", "现行有效件数", "disclosure.normative.in_force"),
            ("行政许可", "<", "disclosure.licensing.decisions"),
            ("收到申请", "自然人", "requests.new.natural"),
            ("^", "总计", "requests.new.total"),
            ("行政复议", "结果纠正", "disputes.reconsideration.corrected"),
            ("^", "总计", "disputes.reconsideration.total"),
        ]
        sheet.header(2, 0, [label[:2] for label in labels])
        for row, (_, _, ref) in enumerate(labels, 2):
            for column, unit in enumerate(UNITS, 2):
                sheet.asks(row, column, unit.name, ref)
            sheet.formula(row, 6, f"=SUM(C{row + 1}:F{row + 1})", (ALL, ref, 1))

    return _written(draw)


def list_in_yuan() -> Drawn:
    """Money in 元 where the form has 万元, thousands separated, shares and ranks by formula."""

    def draw(book: Any, drawn: Drawn) -> None:
        sheet = Sheet(book, "收费", drawn)
        sheet.body = book.add_format({"border": 1, "num_format": "#,##0.00"})
        heads = ["单位", "行政处罚决定（件）", "行政事业性收费金额（元）", "占比", "排名"]
        sheet.header(0, 0, [heads])
        refs: list[tuple[str, int] | None] = [("disclosure.penalty.decisions", 1), ("disclosure.fees.amount", 10_000)]
        end = sheet.units(1, 0, refs)
        for row in range(2, end + 1):
            sheet.formula(row - 1, 3, f"=IF(C$6=0,0,ROUND(C{row}/C$6,4))")
            sheet.formula(row - 1, 4, f"=RANK(C{row},C$2:C$5)")
        sheet.sums(end, 0, refs, 1, "全县合计")
        drawn.open = ("占比", "排名")

    return _written(draw)


def several_lists() -> Drawn:
    """A list on each of three sheets, a summary with formulas over them, a sheet of a chart and a hidden sheet."""

    def draw(book: Any, drawn: Drawn) -> None:
        parts = {
            "主动公开": (
                ["规章制发", "规范性文件制发", "规范性文件废止", "行政许可", "行政强制"],
                ["rules.made", "normative.made", "normative.repealed", "licensing.decisions", "coercion.decisions"],
            ),
            "依申请公开": (
                ["新收", "办结", "重复申请", "信访举报投诉类"],
                ["new.total", "closed.total", "declined_repeat.total", "declined_petition.total"],
            ),
            "复议诉讼": (
                ["复议总数", "复议维持", "复议后起诉", "未经复议直接起诉"],
                ["reconsideration.total", "reconsideration.upheld", "later_suit.total", "direct_suit.total"],
            ),
        }
        ends = {}
        for (name, (heads, keys)), id in zip(parts.items(), ("disclosure", "requests", "disputes"), strict=True):
            sheet = Sheet(book, name, drawn)
            sheet.sheet.merge_range(0, 0, 0, len(heads), f"{name}情况（{YEAR}年度）", sheet.big)
            sheet.header(1, 0, [["填报单位", *heads]])
            refs = _one(*(f"{id}.{key}" for key in keys))
            ends[name] = sheet.units(2, 0, refs)
            sheet.sums(ends[name], 0, refs, 2)
        total = Sheet(book, "总表", drawn)
        total.sheet.write_row(0, 0, ["新收合计", "办结合计", "复议合计"])
        for column, (name, letter, ref) in enumerate(
            [
                ("依申请公开", "B", "requests.new.total"),
                ("依申请公开", "C", "requests.closed.total"),
                ("复议诉讼", "B", "disputes.reconsideration.total"),
            ]
        ):
            total.formula(1, column, f"={name}!{letter}{ends[name] + 1}", (ALL, ref, 1))
        picture = book.add_chartsheet("图")
        chart = book.add_chart({"type": "pie"})
        chart.add_series({"categories": "=依申请公开!$A$3:$A$6", "values": "=依申请公开!$B$3:$B$6"})
        picture.set_chart(chart)
        hidden = Sheet(book, "参数", drawn)
        hidden.sheet.write_column(0, 0, SHORT)
        hidden.sheet.very_hidden()

    return _written(draw)


def list_with_questions() -> Drawn:
    """Free words that mean several figures of the form: the officer answers once, in the file of --mapping."""

    def draw(book: Any, drawn: Drawn) -> None:
        sheet = Sheet(book, "Sheet1", drawn)
        heads = ["单位", "申请总数", "办件数", "诉讼总数", "规范性文件", "信访数"]
        sheet.header(0, 0, [heads])
        suits = "disputes.direct_suit.total+disputes.later_suit.total"
        refs = _one("requests.new.total", "requests.closed.total", suits, "disclosure.normative.in_force", "")
        sheet.sums(sheet.units(1, 0, refs), 0, refs, 1)
        drawn.mapping = (
            '"申请总数" = "一、本年新收政府信息公开申请数量 > 总计"\r\n"办件数" = "（七）总计 > 总计"\r\n'
            '"诉讼总数" = "未经复议直接起诉 > 总计 + 复议后起诉 > 总计"\r\n'
            '"规范性文件" = "行政规范性文件 > 现行有效件数"\r\n'
        )
        drawn.open = ("信访数",)

    return _written(draw)


def list_in_groups() -> Drawn:
    """Townships and departments with subtotals, a unit that is not ours, a picture, and a list beside it."""

    def draw(book: Any, drawn: Drawn) -> None:
        sheet = Sheet(book, "分类", drawn)
        sheet.header(0, 0, [["单位", "收到申请", "行政复议"]])
        refs = _one("requests.new.total", "disputes.reconsideration.total")
        sheet.units(1, 0, refs, SHORT[:2])
        sheet.sums(3, 0, refs, 1, "乡镇小计")
        sheet.sheet.write_row(4, 0, ["县农商银行"], sheet.body)
        for row, index in ((5, 2), (6, 3)):
            sheet.sheet.write(row, 0, SHORT[index], sheet.body)
            for column, want in enumerate(refs, 1):
                assert want
                sheet.asks(row, column, UNITS[index].name, *want)
        sheet.sheet.write(7, 0, "总计", sheet.head)
        for column in (1, 2):
            letters = column_letters(column)
            sheet.formula(7, column, f"={letters}4+SUM({letters}5:{letters}7)")
            drawn.formulas.pop(f"分类!{letters}4")
        sheet.header(0, 4, [["单位名称", "行政处罚"]])
        sheet.units(1, 4, _one("disclosure.penalty.decisions"))
        sheet.sheet.insert_image("H2", "seal.png", {"image_data": _png()})
        drawn.rows = ("乡镇小计", "县农商银行", "总计")

    return _written(draw)


def list_of_counties() -> Drawn:
    """A row for each county of the city, of which one is ours; the sheet is protected, the totals are the city's."""

    def draw(book: Any, drawn: Drawn) -> None:
        sheet = Sheet(book, "县区", drawn)
        sheet.sheet.merge_range("A1:E1", f"临江市{YEAR}年政府信息公开工作情况", sheet.big)
        sheet.header(1, 0, [["县（区）", "新收申请", "行政许可", "行政事业性收费（元）", "行政复议"]])
        refs = ("requests.new.total", "disclosure.licensing.decisions", "disclosure.fees.amount")
        for row, name in enumerate(("丰和区", "丰泽县", "安澜县"), 2):
            sheet.sheet.write(row, 0, name, sheet.body)
            for column, ref in enumerate((*refs, "disputes.reconsideration.total"), 1):
                if name == "丰泽县":
                    sheet.asks(row, column, ALL, ref, 10_000 if ref == refs[2] else 1)
                else:
                    sheet.sheet.write_blank(row, column, None, sheet.body)
        sheet.sheet.write(5, 0, "全市合计", sheet.head)
        for column in range(1, 5):
            sheet.formula(5, column, f"=SUM({column_letters(column)}3:{column_letters(column)}5)")
        sheet.sheet.protect("city")
        drawn.rows = ("丰和区", "安澜县", "全市合计")

    return _written(draw)


def matrix_and_list() -> Drawn:
    """The official tables of the county and, on a second sheet, a list of its units; parts that nobody here knows."""

    def draw(book: Any, drawn: Drawn) -> None:
        sheet = Sheet(book, "全县", drawn)
        sheet.sheet.merge_range(0, 0, 0, 9, TITLE, sheet.big)
        row = 2
        for table in FORM.official_tables:
            row = sheet.official(row, 0, table.id)
        units = Sheet(book, "各单位", drawn)
        units.header(0, 0, [["单位", "依申请公开", "<"], ["^", "新收", "结转下年"]])
        refs = _one("requests.new.total", "requests.carried_out.total")
        units.sums(units.units(2, 0, refs), 0, refs, 2)
        units.sheet.add_sparkline("E3", {"range": "各单位!B3:C3"})
        book.set_custom_property("密级", "内部")

    drawn = _written(draw)
    drawn.data = _changed(drawn.data, _with_own_parts)
    return drawn


def as_wps_writes() -> Drawn:
    """A list whose sheet says that it is one cell large, with texts in the cells and an extension of WPS."""

    def draw(book: Any, drawn: Drawn) -> None:
        sheet = Sheet(book, "Sheet1", drawn)
        sheet.header(0, 0, [["行政机关", "新收申请", "部分公开", "尚未审结的行政复议"]])
        refs = _one("requests.new.total", "requests.partial.total", "disputes.reconsideration.pending")
        sheet.sums(sheet.units(1, 0, refs), 0, refs, 1)

    drawn = _written(draw)
    drawn.data = _changed(drawn.data, _like_wps)
    return drawn


def with_macros() -> bytes:
    """The same as an .xlsm whose macros are a part of harmless bytes."""

    def change(parts: dict[str, bytes]) -> None:
        types = parts["[Content_Types].xml"]
        plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        assert plain in types
        parts["[Content_Types].xml"] = types.replace(plain, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
        parts["xl/vbaProject.bin"] = b"no macros"

    return _changed(list_in_yuan().data, change)


def _changed(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0)), content)
    return target.getvalue()


def _with_own_parts(parts: dict[str, bytes]) -> None:
    """Add what Excel writes and XlsxWriter does not: attributes to be ignored, a chain of formulas, foreign parts."""
    parts["customXml/item1.xml"] = "<doc>市政务公开办</doc>".encode()
    parts["docProps/thumbnail.wmf"] = bytes(range(64))
    types = {
        "Default Extension='wmf'": "image/x-wmf",
        "Override PartName='/xl/calcChain.xml'": f"{_SHEETS}.calcChain+xml",
    }
    added = "".join(f"<{what} ContentType='{kind}'/>" for what, kind in types.items())
    _replace(parts, "[Content_Types].xml", "</Types>", f"{added}</Types>")
    link = f"<Relationship Id='rIdChain' Type='{_OFFICE}/relationships/calcChain' Target='calcChain.xml'/>"
    _replace(parts, "xl/_rels/workbook.xml.rels", "</Relationships>", f"{link}</Relationships>")
    chain = []
    for number in (1, 2):
        name = f"xl/worksheets/sheet{number}.xml"
        cells = re.findall(r'<c r="(\w+)"[^>]*><f>', parts[name].decode())
        chain += [f'<c r="{cell}" i="{number}"/>' for cell in cells]
        ignored = (
            f'xmlns:mc="{_COMPATIBLE}" mc:Ignorable="xr x14ac" xmlns:xr="{_MICROSOFT}/2014/revision" '
            f'xmlns:x14ac="{_MICROSOFT}/2009/9/ac" xr:uid="{{00000000-0001-0000-0000-00000000000{number}}}"'
        )
        _replace(parts, name, "<worksheet ", f"<worksheet {ignored} ")
        parts[name] = parts[name].replace(b'<row r="', b'<row x14ac:dyDescent="0.25" r="')
    parts["xl/calcChain.xml"] = f'<calcChain xmlns="{_MAIN}">{"".join(chain)}</calcChain>'.encode()


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_MICROSOFT = "http://schemas.microsoft.com/office/spreadsheetml"


def _replace(parts: dict[str, bytes], name: str, old: str, new: str) -> None:
    assert old.encode() in parts[name]
    parts[name] = parts[name].replace(old.encode(), new.encode(), 1)


def _like_wps(parts: dict[str, bytes]) -> None:
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    strings = re.findall(r"<si><t[^>]*>(.*?)</t></si>", parts["xl/sharedStrings.xml"].decode())
    sheet = re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1"/>', sheet)
    sheet = re.sub(
        r'<c r="(\w+)"( s="\d+")? t="s"><v>(\d+)</v></c>',
        lambda m: f'<c r="{m[1]}"{m[2] or ""} t="inlineStr"><is><t>{strings[int(m[3])]}</t></is></c>',
        sheet,
    )
    sheet = sheet.replace(
        "</worksheet>",
        '<extLst><ext uri="{5D0F7A2E-0B1C-4F5B-9C55-0A1B2C3D4E5F}" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData">'
        "<etc:note/></ext></extLst></worksheet>",
    )
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()


TABLES: Mapping[str, Callable[[], Drawn]] = {
    each.__name__: each
    for each in (
        one_sheet_with_formulas,
        protected_sheets,
        flat_and_offset,
        blank_totals_and_old_numbers,
        list_with_a_chart,
        list_with_merged_headers,
        list_turned,
        list_in_yuan,
        several_lists,
        list_with_questions,
        list_in_groups,
        list_of_counties,
        matrix_and_list,
        as_wps_writes,
    )
}


def members() -> list[Member]:
    """Return the units as the roster has them."""
    return list(UNITS)


def wanted(drawn: Drawn) -> Iterator[tuple[str, Number]]:
    """Yield each cell with the number that must be seen in it."""
    known = figures()
    for at, (unit, ref, factor) in (drawn.typed | drawn.formulas).items():
        yield at, sum(known[unit][each] for each in ref.split("+")) * factor
