"""The end of the year: totals, what is published, backup, and the year after."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gouji.collection.intake.attachments.names import safe_name
from gouji.collection.outgoing.new_year import settings_after
from gouji.collection.review.years import remarks_on, years_of, years_table
from gouji.collection.steps.adding_up import add_up
from gouji.collection.steps.beginning import begin_after
from gouji.collection.steps.filling import fill
from gouji.collection.steps.outcome import Outcome
from gouji.collection.steps.publishing import board, publish_all
from gouji.collection.steps.reporting import report_all
from gouji.collection.steps.saving import back_up
from gouji.collection.steps.telling import write_circular
from gouji.collection.steps.verifying import verify
from gouji.collection.totals.totals import WHOLE
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.settings import as_date, deadline_of
from gouji.desk.desk import Done
from gouji.desk.pages.year import as_task, page_of_a_year, the_desk, the_status, the_workspace, the_year, typed
from gouji.desk.views.copied import Compared, compared
from gouji.desk.views.finish import CIRCULAR, files_of_totals, finish_view
from gouji.desk.views.made_files import keep_theirs, unused
from gouji.desk.views.report_pages import preview_view
from gouji.desk.views.summed import summed_view
from gouji.runtime.errors import GoujiError

page = page_of_a_year("finish")


@page.get("/finish")
def show() -> ResponseReturnValue:
    """Show how far the end of the year is."""
    return _shown()


@page.get("/finish/totals")
def totals() -> ResponseReturnValue:
    """Show the totals, as they are now."""
    of = request.args.get("of", "")
    try:
        view = summed_view(the_workspace(), the_year().totals(of), whole=not of)
    except GoujiError as error:
        return _shown("totals", str(error)), 409
    return render_template(
        "finish/totals.html",
        view=view,
        of=of,
        files=files_of_totals(the_workspace()),
        whole=WHOLE,
        here=url_for("finish.totals", of=of or None),
    )


@page.post("/finish/add-up")
def add() -> ResponseReturnValue:
    """Add the units up."""
    workspace, today, form = the_workspace(), the_desk().today(), request.form
    of, own, papers, partial = form.get("of", ""), "own" in form, "papers" in form, "partial" in form
    if of:
        workspace.roster.find(of)
    issued = _sent("issued") if own else None
    command = ["summary", *(["--of", of] if of else []), *(["--report"] if own else [])]
    command += ["--form", _in(workspace, issued)] if issued else []
    command += [word for word, wanted in (("--papers", papers), ("--partial", partial)) if wanted]
    return as_task(
        "汇总",
        command,
        lambda watch: _in_short(
            add_up(workspace, of=of, own=own, issued=issued, papers=papers, partial=partial, today=today)
        ),
        url_for("finish.totals", of=of or None),
    )


@page.post("/finish/fill")
def fill_theirs() -> ResponseReturnValue:
    """Fill a copy of the table of the office above."""
    workspace, overwrite = the_workspace(), "overwrite" in request.form
    theirs = _sent("theirs")
    if theirs is None:
        return _shown("fill", "请先选上级的表（.xlsx）。"), 409
    target = unused(workspace, f"{theirs.stem}（已填）.xlsx")
    command = ["fill", _in(workspace, theirs), "-o", _in(workspace, target), *(["--overwrite"] if overwrite else [])]
    return as_task(
        "填上级的表",
        command,
        lambda watch: fill(workspace, theirs, target, overwrite=overwrite),
        url_for("finish.show", _anchor="fill"),
    )


@page.post("/finish/reports")
def reports() -> ResponseReturnValue:
    """Write the Word reports."""
    workspace, zipped = the_workspace(), "zip" in request.form
    return as_task(
        "生成 Word 报告",
        ["report", "--all", *(["--zip"] if zipped else [])],
        lambda watch: report_all(workspace, zipped=zipped, watch=watch),
        url_for("finish.show", _anchor="reports"),
    )


@page.post("/finish/pages")
def pages() -> ResponseReturnValue:
    """Write the web pages and the data."""
    workspace, today, pdf = the_workspace(), the_desk().today(), "pdf" in request.form
    return as_task(
        "生成网页和数据",
        ["publish", "--all", *(["--pdf"] if pdf else [])],
        lambda watch: publish_all(workspace, pdf=pdf, watch=watch, today=today),
        url_for("finish.show", _anchor="pages"),
    )


@page.post("/finish/board")
def write_board() -> ResponseReturnValue:
    """Write the board."""
    workspace, today = the_workspace(), the_desk().today()
    then = url_for("finish.show", _anchor="board")
    return as_task("生成看板", ["board"], lambda watch: board(workspace, today=today), then)


@page.post("/finish/circular")
def circular() -> ResponseReturnValue:
    """Write the circular."""
    workspace, today = the_workspace(), the_desk().today()
    target = unused(workspace, f"{CIRCULAR}.docx")
    return as_task(
        "写通报",
        ["status", "--circular", _in(workspace, target)],
        lambda watch: write_circular(workspace, target, today=today),
        url_for("finish.show", _anchor="board"),
    )


@page.post("/finish/backup")
def backup() -> ResponseReturnValue:
    """Back the workspace up, beside it."""
    workspace = the_workspace()
    then = url_for("finish.show", _anchor="backup")
    return as_task("备份", ["backup"], lambda watch: back_up(workspace, watch=watch), then)


@page.post("/finish/verify")
def verify_workspace() -> ResponseReturnValue:
    """Check that the archive and the ledger are whole."""
    workspace = the_workspace()
    then = url_for("finish.show", _anchor="backup")
    return as_task("检查", ["verify"], lambda watch: verify(workspace, watch=watch), then)


@page.post("/finish/next-year")
def next_year() -> ResponseReturnValue:
    """Begin the year after, in a folder beside this one, and open it."""
    last, wanted = the_workspace(), typed(request.form, "name", "deadline")
    name = safe_name(wanted["name"], "")
    try:
        if not name:
            raise GoujiError("请写下一年度的工作文件夹叫什么。")
        due = as_date(wanted["deadline"], "") if wanted["deadline"] else None
        begun = begin_after(last.folder.parent / name, last, settings_after(last.settings, deadline=due))
    except GoujiError as error:
        return _shown("next_year", str(error), wanted), 409
    command = ["init", str(begun.workspace.folder), "--after", str(last.folder)]
    command += ["--deadline", str(due)] if due else []
    done = the_desk().remember(Done("新建下一年度", begun.outcome, command))
    return redirect(url_for("overview.show", place=the_desk().open(begun.workspace.folder), done=done))


@page.get("/preview")
def preview() -> ResponseReturnValue:
    """Show the report of a unit as it will look."""
    view = preview_view(the_workspace(), the_status().progress, request.args.get("unit", ""))
    return render_template("finish/preview.html", view=view)


@page.get("/alike")
def copied() -> ResponseReturnValue:
    """Show which texts the last comparison has found to be the same."""
    return render_template("finish/alike.html", found=the_desk().kept(the_workspace().folder, Compared))


@page.post("/alike")
def compare() -> ResponseReturnValue:
    """Compare the texts of all units."""
    desk, workspace = the_desk(), the_workspace()
    return as_task(
        "找雷同的文字",
        ["alike"],
        lambda watch: desk.keep(workspace.folder, compared(workspace)).outcome,
        url_for("finish.copied"),
    )


@page.get("/years")
def years() -> ResponseReturnValue:
    """Show a unit over the years."""
    workspace, unit = the_workspace(), request.args.get("unit", "")
    try:
        found = years_of(workspace, unit, the_desk().today()) if unit else None
    except GoujiError:
        abort(404)
    table = years_table(found) if found and found.years else []
    remarks = tuple(remarks_on(found)) if found else ()
    units = workspace.roster.active
    return render_template("finish/years.html", found=found, table=table, remarks=remarks, units=units)


def _shown(part: str = "", trouble: str = "", typed_in: Mapping[str, str] | None = None) -> str:
    """Show the page; ``trouble`` is what did not succeed in a part of it."""
    workspace = the_workspace()
    return render_template(
        "finish/show.html",
        view=finish_view(workspace, the_status().progress),
        trouble={part: trouble},
        next_year=typed_in or _proposed(workspace),
        beside=workspace.folder.parent,
    )


def _proposed(workspace: Workspace) -> dict[str, str]:
    """Return what the form for the next year says at first."""
    year, name = workspace.settings.year, workspace.folder.name
    after = name.replace(str(year), str(year + 1)) if str(year) in name else f"{year + 1} 年度"
    return {"name": after, "deadline": deadline_of(year + 1).isoformat()}


def _in_short(outcome: Outcome) -> Outcome:
    """Leave out the lists of problems: the page that shows the totals has them, with what can be done."""
    return Outcome(tuple(line for line in outcome.lines if not line.more), outcome.unfinished, outcome.files)


def _sent(field: str) -> Path | None:
    """Keep the file that was chosen in a field and return its path; None where none was chosen."""
    sent = request.files.get(field)
    return keep_theirs(the_workspace(), sent.filename, sent.stream.read()) if sent and sent.filename else None


def _in(workspace: Workspace, path: Path) -> str:
    return path.relative_to(workspace.folder).as_posix()
