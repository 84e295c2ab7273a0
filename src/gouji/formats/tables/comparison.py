"""Two reports side by side as a workbook: what differs, all figures, and the texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gouji.form.values import Number
from gouji.formats.tables.listing import Field, Listing, listing_bytes
from gouji.report.comparison import Comparison, FigurePair, TextPair

_DIFFERS = "不同"
_COLOURS = {_DIFFERS: "#FFF2CC"}
_Row = Sequence[str | Number | None]


def comparison_bytes(comparison: Comparison) -> bytes:
    """Return a comparison as a workbook; the same comparison gives the same bytes."""
    before, after = comparison.names
    figures = (
        Field("表", 16),
        Field("行", 50, wrap=True),
        Field("列", 26, wrap=True),
        Field(before, 14, number=True),
        Field(after, 14, number=True),
        Field("增减", 12, number=True),
        Field("单位", 8, number=True),
        Field("比较", 8, number=True),
    )
    texts = (
        Field("部分", 14, wrap=True),
        Field("比较", 8, number=True),
        Field(before, 58, wrap=True),
        Field(after, 58, wrap=True),
    )
    changed, rewritten = comparison.changed, comparison.rewritten

    def sheet(name: str, fields: Sequence[Field], rows: list[_Row], line: str) -> Listing:
        above = (comparison.title, line)
        return Listing(name, tuple(fields), rows, _COLOURS, above)

    return listing_bytes(
        [
            sheet("不同的数字", figures, [*map(_figures, changed)], f"不同的数字 {len(changed)} 个"),
            sheet("全部数字", figures, [*map(_figures, comparison.figures)], f"全部数字，不同的 {len(changed)} 个"),
            sheet("文字", texts, [*_texts(comparison.texts)], f"文字，不同的 {len(rewritten)} 段"),
        ]
    )


def _figures(pair: FigurePair) -> _Row:
    values = (pair.old if pair.old is not None else pair.before, pair.new if pair.new is not None else pair.after)
    difference = (pair.change or None, pair.unit, "" if pair.same else _DIFFERS)
    return (pair.where, pair.row, pair.column, *values, *difference)


def _texts(pairs: Sequence[TextPair]) -> Iterator[_Row]:
    for pair in pairs:
        yield (pair.section or "开头", "" if pair.same else _DIFFERS, pair.before, pair.after)
