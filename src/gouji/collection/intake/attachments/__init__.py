"""What a received file that is no report holds: zips and mails, taken apart within limits, however they are nested.

Nothing that came is missing silently: whatever is inside is an item, for the readers to say what it is, or a remark.
Only what systems leave everywhere, the pictures of signatures, and our own mail that came back are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.message import Message

import msgspec

from gouji.collection.intake.attachments import bodies, mails, tnef, zips
from gouji.collection.intake.attachments.bounces import Bounce
from gouji.collection.intake.attachments.contents import MOST_FILES, Budget, File
from gouji.collection.intake.attachments.kinds import closed, kind_of
from gouji.collection.intake.attachments.letters import Letter, letter_of
from gouji.collection.intake.attachments.names import Apart, safe_name
from gouji.formats.read import may_be_a_report
from gouji.runtime.errors import DocumentError, on_one_line
from gouji.runtime.files import LARGEST_FILE

__all__ = ["Bounce", "Item", "Letter", "Parcel", "is_parcel", "unpack"]

_DEEPEST = 6
"""Parcels in parcels of whatever kind."""
_DEEPEST_ZIP = 2
_MOST_REMARKS = 200


class Item(msgspec.Struct, frozen=True):
    """A file that was in a parcel."""

    path: tuple[str, ...]
    """The parcel's own name, those of what is inside it from outside in (parcels, folders), and the file's."""
    data: bytes
    sent: str = ""
    """When the mail was sent that it was attached to (ISO, UTC, without an offset)."""
    sender: str = ""
    """The address that it was sent from, in small letters."""


class Parcel(msgspec.Struct, frozen=True):
    """What was in a parcel."""

    items: tuple[Item, ...] = ()
    remarks: tuple[str, ...] = ()
    """What the officer has to know or to do; each one Chinese sentence or two."""
    letter: Letter | None = None
    """The headers, where the parcel is one mail."""
    bounces: tuple[Bounce, ...] = ()


def is_parcel(name: str, data: bytes) -> bool:
    """Tell whether a file is to be unpacked, by what it holds; it may turn out that it cannot be."""
    return bool(kind_of(name, data))


def unpack(name: str, data: bytes) -> Parcel:
    """Return everything that is inside a parcel; a file that is none is its own only item.

    Raises DocumentError where it cannot be opened at all; its text says what to do.
    """
    unpacking = _Unpacking()
    unpacking.open(_Place((safe_name(name),)), data)
    return unpacking.parcel()


class _Place(msgspec.Struct, frozen=True):
    """Where something lies in a parcel, and whose mail brought it."""

    path: tuple[str, ...]
    parcels: int = 0
    """How many are around it."""
    zips: int = 0
    sent: str = ""
    sender: str = ""

    def inside(self, names: Iterable[str], *, of_zip: bool = False) -> _Place:
        """Return the place of something in the parcel that lies here."""
        return msgspec.structs.replace(
            self, path=(*self.path, *names), parcels=self.parcels + 1, zips=self.zips + of_zip
        )


class _Unpacking:
    """A parcel that is being taken apart."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._remarks: dict[str, None] = {}
        self._bounces: list[Bounce] = []
        self._letter: Letter | None = None
        self._budget = Budget()
        self._apart = Apart()

    def parcel(self) -> Parcel:
        remarks = list(self._remarks)
        if len(remarks) > _MOST_REMARKS:
            more = len(remarks) - _MOST_REMARKS
            remarks[_MOST_REMARKS:] = [f"另有 {more} 处类似的情况没有列出。请单位重新整理后发送。"]
        return Parcel(tuple(self._items), tuple(remarks), self._letter, tuple(self._bounces))

    def open(self, place: _Place, data: bytes) -> None:
        """Take apart what is a parcel, and keep what is not."""
        kind = kind_of(place.path[-1], data)
        if not kind:
            self._keep(place, data)
            return
        try:
            if kind == "closed":
                raise DocumentError(closed(data))
            if place.parcels >= _DEEPEST or (kind == "zip" and place.zips >= _DEEPEST_ZIP):
                raise DocumentError(
                    "压缩包或者邮件一层套一层，里面的没有拆开。请保存出来，解压以后把里面的文件放进“回收”文件夹。"
                )
            self._taken_apart(place, kind, data)
        except DocumentError as problem:
            if not place.parcels:
                raise
            self._tell(place, str(problem))
            self._keep(place, data)

    def _taken_apart(self, place: _Place, kind: str, data: bytes) -> None:
        if kind == "zip":
            for found in zips.unzip(data, self._budget):
                if isinstance(found, str):
                    self._tell(place, found)
                else:
                    self.open(place.inside(found.names, of_zip=True), found.data)
        elif kind == "mails":
            for number, one in enumerate(mails.mails_in(data), 1):
                if number > MOST_FILES:
                    self._tell(
                        place, f"文件里超过 {MOST_FILES} 封邮件，后面的没有拆开。请分成几个文件，再放进“回收”文件夹。"
                    )
                    break
                self._one_of_many(place, number, one)
        elif kind == "winmail":
            self._winmail(place, data)
        else:
            self._mail(place, mails.parsed(data))

    def _keep(self, place: _Place, data: bytes) -> None:
        self._items.append(Item(self._apart.path(place.path), data, place.sent, place.sender))

    def _tell(self, place: _Place, sentence: str) -> None:
        where = "/".join(place.path[1:])
        self._remarks[on_one_line(f"“{where}”：{sentence}" if where else sentence)] = None

    # ---------------------------------------------------------------- mails

    def _one_of_many(self, place: _Place, number: int, data: bytes) -> None:
        try:
            message = mails.parsed(data)
        except DocumentError as problem:
            self._tell(place.inside((f"第 {number} 封邮件",)), str(problem))
            return
        subject = safe_name(letter_of(message).subject, f"邮件{number}")
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
            self._tell(place, "winmail.dat 不完整，后面可能还有附件没有取出来。请单位重新发送。")

    def _mail(self, place: _Place, message: Message) -> None:
        mail = mails.taken_apart(message)
        if not place.parcels:
            self._letter = mail.letter
        place = msgspec.structs.replace(
            place, sent=mail.letter.sent or place.sent, sender=mail.letter.sender or place.sender
        )
        for remark in mail.remarks:
            self._tell(place, remark)
        if mail.notice:
            self._notice(place, mail)
            return
        before, told = len(self._items), len(self._remarks)
        for attached in mail.attached:
            if isinstance(attached, File):
                self._take(place, attached)
            else:
                self._forwarded(place.inside((attached.name,)), attached)
        came = self._items[before:]
        cloud = "" if any(may_be_a_report(item.data) for item in came) else bodies.elsewhere(mail.text, mail.page)
        if cloud:
            self._tell(
                place,
                f"邮件里没有填报表，只有“{cloud}”的下载链接，过期就打不开了。"
                "请尽快打开链接，下载以后放进“回收”文件夹，或者请单位作为普通附件重新发送。",
            )
        elif not came and len(self._remarks) == told and not mail.remarks:
            self._tell(place, f"邮件没有附件{_saying(mail.text)}。请看一看邮件的内容；该有填报表的，请单位重新发送。")

    def _forwarded(self, place: _Place, forwarded: mails.Forwarded) -> None:
        if place.parcels >= _DEEPEST:
            self._tell(place, "邮件一层套一层，里面的没有拆开。请在邮件程序里打开，把附件保存到“回收”文件夹。")
        else:
            self._mail(place, forwarded.message)

    def _take(self, place: _Place, file: File) -> None:
        inner = place.inside(file.names)
        if len(file.data) > LARGEST_FILE or not self._budget.take(len(file.data)):
            self._tell(inner, "邮件的附件太多或者太大，这个文件没有取出来。请在邮件程序里把它保存到“回收”文件夹。")
        else:
            self.open(inner, file.data)

    def _notice(self, place: _Place, mail: mails.Mail) -> None:
        self._bounces += mail.bounces
        for bounce in mail.bounces:
            to = f"发给 {bounce.address} 的" if bounce.address else "发出的"
            why = f"（{' '.join(filter(None, (bounce.status, bounce.reason)))}）".replace("（）", "")
            self._tell(place, f"这是退信：{to}邮件没有送到{why}。请核对邮箱地址后重新发送。")
        if not mail.bounces:
            self._tell(place, f"这是邮件系统的通知，不是报送{_saying(mail.text)}。请看一看邮件的内容。")


def _saying(text: str) -> str:
    line = bodies.first_line(text)
    return f"，正文开头是“{line}”" if line else "，正文也是空的"
