"""Measure the rules about texts on labelled narratives: ``python -m tests.labelled [FILE]...``.

Without a file, this measures the set on which the rules were tuned. The sets ``held_out*.txt`` were labelled before the
rules were tried on them.

A set is a text file. ``# unit level`` begins a narrative, and ``! rule`` names a rule that it breaks. A line that
begins with the numeral of a section is a paragraph; 前 is the text before the first section, and 去 before the numeral
means last year's report. A narrative has the figures of the sample report; ``数 table=0`` sets those of a table to 0.

A file ``.jsonl`` holds single sentences with the cells that they state (sentences.py).
"""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "support"), str(TESTS.parent / "src")]

from labelled.measure import SHIPPED, measured, narratives  # noqa: E402
from labelled.sentences import measured_sentences, sentences  # noqa: E402


def _print_narratives(paths: list[Path]) -> None:
    every = [narrative for path in paths for narrative in narratives(path)]
    result = measured(every)
    print(f"{len(every)} narratives")
    for family, score in sorted(result.scores.items()):
        print(f"{family:<12} precision {score.precision:.3f}  recall {score.recall:.3f}  ({score.right} right)")
    for line in result.wrong:
        print(line)


def _print_sentences(paths: list[Path]) -> None:
    every = [sentence for path in paths for sentence in sentences(path)]
    scores = measured_sentences(every)
    print(f"{len(every)} sentences")
    print(f"{'all':<12} precision {scores.precision:.3f}  recall {scores.recall:.3f}")
    for kind in dict.fromkeys(sentence["kind"] for sentence in every):
        print(f"{kind:<12} {scores.right[kind]} right, {scores.missed[kind]} missed, {scores.too_much[kind]} too much")
    for line in scores.wrong:
        print(line)


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]] or [SHIPPED]
    if listed := [path for path in paths if path.suffix == ".jsonl"]:
        _print_sentences(listed)
    if texts := [path for path in paths if path.suffix != ".jsonl"]:
        _print_narratives(texts)
