"""The board: where a round stands, as one page for the officer that works from the disk, without a network."""

from __future__ import annotations

import datetime

import msgspec

from gouji.formats.web.templating import page

_LONG = 200
"""Units that a browser lays out at once within the blink of an eye."""


class Count(msgspec.Struct, frozen=True):
    """How many units are in a state."""

    state: str
    word: str
    number: int


class Bar(msgspec.Struct, frozen=True):
    """A bar of the progress: some units, divided by state."""

    name: str
    counts: tuple[Count, ...]

    @property
    def total(self) -> int:
        """All units of the bar."""
        return sum(count.number for count in self.counts)

    @property
    def words(self) -> str:
        """What the bar shows, for those who do not see it."""
        return f"{self.name}{self.total} 个单位：" + "，".join(
            f"{count.word} {count.number} 个" for count in self.counts
        )

    @property
    def pieces(self) -> tuple[tuple[str, str, str], ...]:
        """The state, the start and the width of each piece, in per cent."""
        pieces, start = [], 0.0
        for count in self.counts:
            width = 100 * count.number / max(self.total, 1)
            pieces.append((count.state, f"{start:.3f}", f"{width:.3f}"))
            start += width
        return tuple(pieces)


class UnitLine(msgspec.Struct, frozen=True):
    """A unit: what is to be done about it, and whom to call."""

    code: str
    name: str
    level: str
    search: str
    """What a search looks in."""
    contact: str
    phone: str
    emails: tuple[str, ...]
    counts: str = ""
    due: str = ""
    """Until when it is waited for, where that is not the deadline of all units."""
    reasons: tuple[str, ...] = ()
    more: int = 0
    """Reasons that are not listed."""
    file: str = ""
    notices: tuple[str, ...] = ()
    """What the officer has to know of its submissions: questions, what was not taken, what has changed."""
    links: tuple[tuple[str, str], ...] = ()
    """What is in the folder for the unit: its name and its path from the board."""

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to say of the unit but whom to call."""
        return not (self.counts or self.due or self.reasons or self.file or self.notices or self.links)


class Group(msgspec.Struct, frozen=True):
    """The units in one state."""

    state: str
    word: str
    units: tuple[UnitLine, ...]

    @property
    def long(self) -> bool:
        """Whether the browser need not lay out the units that are off the screen."""
        return len(self.units) > _LONG


class RuleLine(msgspec.Struct, frozen=True):
    """A rule that found something that is still open."""

    finds: str
    severity: str
    units: int
    places: int
    share: str
    """The units in per cent of the rule that found most."""


class SumLine(msgspec.Struct, frozen=True):
    """A figure, summed so far."""

    label: str
    total: str
    compared: int
    """The units whose figure of last year is known; the rest of the line is of them alone."""
    now: str = ""
    before: str = ""
    change: str = ""


class Stray(msgspec.Struct, frozen=True):
    """A file that belongs to nobody, a mail or archive of which something is to be said, or a question about units."""

    source: str
    why: str
    name: str = ""
    """By which name ``gouji assign`` knows it."""


class Board(msgspec.Struct, frozen=True):
    """Everything that the board shows."""

    office: str
    year: int
    today: datetime.date
    deadline: datetime.date
    deadline_words: str
    whole: Bar
    levels: tuple[Bar, ...]
    groups: tuple[Group, ...]
    rules: tuple[RuleLine, ...]
    strays: tuple[Stray, ...]
    remarks: tuple[Stray, ...]
    doubts: tuple[str, ...]
    """What is doubtful about the figures of units once they are added up."""
    notes: tuple[Stray, ...]
    """All notes on submissions in force: the units that have it, and the note."""
    summed: int
    """The units whose figures are summed."""
    sums: tuple[SumLine, ...]
    questions: tuple[Stray, ...] = ()
    """What only the office can answer."""
    publish_by: datetime.date | None = None
    """The day by which the reports are to be published; None where it is the deadline as well."""
    publication_words: str = ""


def board_bytes(board: Board) -> bytes:
    """Return the board as a page; the same board gives the same bytes."""
    return page("board.html", board=board)
