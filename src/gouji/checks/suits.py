"""Check that suits came after a review where the law demands one first."""

from __future__ import annotations

from collections.abc import Iterator

from gouji.checks.context import Context
from gouji.checks.figures import place_of
from gouji.findings.finding import Finding, found
from gouji.findings.rules import RULES
from gouji.form.values import Outcome, is_number


def suits_over_refusals_came_after_a_review(context: Context) -> Iterator[Finding]:
    """Find suits without a review, which a refusal has to go through first since the law was revised.

    Not every suit is about a refusal, so the unit is asked what they are about. In the first year of the law many of
    them were brought before it, so they are only noted.
    """
    form, year, roles = context.report.form, context.report.year, context.report.form.roles
    if year is None or roles is None or not roles.direct_suits:
        return
    ref = roles.direct_suits
    suits = context.values.get(ref)
    if not is_number(suits) or suits <= 0:
        return
    if context.values[f"outcome.zero.{form.cells[ref].table}"] == Outcome.BROKEN:
        return  # declared zero as well: nobody knows yet whether there was a suit
    if year >= context.settings.threshold("disputes.suits.asked"):
        yield found(
            "disputes.direct_suit",
            refs=(ref,),
            actual=suits,
            clause=RULES["disputes.direct_suit"].clause,
            other=form.cells[roles.later_suits].row.printed,
            **place_of(form, ref),
        )
    elif year >= context.settings.threshold("disputes.suits.noted"):
        yield found(
            "disputes.direct_suit.pending",
            refs=(ref,),
            actual=suits,
            clause=RULES["disputes.direct_suit.pending"].clause,
            **place_of(form, ref),
        )
