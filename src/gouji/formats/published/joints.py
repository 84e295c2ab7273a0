"""Matching the lines of published tables with the rows of the form, and joining rows cut by a page break."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import zip_longest

from gouji.form.labels import bare, normalised
from gouji.form.model import Form
from gouji.formats.published.cell_text import without_signs
from gouji.formats.published.lines import Item, Line, Spot
from gouji.formats.published.vocabulary import Vocabulary, Wanted
from gouji.report.numerals import is_numeral
from gouji.report.typed_numbers import says_nothing

_NUMBER = re.compile(r"[-+＋－−（(【\[¥￥]?\s*[\d０-９][\d０-９,，.．\s]*\s*[\u4e00-\u9fff]{0,3}[)）\]】。.]?")
_LONGEST_NUMBER = 60
_NUMBERED_LABEL = re.compile(r"\d{1,2}\s*[.．、](?:[^\d０-９]|$)")
"""A label, or the number of a label that continues on the next page."""
_PARTS = 3
"""Cells into which a label may have been split."""
_FEWEST_GROUPS = 2
"""Cells of a line of a header."""
_DIGIT = re.compile(r"\d")
_NEAR = 8
"""How many items on the rest of a row may be: a repeated header and words of the page may come between."""


def is_number(text: str, labels: frozenset[str]) -> bool:
    """Tell whether a cell holds a number, as offices print it, or nothing; ``labels`` are never numbers."""
    return not text or (len(text) <= _LONGEST_NUMBER and _is_number(text, labels))


@lru_cache(maxsize=4096)
def _is_number(text: str, labels: frozenset[str]) -> bool:
    text = without_signs(text)
    if not text:
        return True
    if bare(text) in labels or _NUMBERED_LABEL.match(text):
        return False
    # A formula without its result, or with an error, stands where a number belongs.
    return text[0] in "=#" or bool(_NUMBER.fullmatch(text)) or says_nothing(text) or is_numeral(text)


@dataclass(frozen=True, slots=True)
class Match:
    """The row of the form that a line is, and the last cell of its label."""

    wanted: Wanted
    index: int


@dataclass(frozen=True)
class Matched:
    """The items of a document with every row whole, and which row each line is."""

    items: tuple[Item, ...]
    lines: tuple[tuple[Line, Match | None], ...]
    altered: tuple[tuple[str, str, str, bool], ...]
    """The rows whose label has a slip, as :attr:`FoundFigures.altered` has them."""
    labels: frozenset[str]

    @cached_property
    def _by_identity(self) -> dict[int, Match | None]:
        return {id(line): match for line, match in self.lines}

    def of(self, line: Line) -> Match | None:
        """Return which row a line is."""
        return self._by_identity[id(line)]

    def numbers_follow(self, index: int) -> bool:
        """Tell whether the next line, be it on the next page, contains only numbers."""
        near = self.items[index + 1 : index + 1 + _NEAR]
        following = next((item for item in near if isinstance(item, Line) and item.filled), None)
        return following is not None and is_nameless(following, self.labels)


def whole_rows(items: Sequence[Item], form: Form, words: Vocabulary, labels: frozenset[str]) -> Matched:
    """Return the items with rows that were cut in two joined again, and which row of the form each line is.

    ``labels`` are those of all known forms.
    """
    joined = list(_joined(list(items), words, labels))
    own = [item for item in joined if isinstance(item, Line)]
    lines = [(line, match_of(line, form, words, labels)) for line in own]
    for index, ((line, match), below) in enumerate(zip_longest(lines, own[1:])):
        if match and form.table(match.wanted.table).across and _is_header(line, below, labels):
            lines[index] = line, None
    return Matched(tuple(joined), tuple(lines), (), labels)


def _is_header(line: Line, below: Line | None, labels: frozenset[str]) -> bool:
    """Tell whether a line of labels without numbers stands above another one, as the groups of columns do."""
    if below is None or below.table != line.table or not all(bare(spot.text) in labels for spot in line.filled):
        return False
    known = sum(bare(spot.text) in labels for spot in below.filled)
    return known >= _FEWEST_GROUPS and not any(is_number(spot.text, labels) for spot in below.filled)


def match_of(line: Line, form: Form, words: Vocabulary, labels: frozenset[str]) -> Match | None:
    """Return the row that the labels of a line name: the last label counts, group labels come before it."""
    spots = line.spots
    for last in range(len(spots) - 1, -1, -1):
        if not spots[last].text or is_number(spots[last].text, labels):
            continue
        if any(spot.text and bare(spot.text) in labels for spot in spots[last + 1 :]):
            return None  # the header, one label of which says what a row says
        label = ""
        for first in range(last, max(-1, last - _PARTS), -1):
            label = spots[first].text + label
            wanted = words.row_of(label)
            if wanted and _names_columns(spots[:first], form, wanted, words):
                return None
            if wanted and (wanted.certain or _numbers_follow(spots[last + 1 :], form, wanted, labels)):
                return Match(wanted, last)
    return None


def _names_columns(before: Sequence[Spot], form: Form, wanted: Wanted, words: Vocabulary) -> bool:
    """Tell whether the labels of columns stand before a label of a row: it is in the header, and a slip."""
    if form.table(wanted.table).across:
        return False
    columns = words.columns[wanted.table, wanted.block]
    return any(bare(spot.text) in columns or bare(spot.text) in words.overheads for spot in before if spot.text)


def _numbers_follow(rest: Sequence[Spot], form: Form, wanted: Wanted, labels: frozenset[str]) -> bool:
    """Tell whether only the numbers of a row follow a label that the header may contain as well."""
    if not all(is_number(spot.text, labels) for spot in rest):
        return False
    columns = len(form.table(wanted.table).blocks[wanted.block].columns)
    if any(spot.text for spot in rest[:columns]) and not any(spot.text for spot in rest[columns:]):
        rest = rest[:columns]  # empty cells at the margin
    return columns in (len(rest), sum(bool(spot.text) for spot in rest)) or (columns == 1 and bool(rest))


# ---------------------------------------------------------------- rows that were cut in two


def _joined(items: list[Item], words: Vocabulary, labels: frozenset[str]) -> Iterator[Item]:
    """Yield the items; a row whose label or numbers continue in a later line is joined with that line."""
    gone: set[int] = set()
    for index, item in enumerate(items):
        if index in gone:
            continue
        if isinstance(item, Line) and (named := _name_below(items, index, words, labels)):
            other, line = named
            items[other] = line
            continue
        label = label_of(item, labels) if isinstance(item, Line) else None
        if isinstance(item, Line) and (below := _header_below(items, index, words, labels)):
            other, line = below
            items[other] = line
            continue
        if not isinstance(item, Line) or label is None:
            yield item
            continue
        cut = normalised(label.text) in words.beginnings
        rest = item.spots[item.spots.index(label) + 1 :]
        numbers = bool(rest) and _is_row(label.text, words)
        full = numbers and all(spot.text for spot in rest)
        nearby = _next_lines(items, index) if cut or numbers else []
        for other in nearby:
            following = items[other]
            assert isinstance(following, Line)
            whole = _label_joined(item, label, following, words, labels) if cut else None
            if not whole and numbers and other == nearby[0]:
                join = _digits_joined if full else _numbers_joined
                whole = join(item, label, following, labels)
            if whole:
                gone.add(other)
                item = whole
                break
        yield item


def _header_below(items: list[Item], index: int, words: Vocabulary, labels: frozenset[str]) -> tuple[int, Line] | None:
    """Return the line on the next page that continues a header that a page break has cut, with the labels.

    What is left of such a line is empty; but its cells are ruled as the columns below them are.
    """
    line = items[index]
    assert isinstance(line, Line)
    other = next(iter(_next_lines(items, index)), None)
    if other is None or len(line.filled) < _FEWEST_GROUPS:
        return None
    following = items[other]
    assert isinstance(following, Line)
    if following.table == line.table or following.row or any(spot.text for spot in following.spots):
        return None
    if len(following.spots) != len(line.spots) or any(is_number(spot.text, labels) for spot in line.filled):
        return None
    if any((wanted := words.row_of(spot.text)) and wanted.certain for spot in line.filled):
        return None
    named = zip(following.spots, line.spots, strict=True)
    return other, with_spots(following, tuple(replace(spot, text=above.text) for spot, above in named))


def _name_below(items: list[Item], index: int, words: Vocabulary, labels: frozenset[str]) -> tuple[int, Line] | None:
    """Return the row on the next page whose numbers are on this page, together with them.

    This is certain if the numbers are the last line of their table and have no label, and the next table begins with a
    row that has a label, no numbers, and as many cells for them.
    """
    line = items[index]
    assert isinstance(line, Line)
    other = next(iter(_next_lines(items, index)), None)
    if other is None or not is_nameless(line, labels) or _is_blank_row(items, index - 1, words, labels):
        return None
    following = items[other]
    assert isinstance(following, Line)
    label = label_of(following, labels)
    if following.table == line.table or label is None or not _is_row(label.text, words):
        return None
    start = following.spots.index(label) + 1
    rest = following.spots[start:]
    numbers = line.spots[-len(rest) :] if rest else ()
    if any(spot.text for spot in rest) or len(numbers) != len(rest):
        return None
    if sum(bool(spot.text) for spot in numbers) != len(line.filled):
        return None
    own = (replace(spot, left=below.left, right=below.right) for spot, below in zip(numbers, rest, strict=True))
    return other, with_spots(following, (*following.spots[:start], *own))


def is_nameless(line: Line, labels: frozenset[str]) -> bool:
    """Tell whether a line holds numbers and nothing that could be their label."""
    filled = line.filled
    return any(_DIGIT.search(spot.text) for spot in filled) and all(is_number(spot.text, labels) for spot in filled)


def _is_blank_row(items: list[Item], index: int, words: Vocabulary, labels: frozenset[str]) -> bool:
    """Tell whether an item is a row with a label and no numbers: the numbers below may belong to it."""
    line = items[index] if index >= 0 else None
    label = label_of(line, labels) if isinstance(line, Line) else None
    if not isinstance(line, Line) or label is None or not _is_row(label.text, words):
        return False
    return not any(spot.text for spot in line.spots[line.spots.index(label) + 1 :])


def _next_lines(items: list[Item], index: int) -> list[int]:
    near = range(index + 1, min(index + 1 + _NEAR, len(items)))
    return [other for other in near if isinstance(items[other], Line)]


def _label_joined(line: Line, one: Spot, following: Line, words: Vocabulary, labels: frozenset[str]) -> Line | None:
    """Join a row with the rest of its label and with its numbers, which are in one of the two parts."""
    other = label_of(following, labels)
    if other is None or normalised(one.text + other.text) not in words.rows or _is_row(other.text, words):
        return None
    index, at_other = line.spots.index(one), following.spots.index(other)
    label = replace(one, text=one.text + other.text)
    rest, more = line.spots[index + 1 :], following.spots[at_other + 1 :]
    if len(rest) == len(more):
        rest = _put_together(rest, more)
    elif any(spot.text for spot in more):
        # It is unclear which number belongs to which column, unless all of them are in the second part.
        rest = () if any(spot.text for spot in rest) else more
    return with_spots(line, (*line.spots[:index], label, *rest))


def _put_together(rest: Sequence[Spot], more: Sequence[Spot]) -> tuple[Spot, ...]:
    """Return the cells of two parts of a row as one row; two numbers in one cell stay two numbers."""
    return tuple(
        replace(
            spot,
            text="\n".join(filter(None, (spot.text, below.text))),
            high=False,
            beside=spot.beside or below.beside,
            doubt=spot.doubt or below.doubt,
        )
        for spot, below in zip(rest, more, strict=True)
    )


def _is_row(label: str, words: Vocabulary) -> bool:
    return normalised(label) in words.rows


def label_of(line: Line, labels: frozenset[str]) -> Spot | None:
    """Return the last cell that begins in a line and holds words."""
    return next((spot for spot in reversed(line.filled) if not is_number(spot.text, labels)), None)


def _numbers_joined(line: Line, label: Spot, following: Line, labels: frozenset[str]) -> Line | None:
    """Join a row with its numbers on the next page; if they do not fit, none of them is kept."""
    if following.table == line.table or label_of(following, labels) or not following.filled:
        return None
    index = line.spots.index(label)
    rest = line.spots[index + 1 :]
    # The second part has cells for the whole row, for the cells that begin in the row, or for the numbers alone.
    as_many = {len(line.spots), sum(spot.own for spot in line.spots), len(rest)}
    more = following.spots[-len(rest) :]
    if len(following.spots) not in as_many or len(following.filled) != sum(bool(spot.text) for spot in more):
        return with_spots(line, line.spots[: index + 1])
    return with_spots(line, (*line.spots[: index + 1], *_put_together(rest, more)))


def _digits_joined(line: Line, label: Spot, following: Line, labels: frozenset[str]) -> Line | None:
    """Join a row with the digits that a page break has cut off its numbers; the two parts stay two numbers."""
    if following.table == line.table or following.row or label_of(following, labels) or not following.filled:
        return None
    rest = line.spots[line.spots.index(label) + 1 :]
    more = following.spots[-len(rest) :]
    if len(more) != len(rest) or len(following.filled) != sum(bool(spot.text) for spot in more):
        return None
    return with_spots(line, (*line.spots[: -len(rest)], *_put_together(rest, more)))


def with_spots(line: Line, spots: tuple[Spot, ...]) -> Line:
    """Return a line with other cells."""
    return replace(line, spots=spots)
