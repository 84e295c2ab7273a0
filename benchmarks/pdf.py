"""Compare reading PDF files by gouji with pdfplumber, and with another build of gouji, as ratios of one run.

Run ``python benchmarks/pdf.py [ROUNDS] [FOLDER] [BUILD]``; it needs ``pip install -e ".[bench]"``. ``FOLDER`` holds PDF
files, such as the forty prints that ``python tests/support/prints.py FOLDER`` makes; without one, LibreOffice prints a
sample. ``BUILD`` is the ``src`` of another checkout. Every reader has a process of its own, and they take turns, file
by file, so that other load on the machine affects all of them alike. Times are processor times.

*blocks* is what becomes paragraphs and tables of the file; *read* is ``gouji read``, which finds the figures in them.
*pdfplumber* finds the tables and extracts their cells and the text, and nothing more.
"""

from __future__ import annotations

import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "qingxi-2025.json"


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of some work."""
    started = time.process_time()
    work()
    return time.process_time() - started


def by_gouji(path: Path) -> list[float]:
    """Return the times of both kinds of work."""
    from gouji.formats.pdf.reader import passages_of
    from gouji.formats.read import read_data

    data = path.read_bytes()
    return [seconds(lambda: passages_of(data)), seconds(lambda: read_data(data))]


def by_pdfplumber(path: Path) -> list[float]:
    """Return the time of extracting tables and text, for both kinds."""
    import pdfplumber

    logging.disable(logging.ERROR)

    def extract() -> None:
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                page.extract_text()
                for table in page.find_tables():
                    table.extract()

    return [seconds(extract)] * 2


def serve(reader: Callable[[Path], list[float]]) -> None:
    """Read the files that are named on the standard input, and answer with the times."""
    for name in sys.stdin:
        print(*reader(Path(name.rstrip("\n"))), flush=True)


class Reader:
    """A reader in a process of its own."""

    def __init__(self, kind: str, source: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, f"--{kind}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(source), "PYTHONUTF8": "1"},
        )

    def times(self, path: Path) -> list[float]:
        """Return the times of a file."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        return [float(each) for each in self._process.stdout.readline().split()]

    def end(self) -> None:
        """End the process."""
        self._process.communicate()


def a_print(folder: Path) -> Path:
    """Print a sample with LibreOffice."""
    from gouji.formats.word.to_pdf import printer
    from gouji.formats.word.writer import document_bytes
    from gouji.report.model import from_json

    path = folder / "sample.pdf"
    with printer() as press:
        path.write_bytes(press.pdf(document_bytes(from_json(SAMPLE.read_bytes()))))
    return path


def measure(files: list[Path], rounds: int, build: Path | None) -> None:
    """Print the table."""
    readers = {"gouji": Reader("gouji", ROOT / "src"), "pdfplumber": Reader("pdfplumber", ROOT / "src")}
    if build:
        readers["the other build"] = Reader("gouji", build)
    times: dict[str, list[list[float]]] = {name: [] for name in readers}
    for path in files:
        rows = {name: [reader.times(path) for _ in range(1 + rounds)][1:] for name, reader in readers.items()}
        for name, row in rows.items():
            times[name].append([statistics.median(each[kind] for each in row) for kind in (0, 1)])
    for reader in readers.values():
        reader.end()
    print(f"{len(files)} files, medians of {rounds} rounds; ratios are medians over the files (least, most)")
    for kind, what in enumerate(("blocks", "read")):
        for name in readers:
            middle = statistics.median(row[kind] for row in times[name])
            ratios = [row[kind] / own[kind] for row, own in zip(times[name], times["gouji"], strict=True)]
            print(
                f"{what:7} {name:16} {middle * 1000:7.1f} ms  {statistics.median(ratios):5.1f} x gouji"
                f" ({min(ratios):.1f}, {max(ratios):.1f})"
            )


def main(rounds: str = "5", folder: str = "", build: str = "") -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as work:
        files = sorted(Path(folder).glob("*.pdf")) if folder else [a_print(Path(work))]
        measure(files, int(rounds), Path(build) if build else None)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--gouji"]:
        serve(by_gouji)
    elif sys.argv[1:2] == ["--pdfplumber"]:
        serve(by_pdfplumber)
    else:
        main(*sys.argv[1:])
