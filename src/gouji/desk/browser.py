"""The officer's browser, started from a program."""

from __future__ import annotations

import os
import sys


def is_graphical() -> bool:
    """Tell whether this computer shows windows to whoever works here."""
    return sys.platform in ("win32", "darwin") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def open_browser(address: str) -> bool:
    """Open the officer's browser; return whether it was started."""
    import webbrowser  # every command imports this module, and none but the desk needs a browser

    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False
