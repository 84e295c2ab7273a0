"""The Word reports of the units that are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from gouji import __version__
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import compressed, decompressed
from gouji.collection.outgoing.products import Made, Order, fingerprint, produce, wanting
from gouji.collection.review.in_force import UnitProgress, progress_of
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import REPORTS
from gouji.collection.workspace.naming import file_name, plain_name
from gouji.collection.workspace.workers import Executor, local_workers
from gouji.report.model import from_json
from gouji.runtime.output import write_aside
from gouji.runtime.zip_writing import deflated, packed

REPORT = "年度报告"


class Written(msgspec.Struct):
    """What was written."""

    made: Made
    done: int
    waived: list[UnitProgress]
    """Units with errors that the office has let through: they are in the reports."""
    archive: str = ""
    """The zip of all reports, by its path in the workspace."""


def write_reports(
    workspace: Workspace,
    *,
    zipped: bool = False,
    executor: Executor = local_workers,
    watch: Callable[[int, int, str], None] = lambda at, total, name: None,
) -> Written:
    """Write the Word report of every unit that is done; only what changed is made again.

    The report of a unit that is no longer done is removed. ``zipped`` puts those that are there into one zip as well.
    Raises GoujiError where the roster or the settings are wrong.
    """
    with workspace.writing("生成报告") as ledger:
        done = [unit for unit in progress_of(ledger, workspace.roster).units if unit.state == "done"]
        orders = _orders(workspace, ledger, done)
        made = produce(workspace.folder, ledger, REPORTS, orders, _document, executor, watch)
        archive = _zip(workspace, [order.path for order in orders], made) if zipped else ""
    waived = [unit for unit in done if unit.in_force and unit.in_force.waived]
    return Written(made, len(done), waived, archive)


def not_reported(workspace: Workspace, ledger: Ledger, units: Iterable[UnitProgress]) -> set[str]:
    """Return the codes of the units that are done and of which there is no Word report as things are now."""
    done = [unit for unit in units if unit.state == "done"]
    return {
        order.code for order in wanting(workspace.folder, ledger.products(REPORTS), _orders(workspace, ledger, done))
    }


def _orders(workspace: Workspace, ledger: Ledger, done: Iterable[UnitProgress]) -> list[Order]:
    orders = []
    for unit in done:
        assert unit.in_force is not None
        report = ledger.report(unit.in_force.sha256)
        assert report is not None
        name = file_name(unit.member, f"{workspace.settings.year}_{REPORT}", ".docx")
        basis = fingerprint(__version__, report)
        orders.append(Order(f"{REPORTS}/{name}", unit.member.code, basis, compressed(report)))
    return orders


def _zip(workspace: Workspace, paths: Sequence[str], made: Made) -> str:
    """Write the zip of the reports that could be written; its names are UTF-8, which every archiver of today reads."""
    failed = {path for path, _ in made.problems}
    members = (
        deflated(path.rpartition("/")[2], (workspace.folder / path).read_bytes())
        for path in paths
        if path not in failed
    )
    target = f"{REPORTS}/{plain_name(f'{workspace.settings.year}_{REPORT}', '.zip')}"
    write_aside(workspace.folder / target, packed(members))
    return target


def _document(packed: bytes) -> bytes:
    from gouji.formats.word.writer import document_bytes

    return document_bytes(from_json(decompressed(packed)))
