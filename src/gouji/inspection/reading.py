"""Reading the files of an inspection: each in a worker, which leaves what it read in a folder for later."""

from __future__ import annotations

import datetime
import hashlib
import pickle
import re
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from gouji.form.forms import OFFICIAL
from gouji.formats.read import medium_of, read_data
from gouji.formats.web.index_page import reports_listed
from gouji.inspection.own_products import is_our_product
from gouji.jobs.batch import LIMITS, problem_of
from gouji.jobs.needed import REHEARSAL
from gouji.report.model import Report, to_json
from gouji.report.reading import Reading
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file
from gouji.runtime.workers import Failure, run_isolated

NEEDED = (
    "gouji.inspection.judging",
    "gouji.formats.workbook.reader",
    "gouji.formats.word.reader",
    "gouji.formats.web.reader",
    "gouji.formats.published.reading",
    REHEARSAL,
)
"""What workers of both passes need."""


class ListedReport(NamedTuple):
    """A report that an index page names: its title, and the day beside it."""

    unit: str
    year: int | None
    published: datetime.date | None


class Seen(msgspec.Struct, frozen=True):
    """What is known of a file after it was read; the report itself is kept on disk, so that thousands fit."""

    path: Path
    kept: str = ""
    """The name under which the report is kept; empty where there is none."""
    sha256: str = ""
    problem: str = ""
    """Why there is no report."""
    is_ours: bool = False
    """Whether this program has written it about reports: a list, a circular, a comparison."""
    listed: tuple[ListedReport, ...] = ()
    """The reports that the file names, if it is an index page."""
    unit: str = ""
    code: str = ""
    year: int | None = None
    edition: str = ""
    published: datetime.date | None = None
    medium: str = ""
    content: str = ""
    """A hash of the figures and the texts: the same in every medium."""


def read_files(paths: Sequence[Path], kept: Path, workers: int | None = None) -> Iterator[Seen]:
    """Read files in workers and yield what each is, in their order; reports are kept in the folder ``kept``."""
    tasks = list(enumerate(paths))
    outcomes = run_isolated(partial(_read, kept=kept), tasks, limits=LIMITS, workers=workers, preload=NEEDED)
    for path, outcome in zip(paths, outcomes, strict=True):
        yield (
            Seen(path, problem=_for_an_inspector(str(problem_of(path, outcome))))
            if isinstance(outcome, Failure)
            else outcome
        )


_FOR_COLLECTORS = ("请单位", "收表的", "填报表", "gouji", "也不是 JSON")
"""Words of advice for offices that collect forms; an inspector has nobody to send them back to."""
_ADVICE = "请打开原文，重新保存以后再检查。"


def _for_an_inspector(problem: str) -> str:
    """Return why a file cannot be read, with what an inspector can do about it."""
    sentences = re.split(r"(?<=[。；])", problem)
    kept = [text for text in sentences if text and not any(word in text for word in _FOR_COLLECTORS)]
    text = "".join(kept).replace("；", "。") if kept[1:] == [] else "".join(kept)
    if not text:
        return f"这个文件不是年度报告。{_ADVICE}"
    return text if "请" in text else f"{text}{_ADVICE}"


def _read(task: tuple[int, Path], kept: Path) -> Seen:
    number, path = task
    data, sha256 = b"", ""
    try:
        file = open_file(path)
        data, sha256 = file.data, file.sha256
        reading = read_data(data, forms=OFFICIAL)
    except GoujiError as error:
        is_ours = bool(data) and is_our_product(data)
        listed = reports_listed(data) if data and not is_ours and medium_of(data) == "page" else ()
        return Seen(
            path,
            is_ours=is_ours,
            sha256=sha256,
            problem=_for_an_inspector(str(error)),
            listed=tuple(ListedReport(*one) for one in listed),
        )
    report = reading.report
    keep(reading, kept / str(number))
    return Seen(
        path=path,
        kept=str(number),
        sha256=sha256,
        unit=report.unit.name,
        code=report.unit.code,
        year=report.year,
        edition=report.edition,
        published=reading.published,
        medium=medium_of(data),
        content=_content_of(report),
    )


def _content_of(report: Report) -> str:
    """Return a hash of what a report says; who filled it in, and how the unit is called, is no part of that."""
    plain = msgspec.structs.replace(report, unit=type(report.unit)(), people=type(report.people)())
    texts = {topic: ["".join(text.split()) for text in texts] for topic, texts in plain.texts.items()}
    return hashlib.sha256(to_json(msgspec.structs.replace(plain, texts=texts))).hexdigest()


def keep(reading: Reading, path: Path) -> None:
    """Keep a reading on disk, in a tenth of its size."""
    try:
        path.write_bytes(zlib.compress(pickle.dumps(reading), 1))
    except OSError as error:
        raise GoujiError(f"临时文件夹写不了“{path.parent}”：{error.strerror}。请检查磁盘空间。") from error


def kept_reading(path: Path) -> Reading:
    """Return a reading that was kept: the files are our own, in a folder that only this run can write."""
    reading: Reading = pickle.loads(zlib.decompress(path.read_bytes()))
    return reading
