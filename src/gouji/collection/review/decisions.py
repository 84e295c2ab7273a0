"""The officer's decisions, each with a reason: they are kept for good, and only another decision undoes one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import msgspec

from gouji.collection.intake.tasks import examiner_of, task_of
from gouji.collection.ledger.amended import RULES_OF_KINDS
from gouji.collection.ledger.decided import Decided
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Arrival, Decision
from gouji.collection.review.again import examine_again
from gouji.collection.review.in_force import JudgedFinding, JudgedSubmission, judged_submissions, progress_of
from gouji.collection.review.joining import require_parts
from gouji.collection.review.named_cells import entries_named
from gouji.collection.review.objections import Entry, fingerprint_of, written
from gouji.collection.review.open_remarks import open_remarks
from gouji.collection.review.recorded import Recorded
from gouji.collection.workspace.folder import Workspace, now, officer
from gouji.collection.workspace.roster import Member
from gouji.findings.explanations import is_a_reason
from gouji.findings.finding import whereabouts
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.runtime.errors import GoujiError
from gouji.runtime.spelling import closest, meant

F = TypeVar("F", JudgedSubmission, Arrival)

Answer = Literal["explain", "waive"]

KINDS = {
    "accept": "采用",
    "reject": "不采用",
    "remark": "提出意见",
    "assign": "指定单位",
    "amend": "更正",
    "repair": "按数字读取",
    "explain": "代为说明",
    "waive": "放行",
    "dismiss": "不再提示",
    "extend": "另定截止日期",
    "undo": "撤销",
}
"""The kinds of decisions, and what they are called."""

_CHANGES_REPORTS = ("assign", "accept", "reject", *RULES_OF_KINDS)
"""Decisions after which files may be read as another report: as another unit's, joined with others, or amended."""

_SHORTEST_HASH = 6
"""Characters of a file's hash that are enough to name it."""

_FILES_SHOWN = 5


def accept(workspace: Workspace, unit: str, files: Sequence[str], reason: str) -> Recorded:
    """Put a submission in force, whatever else has arrived or will arrive.

    ``files`` are the names of files or the beginnings of their hashes: the parts of one report, or one file that is
    all of it; none for the last one. Raises GoujiError where it is not clear which file is meant, where a file cannot
    be read, or where files are not parts of one report.
    """
    member = workspace.roster.find(unit)
    with workspace.writing("采用") as ledger:
        chosen = [submission_of(ledger, member, file) for file in files or ("",)]
        submission, *parts = {one.sha256: one for one in chosen}.values()
        for one in (submission, *parts):
            if one.verdict == "unreadable":
                raise GoujiError(f"“{one.name}”读不出来，不能采用。请单位重新报送。")
        if parts:
            require_parts(ledger, examiner_of(workspace), (submission, *parts))
        before = ledger.decisions()
        added = "\n".join(one.sha256 for one in parts)
        number = decide(ledger, "accept", member.code, submission.sha256, finding=added, reason=reason)
        is_other = _reads_otherwise(ledger, before, number)
    if is_other:
        examine_again(workspace)
    with workspace.ledger() as ledger:
        # What the office had objected to in it is settled by this.
        submission = next(one for one, _ in judged_submissions(ledger, member.code) if one.sha256 == submission.sha256)
    left = f"还有{submission.left}，没有因此放行。" if submission.left else ""
    joined = "，与" + "、".join(f"“{one.name}”" for one in parts) + "合成一份" if parts else ""
    return Recorded((number,), f"{member.name}采用“{submission.name}”{joined}。{left}")


def _reads_otherwise(ledger: Ledger, before: Sequence[Decision], number: int) -> bool:
    """Tell whether a decision joins files, or takes them apart, that the ledger still has as they were read before.

    One that was made ``before`` may be that of a command that was interrupted.
    """
    made_before = any(decision.id == number for decision in before)
    return made_before or Decided(ledger.decisions()).joined != Decided(before).joined


def reject(workspace: Workspace, unit: str, file: str, reason: str, cells: Sequence[str] = ()) -> Recorded:
    """Let a submission no longer count; see :func:`accept`.

    With ``cells``, the reason is about these entries: the unit gets its own workbook back with them marked. Without, it
    gets a blank form.
    """
    member = workspace.roster.find(unit)
    with workspace.writing(KINDS["reject"]) as ledger:
        submission = submission_of(ledger, member, file)
        before = ledger.decisions()
        if cells and submission.sha256 in Decided(before).joined:
            raise GoujiError(
                f"“{submission.name}”与别的文件合成一份，不采用就拆开了，不能标出格子退回。"
                "可以只提意见（加 --ask），或者整个文件不采用（不写 --cell）。"
            )
        entries = _entries(workspace, ledger, submission, cells)
        number = _decide_on(ledger, "reject", submission, entries, needed(reason), member)
        is_other = _reads_otherwise(ledger, before, number)
        left = [one for one, _ in judged_submissions(ledger, member.code)]
    if is_other:
        examine_again(workspace)
    meant = f"，指出的是 {whereabouts([entry.place for entry in entries])}" if entries else ""
    return Recorded((number,), f"{member.name}不采用“{submission.name}”{meant}。", *_next(member, left))


def _next(member: Member, left: Sequence[JudgedSubmission]) -> tuple[str, str]:
    """Return that what came before is not in force again, also with the command for that; empty where nothing did."""
    older = [one for one in left if one.role in ("superseded", "worse")]
    if not older or any(one.role in ("in_force", "unordered") for one in left):
        return "", ""
    named, known = older[-1].name, older[-1].sha256[:8]
    told = f"以前报的“{named}”（{known}）没有因此采用"
    return f"{told}。", f"{told}；要采用的：gouji accept {member.code} {known}。"


def ask(workspace: Workspace, unit: str, file: str, reason: str, cells: Sequence[str]) -> Recorded:
    """Ask a unit about entries of a submission, the one in force unless ``file`` names another; it stays in force.

    The unit answers by correcting or explaining them, or the officer explains them for it.
    """
    if not cells:
        raise GoujiError("请用 --cell 写明是哪一格。")
    member = workspace.roster.find(unit)
    with workspace.writing(KINDS["remark"]) as ledger:
        in_force = [one for one, _ in judged_submissions(ledger, member.code) if one.role == "in_force" and not file]
        submission = in_force[0] if in_force else submission_of(ledger, member, file)
        entries = _entries(workspace, ledger, submission, cells)
        number = _decide_on(ledger, "remark", submission, entries, needed(reason), member)
    places = whereabouts([entry.place for entry in entries])
    return Recorded((number,), f"请{member.name}核实“{submission.name}”的 {places}，这一份仍然有效。")


def _entries(
    workspace: Workspace, ledger: Ledger, submission: JudgedSubmission, cells: Sequence[str]
) -> tuple[Entry, ...]:
    if not cells:
        return ()
    if submission.verdict == "unreadable":
        raise GoujiError(f"“{submission.name}”读不出来，不能指出是哪一格。")
    return entries_named(examiner_of(workspace).read(task_of(ledger, submission.sha256)), cells)


def _decide_on(
    ledger: Ledger, kind: str, submission: JudgedSubmission, entries: Sequence[Entry], reason: str, member: Member
) -> int:
    report = ledger.report(submission.sha256) if entries else None
    fingerprint = fingerprint_of(report, [entry.key for entry in entries]) if report else ""
    return decide(
        ledger,
        kind,
        member.code,
        submission.sha256,
        finding=written(entries),
        fingerprint=fingerprint,
        reason=reason,
    )


def assign(workspace: Workspace, file: str, unit: str, reason: str) -> Recorded:
    """Assign a file to a unit, whatever the file itself states, and examine it again as that unit's.

    Raises GoujiError where it is not clear which file is meant.
    """
    member = workspace.roster.find(unit)
    with workspace.writing("指定单位") as ledger:
        arrival = received_file(ledger, file)
        number = decide(ledger, "assign", member.code, arrival.sha256, reason=reason)
    examine_again(workspace)
    return Recorded((number,), f"“{arrival.name}”是{member.name}的。")


def explain(workspace: Workspace, unit: str, rule: str, reason: str) -> Recorded:
    """Answer a query for the unit. The answer holds as long as the figures that it explains stay the same.

    ``rule`` is a rule, or one finding of it (``stock:normative``). Raises GoujiError where there is no such query.
    """
    return _answer(workspace, "explain", unit, rule, reason)


def waive(workspace: Workspace, unit: str, rule: str, reason: str) -> Recorded:
    """Waive an error; see :func:`explain`. The waiver is shown wherever the figures are used."""
    return _answer(workspace, "waive", unit, rule, reason)


def dismiss(workspace: Workspace, what: str, reason: str) -> Recorded:
    """Remind no more of a mail, or a file that is no report or no unit's.

    ``what`` is the mail or file, or a unit: then all that is open about it. Raises GoujiError where there is none.
    """
    roster = workspace.roster
    with workspace.writing("不再提示") as ledger:
        decided = Decided(ledger.decisions())
        progress = progress_of(ledger, roster)
        remarks = list(open_remarks(ledger, roster, progress, decided))
        arrivals = {arrival.sha256: arrival for arrival in ledger.arrivals()}
        members = {sha256: remark.member for remark in remarks for sha256 in remark.files}
        members |= {one.sha256: roster.member(one.code) for one in progress.unknown}
        about = [arrivals[sha256] for sha256 in members if sha256 in arrivals]
        unit = roster.member(what) or roster.named(what)
        if unit and all(arrival.name != what for arrival in about):
            hashes = [sha256 for sha256, member in members.items() if member == unit]
            if not hashes:
                raise GoujiError(f"{unit.name}没有正在提示的邮件和文件。")
        else:
            hashes = [_one(about, what, lambda arrival: arrival.name, "正在提示的邮件和文件里").sha256]
        names = ledger.file_names()
        numbers = [
            decide(ledger, "dismiss", owner.code if (owner := members[sha256]) else "", sha256, reason=reason)
            for sha256 in dict.fromkeys(hashes)
        ]
    named = "、".join(f"“{names[sha256]}”" for sha256 in dict.fromkeys(hashes))
    return Recorded(tuple(numbers), f"{named}不再提示。")


def undo(workspace: Workspace, number: int, reason: str) -> Recorded:
    """Undo a decision.

    Raises GoujiError where there is none with that number, or where it is already undone.
    """
    with workspace.writing("撤销") as ledger:
        made = {decision.id: decision for decision in ledger.decisions()}
        taken_back = {decision.target for decision in made.values() if decision.kind == "undo"}
        target = made.get(number)
        if target is None or target.kind == "undo":
            raise GoujiError(f"没有第 {number} 号决定可以撤销。用 gouji decisions 看有哪些。")
        is_undone = number in taken_back
        mine = 0 if is_undone else decide(ledger, "undo", target.code, target.sha256, target=number, reason=reason)
    if target.kind in _CHANGES_REPORTS:  # also where it was undone by a command that was interrupted
        examine_again(workspace)
    if is_undone:
        raise GoujiError(f"第 {number} 号决定已经撤销了。")
    return Recorded((mine,), f"撤销了第 {number} 号决定（{KINDS[target.kind]}）。")


def decide(
    ledger: Ledger,
    kind: str,
    code: str,
    sha256: str = "",
    *,
    finding: str = "",
    fingerprint: str = "",
    target: int | None = None,
    reason: str = "",
) -> int:
    """Record a decision of this officer and return its number."""
    with ledger.transaction():
        return ledger.decide(
            Decision(
                id=0,
                kind=kind,
                code=code,
                sha256=sha256,
                finding=finding,
                fingerprint=fingerprint,
                target=target,
                reason=reason.strip(),
                made=now(),
                made_by=officer(),
            )
        )


def needed(reason: str) -> str:
    """Return the reason for a decision.

    Raises GoujiError where it is none.
    """
    if not reason.strip():
        raise GoujiError("请写明理由。")
    if not is_a_reason(reason):
        raise GoujiError(f"请写明理由，“{reason.strip()}”不是理由。")
    return reason


# ---------------------------------------------------------------- which file


def submission_of(ledger: Ledger, member: Member, file: str) -> JudgedSubmission:
    """Return the submission of a unit that is meant: by its path, its name or the beginning of its hash.

    Without any, it is the last one. Raises GoujiError where it is not clear which one is meant.
    """
    submissions = [submission for submission, _ in judged_submissions(ledger, member.code)]
    if not submissions:
        raise GoujiError(f"{member.name}还没有报送。")
    if not file:
        return submissions[-1]
    # A copy of a file may have another name: the officer may know it by any of them.
    known = {submission.sha256: submission for submission in submissions}
    named = [
        msgspec.structs.replace(known[arrival.sha256], source=arrival.source)
        for arrival in ledger.arrivals(code=member.code)
    ]
    return _one(named, file, lambda submission: submission.name, f"{member.name}报送的文件里")


def received_file(ledger: Ledger, file: str) -> Arrival:
    """Return the file that is meant, of all that were examined; see :func:`submission_of`."""
    containers = ledger.containers()
    arrivals = [arrival for arrival in ledger.arrivals() if arrival.sha256 not in containers]
    return _one(arrivals, file, lambda arrival: arrival.name, "收到的文件里")


def _one(files: Sequence[F], wanted: str, name: Callable[[F], str], among: str) -> F:
    """Return the one file that is meant: by its path, its name, or the beginning of its hash."""
    wanted = wanted.replace("\\", "/").removeprefix("./")
    fits = [file for file in files if file.source == wanted]
    fits = fits or [file for file in files if name(file) == wanted.rpartition("/")[2]]
    if not fits and len(wanted) >= _SHORTEST_HASH:
        fits = [file for file in files if file.sha256.startswith(wanted.lower())]
    fits = list({file.sha256: file for file in reversed(fits)}.values())
    if len(fits) == 1:
        return fits[0]
    if fits:
        which = "、".join(f"{file.source}（{file.sha256[:8]}）" for file in fits[:_FILES_SHOWN])
        raise GoujiError(f"{among}有 {len(fits)} 个“{wanted}”：{which}。请写括号里的代号。")
    likely = closest(wanted.rpartition("/")[2], [name(file) for file in files])
    raise GoujiError(f"{among}没有“{wanted}”{meant(likely)}")


# ---------------------------------------------------------------- which finding


def _answer(workspace: Workspace, kind: Answer, unit: str, rule: str, reason: str) -> Recorded:
    member = workspace.roster.find(unit)
    with workspace.writing(KINDS[kind]) as ledger:
        judged = judged_submissions(ledger, member.code)
        in_force = [pair for pair in judged if pair[0].role == "in_force"]
        if not in_force:
            raise GoujiError(f"{member.name}{'报送的没有一份可以采用' if judged else '还没有报送'}。")
        submission, findings = in_force[-1]
        return answer(ledger, kind, member.code, member.name, findings, rule, reason, submission.sha256)


def answer(
    ledger: Ledger,
    kind: Answer,
    code: str,
    name: str,
    judged: Sequence[JudgedFinding],
    rule: str,
    reason: str,
    sha256: str = "",
) -> Recorded:
    """Answer the findings of a rule, on a unit or on the totals.

    ``sha256`` is the unit's submission that the findings are on. Raises GoujiError where no reason is given, or where
    there is no such finding.
    """
    needed(reason)
    chosen = _findings(judged, rule, "query" if kind == "explain" else "error", name)
    numbers = [
        decide(ledger, kind, code, sha256, finding=judged.finding.id, fingerprint=judged.fingerprint, reason=reason)
        for judged in chosen
    ]
    done = f"已{KINDS[kind].removeprefix('代为')}。"
    ids = "、".join(judged.finding.id for judged in chosen)
    kinds = "、".join(dict.fromkeys(f"“{RULES[judged.finding.rule].finds}”" for judged in chosen))
    return Recorded(tuple(numbers), f"{name}的", f"{kinds}{done}", f" {ids} {done}")


def _findings(judged: Sequence[JudgedFinding], rule: str, severity: str, name: str) -> list[JudgedFinding]:
    causes = [one for one in judged if one.finding.echo_of is None]
    named = [one for one in causes if rule in (one.finding.id, one.finding.rule)]
    fits = [one for one in named if one.finding.severity == severity]
    if any(not RULES[one.finding.rule].waivable for one in fits):
        raise GoujiError(f"{rule} 不能放行：没有可以采用的数字。")
    if fits:
        return fits
    if named:
        other = "用 gouji waive 放行" if severity == "query" else "用 gouji explain 说明"
        word = SEVERITY_WORDS[named[0].finding.severity]
        raise GoujiError(
            f"{rule} 是“{word}”" + ("，不用说明。" if word == SEVERITY_WORDS["note"] else f"，请{other}。")
        )
    others = [one.finding.id for one in causes if one.finding.severity == severity]
    if others:
        raise GoujiError(f"{name}没有 {rule} 这一条，有的是：{'、'.join(dict.fromkeys(others))}。")
    likely = closest(rule, list(RULES))
    hint = f"是不是 {likely}？" if likely and likely != rule else ""
    raise GoujiError(f"{name}没有 {rule} 这一条。{hint}")
