"""Files that come through a page: each is written whole into a folder of its own in 回收, under a name that is safe."""

from __future__ import annotations

import datetime
import re
import secrets
import shutil
import sys
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import IO, Self

import msgspec

from gouji.collection.intake.attachments.names import UniquePaths, safe_name
from gouji.collection.workspace.names import RECEIVED
from gouji.jobs.batch import is_leftover
from gouji.runtime.errors import GoujiError, reason
from gouji.runtime.files import LARGEST_FILE
from gouji.runtime.output import make_folder, write_aside
from gouji.runtime.printable import readable_name

PREFIX = "页面收的"
_NAMED = re.compile(rf"{PREFIX} \d{{4}}-\d\d-\d\d \d{{6}}(?: \(\d+\))?")

MOST_FILES = 5000
MOST_BYTES = 4 * 2**30
DEEPEST = 8
"""What one upload may bring: files, their size together, and folders inside one another."""

_REMEMBERED = 20
"""Uploads whose refused files a page may still name."""
_LONGEST_PATH = 200
"""Characters of a path that a sentence quotes."""


class Refused(msgspec.Struct, frozen=True):
    """A file that was not stored."""

    path: str
    why: str


class Upload:
    """The files of one drop or one form. Several requests may bring them."""

    def __init__(self, workspace: Path, now: datetime.datetime) -> None:
        self.id = secrets.token_urlsafe(12)
        self.into, self._now = workspace / RECEIVED, now
        self.folder: Path | None = None
        """The folder that they come into, made for the first of them; no other upload has it."""
        self.refused: list[Refused] = []
        self.stored = 0
        self._bytes = 0
        self._paths = UniquePaths()
        self._lock = threading.Lock()

    def take(self, path: str, size: int, content: IO[bytes] | None) -> str:
        """Store a file and return why not, or nothing; the reason is remembered.

        ``path`` is what the browser calls it: the folders that were dropped, and its name. ``size`` is what the browser
        says of a file that it does not send, without ``content``, because it is too large or cannot be read.
        """
        with self._lock:
            try:
                self._store(path, size, content)
            except GoujiError as error:
                self.refused.append(Refused(_quoted(path), str(error)))
                return str(error)
            self.stored += 1
            return ""

    def _store(self, path: str, size: int, content: IO[bytes] | None) -> None:
        parts = _parts(path)
        if self.stored >= MOST_FILES:
            raise GoujiError(f"一次最多收 {MOST_FILES} 个文件，后面的没有收。请分几次收。")
        if len(parts) > DEEPEST + 1:
            raise GoujiError(f"文件夹套了超过 {DEEPEST} 层，太深，没有收。请把里面的文件单独拖进来。")
        data = content.read(LARGEST_FILE + 1) if content is not None else b""
        if max(size, len(data)) > LARGEST_FILE:
            raise GoujiError(f"文件超过 {LARGEST_FILE // 2**20} MB，没有收。请单位用填报表重新填写、重新发送。")
        if content is None:
            raise GoujiError("浏览器读不出这个文件，没有收。请检查文件是不是还在、有没有权限，再收一遍。")
        if self._bytes + len(data) > MOST_BYTES:
            raise GoujiError(f"一次最多收 {MOST_BYTES // 2**30} GB，后面的没有收。请分几次收。")
        self.folder = self.folder or _new_folder(self.into, self._now)
        target = self._free(self.folder, parts)
        make_folder(target.parent)
        write_aside(target, data)
        self._bytes += len(data)

    def _free(self, folder: Path, parts: tuple[str, ...]) -> Path:
        """Return a path that nothing has: not by its letters, and not by those that the system takes for the same."""
        target = folder.joinpath(*self._paths.path(parts))
        while target.exists():
            target = folder.joinpath(*self._paths.path(parts))
        return target


class Uploads:
    """The uploads of a desk: those that are going on, and the last ones."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Upload] = OrderedDict()

    def begin(self, workspace: Path, now: datetime.datetime) -> Upload:
        """Begin an upload."""
        upload = Upload(workspace, now)
        self._known[upload.id] = upload
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return upload

    def of(self, id: str, workspace: Path) -> Upload | None:
        """Return an upload into a workspace by its id."""
        upload = self._known.get(id)
        return upload if upload is not None and upload.into == workspace / RECEIVED else None

    def refused(self, name: str, workspace: Path) -> tuple[Refused, ...]:
        """Return what was not stored of the upload into a folder."""
        folder = workspace / RECEIVED / name
        return next((tuple(one.refused) for one in list(self._known.values()) if one.folder == folder), ())


class Lent:
    """Files of a form that a step reads once: in a folder outside every workspace, which is removed afterwards."""

    def __init__(self) -> None:
        self.files: list[Path] = []
        self._paths = UniquePaths()
        self._folder: Path | None = None
        self._bytes = 0

    def take(self, path: str, content: IO[bytes]) -> None:
        """Store a file under a safe name; raises GoujiError that says why not."""
        parts = _parts(path)
        if len(self.files) >= MOST_FILES:
            raise GoujiError(f"一次最多 {MOST_FILES} 个文件。请分几次。")
        if len(parts) > DEEPEST + 1:
            raise GoujiError(f"文件夹套了超过 {DEEPEST} 层，太深。请选里面的文件。")
        data = content.read(LARGEST_FILE + 1)
        self._bytes += len(data)
        if len(data) > LARGEST_FILE or self._bytes > MOST_BYTES:
            raise GoujiError(f"“{_quoted(path)}”太大（一个文件最多 {LARGEST_FILE // 2**20} MB），没有读。")
        try:
            self._folder = self._folder or Path(tempfile.mkdtemp(prefix="gouji-"))
            target = self._folder.joinpath(*self._paths.path(parts))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError as error:
            raise GoujiError(f"“{_quoted(path)}”没有收下：{reason(error)}。") from error
        self.files.append(target)

    def close(self) -> None:
        """Remove the files."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def is_upload(name: str) -> bool:
    """Tell whether a folder's name is that of an upload."""
    return _NAMED.fullmatch(name) is not None


def _new_folder(into: Path, now: datetime.datetime) -> Path:
    make_folder(into)
    name = f"{PREFIX} {now:%Y-%m-%d %H%M%S}"
    number = 1
    while True:
        folder = into / (name if number == 1 else f"{name} ({number})")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        except OSError as error:
            raise GoujiError(f"“{RECEIVED}”里建不了文件夹：{reason(error)}。请检查磁盘和权限后再收一遍。") from error
        else:
            return folder


def _parts(path: str) -> tuple[str, ...]:
    """Return the folders and the name of a file, safe on every system: no part leads out of the upload."""
    *folders, name = [part for part in re.split(r"[\\/]", path) if part.strip(". ")] or [""]
    # A folder whose name is that of a leftover would not be looked into.
    return (*(f"_{safe}" if is_leftover(safe := _safe(part)) else safe for part in folders), _safe(name))


def _safe(part: str) -> str:
    """Return a part of a path that every system accepts, and that this one can write in its encoding."""
    encoding = sys.getfilesystemencoding()
    return safe_name(part).encode(encoding, "replace").decode(encoding).replace("?", "_")


def _quoted(path: str) -> str:
    shown = readable_name(path)
    return shown if len(shown) <= _LONGEST_PATH else f"…{shown[-_LONGEST_PATH:]}"
