"""Writing results: aside first, then moved into place, so that nothing is ever half written."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from gouji.runtime.errors import GoujiError, reason


def write_aside(path: Path | str, data: bytes) -> None:
    """Write a file completely or not at all; an older file with that name is replaced in one step.

    Raises GoujiError if the file cannot be written. An older file is then unchanged.
    """
    path = Path(path)
    aside = path.parent / f"{_mine()}{uuid4().hex}.tmp"
    try:
        aside.write_bytes(data)
        aside.replace(path)
    except BaseException as error:  # Ctrl-C leaves nothing behind either
        with suppress(OSError):
            aside.unlink()
        if isinstance(error, OSError):
            raise GoujiError(f"写不了“{path}”：{_reason(path, error)}") from error
        raise


def is_being_written(aside: Path) -> bool:
    """Tell whether a file that stands aside is one that another thread of this program is writing, and no leftover."""
    return aside.name.startswith(_mine())


def _mine() -> str:
    return f".gouji-{os.getpid()}-"


def _reason(path: Path, error: OSError) -> str:
    if not path.parent.is_dir():
        return f"没有“{path.parent}”这个文件夹。请先建好，或者换一个位置。"
    if path.is_dir():
        return "这是一个文件夹。请写明文件名。"
    if isinstance(error, PermissionError):
        return "没有权限，或者文件正在 Excel、Word、WPS 里打开。请关闭文件，或者换一个文件名。"
    return f"{reason(error)}。请检查磁盘空间和文件名，或者换一个位置。"


def make_folder(path: Path) -> None:
    """Create a folder and its parents if they do not exist.

    Raises GoujiError if they cannot be created.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GoujiError(f"建不了“{path}”这个文件夹：{reason(error)}。") from error


def targets_in(output: Path, source: Path, files: Sequence[Path], suffix: str) -> dict[Path, Path]:
    """Return the target of each file's result in an output folder with the same subfolders, which are created.

    If two files differ only in their endings, the names of their results keep the endings, so that neither replaces
    the other.
    """
    inside = {file: file.relative_to(source) for file in files}
    results = Counter(path.with_suffix(suffix) for path in inside.values())
    targets = {}
    for file, path in inside.items():
        plain = path.with_suffix(suffix)
        targets[file] = output / (plain if results[plain] == 1 else path.with_name(path.name + suffix))
        make_folder(targets[file].parent)
    return targets
