"""The findings on one submission as the page of a unit shows them: numbered, with what an officer may do about each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from gouji.collection.ledger.records import Decision
from gouji.collection.review.actions import without_commands
from gouji.collection.review.detail import answer_words
from gouji.collection.review.in_force import JudgedFinding
from gouji.collection.review.questions import OneCause, together
from gouji.findings.finding import Finding
from gouji.findings.rules import RULES, SEVERITY_WORDS, Severity
from gouji.form.model import Form


class Place(msgspec.Struct, frozen=True):
    """A cell that a finding is about."""

    ref: str
    words: str
    """Where it stands in the file, or what it is called where that is not known."""
    named: bool
    """Whether the finding says that this cell is wrong, and not only that it belongs to what does not add up."""


class ShownFinding(msgspec.Struct, frozen=True):
    """Findings with one cause, as one."""

    number: int
    """Its number on the page, the same as in ``gouji status``."""
    severity: Severity
    severity_word: str
    message: str
    rule: str
    name: str
    """What ``gouji explain`` and ``gouji waive`` know it by; the rule where it is several findings."""
    ids: tuple[str, ...]
    """The ids of the findings themselves."""
    places: tuple[Place, ...]
    table: str
    """The table that it is shown below; empty where it is about none."""
    open: bool
    """Whether somebody still has to act on it."""
    for_office: bool
    """Whether only the office can answer it."""
    explainable: bool
    waivable: bool
    answer: str
    """The answer with who gave it, or what has become of one."""
    answered: bool
    lapsed: bool
    decision: int
    """The number of the decision that answers it, which can be undone; 0 where none does."""
    echoes: tuple[str, ...]
    """What follows from it and disappears with it."""
    quotes: tuple[str, ...] = ()
    """The anchors of the paragraphs that it quotes."""

    @property
    def mark(self) -> str:
        """How its cells and sentences are marked."""
        return self.severity if self.open or self.severity == "note" else "answered"


class Group(msgspec.Struct, frozen=True):
    """Findings with one cause, with their number and what follows from them."""

    number: int
    cause: OneCause
    echoes: tuple[Finding, ...]

    @property
    def finding(self) -> Finding:
        """All of them as one finding."""
        return self.cause.judged.finding


def groups_of(findings: Sequence[JudgedFinding]) -> tuple[Group, ...]:
    """Return findings with one cause together, numbered in their order, each with its echoes."""
    by_id = {judged.finding.id: judged.finding for judged in findings}
    # A finding whose cause is not there stands for itself, so that nothing is lost.
    leading = [judged for judged in findings if judged.finding.echo_of not in by_id]
    echoes: dict[str, list[Finding]] = {}
    for judged in findings:
        if (first := _first_cause(judged.finding, by_id)) is not judged.finding:
            echoes.setdefault(first.id, []).append(judged.finding)
    return tuple(
        Group(number, cause, tuple(echo for one in cause.members for echo in echoes.get(one.finding.id, ())))
        for number, cause in enumerate(together(leading), 1)
    )


def _first_cause(finding: Finding, by_id: Mapping[str, Finding]) -> Finding:
    seen = {finding.id}
    while (cause := by_id.get(finding.echo_of or "")) and cause.id not in seen:
        seen.add(cause.id)
        finding = cause
    return finding


def shown_findings(
    groups: Iterable[Group],
    form: Form | None,
    decisions: Iterable[Decision],
    quotes: Mapping[int, tuple[str, ...]],
    *,
    answerable: bool,
) -> Iterator[ShownFinding]:
    """Yield findings as the page shows them.

    ``decisions`` are those on the unit that hold, ``quotes`` are the anchors of quoted paragraphs by number. Only
    findings on the submission that the unit's state is about are ``answerable``.
    """
    answers = {(one.finding, one.reason): one.id for one in decisions if one.kind in ("explain", "waive")}
    for group in groups:
        judged, finding = group.cause.judged, group.finding
        rule, may = RULES[finding.rule], answerable and judged.open
        places = tuple(_places(form, group)) if form else ()
        yield ShownFinding(
            number=group.number,
            severity=finding.severity,
            severity_word=SEVERITY_WORDS[finding.severity],
            message=without_commands(finding.message),
            rule=finding.rule,
            name=group.cause.name,
            ids=tuple(one.finding.id for one in group.cause.members),
            places=places,
            table=_table_of(form, places) if form else "",
            open=judged.open,
            for_office=rule.for_office,
            explainable=may and finding.severity == "query",
            waivable=may and finding.severity == "error" and rule.waivable,
            answer=answer_words(judged),
            answered=bool(judged.answer),
            lapsed=bool(judged.lapsed),
            decision=answers.get((finding.id, judged.answer), 0) if judged.by == "office" else 0,
            echoes=tuple(without_commands(echo.message) for echo in group.echoes),
            quotes=quotes.get(group.number, ()),
        )


def _places(form: Form, group: Group) -> Iterator[Place]:
    """Yield the cells of a group, those that are named first."""
    found: dict[str, Place] = {}
    for judged in group.cause.members:
        finding = judged.finding
        refs = [ref for ref in finding.refs if ref in form.cells]
        named = _named(form, finding, refs)
        # Other places, such as that of a sentence, come before those of the cells.
        words = dict(zip(refs, finding.cells[-len(refs) :], strict=False)) if len(finding.cells) >= len(refs) else {}
        for ref in refs:
            before = found.get(ref)
            if before is None or (ref in named and not before.named):
                found[ref] = Place(ref, words.get(ref, form.cells[ref].printed), ref in named)
    sheet = ""
    for one in sorted(found.values(), key=lambda place: not place.named):
        former, sheet = sheet, one.words.rpartition("!")[0]
        # A sheet is named once, as in messages.
        called = one.words[len(sheet) + 1 :] if sheet and sheet == former else one.words
        yield msgspec.structs.replace(one, words=called)


def _named(form: Form, finding: Finding, refs: Sequence[str]) -> frozenset[str]:
    """Return the cells that a finding calls wrong.

    The message on a relation that is broken ends with the cells that are probably wrong, where there are few. The other
    cells only take part in it: nobody finds one wrong number among twenty marked ones.
    """
    if finding.outcome != "broken":
        return frozenset(refs)
    return frozenset(ref for ref in refs if form.cells[ref].printed in finding.message)


def _table_of(form: Form, places: Iterable[Place]) -> str:
    official = {table.id for table in form.official_tables}
    return next((table for place in places if (table := form.cells[place.ref].table) in official), "")
