"""Second-level headings: how they are numbered."""

from __future__ import annotations

from gouji.report.headings import Numbering


def numbers(first: int, last: int) -> list[str]:
    """Return the headings with the numbers from ``first`` to ``last`` of one section."""
    numbering = Numbering()
    return [numbering.next("况") for _ in range(last)][first - 1 :]


def test_heading_numbers_are_written_in_chinese_words() -> None:
    assert numbers(1, 3) == ["（一）况", "（二）况", "（三）况"]
    assert numbers(9, 12) == ["（九）况", "（十）况", "（十一）况", "（十二）况"]
    assert numbers(19, 21) == ["（十九）况", "（二十）况", "（二十一）况"]


def test_numbering_continues_after_the_numbers_in_the_text() -> None:
    numbering = Numbering()
    numbering.skip(["（一）主动公开。", "公开了信息。", "(二)依申请公开。"])
    assert numbering.next("平台建设") == "（三）平台建设"
