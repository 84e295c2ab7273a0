"""Archives beside zip and Outlook mails: what is in them is taken out under the limits that zips have, or reported."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import county as world
import pytest
from attachments import HEAD, Entry, attached, mail, text, workbook, zipped
from county import TOWNS, County
from pace import HANG
from packed import InRar, linked, locked_rar, outlook, outlook_tree, rar, sevenzip, tarred

from gouji.collection.intake.attachments import programs
from gouji.collection.intake.attachments.programs import Program
from gouji.collection.intake.attachments.unpack import Unpacked, is_container, unpack
from gouji.collection.intake.collect import collect
from gouji.collection.workspace.workers import in_this_process
from gouji.runtime.errors import DocumentError

BOOK, OTHER = workbook(), workbook("另一张")

Files = tuple[tuple[str, bytes], ...]

MAKERS: dict[str, Callable[..., bytes]] = {
    ".rar": lambda *files: rar(*(InRar(*file) for file in files)),
    ".7z": sevenzip,
    ".tar": tarred,
    ".tar.gz": lambda *files: tarred(*files, packing="gz"),
    ".tar.bz2": lambda *files: tarred(*files, packing="bz2"),
    ".tar.xz": lambda *files: tarred(*files, packing="xz"),
}
every_format = pytest.mark.parametrize("ending", MAKERS)

LOCKED = "压缩包加了密码，没有拆开。请单位去掉密码后重新发送；知道密码的，解压以后把里面的文件放进“回收”文件夹。"
SPLIT = "这是分卷压缩包的一卷，单独拆不开。请单位不分卷，重新压缩、重新发送。"
BROKEN = "压缩包已经损坏，里面的文件一个也拆不出来。请单位重新压缩、重新发送。"
INCOMPLETE = "压缩包不完整，后面可能还有文件没有收到。请单位重新压缩、重新发送。"
MANY = "压缩包里超过 5000 个文件，没有拆开。请单位分成几个压缩包重新发送。"
FULL = "压缩包解开以后太大（超过 200 MB 或者 5000 个文件），后面的文件没有拆出来。请单位分成几个压缩包重新发送。"
NESTED = "压缩包或者邮件一层套一层，里面的没有拆开。请保存出来，解压以后把里面的文件放进“回收”文件夹。"


def named(unpacked: Unpacked) -> dict[str, bytes]:
    return {"/".join(item.path[1:]): item.data for item in unpacked.items}


def sentence_of(name: str, data: bytes) -> str:
    """Return the only sentence about a container from which nothing was taken."""
    try:
        unpacked = unpack(name, data)
    except DocumentError as problem:
        return str(problem)
    assert unpacked.items == ()
    (remark,) = unpacked.remarks
    return remark


# ---------------------------------------------------------------- what is in an archive


@every_format
def test_files_in_any_folder_of_an_archive_are_taken(ending: str) -> None:
    files = (("年报.xlsx", BOOK), ("夏各庄镇/定稿/年报.xlsx", OTHER), ("__MACOSX/._年报.xlsx", b"x"))
    unpacked = unpack(f"报送{ending}", MAKERS[ending](*files))
    assert (named(unpacked), unpacked.remarks) == ({"年报.xlsx": BOOK, "夏各庄镇/定稿/年报.xlsx": OTHER}, ())


@pytest.mark.parametrize("ending, pack", [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_a_file_that_was_packed_alone_is_taken_under_its_name(ending: str, pack: Callable[[bytes], bytes]) -> None:
    assert named(unpack(f"年报.xlsx{ending}", pack(BOOK))) == {"年报.xlsx": BOOK}


def test_a_name_in_a_tar_is_read_in_gbk_too() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT, encoding="gbk") as archive:
        entry = tarfile.TarInfo("夏各庄镇/年报.xlsx")
        entry.size = len(BOOK)
        archive.addfile(entry, io.BytesIO(BOOK))
    assert named(unpack("a.tar", stream.getvalue())) == {"夏各庄镇/年报.xlsx": BOOK}


@every_format
def test_an_archive_in_an_archive_is_opened_and_a_third_one_is_reported(ending: str) -> None:
    third = MAKERS[ending](("年报.xlsx", BOOK))
    data = zipped(Entry("乙.zip", zipped(Entry(f"丙{ending}", third))), Entry(f"丁{ending}", third))
    unpacked = unpack("a.eml", mail(text(), attached("甲.zip", data)))
    assert named(unpacked) == {f"甲.zip/乙.zip/丙{ending}": third, f"甲.zip/丁{ending}/年报.xlsx": BOOK}
    assert unpacked.remarks == (f"“甲.zip/乙.zip/丙{ending}”：{NESTED}",)


@every_format
def test_an_archive_of_ten_thousand_files_is_reported_once(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("contents", "guard", "rars", "sevenzips", "tars"):
        monkeypatch.setattr(f"gouji.collection.intake.attachments.{module}.MOST_FILES", 100)
    data = MAKERS[ending](*((f"{number}.txt", b"x") for number in range(200)))
    if "tar" in ending:  # it has no list: the first ones are taken
        unpacked = unpack(f"a{ending}", data)
        assert (len(unpacked.items), unpacked.remarks) == (100, (FULL,))
    else:
        assert sentence_of(f"a{ending}", data) == MANY


# ---------------------------------------------------------------- passwords, volumes, paths, links


@pytest.mark.parametrize(
    "name, data",
    [
        ("a.7z", sevenzip(("甲.xlsx", BOOK), ("乙.xlsx", BOOK), password="x")),
        ("a.rar", rar(InRar("甲.xlsx", BOOK, locked=True), InRar("乙.xlsx", BOOK, locked=True))),
    ],
)
def test_an_archive_with_a_password_is_reported_with_the_names_of_its_files(name: str, data: bytes) -> None:
    assert sentence_of(name, data) == (
        "压缩包加了密码，“甲.xlsx”、“乙.xlsx”没有拆出来。"
        "请单位去掉密码后重新发送；知道密码的，解压以后把里面的文件放进“回收”文件夹。"
    )


def test_an_archive_whose_names_have_a_password_is_reported() -> None:
    assert sentence_of("a.7z", sevenzip(("甲.xlsx", BOOK), password="x", names_too=True)) == LOCKED
    assert sentence_of("a.rar", locked_rar()) == LOCKED


@pytest.mark.parametrize(
    "name, data",
    [
        ("a.part1.rar", rar(InRar("甲.xlsx", BOOK, split=True), next_volume=True)),
        ("a.part1.rar", rar(InRar("甲.xlsx", BOOK), next_volume=True)),
        ("a.7z.001", sevenzip(("甲.xlsx", BOOK))[:-40]),
        ("a.7z.002", b"\1\2\3"),
        ("a.z01", b"PK\7\x08" + zipped(Entry("甲.xlsx", BOOK))),
    ],
)
def test_a_volume_of_an_archive_is_called_one(name: str, data: bytes) -> None:
    assert is_container(name, data)
    assert sentence_of(name, data) == SPLIT


@every_format
def test_a_name_cannot_lead_out_of_the_archive(ending: str) -> None:
    unpacked = unpack(
        f"a{ending}", MAKERS[ending](("../../甲.xlsx", BOOK), ("/etc/乙.xlsx", OTHER), ("c/丙.txt", b"x"))
    )
    assert all(".." not in item.path and "" not in item.path for item in unpacked.items)
    if ending == ".7z":  # its library does not unpack such a file
        assert named(unpacked) == {"etc/乙.xlsx": OTHER, "c/丙.txt": b"x"}
        assert unpacked.remarks == ("“甲.xlsx”的路径指向压缩包外面，没有拆出来。请单位把文件重新压缩、重新发送。",)
    else:
        assert named(unpacked) == {"甲.xlsx": BOOK, "etc/乙.xlsx": OTHER, "c/丙.txt": b"x"}
        assert unpacked.remarks == ()


@pytest.mark.parametrize(
    "name, data",
    [("a.tar", linked("年报.xlsx", "/etc/passwd")), ("a.rar", rar(InRar("年报.xlsx", redirected=(1, "/etc/passwd"))))],
)
def test_a_link_is_not_followed(name: str, data: bytes) -> None:
    assert sentence_of(name, data) == (
        "“年报.xlsx”是指向别处的链接，里面没有内容，没有拆出来。请单位把文件本身压缩进来，重新发送。"
    )


def test_a_file_that_winrar_has_saved_as_a_reference_to_its_copy_is_taken() -> None:
    copy = InRar("乙.xlsx", size=len(BOOK), redirected=(5, "甲.xlsx"))
    assert named(unpack("a.rar", rar(InRar("甲.xlsx", BOOK), copy))) == {"甲.xlsx": BOOK, "乙.xlsx": BOOK}


# ---------------------------------------------------------------- damaged, and too large


@every_format
def test_what_is_whole_in_an_archive_that_breaks_off_is_taken(ending: str) -> None:
    first, second = ("甲.xlsx", BOOK), ("乙.bin", bytes(range(256)) * 400)
    data = MAKERS[ending](first, second)
    cut = data[: -len(data) // 3] if ending not in (".tar", ".rar") else data[: len(data) - 60_000]
    if ending == ".7z":  # the list is at its end
        assert sentence_of("a.7z", cut) == BROKEN
        return
    unpacked = unpack(f"a{ending}", cut)
    assert named(unpacked) in ({"甲.xlsx": BOOK}, {})
    assert INCOMPLETE in unpacked.remarks or any("已经损坏或者不完整" in remark for remark in unpacked.remarks)


DAMAGED = "“甲.xlsx”在压缩包里已经损坏或者不完整，没有拆出来。请单位重新压缩、重新发送。"


def test_a_damaged_file_is_named_and_the_others_are_taken() -> None:
    unpacked = unpack("a.rar", rar(InRar("甲.xlsx", BOOK, crc=1), InRar("乙.xlsx", OTHER)))
    assert (named(unpacked), unpacked.remarks) == ({"乙.xlsx": OTHER}, (DAMAGED,))


def test_files_in_another_block_of_a_sevenzip_than_a_damaged_one_are_taken() -> None:
    data = bytearray(sevenzip(("乙.xlsx", OTHER), before=sevenzip(("甲.xlsx", BOOK))))
    data[40] ^= 0xFF  # the packed blocks follow a header of 32 bytes
    unpacked = unpack("a.7z", bytes(data))
    assert (named(unpacked), unpacked.remarks) == ({"乙.xlsx": OTHER}, (DAMAGED,))


def test_a_tar_that_is_cut_between_two_files_is_called_incomplete() -> None:
    data = tarred(("甲.xlsx", BOOK), ("乙.xlsx", OTHER), form=tarfile.USTAR_FORMAT)
    unpacked = unpack("a.tar", data[: data.index("乙".encode())])
    assert (named(unpacked), unpacked.remarks) == ({"甲.xlsx": BOOK}, (INCOMPLETE,))


@every_format
def test_an_archive_that_grows_like_no_report_is_reported(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("guard", "tars"):
        monkeypatch.setattr(f"gouji.collection.intake.attachments.{module}.ODD_SIZE", 20_000)
        monkeypatch.setattr(f"gouji.collection.intake.attachments.{module}.ODD_RATIO", 2)
    data = MAKERS[ending](("年报.xlsx", bytes(200_000)))
    if ending in (".rar", ".tar"):  # nothing is packed here
        assert named(unpack(f"a{ending}", data)) == {"年报.xlsx": bytes(200_000)}
    else:
        assert "大得不正常" in sentence_of(f"a{ending}", data)


def test_a_size_that_a_list_states_is_not_believed() -> None:
    assert sentence_of("a.rar", rar(InRar("甲.xlsx", b"x", size=10**12))) == (
        "“甲.xlsx”解开以后大得不正常，没有拆出来。请单位检查后重新发送。"
    )


@every_format
def test_no_more_is_taken_out_of_an_archive_than_a_worker_can_hold(
    ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gouji.collection.intake.attachments.contents.LARGEST_WHOLE", 3 * len(BOOK))
    unpacked = unpack(f"a{ending}", MAKERS[ending](*((f"{number}.xlsx", BOOK) for number in range(5))))
    assert (list(named(unpacked)), unpacked.remarks) == (["0.xlsx", "1.xlsx", "2.xlsx"], (FULL,))


def test_a_password_is_told_of_an_archive_that_is_too_large_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gouji.collection.intake.attachments.contents.LARGEST_WHOLE", len(BOOK))
    unpacked = unpack("a.rar", rar(InRar("甲.xlsx", locked=True), InRar("乙.xlsx", BOOK), InRar("丙.xlsx", OTHER)))
    assert list(named(unpacked)) == ["乙.xlsx"]
    assert [remark[:12] for remark in unpacked.remarks] == ["压缩包加了密码，“甲.x", FULL[:12]]


# ---------------------------------------------------------------- programs for .rar

PACKED = rar(InRar("甲.xlsx", BOOK, packed=True), InRar("乙.xlsx", OTHER, packed=True))


def stands_in(monkeypatch: pytest.MonkeyPatch, *scripts: str, is_certain: bool = False) -> None:
    """Have these Python scripts be the only programs of the machine that unpack a .rar."""

    def found() -> Iterator[Program]:
        for script in scripts:
            yield Program((sys.executable, "-I", "-S", "-c", script), is_certain=is_certain)

    monkeypatch.setattr(programs, "for_rar", found)


def writes(*contents: bytes) -> str:
    return f"import sys; sys.stdout.buffer.write({b''.join(contents)!r})"


@pytest.mark.parametrize("program", list(programs.for_rar()), ids=lambda program: Path(program.command[0]).name)
def test_a_program_of_this_machine_unpacks_a_rar(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """No machine must have one; an empty list of them is a test that is skipped."""
    monkeypatch.setattr(programs, "for_rar", lambda: iter([program]))
    unpacked = unpack("a.rar", PACKED)
    if unpacked.is_waiting and not program.is_certain:
        pytest.skip("built without the decoder for .rar")
    assert (named(unpacked), unpacked.remarks) == ({"甲.xlsx": BOOK, "乙.xlsx": OTHER}, ())


def test_what_a_program_writes_is_divided_by_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    stands_in(monkeypatch, writes(BOOK, OTHER))
    unpacked = unpack("a.rar", PACKED)
    assert (named(unpacked), unpacked.remarks) == ({"甲.xlsx": BOOK, "乙.xlsx": OTHER}, ())
    assert not unpacked.is_waiting


@pytest.mark.parametrize("before", [b"", BOOK[::-1]], ids=["left out", "damaged"])
def test_a_file_after_one_that_a_program_cannot_unpack_is_taken(before: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    stands_in(monkeypatch, writes(before, OTHER), is_certain=True)
    unpacked = unpack("a.rar", PACKED)
    assert named(unpacked) == {"乙.xlsx": OTHER}
    assert unpacked.remarks == (DAMAGED,)


def test_the_next_program_unpacks_what_the_first_one_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    stands_in(monkeypatch, "raise SystemExit(2)", writes(BOOK), writes(OTHER))
    assert named(unpack("a.rar", PACKED)) == {"甲.xlsx": BOOK, "乙.xlsx": OTHER}


def test_a_way_of_packing_that_the_programs_here_may_not_know_is_not_called_damaged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stands_in(monkeypatch, writes(BOOK))
    unpacked = unpack("a.rar", PACKED)
    assert named(unpacked) == {"甲.xlsx": BOOK}
    assert unpacked.remarks == (
        "这台电脑的解压程序解不出“乙.xlsx”：可能是它不认识的压缩方式，也可能已经损坏。"
        "请安装 7-Zip 或者 WinRAR（麒麟、统信等系统安装 unar），再收一遍；还是这样的，请单位重新压缩、重新发送。",
    )
    assert unpacked.is_waiting


def test_a_program_that_writes_nothing_and_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    stands_in(monkeypatch, "while True: pass", is_certain=True)
    monkeypatch.setattr(programs, "SECONDS", 0.3)
    with pytest.raises(DocumentError, match="解压程序很久没有解完，压缩包不正常，没有拆开。"):
        unpack("a.rar", PACKED)


def test_a_program_that_writes_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    stands_in(monkeypatch, "import sys\nwhile True: sys.stdout.write('x' * 9999)", is_certain=True)
    monkeypatch.setattr(programs, "SECONDS", HANG)
    assert unpack("a.rar", PACKED).remarks[0].startswith("“甲.xlsx”在压缩包里已经损坏或者不完整")


def test_on_windows_programs_are_looked_for_where_they_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ProgramFiles", "ProgramW6432", "SYSTEMROOT"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("ProgramFiles(x86)", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    for path in ("7z.exe", "ProgramW6432/7-Zip/7z.exe", "ProgramFiles/WinRAR/UnRAR.exe", "SYSTEMROOT/System32/tar.exe"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    with monkeypatch.context() as windows:
        windows.setattr(programs.sys, "platform", "win32")
        found = list(programs.for_rar())
    assert [(Path(program.command[0]).name, program.is_certain) for program in found] == [
        ("UnRAR.exe", True),
        ("7z.exe", True),
        ("tar.exe", False),
    ]
    assert all(Path(program.command[0]).parent != tmp_path for program in found)


WITHOUT = (
    "这台电脑没有能解开 .rar 压缩包的程序，{}没有拆出来。"
    "请安装 7-Zip 或者 WinRAR（麒麟、统信等系统安装 unar），再收一遍。"
)


def test_a_rar_waits_for_a_program_and_is_unpacked_by_the_next_run_that_has_one(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (county.signed(world.answer(town)) for town in TOWNS[:2])
    packed = rar(InRar("第1镇.json", first, packed=True), InRar("第2镇.json", second))
    letter = mail(text(), attached("报送.rar", packed), attached("说明.txt", b"x"))
    (county.folder / "回收" / "来信.eml").write_bytes(letter)

    stands_in(monkeypatch)
    for _ in range(2):
        done = collect(county.workspace, executor=in_this_process)
        assert [said for _, said in done.remarks] == [f"“报送.rar”：{WITHOUT.format('“第1镇.json”')}"]
    assert [town.code for town in TOWNS if county.state(town) != "missing"] == [TOWNS[1].code]
    assert "没有能解开 .rar 压缩包的程序" in county.run("status")

    (tmp_path / "unpacked").write_bytes(first + second)
    stands_in(monkeypatch, f"import sys; sys.stdout.buffer.write(open({str(tmp_path / 'unpacked')!r}, 'rb').read())")
    done = collect(county.workspace, executor=in_this_process)
    assert (done.new, done.remarks) == (1, [])
    assert [town.code for town in TOWNS if county.state(town) != "missing"] == [town.code for town in TOWNS[:2]]
    assert "没有能解开" not in county.run("status")
    assert collect(county.workspace, executor=in_this_process).new == 0


def test_every_kind_of_archive_that_units_send_is_collected(county: County) -> None:
    reports = [county.signed(world.answer(town)) for town in TOWNS]
    box = county.folder / "回收"
    (box / "一.rar").write_bytes(rar(InRar("材料/年报.json", reports[0])))
    head = HEAD.replace(b"Town@Example.gov.cn", b"town2@example.com")
    parts = text(), attached("年报.7z", sevenzip(("材料/年报.json", reports[1])))
    (box / "二.eml").write_bytes(mail(*parts, head=head))
    (box / "三.tgz").write_bytes(tarred(("材料/年报.json", reports[2]), packing="gz"))
    (box / "四.msg").write_bytes(outlook(("年报.json", reports[3]), sender="town4@example.com"))
    inside = outlook_tree(("年报.json", reports[4]), sender="clerk@example.com", inside=True)
    (box / "五.msg").write_bytes(outlook(("转发", inside), sender="town5@example.com"))
    output = county.run("collect")
    assert set(county.states().values()) == {"done"}, output
    assert "（其中 5 个在压缩包、邮件里面）" in output
    assert "新收 0 个" in county.run("collect")


# ---------------------------------------------------------------- Outlook mails


def test_an_attachment_of_an_outlook_mail_has_its_name_and_the_sender_and_time_of_the_mail() -> None:
    unpacked = unpack("报送.msg", outlook(("年报（定稿）.xlsx", BOOK), ("说明.txt", b"x")))
    assert named(unpacked) == {"年报（定稿）.xlsx": BOOK, "说明.txt": b"x"}
    assert {(item.sent, item.sender) for item in unpacked.items} == {("2025-01-10T01:12:33", "town@example.gov.cn")}
    assert unpacked.origin is not None
    assert (unpacked.origin.subject, unpacked.remarks) == ("年报", ())


def test_the_headers_that_travelled_with_an_outlook_mail_count() -> None:
    transport = HEAD.decode() + "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    unpacked = unpack("a.msg", outlook(("年报.xlsx", BOOK), sender="other@example.cn", transport=transport))
    assert unpacked.origin is not None
    assert unpacked.origin.message_id == "<one@example.gov.cn>"
    assert unpacked.items[0].sender == "town@example.gov.cn"


def test_an_outlook_mail_from_inside_an_exchange_server_has_no_certain_sender() -> None:
    (item,) = unpack("a.msg", outlook(("年报.xlsx", BOOK), sender="/O=COUNTY/CN=TOWN")).items
    assert item.sender == "（没有写，或者写得不规范）"


def test_a_mail_in_an_outlook_mail_is_opened_and_the_outer_sender_counts() -> None:
    inner = outlook_tree(("年报.xlsx", BOOK), sender="clerk@example.cn", subject="报表", inside=True)
    (item,) = unpack("a.msg", outlook(("报表", inner), sender="town@example.cn")).items
    assert item.path == ("a.msg", "报表.eml", "年报.xlsx")
    assert (item.sender, item.forwarded) == ("town@example.cn", "clerk@example.cn")


def test_a_damaged_outlook_mail_is_called_damaged() -> None:
    whole = outlook(("年报.xlsx", BOOK))
    damaged = whole.replace("__attach".encode("utf-16-le"), "__xttach".encode("utf-16-le"))
    assert sentence_of("a.msg", damaged) == (
        "Outlook 邮件（.msg）已经损坏，附件取不出来。"
        "请在 Outlook 里打开，把附件保存到“回收”文件夹；打不开的，请单位重新发送。"
    )
