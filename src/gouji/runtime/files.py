"""A file read whole: never changed, known by its hash."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

from gouji.runtime.errors import DocumentError, GoujiError, reason

LARGEST_FILE = 64 * 2**20


@dataclass(frozen=True)
class File:
    """A file with its content at the time of reading."""

    path: Path
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash of the content."""
        return hashlib.sha256(self.data).hexdigest()


def open_file(path: Path | str) -> File:
    """Read a whole file.

    Raises GoujiError if the file does not exist, and DocumentError if it cannot contain a report: a folder, a device, a
    file that is too large or that cannot be read.
    """
    path = Path(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise DocumentError("这是文件夹或者设备，不是文件，读不了。请给出文件的名称。")
        if status.st_size > LARGEST_FILE:
            raise DocumentError(
                f"文件有 {status.st_size // 2**20} MB，大得不正常，没有打开。请单位用填报表重新填写、重新发送。"
            )
        return File(path, _whole(path))
    except FileNotFoundError:
        raise GoujiError(f"找不到“{path}”。请检查文件名和位置。") from None
    except OSError as error:
        raise DocumentError(f"文件读不出来：{reason(error)}。请检查文件和磁盘后再试。") from None


def _whole(path: Path) -> bytes:
    """Return the content of a file, within the size limit even if the file grows or is replaced meanwhile."""
    with path.open("rb") as stream:
        data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise DocumentError("文件大得不正常，没有打开。请单位用填报表重新填写、重新发送。")
    return data
