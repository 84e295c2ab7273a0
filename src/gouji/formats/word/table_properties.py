"""What all tables of our documents have in common: thin black lines, room in the cells, a caption."""

from __future__ import annotations

from gouji.formats.word.oxml import Markup, w
from gouji.formats.word.style import twips
from gouji.runtime.printable import clean

_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_LOOK = {"firstRow": 1, "lastRow": 0, "firstColumn": 1, "lastColumn": 0, "noHBand": 1, "noVBand": 1}
"""The first row and column are headings: programs that read a document aloud say them with each cell."""


def table_properties(width: int, *, beside: float, above: float, caption: str, description: str = "") -> Markup:
    """Return the properties of a table that is ``width`` twips wide, in the order of the schema.

    ``beside`` and ``above`` are the room between a cell's border and its text, in points. The caption and the
    description are not printed; programs read them to people who do not see the table.
    """
    margins = (("top", above), ("left", beside), ("bottom", above), ("right", beside))
    return w(
        "tblPr",
        w("tblW", w=width, type="dxa"),
        w("jc", val="center"),
        w("tblBorders", *(w(side, val="single", sz=4, space=0, color="000000") for side in _SIDES)),
        w("tblLayout", type="fixed"),
        w("tblCellMar", *(w(side, w=twips(margin), type="dxa") for side, margin in margins)),
        w("tblLook", val="06A0", **_LOOK),
        w("tblCaption", val=clean(caption)),
        *([w("tblDescription", val=clean(description))] if description else []),
    )
