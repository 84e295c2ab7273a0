"""A report without findings, as a JSON document, and ways to change it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import plain_sums

from gouji.checks import check
from gouji.form.editions import load_form
from gouji.form.model import Form
from gouji.form.values import Number
from gouji.report.model import Report, from_json

Document = dict[str, Any]

INPUTS = {
    "requests.new.natural": 4,
    "requests.carried_in.natural": 1,
    "requests.granted.natural": 3,
    "requests.refused_internal.natural": 1,
    "requests.carried_out.natural": 1,
    "requests.new.business": 2,
    "requests.partial.business": 2,
    "disputes.reconsideration.upheld": 1,
    "disputes.reconsideration.pending": 1,
    "disclosure.normative.made": 2,
    "disclosure.normative.repealed": 1,
    "disclosure.normative.in_force": 9,
}


def with_totals(form: Form, figures: Mapping[str, Number]) -> dict[str, Number]:
    """Return figures with every total that follows from them."""
    totalled = plain_sums.with_totals(form.edition, figures)
    return {ref: totalled[ref] for ref in form.cells}


def clean(edition: str = "2021", year: int = 2024) -> Document:
    form = load_form(edition)
    inputs = {ref: INPUTS.get(ref, 0) for ref in form.inputs}
    return {
        "edition": edition,
        "year": year,
        "unit": {"name": "青石镇人民政府", "level": "township"},
        "figures": with_totals(form, inputs),
        "texts": {"overview.general": ["总的情况。"], "problems.general": ["问题和改进。"]},
        "zero": [],
        "unread": {},
    }


def last_year() -> Document:
    document = clean(year=2023)
    figures = dict.fromkeys(load_form("2021").inputs, 0)
    figures |= {"requests.carried_out.natural": 1, "requests.new.natural": 1, "disclosure.normative.in_force": 8}
    return document | {"figures": with_totals(load_form("2021"), figures)}


def report(document: Document) -> Report:
    return from_json(json.dumps(document, default=float).encode())


def changed(**figures: object) -> Document:
    """Return the clean report with some figures changed; ``__`` stands for a dot in a Ref."""
    document = clean()
    document["figures"].update({ref.replace("__", "."): value for ref, value in figures.items()})
    return document


def unread(ref: str, typed: str) -> Document:
    document = clean()
    document["figures"][ref] = None
    return document | {"unread": {ref: typed}}


def without(*keys: str) -> Document:
    document = clean()
    return document | {"figures": {ref: None if ref in keys else value for ref, value in document["figures"].items()}}


def blank(prefix: str) -> Document:
    return without(*(ref for ref in clean()["figures"] if ref.startswith(prefix)))


def retotalled(**figures: Number) -> Document:
    """Return the clean report with some inputs changed and its totals computed, as the workbook does."""
    document = changed(**figures)
    form = load_form("2021")
    document["figures"] = with_totals(form, {ref: document["figures"][ref] for ref in form.inputs})
    return document


def finding_ids(document: Document, previous: Document | None = None) -> list[str]:
    """Return the ids of the findings; an echo is written as ``id <- id of its cause``."""
    findings = check(report(document), report(previous) if previous else None)
    return [finding.id + (f" <- {finding.echo_of}" if finding.echo_of else "") for finding in findings]
