"""A page that lists reports and is none itself: the titles on it, each with the day beside it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from lxml import etree, html

from gouji.formats.published.dates import day_in
from gouji.formats.published.sections import title_of
from gouji.formats.web.encoding import text_of

_LONGEST_ROW = 300
_MOST_BYTES = 2**22
_NEAR = 4
"""Elements around a link in which the day of its report may stand: a paragraph, an item, a row."""

Listed = tuple[str, int | None, datetime.date | None]
"""A report by the unit and the year in its title, and the day of publication."""


def reports_listed(data: bytes) -> list[Listed]:
    """Return the reports whose titles are links of a page, each once."""
    if len(data) > _MOST_BYTES:
        return []
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text_of(data).encode("utf-8", errors="replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    return list(dict.fromkeys(_listed(root))) if root is not None else []


def _listed(root: etree._Element) -> Iterator[Listed]:
    for link in root.iter("a"):
        title = title_of(link.get("title") or "") or title_of(_text_of(link))
        if title and (title.unit or title.year):
            yield title.unit, title.year, _day_beside(link)


def _text_of(element: etree._Element) -> str:
    return "".join(str(text) for text in element.itertext())


def _day_beside(link: etree._Element) -> datetime.date | None:
    """Return the day in the smallest element around a link that has one and holds no other link."""
    around = link
    for _ in range(_NEAR):
        parent = around.getparent()
        if parent is None or len(list(parent.iter("a"))) > 1:
            return None
        around = parent
        text = _text_of(around)
        if len(text) > _LONGEST_ROW:
            return None
        if day := day_in(text.replace(_text_of(link), " ")):
            return day
    return None
