"""Rows whose label has a slip: recognised by their letters and by the rows above and below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from gouji.form.model import Form
from gouji.formats.published.joints import Match, Matched, is_number, label_of
from gouji.formats.published.likeness import in_gap
from gouji.formats.published.lines import Line
from gouji.formats.published.vocabulary import Vocabulary, Wanted

_Row = tuple[str, int, str]
"""Table, block and key of a row."""
_Gap = tuple[range, list[_Row], int | None]
"""Numbers of the lines between two known rows, the rows of the form that belong there, and the printed table."""


def with_slips(matched: Matched, form: Form, words: Vocabulary) -> Matched:
    """Return the lines with the rows whose label has a slip recognised as well."""
    lines, altered = list(matched.lines), []
    recognised, doubted = _recognised(matched, form, words)
    for index, (line, match) in enumerate(lines):
        if match and match.wanted in doubted:
            lines[index] = line, None
    for index, wanted in recognised.items():
        line = lines[index][0]
        label = label_of(line, matched.labels)
        assert label
        lines[index] = line, Match(wanted, line.spots.index(label))
        altered.append((label.text, words.printed_rows[wanted.table][wanted.row][0], line.cell(label), False))
    return replace(matched, lines=tuple(lines), altered=tuple(altered))


def _recognised(matched: Matched, form: Form, words: Vocabulary) -> tuple[dict[int, Wanted], list[Wanted]]:
    """Return the rows with a slip by the number of their line, and the rows that are doubtful.

    A line that may be two rows is none. A row out of its order is doubtful if another line stands in its place: either
    of them may have the wrong label.
    """
    claims: dict[int, list[Wanted]] = {}
    doubted = list(_displaced(matched, form))
    known = {match.wanted for _, match in matched.lines if match}
    for span, missing, table in _gaps(matched, form):
        # Beyond the end of a printed table only a label that cannot be another one is a row.
        for sure in (False, True) if table is not None else (False,):
            lines = [(index, matched.lines[index][0]) for index in span]
            lines = [(index, line) for index, line in lines if table is None or sure == (line.table != table)]
            strange = [(index, text) for index, line in lines if (text := _strange(line, missing, matched, form))]
            keys = [key for _, _, key in missing]
            places = in_gap([text for _, text in strange], keys, words.printed_rows[missing[0][0]], sure=sure)
            if not all(place.key for place in places):
                doubted += [wanted for wanted in known if (wanted.table, wanted.block, wanted.row) in missing]
            for (index, _), place in zip(strange, places, strict=True):
                if place.key:
                    block = missing[keys.index(place.key)][1]
                    claims.setdefault(index, []).append(Wanted(missing[0][0], block, place.key))
    found = {index: wanted[0] for index, wanted in claims.items() if len(wanted) == 1}
    recognised = {
        index: wanted
        for index, wanted in found.items()
        if list(found.values()).count(wanted) == 1 and _fits(matched.lines[index][0], wanted, matched, form)
    }
    return recognised, doubted


def _displaced(matched: Matched, form: Form) -> Iterator[Wanted]:
    """Yield rows out of their order in a table of which another row stands twice: one of the two may be this one."""
    known = [match.wanted for _, match in matched.lines if match]
    for table in form.official_tables:
        order = [(table.id, block, row.key) for block, each in enumerate(table.blocks) for row in each.rows]
        places = {row: number for number, row in enumerate(order)}
        near = [
            (each, place) for each in known if (place := places.get((each.table, each.block, each.row))) is not None
        ]
        found = [place for _, place in near]
        if len(set(found)) < len(found):
            in_order = _in_order(found)
            yield from (each for each, place in near if place not in in_order)


def _gaps(matched: Matched, form: Form) -> Iterator[_Gap]:
    """Yield where rows of the form are missing: between two rows, above the first and below the last of a table."""
    known = [(index, match.wanted) for index, (_, match) in enumerate(matched.lines) if match]
    for table in form.official_tables:
        order = [(table.id, block, row.key) for block, each in enumerate(table.blocks) for row in each.rows]
        places = {row: number for number, row in enumerate(order)}
        near = [(index, places.get((each.table, each.block, each.row))) for index, each in known]
        # A row out of its order may be another one, whose label says what its label says.
        found = {order[place] for place in _in_order([place for _, place in near if place is not None])}
        if not found or len(found) == len(order):
            continue
        ends: list[tuple[int, int | None]] = [(-1, None), *near, (len(matched.lines), None)]
        for (above, before), (below, after) in pairwise(ends):
            span = range(above + 1, below)
            if before is not None and after is not None and before < after:
                gaps: list[tuple[int, int, int | None]] = [(before + 1, after, None)]
            else:  # another table begins here, or ends
                gaps = [(before + 1, len(order), above)] if before is not None else []
                gaps += [(0, after, below)] if after is not None else []
            for first, end, beside in gaps:
                missing = [row for row in order[first:end] if row not in found]
                if span and missing:
                    yield span, missing, None if beside is None else matched.lines[beside][0].table


def _in_order(places: Sequence[int]) -> Sequence[int]:
    """Return the longest part of some places that is in order."""
    if all(one < other for one, other in pairwise(places)):
        return places
    best: list[list[int]] = []
    for place in places:
        before = max((run for run in best if run[-1] < place), key=len, default=[])
        best.append([*before, place])
    return max(best, key=len, default=[])


def _strange(line: Line, missing: Sequence[_Row], matched: Matched, form: Form) -> str:
    """Return the label of a line that may be a row: words with numbers after them."""
    label = label_of(line, matched.labels)
    if label is None:
        return ""
    rest = line.spots[line.spots.index(label) + 1 :]
    if not any(spot.text for spot in rest) or not all(is_number(spot.text, matched.labels) for spot in rest):
        return ""
    return label.text if any(len(rest) >= _columns(form, table, block) for table, block, _ in missing) else ""


def _columns(form: Form, table: str, block: int) -> int:
    return len(form.table(table).blocks[block].columns)


def _fits(line: Line, wanted: Wanted, matched: Matched, form: Form) -> bool:
    """Tell whether a line has as many cells as a row."""
    label = label_of(line, matched.labels)
    assert label
    return len(line.spots) - line.spots.index(label) > _columns(form, wanted.table, wanted.block)
