"""What holds for every archive, whatever program made it: limits, safe names, and a sentence for what stays inside.

A reader of one format yields members, each with a name, what is odd about it and its content. This decides which of
them are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol

from gouji.collection.intake.attachments.contents import LARGEST_WHOLE, MOST_FILES, Budget, File
from gouji.collection.intake.attachments.names import safe_name
from gouji.formats.read import is_whole
from gouji.runtime.errors import DocumentError
from gouji.runtime.files import LARGEST_FILE

ODD_RATIO, ODD_SIZE = 200, 4 * 2**20
"""A file that grows this much is not a report; small repetitive files may."""
_DEEPEST_FOLDER = 5

_LEFTOVERS = re.compile(r"(?i)(.*/)?(__MACOSX/.*|\._[^/]*|~\$[^/]*|Thumbs\.db|desktop\.ini|\.DS_Store)")

Oddity = Literal["", "folder", "locked", "link", "outside", "method", "waiting"]
"""Why there is nothing to take out: a folder, a password, a link or device, a name that leads out of the archive and
that a library refuses, a way of packing that nobody reads, or one that waits for a program."""

BROKEN = "压缩包已经损坏，里面的文件一个也拆不出来。请单位重新压缩、重新发送。"
SPLIT = "这是分卷压缩包的一卷，单独拆不开。请单位不分卷，重新压缩、重新发送。"
MANY = f"压缩包里超过 {MOST_FILES} 个文件，没有拆开。请单位分成几个压缩包重新发送。"
LOCKED = "压缩包加了密码，没有拆开。请单位去掉密码后重新发送；知道密码的，解压以后把里面的文件放进“回收”文件夹。"
"""Where not even the names can be read."""
GROWS = "压缩包解开以后大得不正常，没有拆开。请单位检查后重新发送。"
_INCOMPLETE = "压缩包不完整，后面可能还有文件没有收到。请单位重新压缩、重新发送。"
_EMPTY = "压缩包是空的，里面没有文件。请单位重新发送。"
_ODD = "压缩包解开以后大得不正常，{}后面的文件没有拆出来。请单位检查后重新发送。"
_FULL = (
    f"压缩包解开以后太大（超过 {LARGEST_WHOLE // 2**20} MB 或者 {MOST_FILES} 个文件），后面的文件没有拆出来。"
    "请单位分成几个压缩包重新发送。"
)


_HELD: dict[Oddity, str] = {
    "locked": "压缩包加了密码，{}没有拆出来。"
    "请单位去掉密码后重新发送；知道密码的，解压以后把里面的文件放进“回收”文件夹。",
    "link": "{}是指向别处的链接，里面没有内容，没有拆出来。请单位把文件本身压缩进来，重新发送。",
    "method": "{}用了不常见的压缩方式，没有拆出来。请单位用电脑自带的压缩重新压缩、重新发送。",
    "outside": "{}的路径指向压缩包外面，没有拆出来。请单位把文件重新压缩、重新发送。",
}
"""What is said once for all files in an archive that have the same oddity."""


class CutError(Exception):
    """A file, or the archive from here on, is broken or cut off."""


class LargeError(Exception):
    """A file is larger than it may be."""


class GrowsError(Exception):
    """The archive, from here on, is larger than it may be."""


class Member(Protocol):
    """A file in an archive, as the reader of its format knows it."""

    @property
    def name(self) -> str:
        """The name as the archive states it, with / between its parts."""

    @property
    def oddity(self) -> Oddity:
        """Why there is no content to take out; empty for a file."""

    def content(self, largest: int) -> bytes:
        """Return the content. Raises CutError, LargeError where it has more than so many bytes, and GrowsError."""


class Known:
    """A member whose size is listed before anything is unpacked."""

    def __init__(self, name: str, oddity: Oddity, size: int) -> None:
        self.name, self.oddity, self.size = name, oddity, size
        self.chosen = False
        """Whether it was asked for."""
        self.data: bytes | None = None
        """The content, where it was had and is intact."""

    def content(self, largest: int) -> bytes:
        """Return the content."""
        if self.size > largest or not self.chosen:
            raise LargeError
        if self.data is None:
            raise CutError
        return self.data


def chosen(members: Iterable[Known], archive: int, budget: Budget) -> list[Known]:
    """Return the files to unpack: as many as may be taken, from the first; ``archive`` is the size of the archive.

    Raises DocumentError where they are more than an honest archive of that size holds.
    """
    files, size, wanted = budget.files, budget.bytes, []
    for member in members:
        if member.oddity or member.size > LARGEST_FILE:
            continue
        if not files or member.size > size:
            break
        files, size = files - 1, size - member.size
        member.chosen = True
        wanted.append(member)
    if budget.bytes - size > max(ODD_SIZE, ODD_RATIO * archive):
        raise DocumentError(GROWS)
    return wanted


def taken(
    members: Iterable[Member], budget: Budget, is_complete: Callable[[int], bool] = lambda seen: True
) -> Iterator[File | str]:
    """Yield the files of an archive, and a sentence for each that could not be taken out.

    ``is_complete`` learns how many members there were. The iterable may raise CutError and GrowsError where it cannot
    go on. Raises DocumentError where nothing can be had.
    """
    held: dict[Oddity, list[str]] = {oddity: [] for oddity in (*_HELD, "waiting")}
    count, seen, ended = 0, 0, ""
    iterator = iter(members)
    while not ended:
        try:
            member = next(iterator)
        except StopIteration:
            break
        except CutError:
            if not seen:
                raise DocumentError(BROKEN) from None
            ended = _INCOMPLETE
            break
        except GrowsError:
            ended = _ODD.format("")
            break
        seen += 1
        oddity = member.oddity
        if oddity == "folder":
            continue
        shown = shown_name(member)
        if _LEFTOVERS.fullmatch(member.name):  # its content decides
            content = b"" if oddity else _leftover(member, budget)
            if is_whole(content) and budget.take(len(content)):
                count += 1
                yield File(_names(member.name), content)
            continue
        count += 1
        if oddity in held:
            held[oddity].append(shown)
            continue
        try:
            content = member.content(budget.largest)
        except GrowsError:
            ended = _ODD.format(f"“{shown}”和")
        except CutError:
            yield f"“{shown}”在压缩包里已经损坏或者不完整，没有拆出来。请单位重新压缩、重新发送。"
        except LargeError:
            if budget.bytes < LARGEST_FILE:
                ended = _FULL
            else:
                yield f"“{shown}”解开以后大得不正常，没有拆出来。请单位检查后重新发送。"
        else:
            if budget.take(len(content)):
                yield File(_names(member.name), content)
            else:
                ended = _FULL
    for oddity, sentence in _HELD.items():
        if held[oddity]:
            yield sentence.format(some(held[oddity]))
    if not ended and not is_complete(seen):
        ended = _INCOMPLETE
    if ended or not count:
        yield ended or _EMPTY


def _names(name: str) -> tuple[str, ...]:
    """Return the folders and the name of a file; parts that would lead out of the folder are left out."""
    *folders, own = name.rstrip("/").split("/")
    named = [safe_name(part) for part in folders if part.strip(". ") and not re.fullmatch(r"[A-Za-z]:", part)]
    return (*named[-_DEEPEST_FOLDER:], safe_name(own))


def _leftover(member: Member, budget: Budget) -> bytes:
    """Return the content of a file that has the name of a leftover; nothing where there is none to be had."""
    try:
        return member.content(budget.largest)
    except (CutError, LargeError, GrowsError):
        return b""


def shown_name(member: Member) -> str:
    """Return the name of a member without its folders."""
    return member.name.rstrip("/").rpartition("/")[2]


def some(names: list[str]) -> str:
    """Return names, in quotation marks: the first three, and how many there are."""
    quoted = "、".join(f"“{name}”" for name in names[:3])
    return quoted if len(names) <= 3 else f"{quoted}等 {len(names)} 个文件"
