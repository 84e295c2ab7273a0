"""The files of a run on the disk: their names in the ledger, and when they were sent."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gouji.collection.intake.unfinished import is_waiting
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import RECEIVED
from gouji.jobs.batch import files_in
from gouji.runtime.printable import readable_name

_UTC_OFFSET = "+00:00"
_SHOWN = 5


def sources_of(files: Iterable[Path], paths: Sequence[Path], folder: Path) -> Iterator[str]:
    """Yield the source of each file: its name in the ledger, the same wherever the workspace is.

    ``paths`` are the files and folders that are collected, ``folder`` is the workspace.
    """
    folders = [path if path.is_dir() else path.parent for path in paths]
    for file in files:
        try:
            named = file.relative_to(folder)
        except ValueError:
            collected = next((top for top in folders if file.is_relative_to(top)), file.parent)
            named = Path(collected.name) / file.relative_to(collected)
        yield "/".join(map(readable_name, named.parts))


def time_of(path: Path) -> str:
    """Return when a file was last changed (ISO, UTC): for an attachment that was saved, when its mail arrived.

    Empty where the clock was not set. Raises OSError.
    """
    try:
        changed = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
    except (ValueError, OverflowError):
        return ""
    return changed.isoformat(timespec="seconds").removesuffix(_UTC_OFFSET)


def uncollected(workspace: Workspace, ledger: Ledger) -> list[str]:
    """Return the sources of the files in 回收 that no run has recorded.

    Files are recognised by name and size: reading a thousand of them would take too long just to look.
    """
    folder = workspace.folder.resolve()
    files = files_in([folder / RECEIVED], lambda path, why: None, leftovers=True)
    sizes = ledger.files()
    known = {(arrival.source, sizes[arrival.sha256]) for arrival in ledger.arrivals()}
    sources = sources_of(files, [folder / RECEIVED], folder)
    return [
        source
        for file, source in zip(files, sources, strict=True)
        if (source, _size(file)) not in known and is_waiting(file, file.name)
    ]


def not_in_the_ledger(workspace: Workspace, ledger: Ledger) -> tuple[str, ...]:
    """Return a sentence about the files that are archived and that the ledger does not know, if there are any.

    A run archives a file before it records it, and a killed one is continued by the next: so where no run is
    unfinished, the ledger is not the one that belongs to the archive.
    """
    known = ledger.files()
    strange = sorted({sha256 for sha256 in workspace.archive.hashes() if sha256 not in known})
    if not strange or ledger.has_unfinished_run():
        return ()
    names = "、".join(f"{sha256[:8]}…" for sha256 in strange[:_SHOWN]) + "等" * (len(strange) > _SHOWN)
    return (
        f"有 {len(strange)} 个收到过的文件，台账里没有（{names}）：台账可能被换成了以前的，后来的决定也不在里面。"
        "请把原来的“台账.sqlite”放回来；找不回来的，运行 gouji collect 归档，把这些文件重新登记，决定要重新做。",
    )


def _size(path: Path) -> int:
    """Return a file's size; -1, which no record has, where it cannot be seen."""
    try:
        return path.stat().st_size
    except OSError:
        return -1
