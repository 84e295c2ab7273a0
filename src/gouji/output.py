"""Writing results: aside first, then moved into place, so that nothing is ever half written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from gouji.errors import GoujiError


def write_aside(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file whole or not at all.

    Raises GoujiError where it cannot be written; what stood there before is then untouched.
    """
    target = Path(path)
    aside = ""
    try:
        descriptor, aside = tempfile.mkstemp(prefix=".gouji-", suffix=target.suffix, dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        # mkstemp makes files that only the owner can read; results are meant to be passed on.
        Path(aside).chmod(0o666 & ~_umask())
        os.replace(aside, target)  # noqa: PTH105 - replaces on Windows too
    except OSError as error:
        if aside:
            with contextlib.suppress(OSError):
                Path(aside).unlink()
        raise GoujiError(_sentence(target, error)) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sentence(target: Path, error: OSError) -> str:
    if not target.parent.is_dir():
        return f"写不了“{target}”：没有“{target.parent}”这个文件夹。请先建好文件夹，或者换一个位置。"
    if target.is_dir():
        return f"写不了“{target}”：这是一个文件夹。请写出文件名。"
    if isinstance(error, PermissionError):
        return f"写不了“{target}”：没有权限，或者文件正在别的程序里打开。请关闭它，或者换一个文件名。"
    return f"写不了“{target}”：{error.strerror or error}。"
