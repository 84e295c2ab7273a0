"""The files of a run on the disk: their names in the ledger, and when they were sent."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from gouji.collection.intake.unfinished import is_waiting
from gouji.collection.ledger.ledger import Ledger
from gouji.collection.workspace.archive import PORTIONS
from gouji.collection.workspace.folder import Workspace
from gouji.collection.workspace.names import RECEIVED
from gouji.jobs.batch import folders_in
from gouji.runtime.printable import readable_name

_UTC_OFFSET = "+00:00"
_SHOWN = 5


class SourcesIn(msgspec.Struct, frozen=True):
    """Files in one folder: their names, and their names in the ledger, the same wherever the workspace is."""

    folder: str
    names: list[str]
    top: str
    """What their names in the ledger begin with: where the folder is."""

    @property
    def sources(self) -> list[str]:
        """The names in the ledger."""
        return [self.top + readable_name(name) for name in self.names]

    def portion(self, first: int, end: int) -> SourcesIn:
        """Return some of the files."""
        return msgspec.structs.replace(self, names=self.names[first:end])


def sources_in(
    paths: Sequence[Path],
    workspace: Path,
    closed: Callable[[Path, str], None],
    linked: Callable[[Path], None] = lambda folder: None,
) -> Iterator[SourcesIn]:
    """Yield the files of a run by their folders, in order: ``paths`` are the files and folders that are collected.

    ``closed`` and ``linked`` are those of :func:`gouji.jobs.batch.files_in`, which says what is raised.
    """
    tops = [path if path.is_dir() else path.parent for path in paths]
    for folder, names in folders_in(paths, closed, linked, leftovers=True):
        here = Path(folder)
        try:
            named = here.relative_to(workspace)
        except ValueError:
            collected = next((top for top in tops if here.is_relative_to(top)), here)
            named = Path(collected.name) / here.relative_to(collected)
        yield SourcesIn(folder, names, "".join(f"{readable_name(part)}/" for part in named.parts))


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
    sizes = ledger.files()
    known = {(arrival.source, sizes[arrival.sha256]) for arrival in ledger.arrivals()}
    found = sources_in([folder / RECEIVED], folder, lambda path, why: None)
    return [
        source
        for one in found
        for name, source in zip(one.names, one.sources, strict=True)
        if (source, _size(path := Path(one.folder, name))) not in known and is_waiting(path, name)
    ]


def lost_from_archive(workspace: Workspace, ledger: Ledger) -> list[str]:
    """Return the hashes of the files that have arrived and that the archive does not have, or not in their length."""
    archive, arrived = workspace.archive, ledger.arrived
    return [sha256 for portion in PORTIONS for sha256 in archive.missing(portion, arrived.files_from(portion))]


def not_in_the_ledger(workspace: Workspace, ledger: Ledger) -> tuple[str, ...]:
    """Return a sentence about the files that are archived and that the ledger does not know, if there are any.

    A run archives a file before it records it, and a killed one is continued by the next: so where no run is
    unfinished, the ledger is not the one that belongs to the archive.
    """
    strange = sorted({sha256 for sha256 in workspace.archive.hashes() if not ledger.file_name(sha256)})
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
