"""The three tables of a report in the shapes in which offices print them: rows of cells, and nothing of gouji."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from published_kit.numbers import (
    COLUMN_LABELS,
    COLUMNS,
    DISPUTES,
    OUTCOMES,
    disclosure_blocks,
    request_rows,
)


class Cell(NamedTuple):
    text: str
    rowspan: int = 1
    colspan: int = 1
    is_label: bool = False


Table = list[list[Cell]]
Printed = Mapping[str, str]
"""What is printed for each Ref."""
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"


def label(text: str, rowspan: int = 1, colspan: int = 1) -> Cell:
    return Cell(text, rowspan, colspan, is_label=True)


def disclosure(edition: str, printed: Printed) -> Table:
    """Return the table of disclosure as the form prints it."""
    blocks = disclosure_blocks(edition)
    width = max(len(columns) for _, columns, _ in blocks)
    rows: Table = []
    for title, columns, lines in blocks:
        spans = [width // len(columns)] * len(columns)
        spans[-1] += width - sum(spans)
        rows.append([label(title, colspan=width + 1)])
        heads = zip(columns, spans, strict=True)
        rows.append([label("信息内容"), *(label(text, colspan=span) for (_, text), span in heads)])
        for key, text in lines:
            numbers = [printed[f"disclosure.{key}.{column}"] for column, _ in columns]
            rows.append([label(text), *(Cell(each, 1, span) for each, span in zip(numbers, spans, strict=True))])
    return rows


def disclosure_parts(edition: str, printed: Printed) -> list[Table]:
    """Return the table of disclosure as one table for each of its parts."""
    tables: list[Table] = []
    for title, columns, lines in disclosure_blocks(edition):
        table: Table = [[label(title, colspan=len(columns) + 1)]]
        table.append([label("信息内容"), *(label(text) for _, text in columns)])
        for key, text in lines:
            table.append([label(text), *(Cell(printed[f"disclosure.{key}.{column}"]) for column, _ in columns)])
        tables.append(table)
    return tables


def requests(edition: str, printed: Printed) -> Table:
    """Return the table of requests as the form prints it."""
    return [*_request_header(3), *_request_rows(edition, printed)]


def requests_flat(edition: str, printed: Printed) -> Table:
    """Return the table with one column of labels, and the groups as lines of their own."""
    rows, last = _request_header(1), ()
    for key, path in request_rows(edition):
        for depth, group in enumerate(path[:-1]):
            if path[: depth + 1] != tuple(last)[: depth + 1]:
                rows.append([label(group), *([Cell("")] * 7)])
        last = path
        rows.append([label(path[-1]), *_numbers(key, printed)])
    return rows


def requests_two_row_header(edition: str, printed: Printed) -> Table:
    """Return the table whose header has two lines: no line above 自然人."""
    names = [label(text) for text in COLUMN_LABELS[1:6]]
    header = [
        [label(NOTE, 2, 3), label("自然人", 2), label("法人或其他组织", 1, 5), label("总计", 2)],
        names,
    ]
    return [*header, *_request_rows(edition, printed)]


def requests_one_row_header(edition: str, printed: Printed) -> Table:
    """Return the table whose header is one line."""
    return [[label("项目", 1, 3), *map(label, COLUMN_LABELS)], *_request_rows(edition, printed)]


def requests_with_subtotals(edition: str, printed: Printed) -> Table:
    """Return the table with a line of subtotals that the form does not have, below each group."""
    rows = requests(edition, printed)
    made: Table = []
    for row in rows:
        made.append(row)
    at = next(index for index, row in enumerate(rows) if row[0].text == "（四）无法提供")
    group = next(index for index, row in enumerate(rows) if row[0].text == "（三）不予公开")
    results = next(index for index, row in enumerate(rows) if row[0].text == "三、本年度办理结果")
    made[group] = [made[group][0]._replace(rowspan=9), *made[group][1:]]
    made[results] = [made[results][0]._replace(rowspan=made[results][0].rowspan + 1), *made[results][1:]]
    made.insert(at, [label("小计"), *(Cell("7") for _ in range(7))])
    return made


def requests_with_remarks(edition: str, printed: Printed) -> Table:
    """Return the table with a column of remarks."""
    rows = requests(edition, printed)
    rows[0] = [*rows[0], label("备注", 3)]
    return [*rows[:3], *([*row, Cell("")] for row in rows[3:])]


def _request_header(stub: int) -> Table:
    return [
        [label(NOTE, 3, stub), label("申请人情况", 1, 7)],
        [label("自然人", 2), label("法人或其他组织", 1, 5), label("总计", 2)],
        [label(text) for text in COLUMN_LABELS[1:6]],
    ]


def _request_rows(edition: str, printed: Printed) -> Table:
    """Return the rows with their groups merged."""
    wanted = request_rows(edition)
    rows: Table = []
    for index, (key, path) in enumerate(wanted):
        cells: list[Cell] = []
        for depth, text in enumerate(path):
            prefix = path[: depth + 1]
            if index and wanted[index - 1][1][: depth + 1] == prefix:
                continue
            count = sum(1 for _, other in wanted[index:] if other[: depth + 1] == prefix)
            cells.append(label(text, count, 3 - depth if depth == len(path) - 1 else 1))
        rows.append([*cells, *_numbers(key, printed)])
    return rows


def _numbers(key: str, printed: Printed) -> list[Cell]:
    return [Cell(printed[f"requests.{key}.{column}"]) for column in (*COLUMNS, "total")]


def disputes(_edition: str, printed: Printed) -> Table:
    """Return the table of disputes as the form prints it: 15 columns."""
    leaves = [*(text for _, text in OUTCOMES), "总计"]
    return [
        [label("行政复议", 1, 5), label("行政诉讼", 1, 10)],
        [*(label(text, 2) for text in leaves), label("未经复议直接起诉", 1, 5), label("复议后起诉", 1, 5)],
        [label(text) for text in leaves * 2],
        [Cell(printed[f"disputes.{row}.{column}"]) for row, _ in DISPUTES for column in _OUTCOME_KEYS],
    ]


_OUTCOME_KEYS = (*(key for key, _ in OUTCOMES), "total")


def disputes_even(_edition: str, printed: Printed) -> Table:
    """Return the table of disputes with a header whose third line has all 15 labels."""
    leaves = [*(text for _, text in OUTCOMES), "总计"]
    return [
        [label("行政复议", 2, 5), label("行政诉讼", 1, 10)],
        [label("未经复议直接起诉", 1, 5), label("复议后起诉", 1, 5)],
        [label(text) for text in leaves * 3],
        [Cell(printed[f"disputes.{row}.{column}"]) for row, _ in DISPUTES for column in _OUTCOME_KEYS],
    ]


def disputes_parts(_edition: str, printed: Printed) -> list[Table]:
    """Return the table of disputes as one of reconsideration and one of suits."""
    leaves = [*(text for _, text in OUTCOMES), "总计"]
    first: Table = [
        [label("行政复议", 1, 5)],
        [label(text) for text in leaves],
        [Cell(printed[f"disputes.reconsideration.{column}"]) for column in _OUTCOME_KEYS],
    ]
    second: Table = [
        [label("行政诉讼", 1, 10)],
        [label("未经复议直接起诉", 1, 5), label("复议后起诉", 1, 5)],
        [label(text) for text in leaves * 2],
        [Cell(printed[f"disputes.{row}.{column}"]) for row, _ in DISPUTES[1:] for column in _OUTCOME_KEYS],
    ]
    return [first, second]


def disputes_down(_edition: str, printed: Printed) -> Table:
    """Return the table of disputes with its three rows below one another."""
    rows: Table = [[label("类别"), *(label(text) for _, text in OUTCOMES), label("总计")]]
    for key, text in DISPUTES:
        rows.append([label(text), *(Cell(printed[f"disputes.{key}.{column}"]) for column in _OUTCOME_KEYS)])
    return rows


# ---------------------------------------------------------------- ways in which a whole table is changed


def filled(table: Table) -> list[list[tuple[Cell, bool]]]:
    """Return for each position of the grid the cell that is seen there, and whether it begins there."""
    seen: dict[tuple[int, int], tuple[Cell, bool]] = {}
    for row, cells in enumerate(table):
        column = 0
        for cell in cells:
            while (row, column) in seen:
                column += 1
            for down in range(cell.rowspan):
                for right in range(cell.colspan):
                    seen[row + down, column + right] = cell, not down and not right
            column += cell.colspan
    width = max(column for _, column in seen) + 1
    return [[seen[row, column] for column in range(width) if (row, column) in seen] for row in range(len(table))]


def unmerged(table: Table) -> Table:
    """Return a table without merged cells: the text is in the first part."""
    return [[Cell(cell.text if first else "", is_label=cell.is_label) for cell, first in row] for row in filled(table)]


def repeated(table: Table) -> Table:
    """Return a table in which the text of a merged cell stands in each of its parts; only in labels."""
    return [
        [Cell(cell.text if first or cell.is_label else "", is_label=cell.is_label) for cell, first in row]
        for row in filled(table)
    ]


def ordinals_apart(table: Table) -> Table:
    """Return a table in which labels are broken over lines."""
    return [[cell._replace(text=_broken(cell.text)) if cell.is_label else cell for cell in row] for row in table]


def _broken(text: str) -> str:
    return "\n".join(text[start : start + 6] for start in range(0, len(text), 6))


def spaced(table: Table) -> Table:
    """Return a table with blanks in its short labels."""
    return [
        [cell._replace(text="\u3000".join(cell.text)) if cell.is_label and len(cell.text) < 4 else cell for cell in row]
        for row in table
    ]


def with_slips(slips: Mapping[str, str]) -> Callable[[Table], Table]:
    """Return the change of labels to others; each one only where it stands first."""

    def change(table: Table) -> Table:
        left = dict(slips)
        return [
            [cell._replace(text=left.pop(cell.text)) if cell.is_label and cell.text in left else cell for cell in row]
            for row in table
        ]

    return change


def as_traditional(table: Table) -> Table:
    """Return a table whose labels are in traditional characters."""
    return [
        [cell._replace(text=cell.text.translate(_TRADITIONAL)) if cell.is_label else cell for cell in row]
        for row in table
    ]


_TRADITIONAL = str.maketrans(
    "业会务单发国处复审对强总护报据数无权构现执类组织经结继续维罚范许诉请费过项",
    "業會務單發國處複審對強總護報據數無權構現執類組織經結繼續維罰範許訴請費過項",
)


def width_of(table: Table) -> int:
    """Return how many columns a table has."""
    return len(filled(table)[0])


def with_unit_and_note(table: Table) -> Table:
    """Return a table with a line for the unit above it and a note below, each one merged cell."""
    width = width_of(table)
    return [[Cell("单位：件", 1, width)], *table, [Cell("注：表中数据统计时点为报告年度12月31日。", 1, width)]]


def with_margins(table: Table) -> Table:
    """Return a table with an empty column at the right, and empty lines, as a sheet that was pasted has."""
    empty = [Cell("") for _ in range(width_of(table) + 1)]
    rows = [[*row, Cell("")] for row in table]
    return [empty, *rows, empty, empty]


def without_ordinals(table: Table) -> Table:
    """Return a table whose labels have lost their numbers."""
    return [
        [cell._replace(text=_ORDINAL.sub("", cell.text)) if cell.is_label else cell for cell in row] for row in table
    ]


def other_ordinals(table: Table) -> Table:
    """Return a table whose labels are numbered in another way: 1、 and (一)."""

    def changed(text: str) -> str:
        text = re.sub(r"^(\d)\.", r"\1、", text)
        return re.sub(r"^（([一二三四五六七])）", r"(\1)", text)

    return [[cell._replace(text=changed(cell.text)) if cell.is_label else cell for cell in row] for row in table]


_ORDINAL = re.compile(r"^(?:\d\.|[一二三四]、|（[一二三四五六七]）)")


def with_random_slips(count: int, rng: random.Random) -> Callable[[Table], Table]:
    """Return the change of one letter in some labels: left out, doubled, or another one."""

    def change(table: Table) -> Table:
        places = [
            (row, number)
            for row, cells in enumerate(table)
            for number, cell in enumerate(cells)
            if cell.is_label and len(cell.text) > 2
        ]
        made = [list(row) for row in table]
        for row, number in rng.sample(places, min(count, len(places))):
            made[row][number] = made[row][number]._replace(text=slipped(made[row][number].text, rng))
        return made

    return change


def slipped(text: str, rng: random.Random) -> str:
    """Return a text with one letter left out, doubled, changed, or put in."""
    at, letter = rng.randrange(len(text)), rng.choice("的了年数件项某量类")
    left, right = text[:at], text[at + 1 :]
    return rng.choice((left + right, left + text[at] * 2 + right, left + letter + right, text + letter))


def cut(table: Table, header: int) -> list[Table]:
    """Return a long table as two, as a page break leaves it; the header may stand again on the second one."""
    if len(table) < 20:
        return [table]
    at = next(index for index, row in enumerate(table) if row[0].text == "（五）不予处理")
    results = next(index for index, row in enumerate(table) if row[0].text == "三、本年度办理结果")
    above = [list(row) for row in table[:at]]
    rest = table[results][0].rowspan - (at - results)
    above[results][0] = above[results][0]._replace(rowspan=at - results)
    below = [list(row) for row in table[at:]]
    below[0].insert(0, Cell("", rest, 1, is_label=True))
    return [above, [*table[:header], *below]]
