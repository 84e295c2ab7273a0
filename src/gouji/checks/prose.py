"""The texts of a report as paragraphs and sentences, each with its place in the form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from gouji.report.model import Report
from gouji.report.reading import paragraph_key
from gouji.runtime.patterns import regex

_SENTENCE = regex(r"[^。；;！？!?]+[。；;！？!?]?[”’」）)]*")
_FULL_WIDTH_CODES = (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
"""The digits and letters ０ to ９, Ａ to Ｚ, ａ to ｚ."""
_TO_HALF_WIDTH = 0xFEE0
_HALF_WIDTH = str.maketrans(
    {chr(code): chr(code - _TO_HALF_WIDTH) for code in _FULL_WIDTH_CODES}
    | {"％": "%", "．": ".", "　": " ", "\xa0": " "}
)
_FULL_WIDTH = regex("[" + "".join(map(chr, _HALF_WIDTH)) + "]")
_SPACES = regex(r"\s+")
_LONGEST_QUOTE = 60


@dataclass(frozen=True)
class Paragraph:
    """One paragraph, with the topic and the section that it belongs to."""

    topic: str
    section: str
    text: str
    """As written, but with half-width digits and letters. Its length is that of the original text."""
    number: int = 1
    """Which paragraph of its topic it is."""

    @property
    def key(self) -> str:
        """The key of its place in ``Reading.places``, which findings about it name."""
        return paragraph_key(self.topic, self.number)

    @cached_property
    def sentences(self) -> list[str]:
        """The sentences, without spaces at their ends."""
        return [bare for sentence in _SENTENCE.findall(self.text) if (bare := sentence.strip())]


class Prose:
    """All texts of a report."""

    def __init__(self, report: Report) -> None:
        self.paragraphs = tuple(
            Paragraph(topic.key, topic.section, half_width(text), number)
            for topic in report.form.topics
            for number, text in enumerate(report.texts.get(topic.key, ()), 1)
        )

    @cached_property
    def text(self) -> str:
        """All paragraphs, one per line."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)

    def of_section(self, section: str, *, without: frozenset[str] = frozenset()) -> list[Paragraph]:
        """Return the paragraphs of a section, except those of the topics in ``without``."""
        return [found for found in self.paragraphs if found.section == section and found.topic not in without]


def half_width(text: str) -> str:
    """Return a text with half-width digits and letters, as long as before."""
    return text.translate(_HALF_WIDTH) if _FULL_WIDTH.search(text) else text


def without_spaces(text: str) -> str:
    """Return a text without spaces: offices put them between words and digits as they like."""
    return _SPACES.sub("", text) if _SPACES.search(text) else text


def quoted(sentence: str, start: int = 0, end: int = 0) -> str:
    """Return a sentence to quote in a message; a long one is cut to the part around ``start`` to ``end``."""
    text = sentence.strip()
    if len(text) <= _LONGEST_QUOTE:
        return _SPACES.sub(" ", text)
    begin = max(0, min(start - _LONGEST_QUOTE // 3, len(text) - _LONGEST_QUOTE))
    stop = max(begin + _LONGEST_QUOTE, min(end, begin + 2 * _LONGEST_QUOTE))
    cut = _SPACES.sub(" ", text[begin:stop])
    return ("…" if begin else "") + cut + ("…" if stop < len(text) else "")
