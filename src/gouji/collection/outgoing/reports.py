"""The Word reports of the units that are done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import msgspec

from gouji import __version__
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import compressed, decompressed
from gouji.collection.outgoing.products import Made, Order, fingerprint, produce, wanting
from gouji.collection.review.amended_figures import amended_in_force, amended_lines
from gouji.collection.review.in_force import UnitProgress, progress_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import REPORTS
from gouji.collection.workspace.naming import file_name, plain_name
from gouji.collection.workspace.roster import Roster
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.collection.workspace.workers import Executor, local_workers
from gouji.form.forms import Forms
from gouji.report.model import from_json
from gouji.runtime.output import write_aside
from gouji.runtime.zip_writing import deflated, packed

REPORT = "年度报告"


class Written(msgspec.Struct):
    """What was written."""

    made: Made
    done: int
    waived: list[UnitProgress]
    """Units whose reports contain errors that the office has waived."""
    amended: tuple[str, ...] = ()
    """One line on each unit whose report has figures that the office has amended."""
    zip_path: str = ""
    """The path in the workspace of the zip of all reports; empty if none was wanted."""


def write_reports(
    workspace: Workspace,
    *,
    zipped: bool = False,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
) -> Written:
    """Write the Word report of every unit that is done; only what changed is written again.

    The report of a unit that is no longer done is removed. ``zipped`` also puts all reports into one zip.
    Raises GoujiError where the roster or the settings are wrong.
    """
    with workspace.writing("生成报告") as ledger:
        done = done_units(ledger, workspace.roster)
        orders = _orders(workspace, ledger, done)
        document = partial(_document, forms=workspace.settings.forms)
        made = produce(workspace.folder, ledger, REPORTS, orders, document, executor, watch)
        zip_path = _zip(workspace, [order.path for order in orders], made) if zipped else ""
        amended = tuple(with_amended_figures(ledger, done))
    return Written(made, len(done), with_waived_errors(done), amended, zip_path)


def done_units(ledger: Ledger, roster: Roster) -> list[UnitProgress]:
    """Return the units that are done, in the order of the roster."""
    return [unit for unit in progress_of(ledger, roster).units if unit.state == "done"]


def with_waived_errors(units: Iterable[UnitProgress]) -> list[UnitProgress]:
    """Return the units that pass only because the office has waived an error."""
    return [unit for unit in units if unit.in_force and unit.in_force.waived]


def with_amended_figures(ledger: Ledger, units: Iterable[UnitProgress]) -> Iterator[str]:
    """Yield one line on each unit whose figures are not all those of its file: what the office has amended."""
    for head, words in amended_lines(amended_in_force(ledger, units)):
        yield f"报告里有与报送的文件不同的数字，{head}：{words}。"


def report_of(ledger: Ledger, unit: UnitProgress) -> bytes:
    """Return the report of a unit that is done, as JSON."""
    assert unit.in_force is not None
    report = ledger.report(unit.in_force.sha256)
    assert report is not None
    return report


def not_reported(workspace: Workspace, ledger: Ledger, units: Iterable[UnitProgress]) -> set[str]:
    """Return the codes of the units that are done and have no up-to-date Word report."""
    done = [unit for unit in units if unit.state == "done"]
    return {
        order.code for order in wanting(workspace.folder, ledger.products(REPORTS), _orders(workspace, ledger, done))
    }


def _orders(workspace: Workspace, ledger: Ledger, done: Iterable[UnitProgress]) -> list[Order]:
    orders = []
    for unit in done:
        report = report_of(ledger, unit)
        name = file_name(unit.member, f"{workspace.settings.year}_{REPORT}", ".docx")
        basis = fingerprint(__version__, report)
        orders.append(Order(f"{REPORTS}/{name}", unit.member.code, basis, compressed(report)))
    return orders


def _zip(workspace: Workspace, paths: Sequence[str], made: Made) -> str:
    """Write the zip of the reports that could be written; its names are UTF-8, which every current archiver reads."""
    failed = {path for path, _ in made.problems}
    members = (
        deflated(path.rpartition("/")[2], (workspace.folder / path).read_bytes())
        for path in paths
        if path not in failed
    )
    target = f"{REPORTS}/{plain_name(f'{workspace.settings.year}_{REPORT}', '.zip')}"
    write_aside(workspace.folder / target, packed(members))
    return target


def _document(packed: bytes, forms: Forms) -> bytes:
    from gouji.formats.word.writer import document_bytes

    return document_bytes(from_json(decompressed(packed), forms=forms))
