"""Run a command that kills itself and its workers before one of the statements by which it writes into a ledger.

``python dies_writing.py NUMBER FILE ARGUMENT…``: NUMBER counts these statements from 1; with 0 the command lives, and
FILE gets how many there were. So each kill comes at the same moment on every machine.
"""

from __future__ import annotations

import atexit
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

_WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE", "COMMIT")


def main() -> None:
    """Run gouji with the arguments after the first two."""
    number, counted_in, arguments = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    statements, connect = 0, sqlite3.connect

    def count(statement: str) -> None:
        nonlocal statements
        statements += statement.lstrip().upper().startswith(_WRITING)
        if statements == number > 0:
            os.killpg(0, signal.SIGKILL)

    def counted(*where: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*where, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = counted  # type: ignore[assignment]
    atexit.register(lambda: counted_in.write_text(str(statements)))
    sys.argv[1:] = arguments
    from gouji.cli import run

    run()


if __name__ == "__main__":
    main()
