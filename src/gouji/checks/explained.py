"""Show what the checks understand of a text, sentence by sentence: which cells its numbers state, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gouji.checks.claim_parts import Claim, Parts, Stated, Sum
from gouji.checks.narrative import claims_of
from gouji.checks.prose import Prose
from gouji.checks.vocabulary import vocabulary
from gouji.checks.words import WORDS
from gouji.findings.finding import plain
from gouji.form.editions import editions
from gouji.form.model import Form
from gouji.report.model import Report, Unit, as_figure, make_report
from gouji.runtime.patterns import regex

_YEAR = regex(r"20\d\d(?=年)")
_TITLE = regex(WORDS.period.title)
_PLAN = regex(WORDS.period.surely_later)
_SENTENCE_END = regex("[。；;！？]")
_TOPIC = "overview.requests"


def report_of_text(text: str) -> Report:
    """Return a report that holds nothing but a text: of nobody, and on the year of its title.

    Without a title it is on the only year that its sentences speak of, without what they plan.
    """
    return make_report(
        edition=editions()[0],
        year=_year_of(text),
        unit=Unit("", "", ""),
        figures={},
        texts={_TOPIC: [line for line in text.splitlines() if line.strip()]},
    )


def _year_of(text: str) -> int | None:
    for line in text.splitlines():
        title = _TITLE.search(line)
        if title and not _SENTENCE_END.search(line):
            return int(title[1])
    years = {
        year for sentence in _SENTENCE_END.split(text) if not _PLAN.search(sentence) for year in _YEAR.findall(sentence)
    }
    return int(years.pop()) if len(years) == 1 else None


def explained(report: Report) -> list[dict[str, Any]]:
    """Return every sentence of a report that speaks of numbers or of none, with what is understood of it.

    Each part has ``words`` as they stand there and either ``number`` and ``cells``, refs and their names in print, or
    ``why`` nothing is made of it.
    """
    made: list[dict[str, Any]] = []
    prose = Prose(report)
    claims = claims_of(report, prose)
    for paragraph in prose.paragraphs:
        if not paragraph.topic.startswith(vocabulary().topics):
            continue
        for sentence, stated in claims.stated(paragraph.sentences, paragraph.topic):
            if not made or made[-1]["sentence"] != sentence:
                made.append({"topic": paragraph.topic, "sentence": sentence, "parts": []})
            made[-1]["parts"].append(_part(report.form, stated))
    return made


def as_lines(sentences: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines that show what is understood, for people."""
    understood = left = 0
    for one in sentences:
        yield one["sentence"]
        for part in one["parts"]:
            if "why" in part:
                left += 1
                yield f"  不问  {part['words']}：{part['why']}"
            else:
                understood += 1
                yield f"  {part['number']}  {part['words']}：{'；或者 '.join(part['names'])}"
    yield f"读懂 {understood} 处，不问 {left} 处。"


def _part(form: Form, stated: Stated) -> dict[str, Any]:
    if isinstance(stated, Parts):
        return {
            "words": stated.whole.span,
            "why": f"各部分加起来是 {plain(stated.total)}，不是 {plain(stated.whole.value)}",
        }
    if not isinstance(stated, Claim):
        return {"words": stated.span, "why": stated.why}
    return {
        "words": stated.span,
        "number": as_figure(stated.value),
        "cells": [[ref for _, ref in meaning] for meaning in stated.meanings],
        "names": [_named(form, meaning) for meaning in stated.meanings],
    }


def _named(form: Form, meaning: Sum) -> str:
    return "、".join(f"{'减' * (sign < 0)}{form.cells[ref].printed}" for sign, ref in meaning)
