"""Files made to crash, hang or fool the reader: each has its one outcome, and none costs more than its share."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from pathlib import Path
from random import Random

import pytest

import gouji
from damaged import hostile, kit
from damaged.outlive import Ask, least_seconds
from damaged.workbook import Workbook
from gouji.checks import check, verdict
from gouji.formats.pdf.reader import BROKEN as BROKEN_PDF
from gouji.formats.read import read_data
from gouji.formats.spreadsheet import values
from gouji.formats.spreadsheet.biff import ENCRYPTED
from gouji.report.reading import Reading
from gouji.runtime.errors import DocumentError
from gouji.runtime.files import open_file
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE, TOO_MANY, UNSAFE

SECONDS, MEGABYTES = 2, 300
"""What a file may cost: it protects the batch that the file came in. Seconds are those of the processor."""

PASS = "pass"
"""The figures are read, and all of them are right."""

OUTCOMES: dict[str, tuple[str, ...]] = {
    TOO_LARGE: (
        "a_bomb_of_one_gigabyte",
        "a_bomb_as_a_sheet",
        "a_bomb_behind_the_last_row",
        "a_million_cells_inside_the_form",
        "an_attribute_of_25_megabytes",
        "elements_in_elements",
        "four_million_empty_texts",
        "an_old_file_of_a_million_records",
        "an_open_file_that_repeats_a_value",
        "an_open_file_of_many_sheets_that_repeat",
    ),
    TOO_MANY: ("a_hundred_thousand_parts",),
    PASS: (
        "a_bomb_in_a_part_that_nobody_reads",
        "a_small_part_that_calls_itself_huge",
        "names_that_climb_out",
        "a_zip_of_sixty_four_bits",
        "a_cell_at_the_far_corner",
        "a_far_cell_that_hides_in_a_near_row",
        "a_far_cell_without_an_address",
        "a_far_cell_in_other_quotes",
        "a_far_cell_with_a_letter_as_an_entity",
        "a_far_cell_with_a_prefix",
        "a_million_rows_that_carry_a_format",
        "a_million_cells_on_a_sheet_of_the_unit",
        "properties_without_an_end",
        "an_entity_in_the_properties",
        "a_hundred_thousand_names",
        "a_style_that_does_not_exist",
    ),
    BROKEN: (
        "a_bomb_that_calls_itself_small",
        "a_directory_that_lies_about_its_place",
        "a_packing_that_nobody_knows",
        "tags_that_do_not_match",
        "rows_with_an_attribute_five_hundred_times",
        "a_cell_with_two_addresses",
        "beginnings_without_an_end",
        "relationships_without_an_end",
        "ten_thousand_sheets_that_are_one",
        "a_shared_text_that_does_not_exist",
        "an_old_file_that_claims_two_thousand_million_texts",
        "an_old_file_of_ten_thousand_sheets_that_are_one",
        "an_open_file_that_repeats_without_measure",
        "noise_that_begins_as_a_zip",
        "noise_that_begins_as_an_old_file",
    ),
    "这是压缩包，里面才是电子表格。请解压后再读。": ("a_zip_in_a_zip",),
    "“三、依申请公开”A40 里有办公软件不会写的内容（c），不同的程序会读出不同的数，没有读取。"
    "请单位用填报表重新填写、重新发送。": ("cells_in_cells",),
    "缺少“三、依申请公开”这一页，可能被删除了。请单位用发下去的填报表重新填写。": (
        "a_target_that_climbs_out",
        "a_target_on_the_network",
    ),
    "文件加了密码，读不了。请单位去掉密码后重新发送。": (
        "a_zip_with_a_password",
        "an_open_file_with_a_password",
    ),
    UNSAFE: (
        "two_parts_of_one_name",
        "an_attribute_of_15_megabytes",
        "a_tag_of_15_megabytes_of_spaces",
        "a_comment_of_15_megabytes",
        "a_tag_with_a_million_attributes",
        "rows_with_a_thousand_attributes",
        "a_million_laughs",
        "an_entity_that_fetches_a_file",
        "a_sheet_in_another_encoding",
        "an_open_file_of_a_million_laughs",
    ),
    "文件带有宏，为了安全没有打开。请单位另存为“Excel 工作簿(.xlsx)”后重新发送。": (
        "a_macro",
        "a_workbook_of_the_macro_type",
    ),
    "文件保存成了“Strict Open XML”格式，读不全。请另存为普通的“Excel 工作簿(.xlsx)”后重新发送。": (
        "the_strict_format",
    ),
    "文件保存成了 .xlsb 格式。请另存为“Excel 工作簿(.xlsx)”后重新发送。": ("the_binary_format",),
    "这不是用 gouji 填报表填的（缺少识别信息）。请单位用发下去的填报表填写。": (
        "an_old_file_with_a_cell_at_the_far_corner",
        "an_old_file_with_a_cell_beyond_the_far_corner",
        "an_old_file_that_claims_to_be_large",
        "an_old_file_whose_sectors_run_in_a_circle",
        "an_old_file_of_many_entries",
        "an_open_file_with_a_far_cell",
        "an_open_file_that_repeats_nothing_without_measure",
        "an_open_file_of_many_rows_that_repeat",
    ),
    ENCRYPTED: (
        "an_old_file_with_a_password",
        "a_locked_file_of_the_new_format",
        "a_locked_file_that_wants_a_million_rounds",
    ),
    "这是 OpenDocument 文字文件（.odt），读不了。请用 Word、WPS 或者 LibreOffice 另存为 .docx 后再读。": (
        "an_open_text_document",
    ),
    "文件是空的（0 字节）。请单位重新发送。": ("nothing",),
    "这是网页文件，里面没有找到年度报告。请用报告所在的网页；收表的，请单位发回填报表（.xlsx）。": ("a_web_page",),
    "文件保存成了“XML 表格”格式。请另存为“Excel 工作簿(.xlsx)”后重新发送。": ("an_old_spreadsheet_in_xml",),
    "这不是填报表，也不是 JSON。请发回填报表（.xlsx）。": (
        "a_list_with_commas",
        "a_picture",
        "noise",
        "a_list_of_things",
    ),
    BROKEN_PDF: ("a_portable_document",),
    "这是 RAR 压缩包。请解压后再读里面的文件。": ("a_rar",),
    "不是正确的 JSON，或者不完整。请重新导出、重新发送。": (
        "lists_in_lists",
        "objects_in_objects",
    ),
    "edition：应当是文字，这里写的是 [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[。": ("lists_in_lists_that_end",),
    "year：应当是四位数的年份，这里写的是 9999999999999999999999999999999999999999。": (
        "a_number_of_a_million_digits",
    ),
    "figures.requests.new.natural：数字太长，超过 30 位。": ("a_figure_with_a_huge_exponent",),
    "name0：没有这个名称。": ("a_hundred_thousand_unknown_names",),
    "JSON 文件里的文字不是 UTF-8 编码。请用 UTF-8 编码重新保存。": ("broken_text",),
}

EXPECTED = {name: outcome for outcome, names in OUTCOMES.items() for name in names}


@pytest.mark.parametrize("name", hostile.HOSTILE)
def test_a_hostile_file_costs_little_and_comes_to_its_one_outcome(name: str, ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "hostile.xlsx"
    path.write_bytes(hostile.HOSTILE[name]())
    answer = ask(path)
    seconds = least_seconds(SECONDS, ask, path, answer)
    path.unlink()
    assert answer.get("verdict", answer.get("refused", answer)) == EXPECTED[name]
    if EXPECTED[name] == PASS:
        assert answer["same"]
    assert seconds < SECONDS
    assert answer["megabytes"] < MEGABYTES
    assert answer["left"] == [], "something was written"


def test_every_hostile_file_has_its_outcome() -> None:
    assert sorted(EXPECTED) == sorted(hostile.HOSTILE)


def test_no_file_was_written_where_a_name_pointed() -> None:
    before = set(Path(tempfile.gettempdir()).iterdir())
    read_data(hostile.names_that_climb_out())
    assert Path("/tmp/gouji-climbed-out.xml") not in {*before, *Path(tempfile.gettempdir()).iterdir()}
    assert not Path("/tmp/gouji-climbed-out.xml").exists()


# ---------------------------------------------------------------- damage anywhere


def judged(data: bytes) -> Reading | None:
    """Return the reading of a damaged file, or None where it is refused; nothing wrong may pass for right."""
    try:
        reading = read_data(data)
    except DocumentError:
        return None
    if reading.report.figures != kit.good_report().figures:
        assert verdict(check(reading)) != "pass", "other figures pass for right"
    return reading


@pytest.mark.parametrize("tenths", range(10))
def test_a_file_that_is_cut_off_is_refused(tenths: int) -> None:
    for data in (kit.good()[: len(kit.good()) * tenths // 10], kit.good()[: len(kit.good()) * tenths // 10 + 1]):
        assert judged(data) is None


def test_bits_that_are_turned_over_never_change_a_figure() -> None:
    """All parts carry a checksum; what is read is what was written."""
    random, good, refused = Random(7), kit.good(), 0
    for _ in range(200):
        data = bytearray(good)
        for _ in range(random.choice((1, 1, 1, 2, 8))):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        reading = judged(bytes(data))
        refused += reading is None
        if reading is not None:
            assert reading.report.figures == kit.good_report().figures
            assert reading.report.texts == kit.good_report().texts
    assert refused > 150


def test_a_false_checksum_is_noticed_in_every_part_that_is_read() -> None:
    with zipfile.ZipFile(io.BytesIO(kit.good())) as archive:
        entries = archive.infolist()
    unread = "docProps/"
    for entry in entries:
        at = kit.good().rfind(entry.filename.encode()) - 46
        assert kit.good()[at : at + 4] == b"PK\x01\x02"
        data = bytearray(kit.good())
        data[at + 16] ^= 0xFF
        reading = judged(bytes(data))
        assert (reading is None) != entry.filename.startswith(unread), entry.filename


def test_a_workbook_without_one_of_its_parts_is_read_or_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(kit.good())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for missing in parts:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in (name for name in parts if name != missing):
                archive.writestr(name, parts[name])
        judged(data.getvalue())  # any other error than that of a refused file would be one of the program


LEFT_TO_THE_LIBRARY = Path(__file__).parents[2] / "fuzz" / "samples" / "libreoffice.xls"


class PanicException(BaseException):
    """What the library in Rust raises where its own code goes wrong; no name for it can be imported."""


def test_a_panic_of_the_library_is_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    class Workbook:
        @staticmethod
        def from_filelike(stream: object) -> None:
            raise PanicException("index out of bounds")

    monkeypatch.setattr(values, "CalamineWorkbook", Workbook)
    with pytest.raises(DocumentError, match=BROKEN):
        read_data(LEFT_TO_THE_LIBRARY.read_bytes())


def test_an_interruption_is_no_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    class Workbook:
        @staticmethod
        def from_filelike(stream: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(values, "CalamineWorkbook", Workbook)
    with pytest.raises(KeyboardInterrupt):
        read_data(LEFT_TO_THE_LIBRARY.read_bytes())


# ---------------------------------------------------------------- what is no file


def sentence(path: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        open_file(path)
    return str(caught.value)


NO_FILE = "这是文件夹或者设备，不是文件，读不了。请给出文件的名称。"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert sentence(tmp_path) == NO_FILE
    with pytest.raises(DocumentError, match=NO_FILE):
        gouji.read(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_is_no_file_and_blocks_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "report.xlsx")
    assert sentence(tmp_path / "report.xlsx") == NO_FILE


def test_a_device_is_no_file() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("the system has no /dev/zero")
    assert sentence(Path("/dev/zero")) == NO_FILE


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="the system has no file modes")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(kit.good())
    path.chmod(0)
    here, root = Path.cwd(), os.geteuid() == 0
    try:
        os.chdir(tmp_path)  # folders above it may be closed to nobody
        if root:  # root may read everything, nobody may not
            os.seteuid(65534)
        assert sentence(Path(path.name)) == "文件读不出来：没有权限。请检查文件和磁盘后再试。"
    finally:
        if root:
            os.seteuid(0)
        os.chdir(here)


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    assert sentence(tmp_path / ("长" * 300)) == "文件读不出来：路径太长。请检查文件和磁盘后再试。"


def test_a_link_in_a_circle_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert sentence(tmp_path / "a") == "文件读不出来：快捷方式互相指向。请检查文件和磁盘后再试。"


def test_a_file_of_no_measure_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    with path.open("wb") as stream:
        stream.truncate(10 * 2**30)
    assert sentence(path).startswith("文件有 10240 MB，大得不正常，没有打开。")


def test_the_good_workbook_of_these_tests_is_a_workbook() -> None:
    assert Workbook(kit.good()).names[0] == "填报说明"
