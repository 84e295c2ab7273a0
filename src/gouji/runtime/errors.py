"""The one family of errors that a caller can do something about."""

from __future__ import annotations

import errno
import re


class GoujiError(Exception):
    """Something is wrong with what we were given or with our disk; its text is one Chinese sentence.

    A mistake inside a report is never an error of this kind: it is a Finding.
    """


class EditionError(GoujiError):
    """An edition file says something that the form cannot mean; its text names the file and the place."""

    def __init__(self, sentence: object) -> None:
        super().__init__(on_one_line(str(sentence)))


class DocumentError(GoujiError):
    """A file is not a report that can be read; its text says what it is and what to do.

    A batch turns it into the verdict ``unreadable`` of that one file and goes on. What it quotes from the file has
    no line ends and no signs that steer a screen.
    """

    def __init__(self, sentence: object) -> None:
        super().__init__(on_one_line(str(sentence)))


def on_one_line(text: str) -> str:
    """Return a text without line ends and control signs, which a file may bring along to confuse its reader."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+", " ", text).strip()


_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EEXIST: "有同名的文件",
    errno.ENOTDIR: "路径里有一段不是文件夹",
    errno.ENOSPC: "磁盘满了",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘或者网络出错",
    errno.ENAMETOOLONG: "路径太长",
    errno.ELOOP: "快捷方式互相指向",
}


def reason(error: OSError) -> str:
    """Return what the system says, in the words of the office."""
    return _REASONS.get(error.errno or 0, f"系统错误 {error.errno}")
