"""The one family of errors that a caller can do something about."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from typing import TypeVar

from gouji.runtime.printable import UNPRINTABLE

T = TypeVar("T")


class GoujiError(Exception):
    """Something is wrong with our input or our disk; the message is one Chinese sentence.

    A mistake inside a report never raises this error: it is a Finding.
    """


class EditionError(GoujiError):
    """An edition file is wrong; the message names the file and the place."""

    def __init__(self, sentence: object) -> None:
        super().__init__(on_one_line(str(sentence)))


class DocumentError(GoujiError):
    """A file cannot be read as a report; the message says why and what to do.

    A batch gives that file the verdict ``unreadable`` and continues. Quotes from the file contain no line ends and no
    control characters.
    """

    def __init__(self, sentence: object) -> None:
        super().__init__(on_one_line(str(sentence)))


class NoFormError(DocumentError):
    """A file is whole, as far as we can see, and holds no report: a letter, a list, a picture, an archive.

    Whoever collects reports takes it for an attachment, not for a submission that cannot be read.
    """


class Mistakes:
    """What is wrong with a file that somebody wrote, part by part, so that all of it is told in one run."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def unless_wrong(self, read: Callable[[], T], instead: T) -> T:
        """Return a part of the file; of a wrong one, keep the sentence and return something instead."""
        try:
            return read()
        except GoujiError as error:
            self.sentences.append(str(error))
            return instead

    def refuse(self) -> None:
        """Raise GoujiError with every sentence on a line of its own, if anything is wrong."""
        if self.sentences:
            raise GoujiError("\n".join(self.sentences))


_GAPS = re.compile(rf"[\s{UNPRINTABLE}]+")


def on_one_line(text: str) -> str:
    """Return a text without line ends and control characters, with which a file could confuse its reader."""
    return _GAPS.sub(" ", text).strip()


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
    """Return the reason of a system error in Chinese."""
    return _REASONS.get(error.errno or 0, f"系统错误 {error.errno}")
