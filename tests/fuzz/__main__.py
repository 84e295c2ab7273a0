"""Fuzzing from the command line: ``python -m tests.fuzz --seconds N [--seed S]``."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "support")]  # pytest finds the shared modules of the tests here


def main() -> None:
    """Run and print how often each outcome occurred; exit with 1 if a file failed."""
    from fuzz.engine import run

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "gouji-fuzz")
    options = parser.parse_args()
    result = run(options.seconds, options.seed, options.keep)
    for outcome, count in sorted(result.outcomes.items()):
        print(f"{count:8} {outcome}")
    print(f"{result.files} files, {len(result.failures)} failures, seed {options.seed}")
    for failure in result.failures:
        print(failure)
    sys.exit(bool(result.failures))


if __name__ == "__main__":
    main()
