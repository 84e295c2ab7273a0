"""Start the workers of a command before anything else is imported.

Somebody who checks one file waits for two processes: the command, and the worker that reads the file. The command line
is not parsed yet, so this only looks at its words. If it is wrong, a process was started in vain and is stopped.
"""

from __future__ import annotations

from collections.abc import Sequence

from gouji.jobs.needed import needed_for

_HELP = {"-h", "--help"}


def start_workers(arguments: Sequence[str]) -> None:
    """Start workers, if the command with these arguments is going to hand files to them at once."""
    if arguments[:1] != ["check"] or not _HELP.isdisjoint(arguments):
        return
    from gouji.runtime.worker_processes import start_ahead

    start_ahead(needed_for(arguments[1:]))
