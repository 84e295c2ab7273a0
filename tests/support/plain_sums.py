"""The totals of the official tables as plain sums, so that no expected total is computed by the code under test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gouji.form.values import Number

APPLICANTS = ("natural", "business", "research", "nonprofit", "legal", "other")
_RESULTS = (
    "granted",
    "partial",
    "refused_state_secret",
    "refused_other_law",
    "refused_safety",
    "refused_third_party",
    "refused_internal",
    "refused_process",
    "refused_enforcement",
    "refused_query",
    "unavailable_not_held",
    "unavailable_needs_creation",
    "unavailable_unclear",
    "declined_petition",
    "declined_repeat",
    "declined_publication",
    "declined_excessive",
    "declined_reissue",
)
RESULTS = {
    "2021": (*_RESULTS, "other_not_corrected", "other_unpaid", "other_other"),
    "2019": (*_RESULTS, "other"),
}
"""The rows that （七）总计 adds up, by edition."""
CASES = ("reconsideration", "direct_suit", "later_suit")
OUTCOMES = ("upheld", "corrected", "other", "pending")


def totals(edition: str, figures: Mapping[str, Number | None]) -> dict[str, Number]:
    """Return every total of the official tables whose parts are all known."""
    known: dict[str, Number | None] = dict(figures)
    computed: dict[str, Number] = {}

    def add(total: str, parts: Iterable[str]) -> None:
        values = [known.get(part) for part in parts]
        if None not in values:
            known[total] = computed[total] = sum(value for value in values if value is not None)

    for applicant in APPLICANTS:
        add(f"requests.closed.{applicant}", [f"requests.{row}.{applicant}" for row in RESULTS[edition]])
    for row in ("new", "carried_in", *RESULTS[edition], "closed", "carried_out"):
        add(f"requests.{row}.total", [f"requests.{row}.{applicant}" for applicant in APPLICANTS])
    for row in CASES:
        add(f"disputes.{row}.total", [f"disputes.{row}.{outcome}" for outcome in OUTCOMES])
    return computed


def with_totals(edition: str, figures: Mapping[str, Number]) -> dict[str, Number]:
    """Return the figures with every total that can be computed from them."""
    return {**figures, **totals(edition, figures)}


def added(many: Iterable[Mapping[str, Number | None]], refs: Iterable[str]) -> dict[str, Number]:
    """Return the sum of each figure over several reports. If one report lacks a figure, the result lacks it too."""
    several = list(many)
    sums: dict[str, Number] = {}
    for ref in refs:
        values = [figures.get(ref) for figures in several]
        if None not in values:
            sums[ref] = sum(value for value in values if value is not None)
    return sums
