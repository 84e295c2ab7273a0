"""Slips in the labels of a published report whose numbers are all different, and what a reading makes of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import published
import reports
from published import cell

from gouji.form.editions import load_form
from gouji.form.grid import grid_of
from gouji.form.labels import normalised
from gouji.formats.published import Paragraph, PrintedTable, reading_of
from gouji.report.model import Report
from gouji.report.reading import Reading

STRANGE = "某的木"
"""Characters that slips bring in: of a word, of grammar, and one that resembles others."""


@cache
def numbered(edition: str) -> Report:
    """Return a report in which no number stands twice, so that a number in a wrong cell is seen."""
    form = load_form(edition)
    refs = [ref for table in form.official_tables for ref in table.cells]
    return reports.changed(
        reports.right(edition),
        figures={ref: 1000 + count for count, ref in enumerate(refs)},
        texts={"overview.general": ["公开了一些信息。"], "problems.general": ["更新不够及时。"]},
    )


@dataclass(frozen=True)
class Slip:
    """Labels of a printed table that say something else: where they stand, and what is there instead."""

    changes: tuple[tuple[str, int, int, str], ...]
    """Table, row and cell of each label, and its text."""

    def __str__(self) -> str:
        return "，".join(f"{table} {row} {number}: {text!r}" for table, row, number, text in self.changes)


def labels(edition: str) -> list[tuple[str, int, int, str]]:
    """Return table, row, cell and text of every label of the official tables."""
    found = []
    for table in load_form(edition).official_tables:
        numbers: dict[int, int] = {}
        for placed in sorted(grid_of(table).cells, key=lambda each: (each.row, each.column)):
            number = numbers[placed.row] = numbers.get(placed.row, -1) + 1
            if placed.text and not placed.ref:
                found.append((table.id, placed.row, number, placed.text))
    return found


def slips_of(text: str, others: Sequence[str]) -> Iterator[str]:
    """Yield a label without each of its characters, with another one for it or before it, and every other label."""
    for at, letter in enumerate(text):
        strange = STRANGE[at % len(STRANGE)]
        yield text[:at] + text[at + 1 :]
        yield text[:at] + strange + text[at + 1 :]
        yield text[:at] + strange + text[at:]
        yield text[:at] + letter + text[at:]
    yield text.removesuffix("件数")
    yield from (other for other in dict.fromkeys(others) if normalised(other) != normalised(text))


def every_slip(edition: str) -> list[Slip]:
    """Return every slip in one label."""
    known = labels(edition)
    texts = [text for *_, text in known]
    return [Slip(((*place, made),)) for *place, text in known for made in slips_of(text, texts)]  # type: ignore[arg-type]


def two_slips(edition: str, count: int, seed: int) -> list[Slip]:
    """Return slips in two labels of one table, among them labels that have changed places."""
    rng, known = random.Random(seed), labels(edition)
    texts, found = [text for *_, text in known], []
    for _ in range(count):
        table = rng.choice(known)[0]
        one, other = rng.sample([each for each in known if each[0] == table], 2)
        made = [rng.choice(list(slips_of(each[3], texts))) for each in (one, other)]
        found.append(Slip(tuple((*each[:3], text) for each, text in zip((one, other), made, strict=True))))
    return found


def with_slip(edition: str, slip: Slip, blanks: bool = False) -> Reading:
    """Read the report with some labels changed; ``blanks`` leaves every second number out, as offices do with zeros."""
    report = numbered(edition)
    form, made = report.form, published.passages(report)
    tables = dict(zip([table.id for table in form.official_tables], _tables(made), strict=True))
    for table, row, number, text in slip.changes:
        rows = [list(each) for each in tables[table].rows]
        rows[row][number] = replace(rows[row][number], passages=cell(text).passages)
        tables[table] = PrintedTable(tuple(map(tuple, rows)))
    if blanks:
        tables = {key: _without_odd_numbers(table) for key, table in tables.items()}
    changed = iter(tables.values())
    return reading_of([each if isinstance(each, Paragraph) else next(changed) for each in made])


def _tables(made: published.Passages) -> list[PrintedTable]:
    return [each for each in made if isinstance(each, PrintedTable)]


def _without_odd_numbers(table: PrintedTable) -> PrintedTable:
    def kept(text: str) -> bool:
        return not (text.isdigit() and int(text) % 2)

    return PrintedTable(tuple(tuple(each if kept(each.text) else cell("") for each in row) for row in table.rows))


def right(edition: str, blanks: bool) -> dict[str, int]:
    """Return the number that a person sees in each cell."""
    figures = {ref: int(value) for ref, value in numbered(edition).figures.items() if value and value >= 1000}
    return {ref: 0 if blanks and value % 2 else value for ref, value in figures.items()}


def wrong(edition: str, reading: Reading, blanks: bool = False) -> dict[str, object]:
    """Return the cells that were read as another number than a person sees."""
    truth = right(edition, blanks)
    return {ref: value for ref, value in reading.report.figures.items() if ref in truth and value != truth[ref]}


def lost(edition: str, reading: Reading) -> set[str]:
    """Return the cells that were not read."""
    return {ref for ref in right(edition, blanks=False) if reading.report.figures.get(ref) is None}


def unnamed(edition: str, reading: Reading) -> set[str]:
    """Return the cells that were neither read nor named."""
    return lost(edition, reading) - {ref for finding in reading.findings for ref in finding.refs}


def is_one_letter(slip: Slip, edition: str) -> bool:
    """Tell whether a slip changes one letter, rather than taking another label."""
    texts = {text for *_, text in labels(edition)}
    return all(text not in texts for *_, text in slip.changes)
