"""What gouji reads in the files of the kit: how many are whole, which cells are named, and what is wrong."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gouji import read
from gouji.checks import check
from gouji.report.reading import Reading
from gouji.report.typed_numbers import meant
from published_kit.kit import Document


@dataclass
class Outcome:
    """What was read in one file."""

    document: Document
    asked: int = 0
    """Cells that are no plain number, with the one number that they can mean."""
    named: list[str] = field(default_factory=list)
    """Cells that were not read, and that a finding names."""
    wrong: list[str] = field(default_factory=list)
    """Cells with another number, cells that were lost without a word, and words that are not the report's."""

    @property
    def whole(self) -> bool:
        """Whether every number was read, or asked about with the right one."""
        return not self.named and not self.wrong


def outcome_of(document: Document, folder: Path) -> Outcome:
    """Read one file of the kit."""
    path = folder / document.name
    path.write_bytes(document.data)
    reading = read(path)
    report, result = reading.report, Outcome(document)
    findings = {ref for finding in check(reading) for ref in finding.refs}
    if report.edition != document.edition:
        result.wrong.append(f"read as {report.edition}")
        return result
    for ref, value in document.figures.items():
        number = report.figures.get(ref)
        if number is not None:
            if number != value:
                result.wrong.append(f"{ref} is {number}, not {value}")
        elif ref in report.unread and (likely := _meant(reading, ref)) is not None:
            if likely == value:
                result.asked += 1
            else:
                result.wrong.append(f"{ref} is asked about as {likely}, not {value}")
        elif ref in findings:
            result.named.append(ref)
        else:
            result.wrong.append(f"{ref} is lost without a word")
    last = tuple(text for key, texts in report.texts.items() if key.startswith("matters") for text in texts)
    if last != document.last_text:
        result.wrong.append(f"the last section is {last}")
    return result


def _meant(reading: Reading, ref: str) -> object:
    cell = reading.report.form.cells[ref]
    likely = meant(reading.report.unread[ref], cell.column.kind, cell.column.unit)
    return likely.value if likely and likely.certain else None


def measured(documents: Iterable[Document]) -> list[Outcome]:
    """Read the files of the kit."""
    with tempfile.TemporaryDirectory() as folder:
        return [outcome_of(document, Path(folder)) for document in documents]


def table_of(outcomes: list[Outcome]) -> list[str]:
    """Return the lines of the table that the command prints."""
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.document.kind].append(outcome)
    lines = [_row("kind", "files", "whole", "cells asked", "cells named", "wrong")]
    for kind, own in [*kinds.items(), ("all", outcomes)]:
        whole, asked = sum(each.whole for each in own), sum(each.asked for each in own)
        named, wrong = sum(len(each.named) for each in own), sum(len(each.wrong) for each in own)
        lines.append(_row(kind, len(own), whole, asked, named, wrong))
    return lines


def _row(kind: object, *numbers: object) -> str:
    return f"{kind!s:<24}" + "".join(f"{number!s:>13}" for number in numbers)
