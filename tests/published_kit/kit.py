"""The files of the kit: each a report with its own numbers, in one shape of table and one kind of page or file."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from published_kit import tables, writers
from published_kit.numbers import Number, invented
from published_kit.tables import Table
from published_kit.writers import Block, Line

# ---------------------------------------------------------------- how numbers are printed

FULL_WIDTH = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


def _as_digits(ref: str, value: Number) -> str:
    return str(value)


def _zero_as(sign: str, _ref: str, value: Number) -> str:
    return str(value) if value else sign


def _full_width(_ref: str, value: Number) -> str:
    return str(value).translate(FULL_WIDTH)


def _with_unit(ref: str, value: Number) -> str:
    """Print the amount of table two with its unit, and the numbers of table four in 件."""
    if ref == "disclosure.fees.amount":
        return f"{value}万元" if value else "0元"
    return f"{value}件" if ref.startswith("disputes.") else str(value)


def _blanks_around(_ref: str, value: Number) -> str:
    return f"\xa0{value} "


PRINTS: dict[str, Callable[[str, Number], str]] = {
    "digits": _as_digits,
    "blank for 0": partial(_zero_as, ""),
    "a stroke for 0": partial(_zero_as, "—"),
    "a slash for 0": partial(_zero_as, "/"),
    "无 for 0": partial(_zero_as, "无"),
    "blanks around": _blanks_around,
    "full width": _full_width,
    "with units": _with_unit,
}

# ---------------------------------------------------------------- the shapes of tables

Shape = Callable[[str, Mapping[str, str]], tuple[list[Table], list[Table], list[Table]]]


def _shape(
    change: Callable[[Table], Table] = lambda table: table,
    disclosure: Callable[[str, Mapping[str, str]], Table] = tables.disclosure,
    requests: Callable[[str, Mapping[str, str]], Table] = tables.requests,
    disputes: Callable[[str, Mapping[str, str]], Table] = tables.disputes,
) -> Shape:
    def made(edition: str, printed: Mapping[str, str]) -> tuple[list[Table], list[Table], list[Table]]:
        one, two, three = (each(edition, printed) for each in (disclosure, requests, disputes))
        return [change(one)], [change(two)], [change(three)]

    return made


def _parts(edition: str, printed: Mapping[str, str]) -> tuple[list[Table], list[Table], list[Table]]:
    return (
        tables.disclosure_parts(edition, printed),
        [tables.requests(edition, printed)],
        tables.disputes_parts(edition, printed),
    )


def _cut(header: int) -> Shape:
    def made(edition: str, printed: Mapping[str, str]) -> tuple[list[Table], list[Table], list[Table]]:
        whole = tables.requests(edition, printed)
        return [tables.disclosure(edition, printed)], tables.cut(whole, header), [tables.disputes(edition, printed)]

    return made


def _random_slips(count: int, seed: int, change: Callable[[Table], Table] = lambda table: table) -> Shape:
    rng = random.Random(seed)
    return _shape(lambda table: change(tables.with_random_slips(count, rng)(table)))


def _slips(**slips: str) -> Shape:
    return _shape(tables.with_slips(slips))


SHAPES: dict[str, Shape] = {
    "the form": _shape(),
    "unmerged": _shape(tables.unmerged),
    "merged cells repeated": _shape(tables.repeated),
    "labels over lines": _shape(tables.ordinals_apart),
    "labels with blanks": _shape(tables.spaced),
    "one column of labels": _shape(requests=tables.requests_flat),
    "two lines of header": _shape(requests=tables.requests_two_row_header),
    "one line of header": _shape(requests=tables.requests_one_row_header, disputes=tables.disputes_even),
    "even header, unmerged": _shape(tables.unmerged, disputes=tables.disputes_even),
    "a table for each part": _parts,
    "subtotals": _shape(requests=tables.requests_with_subtotals),
    "remarks": _shape(requests=tables.requests_with_remarks),
    "unit and note": _shape(tables.with_unit_and_note),
    "empty margins": _shape(tables.with_margins),
    "no ordinals": _shape(tables.without_ordinals),
    "other ordinals": _shape(tables.other_ordinals),
    "disputes down": _shape(disputes=tables.disputes_down),
    "cut, header again": _cut(3),
    "cut": _cut(0),
    "traditional characters": _shape(tables.as_traditional),
    "slip: 先行有效件数": _slips(现行有效件数="先行有效件数", 对外公开总数量="对外公开数量"),
    "slip: 本年废止件": _slips(本年废止件数="本年废止件", 本年新公开数量="本年度新公开数量"),
    "slip: 本年度处理决定数量": _slips(本年处理决定数量="本年度处理决定数量", 处理决定数量="本年处理决定数量"),
    "slip: 其它结果": _slips(其他结果="其它结果"),
    "slip: 未审结": _slips(尚未审结="未审结"),
    "slip: 纠正, unmerged": _shape(lambda table: tables.unmerged(tables.with_slips({"结果纠正": "纠正"})(table))),
    "slip: 覆议": _slips(行政复议="行政覆义"),
    "slip: （七）合计": _shape(tables.with_slips({"（七）总计": "（七）合计", "总计": "合计"})),
    "slip: 公益组织": _slips(社会公益组织="公益组织", 法律服务机构="法律服务机关"),
    "slip: a row of each table": _shape(
        tables.with_slips(
            {
                "行政处罚": "行政处罚决定",
                "规章": "规 章",
                "5.属于三类内部事务信息": "5.属于三类内部事物信息",
                "2.重复申请": "2.重复申请类",
                "（一）予以公开": "（一）予以公开数",
            }
        )
    ),
    "slip: two headers and two rows": _shape(
        tables.with_slips(
            {
                "结果维持": "维持",
                "复议后起诉": "复议后起诉讼",
                "行政规范性文件": "行政规范文件",
                "自然人": "自燃人",
                "四、结转下年度继续办理": "四、结转下年继续办理",
            }
        )
    ),
    "slip: one letter in each table": _random_slips(1, 1),
    "slip: two letters in each table": _random_slips(2, 2),
    "slip: one letter, unmerged": _random_slips(1, 3, tables.unmerged),
    "slip: one letter, over lines": _random_slips(1, 4, tables.ordinals_apart),
    "slip: one letter, unit and note": _random_slips(1, 5, tables.with_unit_and_note),
    "slip: one letter, margins": _random_slips(1, 6, tables.with_margins),
    "unclear: 结果纠正 twice": _slips(结果维持="结果纠正"),
    "unclear: 商业企业 twice": _slips(自然人="商业企业"),
}

# ---------------------------------------------------------------- the texts

PLACES = ("青石镇", "清溪镇", "石桥乡", "安澜县教育局", "安澜县水利局", "北原市民政局", "平阳县", "东河街道")
OVERVIEW = (
    "本年度围绕群众关切的事项推进公开，主动公开各类信息若干条，及时更新公开目录。",
    "规范办理政府信息公开申请，完善登记、审核、答复各个环节。",
    "加强公开平台建设，落实三审三校，开展业务培训。",
)
PROBLEMS = "存在的问题：一是公开内容不够全面；二是更新不够及时。改进措施：加强培训，完善制度，明确专人负责。"
MATTERS = "本年度没有收取信息处理费，无其他需要报告的事项。"
NOTES = "注：表中数据统计时点为报告年度12月31日。"
HEADINGS = {
    "overview": "一、总体情况",
    "disclosure": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "disputes": "四、政府信息公开行政复议、行政诉讼情况",
    "problems": "五、存在的主要问题及改进情况",
    "matters": "六、其他需要报告的事项",
}


@dataclass(frozen=True)
class Document:
    """A file of the kit and what a person reads in it."""

    name: str
    kind: str
    shape: str
    edition: str
    data: bytes
    figures: Mapping[str, Number]
    last_text: tuple[str, ...]
    """The report's own words in its last section."""


def _body(edition: str, shape: Shape, printed: Mapping[str, str], notes: bool) -> list[Block]:
    disclosure, requests, disputes = shape(edition, printed)
    note = [Line(NOTES)] if notes else []
    return [
        Line(HEADINGS["overview"], 2),
        *map(Line, OVERVIEW),
        Line(HEADINGS["disclosure"], 2),
        *disclosure,
        *note,
        Line(HEADINGS["requests"], 2),
        *requests,
        *note,
        Line(HEADINGS["disputes"], 2),
        *disputes,
        Line(HEADINGS["problems"], 2),
        Line(PROBLEMS),
        Line(HEADINGS["matters"], 2),
        Line(MATTERS),
    ]


def kit() -> Iterator[Document]:
    """Yield every file of the kit, always the same ones."""
    prints, kinds = list(PRINTS), [*writers.PAGES, *writers.FILES]
    number = 0
    for name, shape in SHAPES.items():
        for turn in range(5):
            rng = random.Random(f"{name} {turn}")
            edition = "2019" if turn == 4 else "2021"
            style = prints[number % 6] if number % 13 else prints[6 + number // 13 % 2]
            write = kinds[number % len(kinds)]
            yield document(name, shape, edition, style, write, number, rng)
            number += 1


def document(
    name: str,
    shape: Shape,
    edition: str,
    style: str,
    write: Callable[[str, list[Block]], bytes],
    number: int,
    rng: random.Random,
) -> Document:
    """Return one report in a shape, with its numbers printed in a style, as a page or a file."""
    figures = invented(edition, rng)
    printed = {ref: PRINTS[style](ref, value) for ref, value in figures.items()}
    year = 2019 if edition == "2019" else rng.choice((2021, 2022, 2023, 2024))
    title = f"{rng.choice(PLACES)}{year}年政府信息公开工作年度报告"
    data = write(title, _body(edition, shape, printed, notes=rng.random() < 0.3))
    kind = {**dict.fromkeys(writers.FILES, "docx"), writers.saved_archive: "mht"}.get(write, "html")
    extra = ("（此件公开发布）",) if write is writers.signed_word_file else ()
    return Document(
        f"{number:03} {name.replace(':', '')}, {style.replace('/', '')}.{kind}",
        write.__name__,
        name,
        edition,
        data,
        figures,
        (MATTERS, *extra),
    )
