"""XML from outside is walked within limits, and no further than it takes to know that it exceeds them."""

from __future__ import annotations

import pytest

from gouji.formats.spreadsheet.markup import Budget, Walk
from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import TOO_LARGE

MOST = 1000


class Counting(Walk):
    """A walk that counts the elements it meets."""

    met = 0

    def started(self, name: str, attributes: dict[str, str]) -> None:
        self.met += 1


def test_too_many_elements_are_refused_before_the_walk() -> None:
    walk = Counting(Budget(MOST))
    with pytest.raises(DocumentError, match=TOO_LARGE):
        walk.over(b"<a>" + b"<b></b>" * MOST + b"</a>")
    assert walk.met == 0


@pytest.mark.parametrize("text", [b"<![CDATA[%b]]>", b"<!--%b-->", b"<?x %b?>"], ids=["text", "comment", "instruction"])
def test_what_only_looks_like_an_end_tag_is_no_element(text: bytes) -> None:
    walk = Counting(Budget(MOST))
    walk.over(b"<a>" + text % (b"</b>" * MOST * 2) + b"</a>")
    assert walk.met == 1


def test_as_many_elements_as_allowed_are_walked_over() -> None:
    walk = Counting(Budget(MOST))
    walk.over(b"<a>" + b"<b></b>" * (MOST - 1) + b"</a>")
    assert walk.met == MOST
