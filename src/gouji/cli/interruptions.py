"""Ctrl-C at any moment."""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import threading
from collections.abc import Iterator

_SOON = 0.01
"""Seconds after which the command is interrupted once more: what clears away objects has returned by then."""


@contextlib.contextmanager
def no_interruption_lost() -> Iterator[None]:
    """Raise Ctrl-C once more where it came while Python cleared away an object.

    What a finalizer raises is only printed, and the command would go on as if nobody had interrupted it.
    """
    former, again = sys.unraisablehook, list[threading.Timer]()

    def hook(unraisable: sys.UnraisableHookArgs) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            # What is raised in here would be lost as well.
            again.append(threading.Timer(_SOON, _interrupt))
            again[-1].daemon = True
            again[-1].start()
        else:
            former(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = former
        for timer in again:
            timer.cancel()


def _interrupt() -> None:
    """Interrupt the main thread, also where it waits for the system."""
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
