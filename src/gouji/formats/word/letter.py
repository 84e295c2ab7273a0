"""A short letter of an office: title, addressee, paragraphs, and who signs it on which day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import msgspec

from gouji.formats.word.docx_file import document_file
from gouji.formats.word.oxml import Markup, paragraph, run, w
from gouji.formats.word.style import BODY, HEADING_1, TITLE, twips

_NUMERALS = "一二三四五六七八九十"
_WITH_SIGNATURE = 2
"""Paragraphs that stand on the page of the signature; the last is often one short line, such as whom to call."""


class OfficeLetter(msgspec.Struct, frozen=True):
    """The content of a letter; a line end in the title is kept.

    A paragraph that begins with a Chinese numeral and 、 is set as a heading.
    """

    title: str
    addressee: str
    paragraphs: Sequence[str]
    office: str
    date: datetime.date

    @property
    def signed(self) -> str:
        """The date as printed below a letter."""
        return f"{self.date.year}年{self.date.month}月{self.date.day}日"


def letter_bytes(letter: OfficeLetter) -> bytes:
    """Return a letter as a Word document; the same letter gives the same bytes."""
    return document_file(_content(letter), letter.title.replace("\n", ""), letter.office)


def _content(letter: OfficeLetter) -> Iterator[Markup]:
    yield paragraph(TITLE.id, run(letter.title))
    yield paragraph(BODY.id, run(f"{letter.addressee}："), properties=[w("ind", firstLineChars=0, firstLine=0)])
    for number, text in enumerate(letter.paragraphs, 1):
        heading = text[:1] in _NUMERALS and text[1:2] == "、"
        last = [w("keepNext")] if number > len(letter.paragraphs) - _WITH_SIGNATURE else []
        yield paragraph(HEADING_1.id if heading else BODY.id, run(text), properties=last)
    # A signature is never alone on a page.
    yield paragraph(BODY.id, run(""), properties=[w("keepNext")])
    for line, ends in ((letter.office, False), (letter.signed, True)):
        near = [] if ends else [w("keepNext")]
        yield paragraph(BODY.id, run(line), properties=[*near, _from_the_margin(), w("jc", val="right")])


def _from_the_margin() -> Markup:
    """Return the indent of a signature, which ends two characters before the margin."""
    return w("ind", right=twips(BODY.size * 2), rightChars=200, firstLineChars=0, firstLine=0)
