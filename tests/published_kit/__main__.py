"""Read the kit and print a table: ``python -m tests.published_kit [--printed] [--keep FOLDER]``.

The files are made by code, with invented content. ``whole`` is a file in which every number was read, or asked about
with the one number that it can mean (3件); ``cells named`` were not read, and a finding names them; ``wrong`` are other
numbers, cells lost without a word, and words of the site in the last section. ``--keep`` writes the files to a folder,
``--printed`` reads the pages as Chromium prints them instead.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "support"), str(TESTS.parent / "src")]

from published_kit.kit import kit  # noqa: E402
from published_kit.measure import measured, table_of  # noqa: E402
from published_kit.printed import printed  # noqa: E402


def main() -> None:
    """Print the table, and each file that is not whole; exit with 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.published_kit", description=__doc__)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--printed", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        documents = list(printed(kit(), Path(folder)) if options.printed else kit())
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        for document in documents:
            (options.keep / document.name).write_bytes(document.data)
    outcomes = measured(documents)
    print(*table_of(outcomes), sep="\n")
    for outcome in outcomes:
        if not outcome.whole:
            wrong = "; ".join(outcome.wrong[:3])
            print(f"{outcome.document.name}: {len(outcome.named)} cells named, {len(outcome.wrong)} wrong {wrong}")
    sys.exit(any(outcome.wrong for outcome in outcomes))


if __name__ == "__main__":
    main()
