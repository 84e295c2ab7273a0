"""Lists drawn at random from the labels of the form, shortened and grouped as offices do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from random import Random

import pytest
from superiors import ROWS, UNITS, cells, found_in

from gouji.form.editions import load_form
from gouji.form.model import Form
from gouji.formats.addresses import address_of

_NUMBERED = re.compile(r"^(（.）|[一二三四]、|\d\.)")
_OTHER_NUMBERS = ["网络", "上年", "累计", "超期", "同比增长", "法院受理的"]
UNIT_OF = {row[0]: unit for unit, row in zip(UNITS, ROWS, strict=True)}


@dataclass
class Header:
    path: list[str]
    ref: str
    """Empty where other words make another number of it."""


def drawn(random: Random, form: Form, ref: str) -> Header:
    """Return a header for a figure: its labels or some of them, in either order, in one cell or several."""
    cell = form.cells[ref]
    row, column = [*cell.row.label], [*cell.column.label]
    for labels, aliases in ((row, cell.row.aliases), (column, cell.column.aliases)):
        if aliases and random.random() < 0.3:
            labels[-1] = random.choice(aliases)
    row, column = row[-random.randint(1, len(row)) :], column[-random.randint(1, len(column)) :]
    if ref.endswith(".total") and ref in form.totals and random.random() < 0.4:
        column = []
    path = [*column, *row] if random.random() < 0.3 else [*row, *column]
    if random.random() < 0.3:
        path = [_NUMBERED.sub("", label) for label in path]
    if random.random() < 0.2:
        path = [random.choice(["", " "]).join(path)]
    if random.random() < 0.15:
        at, word = random.randrange(len(path)), random.choice(_OTHER_NUMBERS)
        changed = random.choice([[*path[:at], word + path[at], *path[at + 1 :]], [word, *path]])
        return Header(changed, "")
    if random.random() < 0.3 and form.table(cell.table).official:
        path = [form.section(form.table(cell.table).section).heading, *path]
    return Header(path, ref)


def rows_of(random: Random, headers: Sequence[Header]) -> list[tuple[str, ...]]:
    """Return the rows of a header without merged cells; a group may stand only in its first cell."""
    paths = [header.path for header in headers]
    if random.random() < 0.5:
        depth = max(map(len, paths))
        paths = [[""] * (depth - len(path)) + path for path in paths]
    levels = [list(level) for level in zip_longest(["单位"], *paths, fillvalue="")]
    if random.random() < 0.4:
        full = [[*level] for level in levels]
        for depth, level in enumerate(levels[:-1]):
            for column in range(2, len(level)):
                if all(full[above][column] == full[above][column - 1] for above in range(depth + 1)):
                    level[column] = ""
    return [tuple(level) for level in levels]


@pytest.mark.parametrize("edition, least", [("2021", 0.5), ("2019", 0.4)])
def test_no_cell_gets_another_figure_than_its_header_asks_for(edition: str, least: float) -> None:
    form, asked, right = load_form(edition), 0, 0
    refs = list(form.cells)
    for seed in range(40):
        random = Random(seed)
        start, count = random.randrange(len(refs)), random.randint(1, 12)
        chosen = random.choice([refs[start : start + count], random.sample(refs, count)])
        headers = [drawn(random, form, ref) for ref in chosen]
        above, body = rows_of(random, headers), random.sample(ROWS, len(ROWS))
        wanted = {
            address_of(len(above) + row, column): (UNIT_OF[unit], header.ref)
            for row, (unit,) in enumerate(body)
            for column, header in enumerate(headers, 1)
        }
        found = cells(found_in([*above, *body], form=form))
        assert {at: found[at] for at in found if found[at] != wanted.get(at)} == {}, (seed, above)
        asked += sum(bool(ref) for _, ref in wanted.values())
        right += len(found)
    assert right >= least * asked
