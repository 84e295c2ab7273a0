"""Files in a folder that are nobody's submission: left by programs, half downloaded, placeholders, shortcuts.

The name makes a file suspicious, its content decides: a whole report is taken in under whatever name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from gouji.collection.intake.attachments.unpack import is_container
from gouji.formats.read import is_whole
from gouji.jobs.batch import is_leftover
from gouji.runtime.endings import breaks_off
from gouji.runtime.errors import GoujiError
from gouji.runtime.files import open_file

_HALF = (
    *(".crdownload", ".part", ".partial", ".tmp", ".temp", ".download", ".opdownload"),  # browsers
    *(".td", ".xltd", ".downloading", ".qkdownloading", ".aria2", ".!qb"),  # download managers
)
_POINTERS = (".lnk", ".url", ".webloc", ".desktop", ".icloud", ".cloud", ".onedrive")

Suspicion = Literal["", "leftover", "empty", "half", "pointer"]

_NOTES: dict[Suspicion, str] = {
    "empty": "文件是空的（0 字节），没有收：可能没有下载完，或者是同步程序的占位文件。请下载完整以后再收一遍。",
    "half": "文件没有下载完，没有收。请下载完整以后再收一遍；下载完了的，这个文件可以删除。",
    "pointer": "这是快捷方式或者同步程序的占位文件，里面没有内容，没有收。请把文件本身放进“回收”。",
}


def suspicion_of(name: str, data: bytes) -> Suspicion:
    """Return why a file is not taken in; empty where it is, however it is called."""
    if not data:
        return "leftover" if is_leftover(name) else "empty"
    small = name.lower()
    suspected: Suspicion = (
        "half"
        if small.endswith(_HALF)
        else "pointer"
        if small.endswith(_POINTERS)
        else "leftover"
        if is_leftover(name)
        else ""
    )
    if not suspected or is_whole(data) or (is_container(name, data) and not breaks_off(data)):
        return ""
    return suspected


def note_of(suspicion: Suspicion) -> str:
    """Return what the officer is told about a file that was not taken in; nothing about what programs leave."""
    return _NOTES.get(suspicion, "")


def is_waiting(path: Path, name: str) -> bool:
    """Tell whether the next run would take a file in; only a file with a suspicious name is opened for that."""
    if not (is_leftover(name) or name.lower().endswith((*_HALF, *_POINTERS))):
        return _size(path) != 0
    try:
        return not suspicion_of(name, open_file(path).data)
    except GoujiError:
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
