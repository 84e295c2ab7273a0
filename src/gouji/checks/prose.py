"""The texts of a report as sentences, each with the place where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from gouji.report.model import Report

_SENTENCE = re.compile(r"[^。；;！？!?]+[。；;！？!?]?[”’」）)]*")
_HALF_WIDTH = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    | {"％": "%", "．": ".", "　": " ", "\xa0": " "}
)
_WIDE = re.compile("[" + "".join(map(chr, _HALF_WIDTH)) + "]")
_SPACES = re.compile(r"\s+")
_LONGEST_QUOTE = 60


@dataclass(frozen=True)
class Paragraph:
    """One paragraph and the place for text in which it stands."""

    topic: str
    section: str
    text: str
    """As written, digits and letters half-width; it is as long as what was written."""

    @cached_property
    def sentences(self) -> list[str]:
        """The sentences, without the spaces at their ends."""
        return [bare for sentence in _SENTENCE.findall(self.text) if (bare := sentence.strip())]


class Prose:
    """All that a report says in words."""

    def __init__(self, report: Report) -> None:
        self.paragraphs = tuple(
            Paragraph(topic.key, topic.section, text.translate(_HALF_WIDTH) if _WIDE.search(text) else text)
            for topic in report.form.topics
            for text in report.texts.get(topic.key, ())
        )

    @cached_property
    def text(self) -> str:
        """Everything, a paragraph a line."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)

    def of_section(self, section: str, *, without: frozenset[str] = frozenset()) -> list[Paragraph]:
        """Return the paragraphs of a section, but for those of some topics."""
        return [one for one in self.paragraphs if one.section == section and one.topic not in without]


def without_spaces(text: str) -> str:
    """Return a text without spaces, which offices set between words and digits as they like."""
    return _SPACES.sub("", text) if _SPACES.search(text) else text


def quoted(sentence: str, start: int = 0, end: int = 0) -> str:
    """Return a sentence as it can be quoted; of a long one, what stands around a place in it."""
    text = sentence.strip()
    if len(text) <= _LONGEST_QUOTE:
        return _SPACES.sub(" ", text)
    begin = max(0, min(start - _LONGEST_QUOTE // 3, len(text) - _LONGEST_QUOTE))
    stop = max(begin + _LONGEST_QUOTE, min(end, begin + 2 * _LONGEST_QUOTE))
    cut = _SPACES.sub(" ", text[begin:stop])
    return ("…" if begin else "") + cut + ("…" if stop < len(text) else "")
