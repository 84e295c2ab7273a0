"""Filling somebody's table: with the totals of a collection, or with one report; and all that is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from gouji.collection.steps.outcome import HIDDEN, Line, Outcome
from gouji.collection.totals.superior import source_of_totals
from gouji.collection.totals.totals import totals_of
from gouji.collection.workspace.folder import Workspace
from gouji.formats.filling import writing
from gouji.jobs import filling
from gouji.jobs.filling import Filled, NoPlace, Source
from gouji.runtime.errors import GoujiError, on_one_line
from gouji.runtime.printable import readable_path

_FORMULAS_NAMED = 3


class FilledTable(Outcome, frozen=True, kw_only=True):
    """What was filled, with what became of each figure."""

    filled: Filled


def fill(
    workspace: Workspace, theirs: Path, target: Path, *, mapping: Path | None = None, overwrite: bool = False
) -> FilledTable:
    """Fill a copy of a superior's table with the totals and, in lists, with the units that are in them.

    See :func:`gouji.jobs.filling.fill`. Raises GoujiError as it does, and where the copy would replace the table.
    """
    if target.exists() and target.samefile(theirs):
        raise GoujiError(f"“{theirs.name}”是收到的文件，不能改动。请换一个文件名。")
    source = source_of_totals(workspace, totals_of(workspace))
    done = fill_from(source, theirs, target, mapping=mapping, overwrite=overwrite)
    inside = target.is_relative_to(workspace.folder)
    return FilledTable(
        lines=(*source_lines(source, theirs), *done.lines),
        files=(target.relative_to(workspace.folder).as_posix(),) if inside else (),
        filled=done.filled,
    )


def source_lines(source: Source, theirs: Path) -> tuple[Line, ...]:
    """Return what is said before a table is filled: with what, and what is to be known of that."""
    heading = f"用{source.called}的数字填“{theirs.name}”。"
    return (Line(heading), *(Line(f"  {remark}", "look") for remark in source.remarks))


def fill_from(
    source: Source, theirs: Path, target: Path, *, mapping: Path | None = None, overwrite: bool = False
) -> FilledTable:
    """Fill a copy of somebody's table with the figures of a report; see :func:`gouji.jobs.filling.fill`."""
    saves = bool(mapping and not mapping.exists())
    filled = filling.fill(theirs, target, source, mapping=mapping, overwrite=overwrite)
    lines = list(_lines(filled))
    if mapping and saves and mapping.exists():
        lines.append(Line(f"列的对照写在：{readable_path(mapping)}"))
    lines.append(Line(f"已生成：{readable_path(target)}"))
    return FilledTable(lines=tuple(lines), filled=filled)


def _lines(filled: Filled) -> Iterator[Line]:
    yield Line(_counts(filled))
    yield from (Line(f"  请核实：{doubt}", "look") for doubt in filled.official.doubts)
    yield from _kept(filled)
    yield from _listed("对方的公式算出来与报告不同，没有改", map(_differing(filled), filled.differing))
    if following := [outcome for outcome in filled.of("formula") if outcome.follows]:
        yield Line(f"  还有 {len(following)} 个公式加到了没有填的格，算出来因此与报告不同。", "look")
    yield from _listed("对方的数据有效性不许填，没有填", map(_plain(filled), filled.of("forbidden")))
    yield from _listed("看不见的格，没有填", map(_plain(filled), filled.of("unseen")))
    shown = [outcome for outcome in filled.of("filled") if outcome.shown is not None]
    yield from _listed("填了，但是表的格式显示成别的", map(_shown(filled), shown))
    replaced = [outcome for outcome in filled.of("filled") if outcome.stood]
    yield from _listed("改写了原来的内容", map(_replaced(filled), replaced))
    blank = [f"{place.sheet}!{place.cell} {filled.name_of(place)}" for place in filled.blank]
    yield from _listed("报告里空着，没有填", blank)
    yield from _listed("单位还没有可以用的报送，这一行没有填", filled.absent)
    yield from _listed("报告里有、对方的表里没有找到地方", map(_no_place, filled.no_place))
    unanswered = [f"{each.cell}“{each.label}”：{each.why}" for each in filled.official.unanswered]
    yield from _listed("对方的表里有、没有填", [*unanswered, *(each.message for each in filled.lists.unplaced)])
    altered = [f"{each.cell}“{each.label}”当作“{each.taken_for}”" for each in filled.official.altered]
    yield from _listed("名称与官方格式不同，请看是不是这一项", altered)
    if filled.no_place or filled.lists.unplaced or filled.lists.matched:
        yield from _listed("隐藏着，没有看也没有填", filled.hidden)
    if left := filled.written.left:
        named = "、".join(left[:_FORMULAS_NAMED]) + ("等" if len(left) > _FORMULAS_NAMED else "")
        yield Line(
            f"  另有 {len(left)} 个公式程序不代算（{named}），用 Excel、WPS 打开时会重新计算，请看一遍。", "look"
        )


def _counts(filled: Filled) -> str:
    agreeing = [outcome for outcome in filled.of("formula") if outcome.agrees and outcome.stood]
    unknown = [outcome for outcome in filled.of("formula") if outcome.agrees and not outcome.stood]
    parts = [f"填了 {len(filled.of('filled'))} 格"]
    if already := filled.of("already"):
        parts.append(f"原来就对的 {len(already)} 格")
    if agreeing:
        parts.append(f"公式算得一致的 {len(agreeing)} 格")
    if unknown:
        parts.append(f"公式没有代算的 {len(unknown)} 格")
    return f"  {'，'.join(parts)}。"


def _kept(filled: Filled) -> Iterator[Line]:
    """Yield the cells with other entries, which were left; a terminal also says how to replace them."""
    title = "已经有别的内容，没有改"
    for line in _listed(title, map(_other(filled), filled.of("other"))):
        words = line.words.replace(title, f"{title}（要改写的，加 --overwrite）")
        yield Line(line.words, "look", terminal=(words,))
        yield Line("", "look", line.more, line.beyond)


def _listed(title: str, sentences: Iterable[str]) -> Iterator[Line]:
    # What stands in their cells may have line ends.
    more = tuple(f"    {on_one_line(sentence)}" for sentence in sentences)
    if more:
        yield Line(f"  {title}（{len(more)} 处）：", "look", more, f"    还有 {HIDDEN} 处，用 --json 看全部。")


_Words = Callable[[writing.Outcome], str]


def _no_place(each: NoPlace) -> str:
    return f"{each.table}：{'、'.join(each.rows)}" if each.rows else f"{each.table}：没有找到这张表"


def _plain(filled: Filled) -> _Words:
    def line(outcome: writing.Outcome) -> str:
        place = outcome.place
        return f"{place.sheet}!{place.cell} {filled.name_of(place)}：{outcome.value}"

    return line


def _other(filled: Filled) -> _Words:
    return lambda outcome: f"{_plain(filled)(outcome)}，表里是“{outcome.stood}”"


def _differing(filled: Filled) -> _Words:
    return lambda outcome: f"{_plain(filled)(outcome)}，公式算出 {outcome.stood}"


def _shown(filled: Filled) -> _Words:
    return lambda outcome: (
        f"{_plain(filled)(outcome)}，" + (f"看到的是“{outcome.shown}”" if outcome.shown else "看不见")
    )


def _replaced(filled: Filled) -> _Words:
    return lambda outcome: f"{_plain(filled)(outcome)}，原来是“{outcome.stood}”"
