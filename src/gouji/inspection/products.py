"""The three files of an inspection, and the list of problems of a few files."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from gouji.inspection.as_json import result_json
from gouji.inspection.inspect import inspect
from gouji.inspection.notice import notice
from gouji.inspection.problem_list import list_of_problems, problem_list
from gouji.inspection.results import Inspection, Problem, problems_of
from gouji.inspection.settings import InspectionSettings
from gouji.jobs.batch import Checked, files_in
from gouji.runtime.output import make_folder, write_aside

LIST, NOTICE, RESULT = "问题清单.xlsx", "通报.docx", "结果.json"

__all__ = ["LIST", "NOTICE", "RESULT", "files_to_inspect", "inspect", "write_list", "write_products"]


def files_to_inspect(folder: Path, output: Path, others: Sequence[Path | None]) -> list[Path]:
    """Return the files of a folder without what an inspection itself has written or is told by."""
    given = {path.resolve() for path in others if path}
    target, inside = output.resolve(), folder.resolve()
    files = []
    for path in files_in([folder]):
        whole = path.resolve()
        ours = whole.parent == target and path.name.startswith((Path(LIST).stem, Path(NOTICE).stem, RESULT))
        if not ours and whole not in given and not (target != inside and whole.is_relative_to(target)):
            files.append(path)
    return files


class Written(msgspec.Struct, frozen=True):
    """The files that were written, and those of an older inspection that somebody has changed, by their new names."""

    paths: list[Path]
    kept: list[tuple[Path, Path]]


def write_products(inspection: Inspection, output: Path) -> Written:
    """Write the list, the circular and the JSON; each replaces an older one in one step.

    People change the list and the circular: what is not as it was written is kept under another name. Raises GoujiError
    where a file cannot be written.
    """
    make_folder(output)
    products = {LIST: problem_list(inspection, output), NOTICE: notice(inspection)}
    before, kept = _written_before(output / RESULT), []
    for name in products:
        path = output / name
        if path.is_file() and sha256(path.read_bytes()).hexdigest() != before.get(name):
            aside = _unused(path)
            path.replace(aside)
            kept.append((path, aside))
    hashes = {name: sha256(data).hexdigest() for name, data in products.items()}
    # The JSON first: after an interruption, what was not written any more counts as changed and is kept.
    products = {RESULT: result_json(inspection, output, hashes), **products}
    for name, data in products.items():
        write_aside(output / name, data)
    return Written([output / name for name in (LIST, NOTICE, RESULT)], kept)


def _written_before(result: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(result.read_bytes(), type=_Result).written
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}


class _Result(msgspec.Struct, frozen=True):
    """What is read of an older 结果.json."""

    written: dict[str, str] = {}


def _unused(path: Path) -> Path:
    """Return a name for a file that somebody has changed."""
    names = (path.with_stem(f"{path.stem}（改动过的{number or ''}）") for number in (0, *range(2, 10_000)))
    return next(name for name in names if not name.exists())


def write_list(checked: Sequence[Checked], path: Path) -> None:
    """Write the list of the problems of files that were checked by themselves."""
    problems: list[Problem] = []
    for one in checked:
        problems += problems_of(one.unit or "", one.year, one.findings, Path(one.path), InspectionSettings())
    write_aside(path, list_of_problems(problems, path.parent))
