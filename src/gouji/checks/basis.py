"""Check what a report cites as its basis: the document of an older form shows a text of years ago."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gouji.checks.context import Context
from gouji.checks.prose import quoted
from gouji.checks.words import WORDS
from gouji.findings.finding import Finding, found
from gouji.form.editions import edition_in_force, editions, load_form
from gouji.form.model import Form
from gouji.runtime.patterns import regex

_NUMBER = regex(r"〔(\d{4})〕(\d+)号")
_ANY_CITED = regex(r"[〔\[（(【]\d{4}[〕\]）)】]\s*第?\d+号")


def the_form_in_force_is_the_basis(context: Context) -> Iterator[Finding]:
    """Find a report that cites the document of an older form, and not that of its own."""
    report = context.report
    form = load_form(report.form.official)
    if report.year is None or edition_in_force(report.year) != form.official:
        return
    yield from _repealed(context)
    if _cited(form).search(context.prose.text):
        return
    citing = [paragraph for paragraph in context.prose.paragraphs if _ANY_CITED.search(paragraph.text)]
    for older in editions() if citing else ():  # the other forms are only read where a text may cite them
        cited = _cited(load_form(older))
        for paragraph in citing if older < form.official else ():
            if match := cited.search(paragraph.text):
                yield found(
                    "wording.basis",
                    paragraph.section,
                    cells=(paragraph.key,),
                    expected=form.document,
                    actual=match[0],
                    heading=report.form.section(paragraph.section).heading,
                    sentence=quoted(paragraph.text, match.start(), match.end()),
                )
                return


def _repealed(context: Context) -> Iterator[Finding]:
    """Find what was the basis before the law or the form was revised, cited as if it still were."""
    for name, one in WORDS.basis.items():
        year = context.report.year
        if year is None or year < one.since or re.search(one.now, context.prose.text):
            continue
        for paragraph in context.prose.paragraphs:
            if match := re.search(one.formerly, paragraph.text):
                yield found(
                    "wording.basis",
                    f"{paragraph.section}:{name}",
                    variant="repealed",
                    cells=(paragraph.key,),
                    expected=one.expected,
                    actual=match[0],
                    heading=context.report.form.section(paragraph.section).heading,
                    sentence=quoted(paragraph.text, match.start(), match.end()),
                )
                break


@cache
def _cited(form: Form) -> re.Pattern[str]:
    """Return a pattern for the number of a form's document, in any brackets."""
    number = _NUMBER.search(form.document)
    assert number
    return re.compile(rf"[〔\[（(【]{number[1]}[〕\]）)】]\s*第?{number[2]}号")
