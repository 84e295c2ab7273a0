"""What is no submission is not taken for one, and whatever reads as a filled form is one."""

from __future__ import annotations

import io
import shutil
from email.message import EmailMessage
from pathlib import Path

import attachments
import msgspec
import openpyxl
import pytest
from county import TOWNS, County, member
from libreoffice import LibreOffice

from gouji.collection.workspace.roster import Member
from gouji.formats.web.report_page import page_bytes
from gouji.formats.word.writer import document_bytes

FIRST, SECOND, THIRD, FOURTH, FIFTH = TOWNS
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(300)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> County:
    office = County(tmp_path_factory.mktemp("office") / "年报", TOWNS)
    office.run("issue")
    return office


@pytest.fixture
def office(issued: County, tmp_path: Path) -> County:
    return issued.copied(tmp_path / "年报")


def comes(office: County, unit: Member, files: dict[str, bytes], text: str = "收到", **headers: str) -> None:
    """Put a mail of a unit into 回收."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = unit.emails[0], "office@example.com", "年报"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, data in files.items():
        message.add_attachment(data, "application", "octet-stream", filename=name)
    folder = office.folder / "回收"
    (folder / f"{len(list(folder.iterdir()))}.eml").write_bytes(message.as_bytes())


def filled(office: County, unit: Member, seed: int = 1) -> bytes:
    return office.saved(unit, office.filled(unit, seed))


def remarks(office: County) -> list[str]:
    return [remark["message"] for remark in office.status()["remarks"]]


# ---------------------------------------------------------------- nothing


def test_thanks_and_receipts_are_one_line_and_leave_nothing(office: County) -> None:
    for town in TOWNS[:3]:
        comes(office, town, {})
    comes(office, FOURTH, {}, "我已外出。", Auto_Submitted="auto-replied")
    output = office.run("collect")
    assert "不是报送的邮件 4 封：回复“收到”一类的 3 封，自动回复和系统通知 1 封。" in output
    assert remarks(office) == []
    assert set(office.states().values()) == {"missing"}


@pytest.mark.slow
def test_our_own_papers_are_nothing_whoever_saved_them(
    office: County, tmp_path: Path, libreoffice: LibreOffice
) -> None:
    office.answers(FIRST, requests__new__legal=None)
    office.run("collect")
    office.run("return")
    office.run("status", "-o", "状态.xlsx")
    (letter,) = (office.folder / "退回").glob("*.docx")
    papers = [office.folder / "下发" / "通知.docx", letter, office.folder / "下发" / "下发清单.xlsx"]
    papers += [office.folder / "状态.xlsx", office.folder / "名册.xlsx"]
    files = {f"{number}{path.suffix}": path.read_bytes() for number, path in enumerate(papers)}
    for suffix, endings in {".docx": ("docx", "doc", "pdf"), ".xlsx": ("xlsx", "ods")}.items():
        ours = [tmp_path / name for name in files if name.endswith(suffix)]
        for path in ours:
            path.write_bytes(files[path.name])
        for ending in endings:
            saved = libreoffice.convert(ours, tmp_path / f"as {ending}", ending)
            files |= {f"又{path.name}": path.read_bytes() for path in saved}
    comes(office, SECOND, files)
    output = office.run("collect")
    assert SECOND.name not in output
    assert remarks(office) == []
    assert office.state(SECOND) == "missing"


@pytest.mark.parametrize("resaved", [False, True], ids=["as issued", "saved by another program"])
def test_a_blank_form_never_displaces_a_filled_one(
    office: County, tmp_path: Path, libreoffice: LibreOffice, resaved: bool
) -> None:
    blank = tmp_path / "blank.xlsx"
    shutil.copy(office.form(FIRST), blank)
    if resaved:
        (blank,) = libreoffice.convert([blank], tmp_path / "saved")
    for town in (FIRST, SECOND):
        comes(office, town, {blank.name: blank.read_bytes()})
    assert f"{FIRST.name}：“{blank.name}”是没有填过的空白填报表，没有当作报送。" in office.run("collect")
    assert office.state(FIRST) == "missing"
    office.answers(FIRST)
    office.run("collect")
    comes(office, FIRST, {"年报.xlsx": blank.read_bytes()}, "请看附件")
    office.run("collect")
    assert office.state(FIRST) == "done"
    assert office.roles(FIRST) == ["stands"]


def test_other_attachments_are_listed_once_by_unit_until_it_submits(office: County) -> None:
    comes(office, FIRST, {"截图.png": PICTURE, "联络员登记表.xlsx": _table(), "空.docx": b""}, "请收")
    comes(office, FIRST, {"截图2.png": PICTURE + b"x"}, "请收")
    line = f"{FIRST.name}：“截图.png”“截图2.png”“空.docx”“联络员登记表.xlsx”不是填报表，没有当作报送。"
    assert _sorted(line) in map(_sorted, office.run("collect").splitlines())
    assert office.state(FIRST) == "missing"
    (remark,) = remarks(office)
    assert _sorted(remark) == _sorted(line)
    assert "不是填报表" not in office.run("collect")
    office.answers(FIRST)
    office.run("collect")
    assert remarks(office) == []


def test_a_file_that_the_officer_assigns_is_a_submission_that_cannot_be_read(office: County) -> None:
    comes(office, FIRST, {"年报.png": PICTURE})
    office.run("collect")
    office.run("assign", "年报.png", FIRST.code)
    assert office.roles(FIRST) == ["unreadable"]
    office.run("undo", 1)
    assert office.roles(FIRST) == []


def _table() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["单位", "联络员", "电话"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sorted(line: str) -> list[str]:
    return sorted(line)


# ---------------------------------------------------------------- a filled form is a submission


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Failed_Recipients": "a@example.com"},
        {"Precedence": "auto_reply", "Return_Path": "<>"},
    ],
    ids=["automatic", "like a bounce", "without a return path"],
)
def test_a_filled_form_is_a_submission_whatever_the_mail_says(office: County, headers: dict[str, str]) -> None:
    comes(office, FIRST, {"通知.docx": filled(office, FIRST)}, "收到", **headers)
    office.run("collect")
    assert office.state(FIRST) == "done"


@pytest.mark.parametrize(
    "name", ["a.tmp", "年报.xlsx.part", "a.crdownload", "~$年报.xlsx", ".年报.xlsx", "通知.docx", "截图.png", "a.lnk"]
)
def test_a_filled_form_is_a_submission_whatever_its_name(office: County, name: str) -> None:
    (office.folder / "回收" / name).write_bytes(filled(office, FIRST))
    assert "看到 1 个文件，新收 1 个。" in office.run("collect")
    assert office.state(FIRST) == "done"


def test_what_is_returned_with_a_mail_of_ours_is_nothing(office: County) -> None:
    office.answers(FIRST, requests__new__legal=None)
    office.run("collect")
    office.run("return")
    (book,) = (office.folder / "退回").glob("*.xlsx")
    ours = EmailMessage()
    ours["From"], ours["To"], ours["Message-ID"] = "office@example.com", FIRST.emails[0], "<ours@example.com>"
    ours.set_content("请改正。")
    ours.add_attachment(book.read_bytes(), "application", "octet-stream", filename=book.name)
    report = attachments.bounce(attachments.FAILED)
    head, _, _ = report.partition(b"Content-Type: message/rfc822")
    boundary = report.rstrip().splitlines()[-1].strip(b"-")
    whole = head + b"Content-Type: message/rfc822\r\n\r\n" + ours.as_bytes() + b"\r\n--" + boundary + b"--\r\n"
    (office.folder / "回收" / "退信.eml").write_bytes(whole)
    assert "这是退信" in office.run("collect")
    assert office.roles(FIRST) == ["stands"]


# ---------------------------------------------------------------- unfinished files


@pytest.mark.parametrize(
    ("name", "half"),
    [
        ("年报.xlsx.crdownload", True),
        ("年报.xlsx.part", True),
        ("年报.tmp", True),
        ("年报.xlsx", False),
        ("年报.xlsx.lnk", False),
        ("年报.url", False),
        (".年报.xlsx.icloud", False),
    ],
)
def test_unfinished_files_are_a_note_of_that_run(office: County, name: str, half: bool) -> None:
    path = office.folder / "回收" / name
    others = {"年报.xlsx": b"", "年报.xlsx.lnk": b"L\0\0\0\1\x14\2\0", "年报.url": b"[InternetShortcut]\r\nURL=x"}
    data = filled(office, FIRST)
    path.write_bytes(data[: len(data) // 2] if half else others.get(name, b"bplist00x"))
    output = office.run("collect")
    assert f"回收/{name}：" in output
    assert "没有收" in output
    assert "新收 0 个" in output
    assert set(office.states().values()) == {"missing"}
    assert remarks(office) == []
    path.write_bytes(data)
    office.run("collect")
    assert office.state(FIRST) == "done"


def test_what_programs_leave_in_a_folder_is_passed_over(office: County) -> None:
    for name, data in {"~$年报.xlsx": b"\x05Wang" + bytes(160), ".DS_Store": b"\0\0\0\1Bud1", "Thumbs.db": b""}.items():
        (office.folder / "回收" / name).write_bytes(data)
    output = office.run("collect")
    assert "看到 0 个文件，新收 0 个。" in output
    assert "回收/" not in output


# ---------------------------------------------------------------- remarks on mails


def test_a_remark_names_its_unit_and_goes_when_the_unit_has_passed(office: County) -> None:
    comes(office, FIRST, {}, "请问怎么填？")
    assert f"：{FIRST.name}：邮件没有附件，正文开头是“请问怎么填？”。" in office.run("collect")
    (remark,) = remarks(office)
    assert remark.startswith(f"{FIRST.name}：邮件没有附件")
    office.answers(FIRST, requests__new__legal=None)
    office.run("collect")
    assert len(remarks(office)) == 1, "the unit has not settled it"
    office.answers(FIRST)
    office.run("collect")
    assert remarks(office) == []


def test_a_mail_that_comes_after_the_unit_has_passed_is_remarked_on(office: County) -> None:
    office.answers(FIRST)
    office.run("collect")
    comes(office, FIRST, {}, "数字有错，请等新的")
    office.run("collect")
    (remark,) = remarks(office)
    assert remark.startswith(f"{FIRST.name}：")


def test_the_officer_can_dismiss_a_remark_and_take_that_back(office: County) -> None:
    comes(office, FIRST, {}, "请问怎么填？")
    comes(office, SECOND, {f"{FIRST.short[0]}.png": PICTURE})
    comes(office, member(9), {}, "请问怎么填？")
    office.run("collect")
    assert len(remarks(office)) == 3
    assert "“0.eml”不再提示。" in office.run("status", "--dismiss", "0.eml", "-m", "打过电话")
    assert f"“{FIRST.short[0]}.png”不再提示。" in office.run("status", "--dismiss", f"{FIRST.short[0]}.png")
    (left,) = remarks(office)
    assert left.startswith("邮件没有附件")
    assert f"1. 不再提示 {FIRST.name}" in office.run("decisions")
    office.run("undo", 1)
    assert len(remarks(office)) == 2
    assert "“0.eml”不再提示。" in office.run("status", "--dismiss", FIRST.short[0])
    assert "没有正在提示的" in office.run("status", "--dismiss", FIRST.code, fails=2)
    assert "正在提示的邮件和文件里没有" in office.run("status", "--dismiss", "没有.eml", fails=2)


def test_the_officer_can_dismiss_a_file_of_which_nobody_knows_the_unit(office: County) -> None:
    (office.folder / "回收" / "年报.xlsx").write_bytes(b"PK\x03\x04broken")
    assert "没有认出单位" in office.run("collect")
    assert "gouji status --dismiss" in office.run("status")
    office.run("status", "--dismiss", "年报.xlsx", "-m", "发错的，另外发了")
    assert "没有认出单位" not in office.run("status") + office.run("collect")
    assert office.status()["unknown"] == []
    office.run("undo", 1)
    assert "没有认出单位" in office.run("status")
    office.run("status", "--dismiss", "年报.xlsx")
    office.run("assign", "年报.xlsx", FIRST.code)
    assert office.roles(FIRST) == ["unreadable"], "what is a unit's is told again"


# ---------------------------------------------------------------- form and document in one mail


@pytest.mark.parametrize("names", [("a.xlsx", "b"), ("b.xlsx", "a")], ids=["form first", "document first"])
@pytest.mark.parametrize("kind", ["docx", "html"])
def test_a_document_that_comes_with_the_signed_form_is_compared_with_it(
    office: County, kind: str, names: tuple[str, str]
) -> None:
    printed = document_bytes if kind == "docx" else page_bytes
    report = office.filled(FIRST)
    other = dict(report.figures)
    other["disclosure.licensing.decisions"] = 7777
    changed = msgspec.structs.replace(report, figures=other)
    comes(
        office,
        FIRST,
        {names[0]: office.saved(FIRST, report), f"{names[1]}.{kind}": printed(changed)},
        "请看附件",
    )
    comes(
        office,
        SECOND,
        {names[0]: filled(office, SECOND), f"{names[1]}.{kind}": printed(office.filled(SECOND))},
        "请看附件",
    )
    output = office.run("collect")
    assert f"“{names[1]}.{kind}”已经与同一封邮件里的填报表比对，没有另算一份。" in output
    assert (office.roles(FIRST), office.roles(SECOND)) == (["stands"], ["stands"])
    assert office.findings(FIRST) == ["evidence.document"]
    assert "文档 7777" in office.run("status", FIRST.code)
    assert (office.state(FIRST), office.state(SECOND)) == ("asked", "done")


def test_a_document_of_another_unit_or_without_a_form_is_a_submission_of_its_own(office: County) -> None:
    comes(office, FIRST, {"a.xlsx": filled(office, FIRST), "b.docx": document_bytes(office.filled(SECOND))}, "请看附件")
    comes(office, THIRD, {"b.docx": document_bytes(office.filled(THIRD))}, "请看附件")
    office.run("collect")
    assert [office.roles(town) for town in (FIRST, SECOND, THIRD)] == [["stands"]] * 3
    assert office.findings(FIRST) == []
