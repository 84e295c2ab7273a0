"""Unpacking a container: an archive or a mail taken apart within limits, however deeply containers are nested.

Nothing is lost silently: whatever is inside becomes an item, which the readers judge, or a remark. Only the files that
operating systems leave everywhere, pictures in signatures, and our own mail inside a bounce are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.message import Message

import msgspec

from gouji.collection.intake.attachments import archives, bodies, mails, outlook, tnef
from gouji.collection.intake.attachments.bounces import Bounce
from gouji.collection.intake.attachments.contents import MOST_FILES, Budget, File
from gouji.collection.intake.attachments.courtesies import Courtesy
from gouji.collection.intake.attachments.kinds import closed, kind_of
from gouji.collection.intake.attachments.names import UniquePaths, safe_name
from gouji.collection.intake.attachments.origin import Origin, origin_of
from gouji.collection.intake.attachments.programs import Missing
from gouji.formats.read import may_be_a_report
from gouji.runtime.errors import DocumentError, on_one_line
from gouji.runtime.files import LARGEST_FILE

_DEEPEST = 6
"""Containers inside one another, of any kind."""
_DEEPEST_ARCHIVE = 2
"""Archives inside one another."""
_MOST_REMARKS = 200

UNNAMED = "（没有写，或者写得不规范）"
"""The sender of a mail that does not name exactly one."""
_SOMEBODY = "（没有写）"


class Item(msgspec.Struct, frozen=True):
    """A file that was in a container."""

    path: tuple[str, ...]
    """The container's own name, the names of containers and folders from the outside in, and the file's name."""
    data: bytes
    sent: str = ""
    """When the mail that it came with was sent (ISO, UTC, without an offset)."""
    sender: str = ""
    """The address that the mail was sent from, in lower case; :data:`UNNAMED` where that is not certain."""
    forwarded: str = ""
    """Who wrote it, as a mail says that another one has passed on; nobody vouches for it."""
    notice: bool = False
    """Whether it came with a notice of a mail system, which mostly returns a mail of ours."""
    returned: str = ""
    """The id of the mail inside that notice."""


class Unpacked(msgspec.Struct, frozen=True):
    """What was in a container."""

    items: tuple[Item, ...] = ()
    remarks: tuple[str, ...] = ()
    """What the officer has to know or to do, each in one or two Chinese sentences."""
    origin: Origin | None = None
    """Who wrote the mail and what it answers, where the container is one mail."""
    bounces: tuple[Bounce, ...] = ()
    senders: dict[str, str] = {}
    """Who has to do with each remark: the sender of the mail, or the address that a bounce is about."""
    courtesies: tuple[Courtesy, ...] = ()
    """The mails that bring nothing and ask for nothing."""
    is_waiting: bool = False
    """Whether a program that would open more of it is missing on this machine; the remarks say which."""


def is_container(name: str, data: bytes) -> bool:
    """Tell by its content whether a file is a container; unpacking it may still fail."""
    return bool(kind_of(name, data))


def unpack(name: str, data: bytes) -> Unpacked:
    """Return everything that is inside a container; a file that is not a container is its own only item.

    Raises DocumentError where it cannot be opened at all; its text says what to do.
    """
    unpacking = _Unpacking()
    unpacking.open(_Place((safe_name(name),)), data)
    return unpacking.result()


class _Place(msgspec.Struct, frozen=True):
    """Where something is inside a container, and whose mail brought it."""

    path: tuple[str, ...]
    depth: int = 0
    """The number of containers around it."""
    archives: int = 0
    """The number of archives around it."""
    sent: str = ""
    sender: str = ""
    """Of the outermost mail: only who has delivered something can be known, not what is written inside."""
    forwarded: str = ""
    notice: bool = False
    returned: str = ""

    def inside(self, names: Iterable[str], *, of_archive: bool = False) -> _Place:
        """Return the place of something in the container that is here."""
        return msgspec.structs.replace(
            self, path=(*self.path, *names), depth=self.depth + 1, archives=self.archives + of_archive
        )


class _Unpacking:
    """A container that is being taken apart."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._remarks: dict[str, str] = {}
        self._courtesies: list[Courtesy] = []
        self._bounces: list[Bounce] = []
        self._origin: Origin | None = None
        self._budget = Budget()
        self._unique = UniquePaths()
        self._waiting = False

    def result(self) -> Unpacked:
        remarks = list(self._remarks)
        if len(remarks) > _MOST_REMARKS:
            more = len(remarks) - _MOST_REMARKS
            remarks[_MOST_REMARKS:] = [f"另有 {more} 处类似的情况没有列出。请单位重新整理后发送。"]
        return Unpacked(
            tuple(self._items),
            tuple(remarks),
            self._origin,
            tuple(self._bounces),
            {remark: sender for remark, sender in self._remarks.items() if sender and remark in remarks},
            tuple(self._courtesies),
            self._waiting,
        )

    def open(self, place: _Place, data: bytes) -> None:
        """Take a container apart, and keep any other file."""
        kind = kind_of(place.path[-1], data)
        if not kind:
            self._keep(place, data)
            return
        try:
            if kind == "closed":
                raise DocumentError(closed(place.path[-1], data))
            if place.depth >= _DEEPEST or (kind == "archive" and place.archives >= _DEEPEST_ARCHIVE):
                raise DocumentError(
                    "压缩包或者邮件一层套一层，里面的没有拆开。请保存出来，解压以后把里面的文件放进“回收”文件夹。"
                )
            self._take_apart(place, kind, data)
        except DocumentError as problem:
            if not place.depth:
                raise
            self._remark(place, str(problem))
            self._keep(place, data)

    def _take_apart(self, place: _Place, kind: str, data: bytes) -> None:
        if kind == "archive":
            for found in archives.unpacked(place.path[-1], data, self._budget):
                if isinstance(found, File):
                    self.open(place.inside(found.names, of_archive=True), found.data)
                elif isinstance(found, Missing):
                    self._waiting = True
                    self._remark(place, found.sentence)
                else:
                    self._remark(place, found)
        elif kind == "mails":
            for number, one in enumerate(mails.mails_in(data), 1):
                if number > MOST_FILES:
                    self._remark(
                        place, f"文件里超过 {MOST_FILES} 封邮件，后面的没有拆开。请分成几个文件，再放进“回收”文件夹。"
                    )
                    break
                self._mail_of_mbox(place, number, one)
        elif kind == "winmail":
            self._winmail(place, data)
        elif kind == "outlook":
            message, is_whole = outlook.message_of(data)
            if not is_whole:
                self._remark(
                    place, "邮件不完整，有的附件没有了。请在 Outlook 里打开看一看；缺了附件的，请单位重新发送。"
                )
            self._mail(place, message)
        else:
            self._mail(place, mails.parsed(data))

    def _keep(self, place: _Place, data: bytes) -> None:
        if place.notice and not may_be_a_report(data):
            return
        path = self._unique.path(place.path)
        facts = (place.sent, place.sender, place.forwarded, place.notice, place.returned)
        self._items.append(Item(path, data, *facts))

    def _remark(self, place: _Place, sentence: str, about: str = "") -> None:
        """Keep a remark; ``about`` is the address that it is about, if not the sender's."""
        if place.notice and not about:
            return  # on a mail of ours that is returned
        where = "/".join(place.path[1:])
        sender = about or ("" if place.sender == UNNAMED else place.sender)
        self._remarks[on_one_line(f"“{where}”：{sentence}" if where else sentence)] = sender

    # ---------------------------------------------------------------- mails

    def _mail_of_mbox(self, place: _Place, number: int, data: bytes) -> None:
        try:
            message = mails.parsed(data)
        except DocumentError as problem:
            self._remark(place.inside((f"第 {number} 封邮件",)), str(problem))
            return
        subject = safe_name(origin_of(message).subject, f"邮件{number}")
        self._mail(place.inside((f"{subject}.eml",)), message)

    def _winmail(self, place: _Place, data: bytes) -> None:
        found = list(tnef.files(data))
        if not found:
            raise DocumentError(
                "附件被 Outlook 包在 winmail.dat 里，取不出来。请单位在 Outlook 里改用“HTML”或者“纯文本”格式重新发送。"
            )
        for file in found:
            self._take(place, file)
        if not tnef.is_whole(data):
            self._remark(place, "winmail.dat 不完整，后面可能还有附件没有取出来。请单位重新发送。")

    def _mail(self, place: _Place, message: Message) -> None:
        mail = mails.taken_apart(message)
        if not place.depth:
            self._origin = mail.origin
        place = _delivered(place, mail.origin)
        for remark in mail.remarks:
            self._remark(place, remark)
        if mail.notice:
            self._keep_bounces(place, mail)
            place = msgspec.structs.replace(place, notice=True)
        elif place.notice:
            place = msgspec.structs.replace(place, returned=mail.origin.message_id)
        items_before, remarks_before = len(self._items), len(self._remarks)
        for attached in mail.attached:
            if isinstance(attached, File):
                self._take(place, attached)
            else:
                self._forwarded(place.inside((attached.name,)), attached)
        arrived = self._items[items_before:]
        if mail.courtesy and not mail.bounces and (mail.notice or not arrived):
            self._courtesies.append(mail.courtesy)
            return
        if place.notice:
            return
        cloud = "" if any(may_be_a_report(item.data) for item in arrived) else bodies.elsewhere(mail.text, mail.html)
        if cloud:
            self._remark(
                place,
                f"邮件里没有填报表，只有“{cloud}”的下载链接，过期就打不开了。"
                "请尽快打开链接，下载以后放进“回收”文件夹，或者请单位作为普通附件重新发送。",
            )
        elif not arrived and len(self._remarks) == remarks_before and not mail.remarks:
            self._remark(
                place, f"邮件没有附件{_first_words(mail.text)}。请看一看邮件的内容；该有填报表的，请单位重新发送。"
            )

    def _forwarded(self, place: _Place, forwarded: mails.Forwarded) -> None:
        if place.depth >= _DEEPEST:
            self._remark(place, "邮件一层套一层，里面的没有拆开。请在邮件程序里打开，把附件保存到“回收”文件夹。")
        else:
            self._mail(place, forwarded.message)

    def _take(self, place: _Place, file: File) -> None:
        inner = place.inside(file.names)
        if len(file.data) > LARGEST_FILE or not self._budget.take(len(file.data)):
            self._remark(inner, "邮件的附件太多或者太大，这个文件没有取出来。请在邮件程序里把它保存到“回收”文件夹。")
        else:
            self.open(inner, file.data)

    def _keep_bounces(self, place: _Place, mail: mails.Mail) -> None:
        self._bounces += mail.bounces
        for bounce in mail.bounces:
            to = f"发给 {bounce.address} 的" if bounce.address else "发出的"
            why = f"（{' '.join(filter(None, (bounce.status, bounce.reason)))}）".replace("（）", "")
            self._remark(place, f"这是退信：{to}邮件没有送到{why}。请核对邮箱地址后重新发送。", bounce.address)


def _delivered(place: _Place, origin: Origin) -> _Place:
    """Return the place of a mail with who has delivered it, which a mail inside another one cannot change."""
    if not place.sender:
        passed_on = _SOMEBODY if origin.is_forward else ""
        return msgspec.structs.replace(
            place, sent=origin.sent or place.sent, sender=origin.sender or UNNAMED, forwarded=passed_on
        )
    stated = origin.sender or origin.sender_name or _SOMEBODY
    return msgspec.structs.replace(place, forwarded=stated)


def _first_words(text: str) -> str:
    line = bodies.first_line(text)
    return f"，正文开头是“{line}”" if line else "，正文也是空的"
