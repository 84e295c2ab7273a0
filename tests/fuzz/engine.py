"""Read randomly changed files in a separate process, so that a crash of it is noticed."""

from __future__ import annotations

import multiprocessing
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from pace import HANG, seconds_of

from fuzz import mutations

SECONDS = 2.0
"""Processor time that one file may take: see ``pace``."""

SAMPLES = Path(__file__).with_name("samples")


@dataclass
class Result:
    """The outcomes of the files."""

    files: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


def sources() -> dict[str, bytes]:
    """Return the files to change."""
    from damaged import hostile, kit
    from gouji.report.model import to_json

    found = {"good.xlsx": kit.good(), "good.json": to_json(kit.good_report())}
    found["small.ods"] = hostile.open_document(
        '<table:table-row><table:table-cell table:number-columns-repeated="3"/></table:table-row>' * 3
    )
    found.update({path.name: path.read_bytes() for path in sorted(SAMPLES.glob("*.*"))})
    return found


def changed(sources: dict[str, bytes], random: Random) -> tuple[str, bytes]:
    """Return one of the files, changed by one of the mutations."""
    name = random.choice(sorted(sources))
    data = sources[name]
    ways: list[Callable[[bytes, Random], bytes]] = [mutations.of_bytes]
    if data.startswith(b"PK"):
        ways += [mutations.of_parts] * 8
    if data.startswith(b"\xd0\xcf"):
        ways += [_records] * 8
    way = random.choice(ways)
    return f"{name} {way.__name__}", way(data, random)


def _records(data: bytes, random: Random) -> bytes:
    from gouji.formats.spreadsheet import biff

    return biff.contained(mutations.of_records(biff.stream_of(data), random))


def judge(data: bytes) -> tuple[str, str]:
    """Read a file; return the outcome, and what is wrong with it."""
    from damaged import kit
    from gouji.checks import check, verdict
    from gouji.formats.read import read_data
    from gouji.runtime.errors import DocumentError

    outcome = wrong = ""

    def read() -> None:
        nonlocal outcome, wrong
        try:
            reading = read_data(data)
            outcome = verdict(check(reading))
            if outcome == "pass" and reading.report == kit.good_report():
                outcome = "same"
        except DocumentError as error:
            outcome, sentence = "refused", str(error)
            if not sentence.endswith(("。", "？")) or not sentence.isprintable() or len(sentence) > 400:
                wrong = f"a sentence that is none: {sentence!r}"
        except BaseException:
            outcome, wrong = "error", traceback.format_exc()

    seconds = seconds_of(SECONDS, read)
    if seconds >= SECONDS:
        wrong = wrong or f"it took {seconds:.1f} seconds"
    return outcome, wrong


def _work(seed: int, end: float, pipe: Connection) -> None:
    """Change and read files until the time is over; each file is sent to the parent before it is read."""
    files, random = sources(), Random(seed)
    while time.monotonic() < end:
        name, data = changed(files, random)
        pipe.send((name, data))
        pipe.send(judge(data))


def run(seconds: float, seed: int, folder: Path) -> Result:
    """Read changed files for some seconds; a file that fails is kept in the folder."""
    result, end = Result(), time.monotonic() + seconds
    while time.monotonic() < end:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("spawn").Process(target=_work, args=(seed, end, theirs))
        process.start()
        theirs.close()
        _follow(ours, process, result, folder)
        process.kill()
        process.join()
        seed += 1_000_003  # not the same files again after a crash
    return result


def _follow(pipe: Connection, process: multiprocessing.process.BaseProcess, result: Result, folder: Path) -> None:
    name, data = "", b""
    try:
        while pipe.poll(HANG + 60):  # the first message comes only after all imports
            name, data = pipe.recv()
            outcome, wrong = pipe.recv() if pipe.poll(HANG) else ("hang", f"no answer within {HANG:.0f} seconds")
            result.files += 1
            result.outcomes[f"{name}: {outcome}"] += 1
            if wrong:
                _keep(name, data, wrong, result, folder)
            if outcome == "hang":
                return
    except EOFError:
        process.join()
        if process.exitcode:
            _keep(name, data, f"the process died with {process.exitcode}", result, folder)


def _keep(name: str, data: bytes, wrong: str, result: Result, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{len(result.failures):04d}-{name.replace(' ', '-')}"
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(wrong, encoding="utf-8")
    result.failures.append(f"{path}: {wrong.strip().splitlines()[-1]}")
