"""Two reports side by side: two versions of one, one on paper and one as a form, or two years of a unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec
from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import ratio

from gouji.form.model import Form
from gouji.form.values import Number
from gouji.report.model import Report
from gouji.report.printed import digits, published
from gouji.runtime.printable import clean

_ALIKE = 40
"""Paragraphs that are less similar than this (in per cent) are two paragraphs and not one that was changed."""
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*%?|[A-Za-z]+|.", re.DOTALL)
_LEFT_OVER = 2
"""Up to this many equal characters between two changes are marked with them: 去年→今年 is easier to read whole."""


class FigurePair(msgspec.Struct, frozen=True):
    """One cell in two reports."""

    ref: str
    where: str
    """The sheet or section of the table."""
    cell: str
    """The row and the column, in words."""
    row: str
    column: str
    """As printed."""
    unit: str
    """What the cell counts."""
    before: str
    after: str
    """What the cell shows; 空 if it is blank, in “” if it is not a number, 无此格 if the form does not have it."""
    same: bool
    old: Number | None = None
    new: Number | None = None
    """The figures, where there are any."""
    total: bool = False
    """Whether the cell is a total, which follows from others."""

    @property
    def change(self) -> Number | None:
        """The second figure less the first, if both are figures."""
        return None if self.old is None or self.new is None else self.new - self.old

    @property
    def place(self) -> str:
        """The cell with its table, as in findings."""
        return f"{self.where}{self.cell}"

    @property
    def words(self) -> str:
        """The cell, with what was in it and what is in it."""
        return f"{self.place} {self.before} → {self.after}"


class Piece(msgspec.Struct, frozen=True):
    """Words of a paragraph that both reports have, or only one of them."""

    before: str
    after: str

    @property
    def same(self) -> bool:
        """Whether both reports have these words."""
        return self.before == self.after


class TextPair(msgspec.Struct, frozen=True):
    """A paragraph in two reports; empty in one that does not have it."""

    section: str
    """The heading of the section; empty before the first."""
    before: str
    after: str

    @property
    def same(self) -> bool:
        """Whether both reports have this paragraph."""
        return self.before == self.after

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The paragraph in pieces that are the same or not."""
        return tuple(_pieces(self.before, self.after))


class Comparison(msgspec.Struct, frozen=True):
    """Everything that two reports say, side by side."""

    before: Report
    after: Report
    figures: tuple[FigurePair, ...]
    """Every cell of both forms, in their order."""
    texts: tuple[TextPair, ...]
    """Every paragraph, in the order of the second report."""

    @property
    def names(self) -> tuple[str, str]:
        """What the two reports are called, side by side: by their unit or their year, where that tells them apart."""
        old, new = self.before, self.after
        if old.unit.name != new.unit.name and old.unit.name and new.unit.name:
            return clean(old.unit.name), clean(new.unit.name)
        if old.year != new.year and old.year and new.year:
            return f"{old.year}年", f"{new.year}年"
        return "前一份", "后一份"

    @property
    def title(self) -> str:
        """What is compared."""
        old, new = self.before, self.after
        if old.unit.name != new.unit.name or old.year != new.year:
            unit = clean(new.unit.name) if old.unit.name == new.unit.name else ""
            return f"{unit}{'与'.join(self.names)}报告对照"
        return f"{clean(new.unit.name)}{new.year or ''}年度报告两份对照"

    @property
    def changed(self) -> tuple[FigurePair, ...]:
        """The cells that differ."""
        return tuple(pair for pair in self.figures if not pair.same)

    @property
    def rewritten(self) -> tuple[TextPair, ...]:
        """The paragraphs that differ."""
        return tuple(pair for pair in self.texts if not pair.same)


def compare(before: Report, after: Report) -> Comparison:
    """Compare two reports, of whatever unit, year and edition.

    Zero, blank and unread are three different answers. Texts are compared as they are published, by section and
    paragraph: a form has a box for each subject, a published report mostly has not.
    """
    return Comparison(before, after, tuple(figure_pairs(before, after)), tuple(_texts(before, after)))


def figure_pairs(before: Report, after: Report) -> Iterator[FigurePair]:
    """Yield every cell of two reports."""
    forms = (after.form, before.form)
    for ref in dict.fromkeys((*after.form.cells, *before.form.cells)):
        form = next(form for form in forms if ref in form.cells)
        old, new = before.figures.get(ref), after.figures.get(ref)
        cell = form.cells[ref]
        yield FigurePair(
            ref,
            form.sheet_of(cell.table),
            cell.printed,
            cell.row.printed,
            cell.column.printed,
            cell.column.unit,
            _shown(before, ref),
            _shown(after, ref),
            same=(before.unread.get(ref, old) == after.unread.get(ref, new)) and _asked_alike(forms, ref),
            old=old,
            new=new,
            total=ref not in form.inputs,
        )


def _asked_alike(forms: tuple[Form, Form], ref: str) -> bool:
    """Tell whether both forms ask for a cell."""
    return all(ref in form.cells for form in forms)


def _shown(report: Report, ref: str) -> str:
    if ref not in report.form.cells:
        return "无此格"
    if ref in report.unread:
        return f"“{clean(report.unread[ref])}”"
    value = report.figures.get(ref)
    return "空" if value is None else digits(value)


def _texts(before: Report, after: Report) -> Iterator[TextPair]:
    old, new = _sections(before), _sections(after)
    for section in dict.fromkeys((*new, *old)):
        yield from _paragraph_pairs(section, old.get(section, ()), new.get(section, ()))


def _sections(report: Report) -> dict[str, list[str]]:
    """Return the paragraphs of a report as it is published, by the heading of their section."""
    whole = published(report)
    parts = {part.heading: part.lines for part in whole.parts}
    return {section: [line.text for line in lines] for section, lines in {"": whole.preamble, **parts}.items()}


def _paragraph_pairs(section: str, before: Sequence[str], after: Sequence[str]) -> Iterator[TextPair]:
    """Yield the paragraphs of a section side by side: those that are most alike, in their order."""
    likeness = [[ratio(old, new, score_cutoff=_ALIKE) for new in after] for old in before]
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for row in reversed(range(len(before))):
        for column in reversed(range(len(after))):
            together = best[row + 1][column + 1] + likeness[row][column] if likeness[row][column] else 0.0
            best[row][column] = max(together, best[row + 1][column], best[row][column + 1])
    row = column = 0
    while row < len(before) or column < len(after):
        alike = likeness[row][column] if row < len(before) and column < len(after) else 0.0
        if alike and best[row][column] == best[row + 1][column + 1] + alike:
            yield TextPair(section, before[row], after[column])
            row, column = row + 1, column + 1
        elif row < len(before) and (column == len(after) or best[row][column] == best[row + 1][column]):
            yield TextPair(section, before[row], "")
            row += 1
        else:
            yield TextPair(section, "", after[column])
            column += 1


def _pieces(before: str, after: str) -> Iterator[Piece]:
    """Yield a paragraph in pieces; a number is never cut."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    changed = ["", ""]
    for step in (steps := list(Indel.opcodes(old, new))):
        words = ["".join(old[step.src_start : step.src_end]), "".join(new[step.dest_start : step.dest_end])]
        inside = step not in (steps[0], steps[-1]) and len(words[0]) <= _LEFT_OVER
        if step.tag == "equal" and not inside:
            if any(changed):
                yield Piece(*changed)
            yield Piece(*words)
            changed = ["", ""]
        else:
            changed = [changed[0] + words[0], changed[1] + words[1]]
    if any(changed):
        yield Piece(*changed)
