"""Writing files for many units into the workspace: only what changed is written again, and only our own files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from gouji.collection.ledger.ledger import Ledger
from gouji.collection.ledger.records import Product
from gouji.collection.workspace.watching import Watch, unwatched
from gouji.collection.workspace.workers import Executor
from gouji.jobs.batch import problem_of
from gouji.runtime.errors import GoujiError, reason
from gouji.runtime.output import make_folder, write_aside
from gouji.runtime.workers import Failure

_RECORDS_AT_ONCE = 50
"""Products that are recorded in one transaction."""

_FAILURES = {
    "crashed": "生成时程序异常中止，没有生成。请再运行一次；还是这样的，请告诉程序的维护者。",
    "slow": "很久没有生成完，没有生成。电脑可能太忙，或者磁盘、网络没有反应，请过一会儿再运行一次。",
    "large": "生成时内存不够，没有生成。请关闭别的程序以后再试。",
}


class Order(msgspec.Struct, frozen=True):
    """A file that we want in the workspace."""

    path: str
    """Its path in the workspace."""
    code: str
    fingerprint: str
    """What it is made from: as long as this is the same, it need not be made again."""
    task: Any
    """What the maker needs; small, because it is sent to a worker."""


class Made(msgspec.Struct):
    """What was written, kept and removed."""

    written: list[Order] = msgspec.field(default_factory=list)
    kept: int = 0
    """The number of files that were already as ordered."""
    withdrawn: list[str] = msgspec.field(default_factory=list)
    """Files of ours that were no longer needed and were removed."""
    changed: list[str] = msgspec.field(default_factory=list)
    """Files that are no longer needed, but that somebody has changed: they were left in place."""
    aside: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """Files that somebody had changed, each with the name under which the changed one was kept."""
    problems: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """Files that could not be written, and why."""


class Maker:
    """Makes the content of a file from a task and writes it. It runs in the worker processes."""

    def __init__(self, folder: Path, content: Callable[[Any], bytes]) -> None:
        self._folder, self._content = folder, content

    def __call__(self, item: tuple[Order, str]) -> tuple[str, str]:
        """Write the file of an order, given the hash of what we wrote there before.

        Returns the hash of what was written, and the name under which somebody's own file was kept, if there was one.
        """
        order, before = item
        data = self._content(order.task)
        path, sha256 = self._folder / order.path, hashlib.sha256(data).hexdigest()
        kept = self._keep_theirs(path, {before, sha256})
        write_aside(path, data)
        return sha256, kept

    def _keep_theirs(self, path: Path, ours: set[str]) -> str:
        """Rename a file that is not ours: neither what we wrote before nor what an interrupted call wrote."""
        try:
            theirs = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError:
            return ""  # there is none; if it cannot be read, writing will say why
        if theirs in ours:
            return ""
        names = (f"{path.stem}（改动过{number or ''}）{path.suffix}" for number in count())
        name = next(name for name in names if not path.with_name(name).exists())
        try:
            path.rename(path.with_name(name))
        except OSError as error:
            raise GoujiError(f"“{path}”有人改动过，另存不了：{reason(error)}。请关闭打开它的程序。") from error
        return name


def produce(
    folder: Path,
    ledger: Ledger,
    into: str,
    orders: Sequence[Order],
    content: Callable[[Any], bytes],
    executor: Executor,
    watch: Watch = unwatched,
    *,
    withdraw: bool | Container[str] = True,
) -> Made:
    """Write the ordered files into a folder of the workspace, and remove those that no order asks for.

    ``withdraw`` may be the codes of the units whose files are removed; if it is false, nothing is. A file that cannot
    be written is reported and does not stop the others. After an interruption the same call continues.
    """
    make_folder(folder / into)
    known = ledger.products(into)
    made = Made()
    wanted = wanting(folder, known, orders)
    made.kept = len(orders) - len(wanted)
    before = (known.get(order.path) for order in wanted)
    items = [(order, product.sha256 if product else "") for order, product in zip(wanted, before, strict=True)]
    with closing(executor(Maker(folder, content), items)) as outcomes:
        batch: list[Product] = []
        for number, (order, outcome) in enumerate(zip(wanted, outcomes, strict=True), 1):
            watch(number, len(wanted), order.path.rpartition("/")[2])
            if isinstance(outcome, Failure):
                made.problems.append((order.path, _why(order, outcome)))
                continue
            sha256, kept = outcome
            made.written.append(order)
            if kept:
                made.aside.append((order.path, kept))
            batch.append(Product(order.path, order.code, order.fingerprint, sha256))
            if len(batch) >= _RECORDS_AT_ONCE:
                _record(ledger, batch)
        _record(ledger, batch)
    if withdraw is not False:
        theirs = {path: one for path, one in known.items() if withdraw is True or one.code in withdraw}
        _withdraw(folder, ledger, theirs, {order.path for order in orders}, made)
    return made


def wanting(folder: Path, known: Mapping[str, Product], orders: Iterable[Order]) -> list[Order]:
    """Return the orders that :func:`produce` would write: their files are missing or out of date."""
    return [order for order in orders if not _is_there(folder, order, known)]


def fingerprint(*facts: object) -> str:
    """Return a hash of some facts."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]


def _is_there(folder: Path, order: Order, known: Mapping[str, Product]) -> bool:
    product = known.get(order.path)
    return product is not None and product.fingerprint == order.fingerprint and is_ours(folder, product)


def is_ours(folder: Path, product: Product) -> bool:
    """Tell whether a file is exactly as we have written it."""
    try:
        return hashlib.sha256((folder / product.path).read_bytes()).hexdigest() == product.sha256
    except OSError:
        return False


def _why(order: Order, failure: Failure) -> str:
    if failure.error is None:
        return _FAILURES[failure.kind]
    try:
        return str(problem_of(Path(order.path), failure))
    except GoujiError as error:
        return str(error)


def _record(ledger: Ledger, batch: list[Product]) -> None:
    with ledger.transaction():
        ledger.record_products(batch)
    batch.clear()


def _withdraw(folder: Path, ledger: Ledger, known: dict[str, Product], wanted: set[str], made: Made) -> None:
    gone = []
    for product in (product for path, product in known.items() if path not in wanted):
        path = folder / product.path
        if path.exists() and not is_ours(folder, product):
            made.changed.append(product.path)
        elif path.exists():
            try:
                path.unlink()
            except OSError as error:
                made.problems.append((product.path, f"不再需要，但是删不掉：{reason(error)}。请关闭打开它的程序。"))
                continue
            made.withdrawn.append(product.path)
        gone.append(product.path)
    with ledger.transaction():
        ledger.forget_products(gone)
