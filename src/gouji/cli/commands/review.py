"""The commands that show how the collection stands: the state of each unit, and texts that units have copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gouji.cli import clock
from gouji.cli.chinese import command
from gouji.cli.options import JSON, PATH, REASON, WORKSPACE, output_option
from gouji.cli.printing import print_json, print_lines
from gouji.cli.workspaces import workspace_of

if TYPE_CHECKING:
    from gouji.collection.review.in_force import UnitProgress
    from gouji.collection.review.status import Status
    from gouji.collection.steps.outcome import Line
    from gouji.collection.workspace.folder import Workspace

_SENTENCES = 5
"""The greatest number of copied sentences that are printed for a pair of units."""


@command()
@click.argument("unit", metavar="[单位]", required=False)
@output_option("同时写成工作簿（.xlsx），可以转发。")
@click.option("--years", is_flag=True, help="写了单位的：各年度的主要数字、状态、什么时候报送、退回几次。")
@click.option("--circular", type=PATH, metavar="文件", help="同时写成报送情况的通报（.docx），改好后发出。")
@click.option("--all", "everybody", is_flag=True, help="通过的单位也列出来。")
@click.option(
    "--dismiss",
    "dismissed",
    multiple=True,
    metavar="邮件",
    help="看过的邮件、附件、没有认出单位的文件不再提示；也可以写单位，是它的全部。可以写几次。",
)
@REASON
@JSON
@WORKSPACE
def status(
    unit: str | None,
    output: Path | None,
    circular: Path | None,
    years: bool,
    everybody: bool,
    dismissed: tuple[str, ...],
    reason: str,
    as_json: bool,
    folder: Path | None,
) -> None:
    """查看进度：谁没有交，谁要改，谁已通过。写了单位的，看这个单位的全部情况。"""
    from gouji.collection.review.detail import detail_lines, detail_of
    from gouji.collection.review.status import status_of
    from gouji.collection.review.years import years_lines, years_of

    workspace = workspace_of(folder)
    if reason and not dismissed:
        raise click.UsageError("-m 与 --dismiss 一起用。")
    if years and not unit:
        raise click.UsageError("--years 前面要写单位，如 gouji status 清溪镇 --years。")
    for what in dismissed:
        from gouji.collection.steps.deciding import dismiss

        print_lines(dismiss(workspace, (what,), reason).lines, err=as_json)
    if unit and years:
        history = years_of(workspace, unit, clock.today())
        _print_either(history.as_json(), years_lines(history), as_json=as_json)
        return
    if unit:
        detail = detail_of(workspace, unit, clock.today())
        _print_either(detail.as_json(), detail_lines(detail), as_json=as_json)
        return
    current = status_of(workspace, clock.today())
    written = _write(workspace, current, output, circular)
    if as_json:
        print_json(current.as_json())
        return
    for line in _status_lines(current, everybody):
        click.echo(line)
    print_lines(written)


def _write(workspace: Workspace, status: Status, workbook: Path | None, document: Path | None) -> tuple[Line, ...]:
    """Write how the collection went as the files that the officer wants; return what was written, for the screen."""
    from gouji.collection.steps.telling import tell

    for path, ending, option in ((workbook, ".xlsx", "-o"), (document, ".docx", "--circular")):
        if path and path.suffix.lower() != ending:
            raise click.UsageError(f"结果的文件名要以 {ending} 结尾，如 {option} {path.name}{ending}。")
    return tell(workspace, status, workbook=workbook, document=document).lines


def _print_either(document: dict[str, Any], lines: Iterable[str], *, as_json: bool) -> None:
    if as_json:
        print_json(document)
        return
    for line in lines:
        click.echo(line)


def _status_lines(status: Status, everybody: bool) -> Iterator[str]:
    from gouji.collection.review.amended_figures import amended_lines
    from gouji.collection.review.in_force import STATE_WORDS
    from gouji.collection.review.questions import question_lines
    from gouji.findings.together import told_once

    yield status.headline
    for state, word in STATE_WORDS.items():
        for unit in status.progress.units:
            notices = status.about(unit.member)
            # A unit that has finished is left out, unless something about it has to be seen.
            if unit.state == state and (everybody or state != "done" or notices.lines):
                yield _unit_line(status, unit, word)
                yield from (f"      {line}" for line in notices.lines)
    yield from (f"  要您核对  {units}：{text}" for units, text in question_lines(status.questions))
    yield from (f"  {head}：{words}" for head, words in amended_lines(status.amended))
    strays = ((f"{one.submission.source}（{one.submission.sha256[:8]}）", one.why) for one in status.unknown)
    yield from (f"  没有认出单位：{files}：{why}" for files, why in told_once(strays))
    yield from (f"  {source}：{text}" for source, text in told_once(status.remarks))
    if status.dismissible:
        yield "  看过、不用再管的邮件和文件，用 gouji status --dismiss 文件名或者单位 去掉。"


def _unit_line(status: Status, unit: UnitProgress, state: str) -> str:
    member = unit.member
    # The office need not call a unit that has finished.
    to_call = unit.state != "done" and (member.contact or member.phone)
    contact = f"，{member.contact} {member.phone}".rstrip() if to_call else ""
    counts = unit.latest.counts if unit.latest else ""
    mail = status.of_mail(member)
    return (
        f"  {state}  {member.code}  {member.name}{contact}"
        + (f"：{counts}" if counts else "")
        + (f"，{due}" if (due := status.of_deadline(member)) else "")
        + (f"，{mail}" if mail else "")
    )


@command("alike")
@JSON
@WORKSPACE
def find_alike(as_json: bool, folder: Path | None) -> None:
    """找出各单位之间雷同的文字，相同的句子并排列出。是谁抄谁的，由您判断。"""
    import msgspec

    from gouji.collection.review.copied_texts import copied_texts_in, pair_lines

    workspace = workspace_of(folder)
    pairs = copied_texts_in(workspace)
    if as_json:
        print_json({"pairs": [msgspec.to_builtins(pair) for pair in pairs]})
        return
    form = workspace.settings.form
    for pair in pairs:
        for line in pair_lines(pair, form.section(pair.section).heading, _SENTENCES):
            click.echo(line)
    if not pairs:
        click.echo("没有雷同的文字。")
