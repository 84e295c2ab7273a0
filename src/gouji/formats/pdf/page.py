"""A page as a reader sees it, turned upright: characters and drawings, in points from its upper left corner."""

from __future__ import annotations

from dataclasses import dataclass, field

from gouji.formats.shown_text import Look

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Colour = tuple[float, float, float]
"""Red, green and blue, from 0 to 1."""


@dataclass(slots=True, eq=False)
class Char:
    """A character of a page; its box is as high as its font, whatever sign it is."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    baseline: float | None = None
    """From the top of the page; None for text that is not upright."""
    colour: Colour | None = None
    """The colour that it is filled with; None if that is unknown."""
    order: int = 0
    """When it was painted: what has a greater number lies over it."""
    look: Look = Look.PLAIN
    is_apart: bool = False
    """There is a blank before it, and not only some room."""

    @property
    def x(self) -> float:
        """The middle between left and right."""
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        """The middle between top and bottom."""
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Drawing:
    """Something drawn on a page: a stroke, an area or a picture."""

    x0: float
    top: float
    x1: float
    bottom: float
    strokes: tuple[Box, ...] = ()
    """The straight horizontal and vertical lines that are seen of it: strokes as well as the edges of an area."""
    is_area: bool = False
    """It is filled, or a picture."""
    colour: Colour | None = None
    """The colour of an area; None if that is unknown or there is more than one."""
    covers: bool = False
    """Nothing is seen through it."""
    order: int = 0
    goes_on: bool = False
    """More of it lies to the right, where nothing is seen."""

    @property
    def box(self) -> Box:
        """Where it is."""
        return self.x0, self.top, self.x1, self.bottom


@dataclass(slots=True)
class PrintedPage:
    """A page."""

    width: float
    height: float
    chars: list[Char] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
