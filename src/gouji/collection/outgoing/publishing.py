"""The web pages of the units that are done, each with its data beside it, and their PDFs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import msgspec

from gouji import __version__
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import compressed, decompressed
from gouji.collection.outgoing.products import Made, Order, fingerprint, produce
from gouji.collection.outgoing.reports import REPORT, done_units, report_of, with_amended_figures, with_waived_errors
from gouji.collection.review.in_force import UnitProgress
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import REPORTS
from gouji.collection.workspace.naming import file_name
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.collection.workspace.workers import Executor, in_this_process, local_workers
from gouji.form.forms import Forms
from gouji.report.model import from_json
from gouji.runtime.errors import GoujiError

PAGES = f"{REPORTS}/网页"
PDFS = f"{REPORTS}/PDF"
KINDS = (".html", ".json", ".csv")
PDF = ".pdf"


class Pages(msgspec.Struct):
    """What was published."""

    made: Made
    done: int
    waived: list[UnitProgress]
    """Units whose pages contain errors that the office has waived."""
    pdfs: Made | None = None
    amended: tuple[str, ...] = ()
    """One line on each unit whose pages have figures that the office has amended."""


def publish_all(
    workspace: Workspace,
    *,
    pdf: bool = False,
    executor: Executor = local_workers,
    watch: Watch = unwatched,
) -> Pages:
    """Write the page, the JSON and the CSV of every unit that is done; only what changed is written again.

    With ``pdf`` also their PDFs, which from then on are kept up to date with the pages. The files of a unit that is no
    longer done are removed. Raises GoujiError where the roster or the settings are wrong.
    """
    with workspace.writing("生成网页") as ledger:
        done = done_units(ledger, workspace.roster)
        printed = pdf or bool(ledger.products(PDFS))
        orders = _orders(workspace, ledger, done, (*KINDS, PDF) if printed else KINDS)
        pages = [order for kind in KINDS for order in orders[kind]]
        made = produce(
            workspace.folder, ledger, PAGES, pages, partial(_content, forms=workspace.settings.forms), executor, watch
        )
        pdfs = _print(workspace, ledger, orders[PDF], watch) if printed else None
        amended = tuple(with_amended_figures(ledger, done))
    return Pages(made, len(done), with_waived_errors(done), pdfs, amended)


def _orders(
    workspace: Workspace, ledger: Ledger, units: Iterable[UnitProgress], kinds: Sequence[str]
) -> dict[str, list[Order]]:
    """Return the orders of each kind; those of one unit share its report."""
    orders: dict[str, list[Order]] = {kind: [] for kind in kinds}
    for unit in units:
        report = report_of(ledger, unit)
        basis, task = fingerprint(__version__, report), compressed(report)
        for kind in kinds:
            name = file_name(unit.member, f"{workspace.settings.year}_{REPORT}", kind)
            path = f"{PDFS if kind == PDF else PAGES}/{name}"
            orders[kind].append(Order(path, unit.member.code, basis, (kind, task)))
    return orders


def _content(task: tuple[str, bytes], forms: Forms) -> bytes:
    from gouji.formats.web.report_page import page_bytes
    from gouji.report.open_data import figures_csv, public_json

    kind, packed = task
    makers = {".html": page_bytes, ".json": public_json, ".csv": figures_csv}
    return makers[kind](from_json(decompressed(packed), forms=forms))


def _print(workspace: Workspace, ledger: Ledger, orders: Sequence[Order], watch: Watch) -> Made:
    """Print the Word reports, one after another: LibreOffice does not share a profile."""
    from gouji.formats.word.to_pdf import printer
    from gouji.formats.word.writer import document_bytes

    try:
        with printer() as office:

            def content(task: tuple[str, bytes]) -> bytes:
                return office.pdf(document_bytes(from_json(decompressed(task[1]), forms=workspace.settings.forms)))

            return produce(workspace.folder, ledger, PDFS, orders, content, in_this_process, watch)
    except GoujiError as error:
        return Made(problems=[(PDFS, str(error))])
