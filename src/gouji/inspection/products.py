"""The three files of an inspection, and the list of problems of a few files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

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
        ours = whole.parent == target and path.name in (LIST, NOTICE, RESULT)
        if not ours and whole not in given and not (target != inside and whole.is_relative_to(target)):
            files.append(path)
    return files


def write_products(inspection: Inspection, output: Path) -> list[Path]:
    """Write the list, the circular and the JSON; each replaces an older one in one step.

    Raises GoujiError where one of them cannot be written.
    """
    make_folder(output)
    products = {
        LIST: problem_list(inspection, output),
        NOTICE: notice(inspection),
        RESULT: result_json(inspection, output),
    }
    for name, data in products.items():
        write_aside(output / name, data)
    return [output / name for name in products]


def write_list(checked: Sequence[Checked], path: Path) -> None:
    """Write the list of the problems of files that were checked by themselves."""
    problems: list[Problem] = []
    for one in checked:
        problems += problems_of(one.unit or "", one.year, one.findings, Path(one.path), InspectionSettings())
    write_aside(path, list_of_problems(problems, path.parent))
