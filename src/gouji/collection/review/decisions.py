"""What the officer decides, each with a reason: it is kept for good, and only another decision takes it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeVar

from gouji.collection.intake.collect import refresh
from gouji.collection.ledger.ledger import Arrival, Decision, Ledger
from gouji.collection.review.in_force import Judged, Received, judged_returns, last_arrivals
from gouji.collection.workspace.folder import Workspace, now, officer
from gouji.collection.workspace.roster import Member
from gouji.findings.rules import RULES, SEVERITY_WORDS
from gouji.runtime.errors import GoujiError
from gouji.runtime.spelling import closest, meant

F = TypeVar("F", Received, Arrival)

Answer = Literal["explain", "waive"]

KINDS = {
    "accept": "采用",
    "reject": "不采用",
    "assign": "指定单位",
    "explain": "代为说明",
    "waive": "放行",
    "undo": "撤销",
}
"""Each kind of decision and what it is called."""

_SHORTEST = 6
"""Characters of a file's hash that may stand for it."""


def accept(workspace: Workspace, unit: str, file: str, reason: str) -> str:
    """Let a return stand for its unit, whatever else has come or will come; return the sentence that says so.

    ``file`` is the name of the file or the beginning of its hash; empty for the one that came last. Raises GoujiError
    where it is not clear which file is meant, or where it cannot be read.
    """
    member = workspace.roster.wanted(unit)
    with workspace.writing("采用") as ledger:
        returned = _return_of(ledger, member, file)
        if returned.verdict == "unreadable":
            raise GoujiError(f"“{returned.name}”读不出来，不能采用。请单位重新报送。")
        number = _decide(ledger, "accept", member.code, returned.sha256, reason=reason)
    left = [f"还有{words} {count} 处" for words, count in _left(returned) if count]
    return f"{number}：{member.name}采用“{returned.name}”。" + (f"{'，'.join(left)}，没有因此放行。" if left else "")


def reject(workspace: Workspace, unit: str, file: str, reason: str) -> str:
    """Let a return count no more; see :func:`accept`."""
    member = workspace.roster.wanted(unit)
    with workspace.writing("不采用") as ledger:
        returned = _return_of(ledger, member, file)
        number = _decide(ledger, "reject", member.code, returned.sha256, reason=_needed(reason))
    return f"{number}：{member.name}不采用“{returned.name}”。"


def assign(workspace: Workspace, file: str, unit: str, reason: str) -> str:
    """Say of which unit a file is, whatever it says itself. It is examined anew as that unit's.

    Raises GoujiError where it is not clear which file is meant.
    """
    member = workspace.roster.wanted(unit)
    with workspace.writing("指定单位") as ledger:
        files = ledger.contexts()
        arrival = _file_named((each for sha256, each in last_arrivals(ledger).items() if sha256 in files), file)
        number = _decide(ledger, "assign", member.code, arrival.sha256, reason=reason)
    refresh(workspace)
    return f"{number}：“{arrival.name}”是{member.name}的。"


def explain(workspace: Workspace, unit: str, rule: str, reason: str) -> str:
    """Answer a query in the unit's stead. It holds as long as the figures that it explains stay as they are.

    ``rule`` is a rule, or one finding of it (``stock:normative``). Raises GoujiError where there is no such query.
    """
    return _answer(workspace, "explain", unit, rule, reason)


def waive(workspace: Workspace, unit: str, rule: str, reason: str) -> str:
    """Let an error through, by name; see :func:`explain`. It is shown wherever the figures go."""
    return _answer(workspace, "waive", unit, rule, reason)


def undo(workspace: Workspace, number: int, reason: str) -> str:
    """Take a decision back.

    Raises GoujiError where there is none of that number, or where it is taken back already.
    """
    with workspace.writing("撤销") as ledger:
        made = {decision.id: decision for decision in ledger.decisions()}
        taken_back = {decision.target for decision in made.values() if decision.kind == "undo"}
        target = made.get(number)
        if target is None or target.kind == "undo":
            raise GoujiError(f"没有第 {number} 号决定可以撤销。用 gouji decisions 看有哪些。")
        if number in taken_back:
            raise GoujiError(f"第 {number} 号决定已经撤销了。")
        mine = _decide(ledger, "undo", target.code, target.sha256, target=number, reason=reason)
    if target.kind == "assign":
        refresh(workspace)
    return f"{mine}：撤销了第 {number} 号决定（{KINDS[target.kind]}）。"


def _decide(
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


def _needed(reason: str) -> str:
    if not reason.strip():
        raise GoujiError("请写明理由。")
    return reason


def _left(returned: Received) -> tuple[tuple[str, int], ...]:
    return ((SEVERITY_WORDS["error"], returned.errors), (SEVERITY_WORDS["query"], returned.queries))


# ---------------------------------------------------------------- which file


def _return_of(ledger: Ledger, member: Member, file: str) -> Received:
    returns = [received for received, _ in judged_returns(ledger, member.code)]
    if not returns:
        raise GoujiError(f"{member.name}还没有报送。")
    if not file:
        return returns[-1]
    return _one(returns, file, lambda received: received.name, f"{member.name}报送的文件里")


def _file_named(arrivals: Iterable[Arrival], file: str) -> Arrival:
    return _one(list(arrivals), file, lambda arrival: arrival.name, "收到的文件里")


def _one(files: Sequence[F], said: str, name: Callable[[F], str], among: str) -> F:
    """Return the one file that is meant: by its path, its name, or the beginning of its hash."""
    said = said.replace("\\", "/").removeprefix("./")
    fits = [each for each in files if each.source == said]
    fits = fits or [each for each in files if name(each) == said.rpartition("/")[2]]
    if not fits and len(said) >= _SHORTEST:
        fits = [each for each in files if each.sha256.startswith(said.lower())]
    if len(fits) == 1:
        return fits[0]
    if fits:
        which = "、".join(f"{each.source}（{each.sha256[:8]}）" for each in fits[:5])
        raise GoujiError(f"{among}有 {len(fits)} 个“{said}”：{which}。请写括号里的代号。")
    likely = closest(said.rpartition("/")[2], [name(each) for each in files])
    raise GoujiError(f"{among}没有“{said}”{meant(likely)}")


# ---------------------------------------------------------------- which finding


def _answer(workspace: Workspace, kind: Answer, unit: str, rule: str, reason: str) -> str:
    member = workspace.roster.wanted(unit)
    with workspace.writing(KINDS[kind]) as ledger:
        judged = judged_returns(ledger, member.code)
        stands = [said for received, said in judged if received.role == "stands"]
        if not stands:
            raise GoujiError(f"{member.name}{'报送的没有一份可以采用' if judged else '还没有报送'}。")
        return answer(ledger, kind, member.code, member.name, stands[-1], rule, reason)


def answer(ledger: Ledger, kind: Answer, code: str, name: str, judged: Sequence[Judged], rule: str, reason: str) -> str:
    """Answer the findings of a rule on whatever has a code and a name; return the sentence that says so.

    Raises GoujiError where no reason is given, or where there is no such finding.
    """
    _needed(reason)
    chosen = _findings(judged, rule, "query" if kind == "explain" else "error", name)
    numbers = [
        _decide(ledger, kind, code, finding=each.finding.id, fingerprint=each.fingerprint, reason=reason)
        for each in chosen
    ]
    what = "、".join(each.finding.id for each in chosen)
    return f"{'、'.join(map(str, numbers))}：{name}的 {what} 已{KINDS[kind].removeprefix('代为')}。"


def _findings(judged: Sequence[Judged], rule: str, severity: str, name: str) -> list[Judged]:
    causes = [each for each in judged if each.finding.echo_of is None]
    named = [each for each in causes if rule in (each.finding.id, each.finding.rule)]
    fits = [each for each in named if each.finding.severity == severity]
    if any(not RULES[each.finding.rule].waivable for each in fits):
        raise GoujiError(f"{rule} 不能放行：没有可以采用的数字。")
    if fits:
        return fits
    if named:
        other = "用 gouji waive 放行" if severity == "query" else "用 gouji explain 说明"
        word = SEVERITY_WORDS[named[0].finding.severity]
        raise GoujiError(
            f"{rule} 是“{word}”" + ("，不用说明。" if word == SEVERITY_WORDS["note"] else f"，请{other}。")
        )
    there = [each.finding.id for each in causes if each.finding.severity == severity]
    if there:
        raise GoujiError(f"{name}没有 {rule} 这一条，有的是：{'、'.join(dict.fromkeys(there))}。")
    likely = closest(rule, list(RULES))
    hint = f"是不是 {likely}？" if likely and likely != rule else ""
    raise GoujiError(f"{name}没有 {rule} 这一条。{hint}")
