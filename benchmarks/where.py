"""Draw where the time goes, in an older build and in this one, from samples of both.

Run ``python benchmarks/where.py COMMIT [--output docs/images/where-time-goes.svg]``. The upper half is one ``gouji
check FILE``: elapsed time, the median of rounds in which the builds take turns. What the worker does meanwhile is the
waiting of the command; the start and the end of Python are what the samples do not see of the whole. The lower half is
reading and checking one submission of a batch: processor time, over 208 workbooks with figures and texts of their own.
The numbers are printed, too. Linux only.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from kit.builds import ROOT, Build, build_before, circumstances, this_build
from kit.sampling import BATCH, REST
from kit.years import saved_files

SAMPLE = ROOT / "samples" / "qingxi-2025.xlsx"
SAMPLING = Path(__file__).parent / "kit" / "sampling.py"
PYTHON = "Python starts and ends"
COMMAND_PARTS = (PYTHON, "imports", "waiting for the worker", "the command itself")
BATCH_PARTS = ("decompressing", "cells, and what they show", "the form in the sheets", "the report", "checks", REST)

Parts = Mapping[str, float]


def command(build: Build) -> Parts:
    """Return the milliseconds of one ``gouji check`` by part."""
    whole = 1000 * build.gouji("check", SAMPLE).wall
    parts: dict[str, float] = json.loads(build.python_file(SAMPLING, "command", "check", SAMPLE))
    return {**parts, PYTHON: max(whole - sum(parts.values()), 0.0)}


def batch(paths: Sequence[Path]) -> Callable[[Build], Parts]:
    """Return what gives the milliseconds of one file of a batch by part."""
    return lambda build: json.loads(build.python_file(SAMPLING, "batch", *paths))


def in_turns(builds: Sequence[Build], rounds: int, once: Callable[[Build], Parts]) -> list[Parts]:
    """Return the median of each part for each build."""
    taken: dict[str, list[Parts]] = {build.name: [] for build in builds}
    for number in range(rounds + 1):
        for build in builds if number % 2 else reversed(builds):
            taken[build.name].append(once(build))
    return [
        {part: statistics.median(one.get(part, 0.0) for one in parts[1:]) for part in set().union(*parts)}
        for parts in taken.values()
    ]


# ---------------------------------------------------------------- the picture

WIDTH, LEFT, BAR, GAP, LINE = 860, 64, 30, 10, 20
COLOURS = ("#4c78a8", "#9ecae9", "#f2a541", "#b8b8b8", "#59a14f", "#8a6fae")
INK, PAPER = "#1a1a1a", "#ffffff"


def picture(halves: Sequence[tuple[str, Sequence[str], Sequence[Parts]]]) -> str:
    """Return the picture: for each half its title, a bar for each build, and what the colours mean."""
    drawn: list[str] = []
    top = 8
    for title, names, bars in halves:
        top = _half(drawn, top, title, names, bars)
    drawn.append(f'<text x="8" y="{top + 4}" font-size="11" fill="#595959">{escape(circumstances())}</text>')
    top += 16
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" font-family="sans-serif" '
        f'font-size="13" fill="{INK}" role="img" aria-label="Where the time goes, before and now">\n'
        f'<rect width="{WIDTH}" height="{top}" fill="{PAPER}"/>\n' + "\n".join(drawn) + "\n</svg>\n"
    )


def _half(drawn: list[str], top: int, title: str, names: Sequence[str], bars: Sequence[Parts]) -> int:
    drawn.append(f'<text x="8" y="{top + 16}" font-weight="bold" font-size="14">{escape(title)}</text>')
    top += 28
    scale = (WIDTH - LEFT - 90) / max(sum(parts.values()) for parts in bars)
    for name, parts in zip(("before", "now"), bars, strict=True):
        drawn.append(f'<text x="8" y="{top + 20}">{name}</text>')
        left = float(LEFT)
        for colour, part in zip(COLOURS, names, strict=False):
            width = parts.get(part, 0.0) * scale
            drawn.append(f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>')
            left += width
        drawn.append(f'<text x="{left + 6:.1f}" y="{top + 20}">{_milliseconds(sum(parts.values()))}</text>')
        top += BAR + GAP
    for number, (colour, part) in enumerate(zip(COLOURS, names, strict=False)):
        left, line = LEFT + number % 2 * 390, top + number // 2 * LINE
        values = " → ".join(_milliseconds(parts.get(part, 0.0)) for parts in bars)
        drawn.append(f'<rect x="{left}" y="{line + 3}" width="12" height="12" fill="{colour}"/>')
        drawn.append(f'<text x="{left + 18}" y="{line + 14}">{escape(part)}: {values}</text>')
    return top + -(-len(names) // 2) * LINE + 16


def _milliseconds(value: float) -> str:
    return f"{value:.0f} ms" if value >= 20 else f"{value:.1f} ms"


def main() -> None:
    """Sample, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--files", type=int, default=208)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        aside = Path(temporary)
        builds = [build_before(given.commit, aside, own_environment=False), this_build(aside)]
        paths = saved_files(aside / "batch", given.files)
        halves = [
            (
                "gouji check, one file: elapsed time of the command",
                COMMAND_PARTS,
                in_turns(builds, given.rounds, command),
            ),
            (
                "Reading and checking one of many submissions: processor time",
                BATCH_PARTS,
                in_turns(builds, max(given.rounds // 3, 1), batch(paths)),
            ),
        ]
    assert set(BATCH_PARTS) == {*BATCH, REST}
    print(circumstances())
    for title, names, bars in halves:
        print(title)
        for name in names:
            print(f"  {name:<28}" + "".join(f"{parts.get(name, 0.0):>10.1f} ms" for parts in bars))
    if given.output:
        given.output.write_text(picture(halves), encoding="utf-8")


if __name__ == "__main__":
    main()
