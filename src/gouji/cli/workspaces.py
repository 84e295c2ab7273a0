"""What a command of a collection works with: the workspace, and the workers that share a long task."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gouji.collection.workspace.folder import Workspace
    from gouji.collection.workspace.workers import Executor


def workspace_of(folder: Path | None) -> Workspace:
    """Return the workspace in a folder; without a folder, the workspace in which the command runs.

    Raises GoujiError if there is no workspace.
    """
    from gouji.collection.workspace.folder import Workspace

    return Workspace.find(folder)


@contextlib.contextmanager
def executor_of(dask: str | None) -> Iterator[Executor]:
    """Give the executor: worker processes of this machine, or the cluster at an address."""
    from gouji.collection.workspace.workers import Cluster, local_workers

    if dask is None:
        yield local_workers
        return
    cluster = Cluster(dask)
    try:
        yield cluster
    finally:
        cluster.close()
