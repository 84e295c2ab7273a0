"""What is in a zip or a mail is taken out intact, with its name, or reported; and hostile files are cheap."""

from __future__ import annotations

import base64
import io
import os
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from attachments import (
    ENCRYPTED,
    FAILED,
    HEAD,
    OLD_WORKBOOK,
    SENDER,
    SENT,
    SIZES_FOLLOW,
    UTF8,
    Entry,
    attached,
    bounce,
    mail,
    multipart,
    part,
    text,
    tnef,
    unicode_path,
    workbook,
    zipped,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pace import seconds_of
from packed import InRar, outlook, rar, sevenzip, tarred

from gouji.collection.intake.attachments.bounces import Bounce
from gouji.collection.intake.attachments.contents import Budget
from gouji.collection.intake.attachments.headers import base64_of
from gouji.collection.intake.attachments.origin import Origin
from gouji.collection.intake.attachments.unpack import UNNAMED, Unpacked, is_container, unpack
from gouji.collection.intake.attachments.zips import unzip
from gouji.runtime.errors import DocumentError

BOOK = workbook()


def paths(unpacked: Unpacked) -> list[str]:
    return ["/".join(item.path) for item in unpacked.items]


def only(unpacked: Unpacked) -> str:
    """Return the name of the only item, which was taken out intact and without a remark."""
    (item,) = unpacked.items
    assert item.data == BOOK
    assert unpacked.remarks == ()
    return item.path[-1]


# ---------------------------------------------------------------- what is a container


@pytest.mark.parametrize(
    "name, data",
    [
        ("年报.zip", zipped(Entry("年报.xlsx", BOOK))),
        ("年报.xlsx", zipped(Entry("年报.xlsx", BOOK))),
        ("年报.zip", zipped()),
        ("年报.zip", zipped(Entry("年报.xlsx", BOOK), end=False)),
        ("年报.zip", zipped(Entry("年报.xlsx", BOOK, method=zipfile.ZIP_STORED))),
        ("年报.exe", b"MZ" + bytes(500) + zipped(Entry("年报.xlsx", BOOK))),
        ("年报.eml", mail(text(), attached())),
        ("年报", mail(text(), attached())),
        ("年报.eml", b"\r\n\xef\xbb\xbf" + mail(text())),
        ("收件箱.mbox", b"From - Fri Jan 10\r\n" + mail(text())),
        ("winmail.dat", tnef()),
        ("年报.rar", b"Rar!\x1a\x07\x00"),
        ("年报.zip", sevenzip(("年报.xlsx", BOOK))),
        ("年报.tgz", tarred(("年报.xlsx", BOOK), packing="gz")),
        ("年报.7z.002", b"anything"),
        ("年报.msg", outlook()),
    ],
    ids=[
        "a zip",
        "a zip named like a workbook",
        "an empty zip",
        "a zip without its end",
        "a zip that stores",
        "a zip that unpacks itself",
        "a mail",
        "a mail without an ending",
        "a mail after a byte order mark",
        "an mbox",
        "a winmail.dat",
        "a rar",
        "a 7z named like a zip",
        "a packed tar",
        "a volume of an archive",
        "an Outlook message",
    ],
)
def test_zips_and_mails_are_recognised_as_containers_by_content(name: str, data: bytes) -> None:
    assert is_container(name, data)


def document(*names: str) -> bytes:
    return zipped(*(Entry(name, b"x") for name in names))


@pytest.mark.parametrize(
    "name, data",
    [
        ("年报.xlsx", BOOK),
        ("年报.zip", BOOK),
        ("年报.xlsx", BOOK[: len(BOOK) // 2]),
        ("年报.xlsx", b"PK\x03\x04 broken"),
        ("年报.ET", zipped(Entry("content", BOOK), end=False)),
        ("年报.docx", document("word/document.xml", "[Content_Types].xml")),
        ("年报.ods", document("mimetype", "content.xml")),
        ("年报.ofd", document("OFD.xml", "Doc_0/Document.xml")),
        ("年报.et", OLD_WORKBOOK),
        ("年报.json", b'{"edition": "2021"}'),
        ("年报.pdf", b"%PDF-1.7"),
        ("年报.mht", HEAD + b"Content-Type: text/html\r\n\r\n<html>"),
        ("说明.txt", "说明：请填报\n单位：某镇\n".encode()),
        ("说明.txt", b"Subject: one\nTo: all\n\nno mail"),
        ("年报.eml", "不是邮件".encode()),
        ("年报.zip", "不是压缩包".encode()),
        ("年报.zip", b""),
    ],
    ids=[
        "a workbook",
        "a workbook named like a zip",
        "half a workbook",
        "a broken workbook",
        "a workbook of WPS without its end",
        "a Word document",
        "an OpenDocument table",
        "an OFD",
        "an old workbook",
        "JSON",
        "PDF",
        "a saved web page",
        "a text",
        "a text that looks like a mail",
        "a text named like a mail",
        "a text named like a zip",
        "an empty file",
    ],
)
def test_documents_and_other_files_are_not_containers(name: str, data: bytes) -> None:
    assert not is_container(name, data)
    unpacked = unpack(name, data)
    assert [item.path for item in unpacked.items] == [(name,)]
    assert unpacked.items[0].data == data


def test_a_zip_with_a_stored_workbook_inside_is_a_container() -> None:
    data = zipped(Entry("年报.xlsx", BOOK, method=zipfile.ZIP_STORED))
    assert paths(unpack("年报.zip", data)) == ["年报.zip/年报.xlsx"]


# ---------------------------------------------------------------- names in zips


@pytest.mark.parametrize(
    "entry",
    [
        Entry("夏各庄镇年报.xlsx", BOOK, flags=UTF8),
        Entry("夏各庄镇年报.xlsx", BOOK, encoding="gb18030"),
        Entry("夏各庄镇年报.xlsx", BOOK),
        Entry("夏各庄镇年报.xlsx", BOOK, encoding="gb18030", flags=UTF8),
        Entry(b"?.xlsx", BOOK, extra=unicode_path(b"?.xlsx", "夏各庄镇年报.xlsx")),
        Entry("夏各庄镇年报.xlsx", BOOK, encoding="gbk", local_name=b"other.xlsx"),
        Entry("夏各庄镇年报.xlsx", BOOK, encoding="gbk", flags=SIZES_FOLLOW),
    ],
    ids=[
        "UTF-8 with its flag",
        "GBK",
        "UTF-8 without its flag",
        "GBK with the flag of UTF-8",
        "the field for Unicode names",
        "another name in the header",
        "sizes after the file",
    ],
)
def test_a_name_in_a_zip_is_read_however_it_is_encoded(entry: Entry) -> None:
    assert only(unpack("年报.zip", zipped(entry))) == "夏各庄镇年报.xlsx"


def test_a_unicode_name_field_for_another_name_is_ignored() -> None:
    entry = Entry(b"town.xlsx", BOOK, extra=unicode_path(b"other.xlsx", "别的.xlsx"))
    assert only(unpack("a.zip", zipped(entry))) == "town.xlsx"


def test_one_zip_may_mix_encodings_of_names() -> None:
    data = zipped(
        Entry("甲镇.xlsx", BOOK, flags=UTF8), Entry("乙镇.xlsx", BOOK, encoding="gbk"), Entry("丙镇.xlsx", BOOK)
    )
    assert paths(unpack("a.zip", data)) == ["a.zip/甲镇.xlsx", "a.zip/乙镇.xlsx", "a.zip/丙镇.xlsx"]


def test_the_second_byte_of_a_gbk_character_is_not_a_backslash() -> None:
    name = "俓乗輁.xlsx"
    assert b"\\" in name.encode("gbk")
    assert only(unpack("a.zip", zipped(Entry(name, BOOK, encoding="gbk")))) == name


def test_a_decomposed_name_from_a_mac_is_composed() -> None:
    data = zipped(Entry(unicodedata.normalize("NFD", "Büro.xlsx"), BOOK, flags=UTF8))
    assert only(unpack("a.zip", data)) == "Büro.xlsx"


@pytest.mark.parametrize(
    "written, read",
    [
        ("各乡镇/夏各庄镇/年报.xlsx", ("各乡镇", "夏各庄镇", "年报.xlsx")),
        ("各乡镇\\夏各庄镇\\年报.xlsx", ("各乡镇", "夏各庄镇", "年报.xlsx")),
        ("../../etc/年报.xlsx", ("etc", "年报.xlsx")),
        ("/etc/./年报.xlsx", ("etc", "年报.xlsx")),
        ("C:\\Windows\\年报.xlsx", ("Windows", "年报.xlsx")),
        ("a/b/c/d/e/f/g/年报.xlsx", ("c", "d", "e", "f", "g", "年报.xlsx")),
        ('年<报>:"|?*.xlsx', ("年_报______.xlsx",)),
        ("年\u202e报\n\x1b[2J.xlsx", ("年 报 [2J.xlsx",)),
        ("con.xlsx", ("_con.xlsx",)),
        ("年报.xlsx. . ", ("年报.xlsx",)),
        ("..", ("未命名",)),
        ("长" * 300 + ".xlsx", ("长" * 115 + ".xlsx",)),
    ],
    ids=[
        "folders",
        "folders of Windows",
        "upwards",
        "absolute",
        "a drive",
        "deep folders",
        "forbidden characters",
        "control characters",
        "a device",
        "a trailing dot",
        "only dots",
        "very long",
    ],
)
def test_a_name_cannot_leave_the_folder_and_is_valid_on_every_system(written: str, read: tuple[str, ...]) -> None:
    (item,) = unpack("a.zip", zipped(Entry(written, BOOK, flags=UTF8))).items
    assert item.path == ("a.zip", *read)


def test_files_with_the_same_name_are_numbered() -> None:
    data = zipped(*(Entry(name, name.encode()) for name in ("A.xlsx", "A.xlsx", "a.XLSX", "A (2).xlsx", "x/A.xlsx")))
    found = paths(unpack("z.zip", data))
    assert found == ["z.zip/A.xlsx", "z.zip/A (2).xlsx", "z.zip/a (3).XLSX", "z.zip/A (2) (2).xlsx", "z.zip/x/A.xlsx"]


def test_files_that_operating_systems_leave_are_ignored() -> None:
    left = ("__MACOSX/._年报.xlsx", "x/._年报.xlsx", "x/Thumbs.db", "~$年报.xlsx", ".DS_Store", "desktop.ini", "x/")
    data = zipped(*(Entry(name, b"" if name.endswith("/") else b"x") for name in left), Entry("x/年报.xlsx", BOOK))
    assert paths(unpack("a.zip", data)) == ["a.zip/x/年报.xlsx"]
    assert only(unpack("a.zip", data)) == "年报.xlsx"


@pytest.mark.parametrize("name", ["~$年报.xlsx", "x/._年报.xlsx", "Thumbs.db", "desktop.ini"])
def test_a_report_under_the_name_of_such_a_file_is_taken(name: str) -> None:
    (item,) = unpack("a.zip", zipped(Entry(name, BOOK))).items
    assert item.data == BOOK


NAMES = st.text(st.characters(codec="gb18030", exclude_characters="/\\", exclude_categories=("C", "Z")), min_size=1)


def fit(name: str) -> str:
    name = f"年{name}报.xlsx"
    assume(len(name) < 100 and not set(name) & set('<>:"|?*=%\x7f') and name == unicodedata.normalize("NFC", name))
    return name


@settings(max_examples=40)
@given(NAMES, st.sampled_from(("gb18030", "utf-8")))
def test_any_name_in_a_zip_survives_each_encoding(written: str, encoding: str) -> None:
    name = fit(written)
    assume(encoding == "utf-8" or not is_utf8(name.encode(encoding)))
    flags = UTF8 if encoding == "utf-8" else 0
    assert only(unpack("a.zip", zipped(Entry(name, BOOK, encoding=encoding, flags=flags)))) == name


def is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


# ---------------------------------------------------------------- zips that contain more than files


def test_a_zip_in_a_zip_is_opened_and_a_third_one_is_reported() -> None:
    third = zipped(Entry("年报.xlsx", BOOK))
    second = zipped(Entry("丙.zip", third), Entry("乙镇.xlsx", BOOK))
    unpacked = unpack("甲.zip", zipped(Entry("乙.zip", second)))
    assert paths(unpacked) == ["甲.zip/乙.zip/丙.zip", "甲.zip/乙.zip/乙镇.xlsx"]
    assert unpacked.items[0].data == third
    assert unpacked.remarks == (
        "“乙.zip/丙.zip”：压缩包或者邮件一层套一层，里面的没有拆开。请保存出来，解压以后把里面的文件放进“回收”文件夹。",
    )


def test_encrypted_files_are_reported() -> None:
    data = zipped(
        Entry("甲.xlsx", BOOK, flags=ENCRYPTED | UTF8), Entry("乙.xlsx", BOOK, encoding="gbk", flags=ENCRYPTED)
    )
    unpacked = unpack("a.zip", data)
    assert unpacked.items == ()
    assert unpacked.remarks == (
        "压缩包加了密码，“甲.xlsx”、“乙.xlsx”没有拆出来。"
        "请单位去掉密码后重新发送；知道密码的，解压以后把里面的文件放进“回收”文件夹。",
    )


def test_an_empty_zip_is_reported() -> None:
    for data in (zipped(), zipped(Entry("x/"))):
        assert unpack("a.zip", data) == Unpacked((), ("压缩包是空的，里面没有文件。请单位重新发送。",))


def test_an_unusual_compression_is_reported() -> None:
    unpacked = unpack("a.zip", zipped(Entry("甲.xlsx", BOOK, method=9), Entry("乙.xlsx", BOOK)))
    assert paths(unpacked) == ["a.zip/乙.xlsx"]
    assert unpacked.remarks == (
        "“甲.xlsx”用了不常见的压缩方式，没有拆出来。请单位用电脑自带的压缩重新压缩、重新发送。",
    )


@pytest.mark.parametrize(
    "broken",
    [Entry("甲.xlsx", BOOK, crc=1), Entry("甲.xlsx", BOOK, packed=b"\xff" * 50)],
    ids=["wrong checksum", "broken content"],
)
def test_a_broken_file_in_a_zip_is_named_and_the_others_are_taken(broken: Entry) -> None:
    unpacked = unpack("a.zip", zipped(broken, Entry("乙.xlsx", BOOK)))
    assert paths(unpacked) == ["a.zip/乙.xlsx"]
    assert unpacked.remarks == ("“甲.xlsx”在压缩包里已经损坏或者不完整，没有拆出来。请单位重新压缩、重新发送。",)


@pytest.mark.parametrize("flags", [0, SIZES_FOLLOW], ids=["sizes in the header", "sizes after the file"])
def test_intact_files_in_a_truncated_zip_are_taken(flags: int) -> None:
    first, second = Entry("甲.xlsx", BOOK, encoding="gbk", flags=flags), Entry("乙.xlsx", BOOK, flags=flags)
    data = zipped(first, second, end=False)[: len(first.whole()) + len(second.head()) + 20]
    unpacked = unpack("a.zip", data)
    assert paths(unpacked) == ["a.zip/甲.xlsx"]
    assert unpacked.remarks == (
        "“乙.xlsx”在压缩包里已经损坏或者不完整，没有拆出来。请单位重新压缩、重新发送。",
        "压缩包不完整，后面可能还有文件没有收到。请单位重新压缩、重新发送。",
    )


def test_a_zip_with_nothing_intact_is_refused() -> None:
    with pytest.raises(DocumentError, match="压缩包已经损坏，里面的文件一个也拆不出来。"):
        unpack("a.zip", b"PK\3\4" + bytes(10))
    with pytest.raises(DocumentError, match="这是分卷压缩包的一卷，单独拆不开。"):
        unpack("a.zip", b"PK\7\x08" + zipped(Entry("甲.xlsx", BOOK)))


def test_an_archive_that_nothing_opens_is_reported_and_kept() -> None:
    data = b"MSCF\0\0"
    sentence = "这是 cab 压缩包，没有拆开。请解压以后把里面的文件放进“回收”文件夹，或者请单位压缩成 .zip 重新发送。"
    with pytest.raises(DocumentError, match=sentence):
        unpack("年报.cab", data)
    unpacked = unpack("a.eml", mail(text(), attached("年报.cab", data)))
    assert [(item.path, item.data) for item in unpacked.items] == [(("a.eml", "年报.cab"), data)]
    assert unpacked.remarks == (f"“年报.cab”：{sentence}",)


# ---------------------------------------------------------------- mails


def test_an_attachment_has_the_sender_and_time_of_its_mail() -> None:
    unpacked = unpack("报送.eml", mail(text(), attached("年报.xlsx")))
    (item,) = unpacked.items
    assert (item.path, item.data, item.sent, item.sender) == (("报送.eml", "年报.xlsx"), BOOK, SENT, SENDER)
    assert unpacked.remarks == ()
    assert unpacked.origin == Origin(
        message_id="<one@example.gov.cn>",
        in_reply_to="<notice@county.example>",
        references=("<first@county.example>", "<notice@county.example>"),
        sender=SENDER,
        sender_name="夏各庄镇",
        sent=SENT,
        subject="年报",
    )


def encoded(name: str, charset: str, size: int = 1000, how: str = "B") -> str:
    """Return a name as encoded words of so many bytes each, which may split a character."""
    raw = name.encode(charset)
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
    if how == "B":
        return "\n ".join(f"=?{charset}?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)
    return "\n ".join(f"=?{charset}?Q?{''.join(f'={byte:02X}' for byte in piece)}?=" for piece in pieces)


def percent(name: str, charset: str) -> str:
    return "".join(f"%{byte:02X}" for byte in name.encode(charset))


NAME = "夏各庄镇；年报（终稿）.xlsx"


@pytest.mark.parametrize(
    "disposition",
    [
        f"attachment; filename*=utf-8''{percent(NAME, 'utf-8')}",
        f"attachment; filename*=GB2312'zh-cn'{percent(NAME, 'gbk')}",
        f"attachment; filename*=gb18030''{percent(NAME, 'gb18030')}; filename=\"????.xlsx\"",
        f"attachment;\n filename*0*=utf-8''{percent(NAME[:5], 'utf-8')};\n filename*1*={percent(NAME[5:-5], 'utf-8')};"
        "\n filename*2=.xlsx",
        f"attachment;\n filename*1*={percent(NAME[3:], 'gbk')};\n filename*0*=gbk''{percent(NAME[:3], 'gbk')}",
        f'attachment; filename="{encoded(NAME, "utf-8")}"',
        f'attachment; filename="{encoded(NAME, "gb2312".replace("gb2312", "gbk"), 5)}"',
        f"attachment; filename={encoded(NAME, 'gb18030', 7, 'Q')}",
        f"attachment; filename={percent(NAME, 'utf-8')}",
        f"attachment; filename*=gb2312''{percent(NAME, 'utf-8')}",
        f'attachment; filename="{encoded(NAME, "utf-8").replace("utf-8", "gb2312")}"',
        f'attachment; filename="{encoded(NAME, "gbk").replace("gbk", "utf-8")}"',
        f'attachment; filename="{encoded(NAME, "gbk").replace("gbk", "iso-8859-1")}"',
        f'attachment; filename="{encoded(NAME, "gbk").replace("gbk", "x-unknown")}"',
        f'attachment; filename="C:\\Users\\x\\{NAME}"',
        f'inline; filename="{NAME}"',
        f"attachment; filename={NAME}",
    ],
    ids=[
        "RFC 2231",
        "RFC 2231 with a language",
        "RFC 2231 before question marks",
        "RFC 2231 in pieces",
        "pieces in another order",
        "encoded words",
        "encoded words that split a character",
        "quoted-printable words without quotes",
        "percent signs",
        "RFC 2231 with a wrong label",
        "UTF-8 words labelled GB2312",
        "GBK words labelled UTF-8",
        "GBK words labelled Latin-1",
        "words with an unknown label",
        "a path of Windows",
        "inline",
        "without quotes",
    ],
)
def test_the_name_of_an_attachment_is_read_however_it_is_encoded(disposition: str) -> None:
    assert only(unpack("a.eml", mail(text(), attached(disposition=disposition.encode())))) == NAME


def test_an_attachment_name_in_bare_bytes_is_read() -> None:
    name = "俓乗輁"
    assert name.encode("gbk").endswith(b"\\")
    data = mail(text(), attached((name + ".xlsx").encode("gbk")), attached(name.encode("gbk")))
    assert [item.path[-1] for item in unpack("a.eml", data).items] == [name + ".xlsx", name]


def test_headers_in_bare_bytes_are_read() -> None:
    head = "From: 夏各庄镇 <a@b.cn>\r\nSubject: 年度报告\r\nDate: Fri, 10 Jan 2025 09:12:33 +0800\r\n"
    for charset in ("gbk", "utf-8"):
        letter = unpack("a.eml", mail(attached(), head=head.encode(charset))).origin
        assert letter == Origin(sender="a@b.cn", sender_name="夏各庄镇", sent=SENT, subject="年度报告")


@pytest.mark.parametrize(
    "line, address, name",
    [
        ("a@b.cn", "a@b.cn", ""),
        ('"a@fake.cn" <A@B.cn>', "a@b.cn", "a@fake.cn"),
        ('"x <a@fake.cn>" <a@b.cn>', "a@b.cn", "x <a@fake.cn>"),
        ("=?utf-8?B?PHRvd24xQGIuY24+?= <a@b.cn>", "a@b.cn", "<town1@b.cn>"),
        ("a@b.cn (x <town1@b.cn>)", "a@b.cn", ""),
        ("(town1@b.cn (nested)) 镇 <a@b.cn> (town1@b.cn)", "a@b.cn", "镇"),
        (r'"a \" (x" <a@b.cn>', "a@b.cn", r"a \" (x"),
        ("A@b.cn <a@B.cn>", "a@b.cn", "A@b.cn"),
        ("夏各庄镇", "", "夏各庄镇"),
        ("", "", ""),
        ("((((((" * 500, "", "((((((" * 333 + "(("),
        ("town1@b.cn, a@b.cn", "", "town1@b.cn, a@b.cn"),
        ("<town1@b.cn>, <a@b.cn>", "", "<town1@b.cn>, <a@b.cn>"),
        ("<town1@b.cn> <a@b.cn>", "", "<town1@b.cn> <a@b.cn>"),
        ("town1@b.cn <a@b.cn>", "", "town1@b.cn <a@b.cn>"),
        ("(town1@b.cn)", "", "(town1@b.cn)"),
        ("镇: town1@b.cn;", "", "镇: town1@b.cn;"),
        ("<town1@b.cn>x", "", "<town1@b.cn>x"),
        ("<town1@b.cn@c.cn>", "", "<town1@b.cn@c.cn>"),
        ("town1@b.cn (", "", "town1@b.cn ("),
    ],
)
def test_the_sender_is_the_one_address_of_the_from_line(line: str, address: str, name: str) -> None:
    letter = unpack("a.eml", mail(attached(), head=f"From: {line}\r\n".encode())).origin
    assert letter
    assert (letter.sender, letter.sender_name) == (address, name)


@pytest.mark.parametrize(
    "lines",
    [
        "From: town1@b.cn\r\nFrom: a@b.cn",
        "From: a@b.cn\r\nfrom: a@b.cn",
        "X: y\r\nFrom : a@b.cn\r\nFrom: town1@b.cn",
        "Sender: town1@b.cn",
        "Reply-To: town1@b.cn\r\nReturn-Path: <town1@b.cn>",
    ],
    ids=["two lines", "the same line twice", "a line in another spelling", "only a Sender", "only other lines"],
)
def test_no_other_lines_make_a_sender(lines: str) -> None:
    unpacked = unpack("a.eml", mail(attached(), head=f"{lines}\r\nSubject: x\r\nTo: y@z.cn\r\n".encode()))
    assert unpacked.origin
    assert unpacked.origin.sender == ""
    assert [item.sender for item in unpacked.items] == [UNNAMED]


RECEIVED = "Received: by x; Fri, 10 Jan 2025 09:12:33 +0800\n"


@pytest.mark.parametrize(
    "lines, sent",
    [
        ("Date: Fri, 10 Jan 2025 09:12:33 +0800", SENT),
        ("Date: Fri, 10 Jan 2025 01:12:33", SENT),
        ("Date: no date", ""),
        ("Date: Fri, 99 Jan 99999 09:12:33 +9999999", ""),
        (RECEIVED, SENT),
        (RECEIVED + "Date: Fri, 10 Jan 2031 09:12:33 +0800", SENT),
        (RECEIVED + "Date: Thu, 9 Jan 2025 09:12:33 +0800", "2025-01-09T01:12:33"),
    ],
)
def test_a_date_is_utc_and_not_later_than_the_arrival(lines: str, sent: str) -> None:
    unpacked = unpack("a.eml", mail(attached(), head=lines.strip().encode() + b"\r\nFrom: a@b.cn\r\n"))
    assert [item.sent for item in unpacked.items] == [sent]


@pytest.mark.parametrize(
    "headers, name",
    [
        ("Content-Type: application/vnd.ms-excel", "附件1.xls"),
        ("Content-Type: application/octet-stream", "附件1.xlsx"),
        ('Content-Type: application/octet-stream; name="年报.xlsx"', "年报.xlsx"),
        ("Content-Type: text/plain; charset=gbk", "附件1.txt"),
        ("Content-Disposition: attachment", "附件1.txt"),
        ("Content-Type: rubbish", "附件1.txt"),
    ],
)
def test_a_workbook_without_a_name_is_an_attachment(headers: str, name: str) -> None:
    data = part(f"{headers}\nContent-Transfer-Encoding: base64", base64.encodebytes(BOOK))
    unpacked = unpack("a.eml", mail(text(), data))
    assert only(unpacked) == name
    assert paths(unpack("a.eml", HEAD + data)) == [f"a.eml/{name}"], "a mail that is nothing but the workbook"


def junk(data: bytes) -> bytes:
    lines = base64.encodebytes(data).splitlines()
    return b"\r\n".join(b"  !" + line + b"\t*" for line in lines) + b"\r\n\r\n-- scanned by a program --\r\n"


def uuencoded(data: bytes) -> bytes:
    import binascii

    lines = b"".join(binascii.b2a_uu(data[start : start + 45]) for start in range(0, len(data), 45))
    return b"begin 644 " + "年报.xlsx".encode("gbk") + b"\n" + lines + b"`\nend\n"


@pytest.mark.parametrize(
    "encoding, body",
    [
        ("base64", junk(BOOK)),
        ("BASE64", base64.b64encode(BOOK).rstrip(b"=")),
        ("base64 ;", base64.b64encode(BOOK)),
        (
            "quoted-printable",
            b"".join(b"=%02X" % byte + (b"=\r\n" if index % 20 == 19 else b"") for index, byte in enumerate(BOOK)),
        ),
        ("binary", BOOK),
        ("x-uuencode", uuencoded(BOOK)),
    ],
    ids=["junk in base64", "base64 without its end", "a semicolon", "quoted-printable", "binary", "uuencode"],
)
def test_an_attachment_is_decoded_despite_stray_characters(encoding: str, body: bytes) -> None:
    data = part(f'Content-Type: application/octet-stream; name="a.xlsx"\nContent-Transfer-Encoding: {encoding}', body)
    assert only(unpack("a.eml", mail(text(), data))) == "a.xlsx"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"5bm05oqlIQ==", id="as it should be"),
        pytest.param(b"5bm05oqlIQ==\r\n-- scanned by a program --", id="a line after the padding"),
        pytest.param(b"5bm05oqlIQ==5bm05oql", id="more base64 after the padding"),
        pytest.param(b"5bm0\r\n*5oql IQ\t=\r\n=", id="other signs between, in the padding too"),
        pytest.param(b"=5==b=m05===o=qlIQ==", id="equals signs where no padding can be"),
        pytest.param(b"5bm05oqlIQ=", id="half of the padding"),
        pytest.param(b"5bm05oqlIQ", id="no padding"),
    ],
)
def test_base64_holds_what_stands_before_its_padding(raw: bytes) -> None:
    assert base64_of(raw).decode() == "年报!"


def test_base64_that_breaks_off_holds_all_whole_bytes() -> None:
    assert base64_of(b"5bm05oqlI").decode() == "年报"


def test_a_uuencoded_file_in_the_text_is_an_attachment() -> None:
    data = HEAD + part("Content-Type: text/plain", "请查收\r\n".encode("gbk") + uuencoded(BOOK).replace(b"\n", b"\r\n"))
    assert only(unpack("a.eml", data)) == "年报.xlsx"


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(2000)


def picture(more: str, size: int = 1) -> bytes:
    return part(
        f"Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n{more}",
        base64.b64encode(PICTURE * size),
    )


def test_only_small_pictures_in_the_text_are_not_attachments() -> None:
    related = multipart((text("<img src='cid:x'>", "html"), picture("Content-ID: <x>")), "related", "=_r")
    data = mail(related, attached(), picture("Content-ID: <y>\nContent-Disposition: inline"))
    assert only(unpack("a.eml", data)) == "年报.xlsx"
    shown = mail(related, picture("Content-Disposition: attachment"), picture("Content-ID: <z>", 150))
    assert paths(unpack("a.eml", shown)) == ["a.eml/a.png", "a.eml/a (2).png"]


def test_everything_attached_is_an_item() -> None:
    names = ["年报.docx", "年报.pdf", "说明.txt", "x.exe", "年报.json", "页面.html"]
    data = mail(text(), *(attached(name, b"x") for name in names))
    assert [item.path[-1] for item in unpack("a.eml", data).items] == names


def test_the_text_and_the_signature_of_a_mail_are_not_attachments() -> None:
    both = multipart(
        (text(), text("<p>请查收</p>", "html"), part("Content-Type: text/calendar", b"x")), "alternative", "=_a"
    )
    data = mail(
        both,
        attached(),
        attached("ATT00001.txt", b"x", kind="text/plain", disposition=b'inline; filename="ATT00001.txt"'),
        attached("smime.p7s", b"x", kind="application/pkcs7-signature"),
    )
    assert only(unpack("a.eml", data)) == "年报.xlsx"


# ---------------------------------------------------------------- mails in mails, zips in mails, mails in zips


def test_a_zip_in_a_mail_and_a_mail_in_a_zip_are_opened() -> None:
    inner = zipped(Entry("夏各庄镇/年报.xlsx", BOOK, encoding="gbk"))
    unpacked = unpack("a.eml", mail(text(), attached("年报.zip", inner)))
    assert paths(unpacked) == ["a.eml/年报.zip/夏各庄镇/年报.xlsx"]
    assert (unpacked.items[0].sent, unpacked.items[0].sender) == (SENT, SENDER)
    unpacked = unpack("a.zip", zipped(Entry("报送.eml", mail(text(), attached()))))
    assert paths(unpacked) == ["a.zip/报送.eml/年报.xlsx"]
    assert (unpacked.items[0].sent, unpacked.items[0].sender, unpacked.origin) == (SENT, SENDER, None)


FORWARDER = b"From: other@county.example\r\nDate: Sat, 11 Jan 2025 00:00:00 +0000\r\nMessage-ID: <two@x>\r\n"


@pytest.mark.parametrize("encoding", ["7bit", "base64"])
def test_a_mail_attached_to_a_mail_is_opened_and_the_sender_of_the_outer_one_counts(encoding: str) -> None:
    original = mail(text(), attached())
    body = base64.encodebytes(original) if encoding == "base64" else original
    data = mail(
        text("转发"),
        part(
            f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\nContent-Disposition: attachment",
            body,
        ),
        attached("补充.xlsx"),
        head=FORWARDER,
        boundary="=_f",
    )
    unpacked = unpack("转.eml", data)
    name = "年报" if encoding == "7bit" else "邮件"
    assert [(item.path, item.sender, item.sent, item.forwarded) for item in unpacked.items] == [
        (("转.eml", f"{name}.eml", "年报.xlsx"), "other@county.example", "2025-01-11T00:00:00", SENDER),
        (("转.eml", "补充.xlsx"), "other@county.example", "2025-01-11T00:00:00", ""),
    ]
    assert unpacked.origin
    assert unpacked.origin.message_id == "<two@x>"


def test_a_mail_attached_as_a_file_is_opened() -> None:
    unpacked = unpack("转.eml", mail(attached("原邮件.eml", mail(attached())), head=FORWARDER, boundary="=_f"))
    assert paths(unpacked) == ["转.eml/原邮件.eml/年报.xlsx"]
    assert unpacked.items[0].sender == "other@county.example"


def test_a_mail_in_a_zip_in_a_mail_does_not_name_the_sender() -> None:
    inner = zipped(Entry("原邮件.eml", mail(attached())))
    unpacked = unpack("转.eml", mail(attached("原.zip", inner), head=FORWARDER, boundary="=_f"))
    assert [(item.sender, item.forwarded) for item in unpacked.items] == [("other@county.example", SENDER)]


@pytest.mark.parametrize("subject", ["Fw: 年报", "FWD：年报", "转发: 年报", "=?utf-8?B?6L2s5Y+R77ya5bm05oql?="])
def test_a_mail_that_passes_another_one_on_in_its_text_is_a_forward(subject: str) -> None:
    unpacked = unpack("转.eml", mail(text("原文"), attached(), head=FORWARDER + f"Subject: {subject}\r\n".encode()))
    assert [item.forwarded for item in unpacked.items] == ["（没有写）"]


def test_nested_mails_are_opened_up_to_a_depth() -> None:
    data = mail(attached())
    for level in range(9):
        data = mail(attached(f"{level}.eml", data), boundary=f"=_{level}x")
    unpacked = unpack("a.eml", data)
    assert [len(item.path) for item in unpacked.items] == [7]
    assert unpacked.remarks[0].startswith("“8.eml/7.eml/6.eml/5.eml/4.eml/3.eml”：压缩包或者邮件一层套一层")


def test_the_mails_of_an_mbox_are_opened_one_by_one() -> None:
    one, two = mail(text(), attached("甲.xlsx")), mail(text("有事"), head=FORWARDER + b"Subject: re\r\n")
    data = b"From - Fri Jan 10 09:12:33 2025\r\n" + one + b"\r\nFrom a@b Fri Jan 10\r\n" + two
    unpacked = unpack("收件箱", data)
    assert [(item.path, item.sender) for item in unpacked.items] == [(("收件箱", "年报.eml", "甲.xlsx"), SENDER)]
    assert unpacked.remarks == (
        "“re.eml”：邮件没有附件，正文开头是“有事”。请看一看邮件的内容；该有填报表的，请单位重新发送。",
    )
    assert unpacked.origin is None


def test_attachments_in_a_winmail_dat_have_their_full_names() -> None:
    data = tnef(("XGZZNB~1.XLS", "夏各庄镇年报.xlsx", BOOK), ("乙镇.xlsx", "", BOOK))
    for name in ("winmail.dat", "ATT0001.dat"):
        unpacked = unpack("a.eml", mail(text(), attached(name, data, kind="application/ms-tnef")))
        assert paths(unpacked) == [f"a.eml/{name}/夏各庄镇年报.xlsx", f"a.eml/{name}/乙镇.xlsx"]
        assert (unpacked.items[0].data, unpacked.items[0].sender, unpacked.remarks) == (BOOK, SENDER, ())


def test_a_truncated_winmail_dat_is_reported() -> None:
    data = tnef(("A.XLS", "甲镇.xlsx", BOOK), ("B.XLS", "乙镇.xlsx", BOOK))
    unpacked = unpack("winmail.dat", data[: len(data) - 200])
    assert paths(unpacked) == ["winmail.dat/甲镇.xlsx"]
    assert unpacked.remarks == ("winmail.dat 不完整，后面可能还有附件没有取出来。请单位重新发送。",)


def test_a_winmail_dat_without_attachments_is_reported() -> None:
    unpacked = unpack("a.eml", mail(text(), attached("winmail.dat", tnef())))
    assert paths(unpacked) == ["a.eml/winmail.dat"]
    assert unpacked.remarks == (
        "“winmail.dat”：附件被 Outlook 包在 winmail.dat 里，取不出来。"
        "请单位在 Outlook 里改用“HTML”或者“纯文本”格式重新发送。",
    )


# ---------------------------------------------------------------- mails that need a person


def test_an_encrypted_mail_is_reported() -> None:
    data = HEAD + part(
        'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\n'
        "Content-Transfer-Encoding: base64",
        base64.b64encode(bytes(100)),
    )
    unpacked = unpack("a.eml", data)
    assert paths(unpacked) == ["a.eml/smime.p7m"]
    assert unpacked.remarks == (
        "邮件用数字证书加了密或者签了名（S/MIME、PGP），附件取不出来。请在邮件程序里打开，把附件保存到“回收”文件夹。",
    )


@pytest.mark.parametrize(
    "words, kind, called",
    [
        ("从QQ邮箱发来的超大附件\r\n年报.xlsx", "plain", "超大附件"),
        ("<a href='https://mail.qq.com/cgi-bin/ftnExs_download?t=x'>年报</a>", "html", "QQ 邮箱超大附件"),
        ("链接：https://pan.baidu.com/s/1abc 提取码：1234", "plain", "百度网盘"),
        ("<a href='https://dashi.163.com/html/cloud-attachment-download/?key=x'>下载</a>", "html", "网易邮箱云附件"),
        ("已上传网盘", "plain", "网盘"),
    ],
)
def test_a_link_instead_of_a_file_is_reported(words: str, kind: str, called: str) -> None:
    unpacked = unpack("a.eml", mail(text(words, kind), picture("Content-Disposition: attachment")))
    assert unpacked.remarks == (
        f"邮件里没有填报表，只有“{called}”的下载链接，过期就打不开了。"
        "请尽快打开链接，下载以后放进“回收”文件夹，或者请单位作为普通附件重新发送。",
    )
    assert unpack("a.eml", mail(text(words, kind), attached())).remarks == ()


@pytest.mark.parametrize(
    "body, quoted",
    [
        (text("\r\n\r\n收到，谢谢。\r\n第二行怎么填？"), "正文开头是“收到，谢谢。”"),
        (text("请问", charset="utf-8").replace(b"utf-8", b"gb2312"), "正文开头是“请问”"),
        (text("请问", charset="gbk").replace(b"gbk", b"us-ascii"), "正文开头是“请问”"),
        (text("<html><head><style>p{}</style></head><body><p>请&nbsp;问</p></body>", "html"), "正文开头是“请 问”"),
        (text("长" * 100), f"正文开头是“{'长' * 40}……”"),
        (text(""), "正文也是空的"),
        (part("Content-Type: text/plain", b"\x1b[2J\x07how"), "正文开头是“[2J how”"),
    ],
    ids=[
        "blank lines first",
        "UTF-8 labelled GB2312",
        "GBK labelled ASCII",
        "HTML",
        "a long line",
        "nothing",
        "control characters",
    ],
)
def test_a_mail_without_an_attachment_is_reported_with_its_first_line(body: bytes, quoted: str) -> None:
    sentence = f"邮件没有附件，{quoted}。请看一看邮件的内容；该有填报表的，请单位重新发送。"
    assert unpack("a.eml", HEAD + body).remarks == (sentence,)
    assert unpack("a.eml", mail(body, picture("Content-ID: <x>"))).remarks == (sentence,)


def test_a_bounce_is_reported_and_the_mail_in_it_is_named() -> None:
    unpacked = unpack("退信.eml", bounce())
    assert [(item.notice, item.returned) for item in unpacked.items] == [(True, "<ours@example.gov.cn>")]
    assert unpacked.bounces == (
        Bounce("nobody@example.gov.cn", "5.1.1", "550 5.1.1 User unknown", "<ours@example.gov.cn>"),
    )
    assert unpacked.remarks == (
        "这是退信：发给 nobody@example.gov.cn 的邮件没有送到（5.1.1 550 5.1.1 User unknown）。"
        "请核对邮箱地址后重新发送。",
    )


def test_a_notice_of_delay_is_not_a_bounce() -> None:
    unpacked = unpack("a.eml", bounce(FAILED.replace("failed", "delayed")))
    assert (unpacked.bounces, unpacked.remarks, unpacked.courtesies) == ((), (), ("automatic",))


def test_a_bounce_in_plain_text_is_reported() -> None:
    head = b"From: Mailer-Daemon@x.cn\r\nX-Failed-Recipients: a@b.cn\r\nSubject: failure\r\n"
    unpacked = unpack("a.eml", head + text("No such user\r\nhere", charset="utf-8"))
    assert unpacked.bounces == (Bounce("a@b.cn", "", "No such user here"),)
    assert unpacked.remarks == (
        "这是退信：发给 a@b.cn 的邮件没有送到（No such user here）。请核对邮箱地址后重新发送。",
    )


def test_a_person_may_write_from_the_address_of_a_mail_system() -> None:
    head = b"From: postmaster@x.cn\r\n"
    assert only(unpack("a.eml", mail(attached(), head=head))) == "年报.xlsx"
    (item,) = unpack("a.eml", mail(attached(), head=head + b"Return-Path: <>\r\n")).items
    assert (item.data, item.notice) == (BOOK, True)


@pytest.mark.parametrize(
    "data",
    [
        text("收到"),
        text("您好：\r\n    邮件已收到，我单位将按时报送。谢谢！\r\n夏各庄镇 王芳 0375-1234567"),
        text("好的\r\n\r\n------------------ 原始邮件 ------------------\r\n请问您收到没有？见附件。"),
        text("已收到，谢谢\r\n> 请于1月31日前报送\r\n> 见附件"),
        text("<p>收悉，<b>谢谢</b></p><p>发件人: 县政府办</p><p>请看附件</p>", "html"),
        text("Received, thanks."),
    ],
)
def test_a_mail_that_only_says_thanks_is_counted(data: bytes) -> None:
    unpacked = unpack("a.eml", HEAD + data)
    assert (unpacked.remarks, unpacked.courtesies) == ((), ("reply",))


@pytest.mark.parametrize(
    "words",
    [
        "收到，但是打不开",
        "收到。请问非本级的怎么填？",
        "收到，我镇已撤并，由县政府办统一报送，请知悉并更正名册",
        "您好，年报见附件。",
        "谢谢，数字有更正：总计 12",
        "收到" + "很长的话" * 30,
        "我们没有收到填报表",
    ],
)
def test_a_mail_that_may_say_more_than_thanks_is_for_the_officer(words: str) -> None:
    unpacked = unpack("a.eml", HEAD + text(words))
    assert (len(unpacked.remarks), unpacked.courtesies) == (1, ())
    assert unpacked.senders == {unpacked.remarks[0]: SENDER}


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"Auto-Submitted: auto-replied\r\n", "automatic"),
        (b"X-Autoreply: yes\r\n", "automatic"),
        (b"Subject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOuW5tOaKpQ==?=\r\n", "automatic"),
        (b"Subject: =?utf-8?B?5bey6K+7OiDlubTmiqU=?=\r\n", "receipt"),
        (b"Auto-Submitted: no\r\n", ""),
    ],
    ids=["by its header", "by another header", "by its subject", "a receipt by its subject", "not automatic"],
)
def test_automatic_replies_and_receipts_are_counted_unless_they_bring_a_file(head: bytes, kind: str) -> None:
    head = b"From: a@b.cn\r\nTo: c@d.cn\r\n" + head
    unpacked = unpack("a.eml", head + text("我已外出，有事请联系李明。"))
    assert unpacked.courtesies == ((kind,) if kind else ())
    assert len(unpacked.remarks) == (not kind)
    assert only(unpack("a.eml", mail(text("外出"), attached(), head=head))) == "年报.xlsx"


def test_a_read_receipt_is_counted_and_a_file_with_it_is_taken() -> None:
    head = b"From: a@b.cn\r\nSubject: x\r\nContent-Type: multipart/report; report-type=disposition-notification;"
    head += b' boundary="=_1"\r\n\r\n'
    parts = [b"--=_1\r\n" + text("Your message was displayed."), b"--=_1\r\n"]
    parts[1] += part("Content-Type: message/disposition-notification", b"Disposition: manual-action/x; displayed\r\n")
    unpacked = unpack("a.eml", head + b"\r\n".join(parts) + b"\r\n--=_1--\r\n")
    assert (unpacked.items, unpacked.remarks, unpacked.courtesies) == ((), (), ("receipt",))
    parts.append(b"--=_1\r\n" + attached())
    (item,) = unpack("a.eml", head + b"\r\n".join(parts) + b"\r\n--=_1--\r\n").items
    assert (item.path, item.data) == (("a.eml", "年报.xlsx"), BOOK)


# ---------------------------------------------------------------- hostile


def bomb(**fields: int) -> bytes:
    return zipped(Entry("年报.xlsx", bytes(20 * 2**20), **fields), Entry("乙.xlsx", BOOK))  # type: ignore[arg-type]


LARGE = "“年报.xlsx”解开以后大得不正常，没有拆出来。请单位检查后重新发送。"
STRANGE = "邮件的结构不正常，没有拆开。请在邮件程序里打开，把附件保存到“回收”文件夹。"
DAMAGED = "邮件已经损坏，拆不开。请在邮件程序里打开，把附件保存到“回收”文件夹。"
MANY = "压缩包里超过 5000 个文件，没有拆开。请单位分成几个压缩包重新发送。"
EMPTY = "邮件没有附件，正文也是空的。请看一看邮件的内容；该有填报表的，请单位重新发送。"
PLAIN = b"From: a@b.cn\r\nSubject: x\r\n"


def nested(depth: int, inside: bytes) -> bytes:
    heads = [
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(depth)
    ]
    return PLAIN + b"".join(heads) + inside


HOSTILE: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    "a bomb": (bomb, (LARGE,)),
    "a bomb that calls itself small": (lambda: bomb(size=100), (LARGE,)),
    "twenty thousand files": (lambda: zipped(*[Entry("a.xlsx", b"")] * 20_000), (MANY,)),
    "four thousand files that are one": (
        lambda: zipped(Entry("a.xlsx", BOOK), listed=4000),
        (),
    ),
    "zips in zips without end": (
        lambda: zipped(Entry("a.zip", zipped(Entry("b.zip", zipped(Entry("c.zip", zipped(Entry("d", b"d")))))))),
        (
            "“a.zip/b.zip”：压缩包或者邮件一层套一层，里面的没有拆开。"
            "请保存出来，解压以后把里面的文件放进“回收”文件夹。",
        ),
    ),
    "a header of fifty megabytes": (lambda: PLAIN + b"X-A: " + b"a" * (50 * 2**20) + b"\r\n\r\n", (STRANGE,)),
    "a header of ten megabytes": (lambda: PLAIN + b"X-A: " + b"a" * (10 * 2**20) + b"\r\n\r\n", (EMPTY,)),
    "a header of many lines": (lambda: PLAIN + b"X-A: a\r\n" + b" " * 9 + b"\r\n a" * 2**17, (EMPTY,)),
    "twenty-four thousand headers": (lambda: PLAIN * 12_000 + b"\r\n", (EMPTY,)),
    "half a million headers": (lambda: PLAIN * 250_000 + b"\r\n", (STRANGE,)),
    "a type without end": (lambda: PLAIN + b'Content-Type: text/plain; a="' + b";a" * 2**20 + b"\r\n\r\n", (EMPTY,)),
    "types without end": (
        lambda: (
            PLAIN
            + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
            + (b'--b\r\nContent-ID: <x>\r\nContent-Type: image/png; a="' + b";a=" * 5000 + b"\r\n\r\n") * 200
        ),
        (EMPTY,),
    ),
    "encoded words without end": (lambda: PLAIN + b"Subject: " + b"=?gbk?Q?=?=" * 2**17 + b"\r\n\r\n", (EMPTY,)),
    "an address without end": (
        lambda: b"Date: x\r\nFrom: " + b"a" * 2**20 + b"\r\nTo: <" + b"<" * 2**20 + b"\r\n\r\n",
        (EMPTY,),
    ),
    "a hundred thousand parts": (
        lambda: PLAIN + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 100_000,
        (STRANGE,),
    ),
    "parts in parts in parts": (lambda: nested(1500, b"\r\nx"), (STRANGE,)),
    "many lines in parts in parts": (lambda: nested(100, b"\r\n" + b"x\r\n" * 300_000), (STRANGE,)),
    "ten million lines": (lambda: PLAIN + b"\r\n" + b"\r\n" * 10_000_000, (STRANGE,)),
    "mails in mails in mails": (lambda: PLAIN + b"Content-Type: message/rfc822\r\n\r\n" * 5000, (DAMAGED,)),
    "a page of nothing but beginnings": (
        lambda: PLAIN + b"Content-Type: text/html\r\n\r\n" + b"<style><!--<script" * 100_000,
        (
            "邮件没有附件，正文开头是“<!--<script <!--<script <!--<script <!--……”。"
            "请看一看邮件的内容；该有填报表的，请单位重新发送。",
        ),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_container_is_cheap_and_has_exactly_one_outcome(name: str) -> None:
    make, expected = HOSTILE[name]
    data = make()
    sentences: tuple[str, ...] = ()

    def unpacked() -> None:
        nonlocal sentences
        assert is_container("a.eml", data)
        sentences = sentences_of(data)

    seconds = seconds_of(SECONDS, unpacked)
    assert sentences == expected
    assert seconds < SECONDS


def sentences_of(data: bytes) -> tuple[str, ...]:
    try:
        return unpack("a.eml", data).remarks
    except DocumentError as problem:
        return (str(problem),)


SECONDS = 5
"""Seconds of the processor; most need a tenth of it."""


def test_no_more_is_unpacked_than_a_worker_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gouji.collection.intake.attachments.contents.LARGEST_WHOLE", 3 * len(BOOK))
    full = "压缩包解开以后太大（超过 200 MB 或者 5000 个文件），后面的文件没有拆出来。请单位分成几个压缩包重新发送。"
    unpacked = unpack("a.zip", zipped(*(Entry(f"{number}.xlsx", BOOK) for number in range(5))))
    assert (paths(unpacked), unpacked.remarks) == (["a.zip/0.xlsx", "a.zip/1.xlsx", "a.zip/2.xlsx"], (full,))
    unpacked = unpack("a.eml", mail(*(attached(f"{number}.xlsx") for number in range(5))))
    sentence = "邮件的附件太多或者太大，这个文件没有取出来。请在邮件程序里把它保存到“回收”文件夹。"
    assert len(unpacked.items) == 3
    assert unpacked.remarks == (f"“3.xlsx”：{sentence}", f"“4.xlsx”：{sentence}")


def test_a_file_too_large_for_any_reader_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gouji.collection.intake.attachments.contents.LARGEST_FILE", len(BOOK))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        data = zipped(Entry("年报.xlsx", BOOK + b"x", method=method), Entry("乙.xlsx", BOOK))
        unpacked = unpack("a.zip", data)
        assert (paths(unpacked), unpacked.remarks) == (["a.zip/乙.xlsx"], (LARGE,))


def test_the_number_of_mails_in_an_mbox_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gouji.collection.intake.attachments.unpack.MOST_FILES", 2)
    unpacked = unpack("收件箱", (b"From - x\r\n" + mail(attached())) * 3)
    assert len(unpacked.items) == 2
    assert unpacked.remarks == ("文件里超过 2 封邮件，后面的没有拆开。请分成几个文件，再放进“回收”文件夹。",)


def test_a_container_with_many_faults_is_reported_briefly() -> None:
    unpacked = unpack("a.zip", zipped(*(Entry(f"{number}.xlsx", BOOK, crc=1) for number in range(500))))
    assert len(unpacked.remarks) == 201
    assert unpacked.remarks[-1] == "另有 300 处类似的情况没有列出。请单位重新整理后发送。"


def test_unpacking_writes_nothing_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    unpack("a.zip", zipped(Entry("../x.xlsx", BOOK), Entry("/x.xlsx", BOOK), Entry("x.eml", mail(attached("../y")))))
    assert os.listdir(tmp_path) == []  # noqa: PTH208
    assert not (tmp_path.parent / "x.xlsx").exists()


# ---------------------------------------------------------------- random damage


@settings(max_examples=40)
@given(NAMES, st.sampled_from(("gb18030", "utf-8")), st.sampled_from(("word", "q", "2231", "bare", "cut")))
def test_any_name_in_a_mail_survives_each_encoding(written: str, charset: str, way: str) -> None:
    name = fit(written)
    assume(not set(name) & set("\\';") and (charset == "utf-8" or not is_utf8(name.encode(charset))))
    file_name = {
        "word": encoded(name, charset, 30),
        "q": encoded(name, charset, 17, "Q"),
        "2231": "",
        "bare": name,
        "cut": "",
    }[way]
    line = f'attachment; filename="{file_name}"'
    if way == "2231":
        line = f"attachment; filename*={charset}''{percent(name, charset)}"
    elif way == "cut":
        whole = percent(name, charset)
        cut = "".join(f";\n filename*{start // 30}*={whole[start : start + 30]}" for start in range(30, len(whole), 30))
        line = f"attachment; filename*0*={charset}''{whole[:30]}{cut}"
    assert only(unpack("a.eml", mail(text(), attached(disposition=line.encode(charset))))) == name


KIT = (
    zipped(Entry("夏各庄镇/年报.xlsx", BOOK, encoding="gbk"), Entry("乙.xlsx", BOOK, flags=SIZES_FOLLOW | UTF8)),
    zipped(
        Entry("a.zip", zipped(Entry(b"x", BOOK, extra=unicode_path(b"x", "年报.xlsx")))), Entry("b.eml", mail(text()))
    ),
    mail(text(), attached(disposition=f"attachment; filename*0*=utf-8''{percent(NAME, 'utf-8')}".encode())),
    mail(text(), attached("年报.xlsx".encode("gbk")), attached("winmail.dat", tnef(("A.XLS", "年报.xlsx", BOOK)))),
    mail(part("Content-Type: message/rfc822", mail(text(), attached())), boundary="=_f"),
    bounce(),
    tnef(("A.XLS", "年报.xlsx", BOOK)),
    b"From - x\r\n" + mail(text(), attached()) + b"\r\nFrom - y\r\n" + mail(text()),
    HEAD + part("Content-Type: text/plain", uuencoded(BOOK)),
    outlook(("年报.xlsx", BOOK)),
    rar(InRar("夏各庄镇/年报.xlsx", BOOK), InRar("乙.xlsx", BOOK)),
    sevenzip(("夏各庄镇/年报.xlsx", BOOK), ("乙.xlsx", BOOK)),
    tarred(("夏各庄镇/年报.xlsx", BOOK), ("乙.xlsx", BOOK)),
    tarred(("夏各庄镇/年报.xlsx", BOOK), ("乙.xlsx", BOOK), packing="gz"),
    tarred(("乙.xlsx", BOOK), packing="xz"),
)


def damaged(data: bytes, random: Random) -> bytes:
    """Return a container with bytes flipped, cut out, doubled or inserted."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        start, size = random.randrange(len(changed)), random.choice((1, 1, 2, 8, 100))
        way = random.randrange(5)
        if way == 0:
            changed[start] ^= 1 << random.randrange(8)
        elif way == 1:
            del changed[start : start + size]
        elif way == 2:
            changed[start:start] = changed[start : start + size]
        elif way == 3:
            changed[start : start + size] = random.randbytes(size)
        else:
            changed[start:start] = random.choice(
                (b"\xff\xff\xff\xff", b"\0", b"PK\3\4", b"\r\n", b'"', b"=?", b"*1*=", b"--=_b0")
            )
        if not changed:
            return b"PK\3\4"
    return bytes(changed)


def test_any_damaged_container_is_read_or_refused_in_a_sentence() -> None:
    random = Random(11)
    for number in range(300):
        data = damaged(KIT[number % len(KIT)], random)
        try:
            unpacked = unpack("a.eml", data)
        except DocumentError as problem:
            sentences = [str(problem)]
        else:
            sentences = list(unpacked.remarks)
            assert all(item.path[0] == "a.eml" and all(map(is_fit, item.path)) for item in unpacked.items)
            assert len({item.path for item in unpacked.items}) == len(unpacked.items)
        assert all(sentence.endswith("。") and "请" in sentence and "\n" not in sentence for sentence in sentences)


def is_fit(name: str) -> bool:
    return bool(name) and name not in (".", "..") and len(name) <= 120 and not set(name) & set('\n\0/\\:*?"<>|')


def test_a_whole_zip_of_very_many_files_is_not_called_broken() -> None:
    """With more than 65 535 files, Python writes the directory of a zip of 64 bits."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(66_000):
            archive.writestr(f"{number}.txt", b"")
    with pytest.raises(DocumentError, match="压缩包里超过 5000 个文件"):
        list(unzip(target.getvalue(), Budget()))
