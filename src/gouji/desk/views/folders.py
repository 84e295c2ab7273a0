"""The folders of a year that a page can open in the system's file manager: a fixed list, never a path from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from gouji.collection.mail.templates import FOLDER as TEMPLATES
from gouji.collection.outgoing.publishing import PAGES
from gouji.collection.steps.outcome import Line, Outcome
from gouji.collection.workspace.names import ARCHIVED, ISSUED, LAST_YEAR, RECEIVED, REPORTS, SENT_BACK, TOTALS
from gouji.desk.browser import is_graphical

FOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "year": ".",
        "received": RECEIVED,
        "archived": ARCHIVED,
        "issued": ISSUED,
        "sent_back": SENT_BACK,
        "reports": REPORTS,
        "totals": TOTALS,
        "pages": PAGES,
        "last_year": LAST_YEAR,
        "letters": TEMPLATES,
        "drafts_of_forms": f"{ISSUED}/邮件",
        "drafts_of_reminders": f"{SENT_BACK}/邮件",
        "drafts_of_answers": f"{SENT_BACK}/回执",
        "backups": "..",
    }
)
"""The folders by the key that a page sends, as paths in the workspace; backups are written beside it."""


def open_folder(workspace: Path, key: str) -> Outcome:
    """Open a folder of :data:`FOLDERS`; say where it is where it cannot be opened."""
    folder = (workspace / FOLDERS[key]).resolve()
    if not folder.is_dir():
        return Outcome((Line(f"还没有这个文件夹：{folder}", "look"),))
    if shown(folder):
        return Outcome((Line(f"文件夹已经打开：{folder}"),))
    return Outcome((Line(f"这台电脑上打不开文件夹的窗口，请自己打开：{folder}", "look"),))


def shown(folder: Path) -> bool:
    """Show a folder in the system's file manager; return whether there is one."""
    if sys.platform == "win32":
        try:
            os.startfile(folder)
        except OSError:
            return False
        return True
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if not program or not is_graphical():
        return False
    # It may stay for as long as its window is open, so somebody else waits for it.
    threading.Thread(target=_run, args=(program, folder), name="folder", daemon=True).start()
    return True


def _run(program: str, folder: Path) -> None:
    subprocess.run(
        [program, folder],
        check=False,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
