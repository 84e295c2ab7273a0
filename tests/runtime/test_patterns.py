"""Expressions that are compiled when they are first used, and XML without the library for the web."""

from __future__ import annotations

import re
from xml.sax import saxutils

import pytest

from gouji.runtime.patterns import regex
from gouji.runtime.xml_text import escape, quoteattr


def test_an_expression_does_what_a_compiled_one_does() -> None:
    lazy, compiled = regex("(a)b", re.IGNORECASE), re.compile("(a)b", re.IGNORECASE)
    for _ in range(2):  # at its first use it is compiled
        assert [match.span(1) for match in lazy.finditer("abAB")] == [
            match.span(1) for match in compiled.finditer("abAB")
        ]
        assert (lazy.sub("-", "xAB"), lazy.split("xaby")) == (compiled.sub("-", "xAB"), compiled.split("xaby"))
        assert (lazy.pattern, lazy.flags) == (compiled.pattern, compiled.flags)


def test_a_mistake_in_an_expression_is_an_error_at_its_first_use() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.search("")


@pytest.mark.parametrize("text", ["", "a<b>&c", '"', "'", "\"'", "a\tb\nc\rd", "镇&amp;"])
def test_texts_and_attributes_are_written_as_the_standard_library_writes_them(text: str) -> None:
    assert escape(text) == saxutils.escape(text)
    assert escape(text, {"\n": "&#10;"}) == saxutils.escape(text, {"\n": "&#10;"})
    assert quoteattr(text) == saxutils.quoteattr(text)
