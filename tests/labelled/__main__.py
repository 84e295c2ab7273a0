"""Measure the rules about texts on labelled narratives: ``python -m tests.labelled [FILE]...``.

Without a file, the set on which the rules were tuned; ``held_out*.txt`` were labelled before they were tried on them.
A set is a text file. ``# unit level`` begins a narrative, ``! rule`` names each rule that it breaks. A line that begins
with the numeral of a section (前 for what stands before the first, 去 before it for last year's) is a paragraph.
``数 table=0`` empties a table of the sample report, whose figures the others have.
"""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "support"), str(TESTS.parent / "src")]

from labelled.measure import SHIPPED, measured, narratives  # noqa: E402

if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]] or [SHIPPED]
    read = [narrative for path in paths for narrative in narratives(path)]
    result = measured(read)
    print(f"{len(read)} narratives")
    for family, score in sorted(result.scores.items()):
        print(f"{family:<12} precision {score.precision:.3f}  recall {score.recall:.3f}  ({score.right} right)")
    for line in result.wrong:
        print(line)
