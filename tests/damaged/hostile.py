"""Hostile files, made to crash, to hang or to fool a reader. A reader must survive all of them."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from random import Random

from msoffcrypto.format.ooxml import OOXMLFile

from damaged import kit
from damaged.workbook import MAIN, Workbook
from gouji.formats.spreadsheet import biff

MEGABYTE = 2**20
HOSTILE: dict[str, Callable[[], bytes]] = {}


def hostile(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Register a function that makes a hostile file."""
    HOSTILE[make.__name__] = make
    return make


def zipped(parts: dict[str, bytes], *, packed: bool = True) -> bytes:
    """Return a zip of some parts."""
    target = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w", method, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, archive.compression)
    return target.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """Return the good workbook with one part replaced."""
    return zipped({**Workbook(kit.good()).parts, name: content})


def with_cells(cells: str, before: str = "", after: str = "") -> bytes:
    """Return the good workbook with the XML of one sheet replaced."""
    xml = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{cells}</sheetData>{after}</worksheet>'
    return with_part("xl/worksheets/sheet4.xml", xml.encode())


def beside(xml: str) -> bytes:
    """Return the good workbook with some XML after the cells of a sheet."""
    good = Workbook(kit.good()).parts["xl/worksheets/sheet4.xml"]
    return with_part("xl/worksheets/sheet4.xml", good.replace(b"</sheetData>", xml.encode() + b"</sheetData>"))


def resized(data: bytes, name: str, size: int) -> bytes:
    """Return a zip that states a wrong size for a part, in both headers."""
    changed = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entry = archive.getinfo(name)
    struct.pack_into("<I", changed, entry.header_offset + 22, size)
    position = data.rfind(b"PK\x01\x02", 0, data.rfind(name.encode()))
    struct.pack_into("<I", changed, position + 24, size)
    return bytes(changed)


# ---------------------------------------------------------------- the zip


@hostile
def a_bomb_of_one_gigabyte() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in Workbook(kit.good()).parts.items():
            if name != "xl/sharedStrings.xml":
                archive.writestr(zipfile.ZipInfo(name), content, archive.compression)
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as stream:
            stream.write(f'<sst xmlns="{MAIN}"><si><t>'.encode())
            for _ in range(1024):
                stream.write(b" " * MEGABYTE)
            stream.write(b"</t></si></sst>")
    return target.getvalue()


@hostile
def a_bomb_in_a_part_that_nobody_reads() -> bytes:
    return with_part("xl/media/image1.png", bytes(200 * MEGABYTE))


@hostile
def a_bomb_that_calls_itself_small() -> bytes:
    strings = f'<sst xmlns="{MAIN}"><si><t>'.encode() + b" " * (200 * MEGABYTE) + b"</t></si></sst>"
    return resized(with_part("xl/sharedStrings.xml", strings), "xl/sharedStrings.xml", 1000)


@hostile
def a_small_part_that_calls_itself_huge() -> bytes:
    return resized(kit.good(), "xl/sharedStrings.xml", 0x7FFFFFFF)


@hostile
def a_bomb_as_a_sheet() -> bytes:
    return with_part("xl/worksheets/sheet4.xml", b"<worksheet><sheetData>" + b" " * (400 * MEGABYTE))


@hostile
def a_bomb_behind_the_last_row() -> bytes:
    row = b'<row r="9999999"/>'
    return with_part("xl/worksheets/sheet4.xml", b"<worksheet><sheetData>" + row * (400 * MEGABYTE // len(row)))


@hostile
def a_zip_in_a_zip() -> bytes:
    inner = zipped({"0.xlsx": bytes(50 * MEGABYTE)})
    for number in range(5):
        inner = zipped({f"{number}.xlsx": inner})
    return inner


@hostile
def a_hundred_thousand_parts() -> bytes:
    return zipped({f"{number}": b"" for number in range(100_000)}, packed=False)


@hostile
def two_parts_of_one_name() -> bytes:
    data = kit.good().replace(b"xl/worksheets/sheet5.xml", b"xl/worksheets/sheet4.xml")
    assert data != kit.good()
    return data


@hostile
def names_that_climb_out() -> bytes:
    return with_part("../../../../tmp/gouji-climbed-out.xml", b"<a/>")


@hostile
def a_target_that_climbs_out() -> bytes:
    book = Workbook(kit.good())
    book.replace("xl/_rels/workbook.xml.rels", "worksheets/sheet4.xml", "../../../../../../etc/passwd")
    return book.data()


@hostile
def a_target_on_the_network() -> bytes:
    book = Workbook(kit.good())
    book.replace(
        "xl/_rels/workbook.xml.rels",
        'Target="worksheets/sheet4.xml"',
        'Target="http://127.0.0.1:9/sheet4.xml" TargetMode="External"',
    )
    return book.data()


@hostile
def a_zip_of_sixty_four_bits() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        for name, content in Workbook(kit.good()).parts.items():
            with archive.open(name, "w", force_zip64=True) as stream:
                stream.write(content)
    return target.getvalue()


@hostile
def a_directory_that_lies_about_its_place() -> bytes:
    data = bytearray(kit.good())
    struct.pack_into("<I", data, data.rfind(b"PK\x05\x06") + 16, 0xFFFFFFF0)
    return bytes(data)


@hostile
def a_zip_with_a_password() -> bytes:
    data = bytearray(kit.good())
    position = 0
    while (position := data.find(b"PK\x01\x02", position)) >= 0:
        data[position + 8] |= 1
        position += 4
    return bytes(data)


@hostile
def a_packing_that_nobody_knows() -> bytes:
    data = bytearray(kit.good())
    struct.pack_into("<H", data, data.find(b"PK\x01\x02") + 10, 99)
    return bytes(data)


# ---------------------------------------------------------------- the XML


@hostile
def a_cell_at_the_far_corner() -> bytes:
    return beside('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


@hostile
def a_far_cell_that_hides_in_a_near_row() -> bytes:
    return beside('<row r="40"><c r="XFD1048576"><v>1</v></c></row>')


@hostile
def a_far_cell_without_an_address() -> bytes:
    return beside('<row r="1048576"><c><v>1</v></c></row>')


@hostile
def a_far_cell_in_other_quotes() -> bytes:
    return beside("<row r = '40'><c\nr\n=\n'XFD1048576'><v>1</v></c></row>")


@hostile
def a_far_cell_with_a_letter_as_an_entity() -> bytes:
    return beside('<row r="40"><c r="&#88;FD1048576"><v>1</v></c></row>')


@hostile
def a_far_cell_with_a_prefix() -> bytes:
    return beside(f'<x:row xmlns:x="{MAIN}" r="40"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>')


@hostile
def a_million_rows_that_carry_a_format() -> bytes:
    """Offices do send these: somebody has formatted the sheet down to the last row."""
    row = '<row r="{0}" spans="1:3" s="1" customFormat="1" ht="14.25"><c r="A{0}" s="1"/><c r="B{0}" s="1"/></row>'
    return beside("".join(map(row.format, range(100, 1_048_577))))


@hostile
def a_million_cells_on_a_sheet_of_the_unit() -> bytes:
    rows = "".join(
        f'<row r="{row}">{"".join(f"<c><v>{column}</v></c>" for column in range(50))}</row>' for row in range(1, 20_001)
    )
    book = Workbook(kit.good())
    book.add("明细", f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode())
    return book.data()


@hostile
def a_million_cells_inside_the_form() -> bytes:
    rows = "".join(f'<row r="{row}">{"<c><v>1</v></c>" * 250}</row>' for row in range(40, 2000))
    return beside(rows)


@hostile
def an_attribute_of_25_megabytes() -> bytes:
    return beside(f'<row r="40" x="{"a" * 25 * MEGABYTE}"/>')


@hostile
def an_attribute_of_15_megabytes() -> bytes:
    """Only 25 KB compressed. A reader that takes it in small pieces needs minutes."""
    return beside(f'<row r="40" x="{"a" * 15 * MEGABYTE}"/>')


@hostile
def a_tag_of_15_megabytes_of_spaces() -> bytes:
    return beside(f'<row r="40"{" " * 15 * MEGABYTE}/>')


@hostile
def a_comment_of_15_megabytes() -> bytes:
    return beside(f"<!--{'a' * 15 * MEGABYTE}-->")


@hostile
def a_tag_with_a_million_attributes() -> bytes:
    attributes = " ".join(f"a{number}=''" for number in range(1_000_000))
    return beside(f'<row r="40" {attributes}/>')


@hostile
def rows_with_a_thousand_attributes() -> bytes:
    """Readers compare every attribute with all others."""
    attributes = " ".join(f"{chr(97 + number % 26)}{number // 26}=''" for number in range(900))
    return beside(f'<row {attributes} r="40"/>' * 3000)


@hostile
def rows_with_an_attribute_five_hundred_times() -> bytes:
    same = "zz='' " * 900
    return beside(f"<row {same} r='40'/>" * 2000)


@hostile
def cells_in_cells() -> bytes:
    return beside('<row r="40">' + '<c r="A40">' * 100_000 + "</c>" * 100_000 + "</row>")


@hostile
def tags_that_do_not_match() -> bytes:
    return beside('<row r="40"><c r="A40"><v>1</c></v></row>')


@hostile
def a_cell_with_two_addresses() -> bytes:
    return beside('<row r="40"><c r="A40" r="XFD1048576"><v>1</v></c></row>')


@hostile
def beginnings_without_an_end() -> bytes:
    return with_part("xl/worksheets/sheet4.xml", b"<c " * (5 * MEGABYTE))


@hostile
def relationships_without_an_end() -> bytes:
    return with_part("xl/_rels/workbook.xml.rels", b"<Relationship " * (MEGABYTE // 14))


@hostile
def properties_without_an_end() -> bytes:
    return with_part("docProps/custom.xml", b"<property " * (MEGABYTE // 10))


@hostile
def elements_in_elements() -> bytes:
    return beside("<a>" * 500_000 + "</a>" * 500_000)


@hostile
def four_million_empty_texts() -> bytes:
    return with_part("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{"<si/>" * 4_000_000}</sst>'.encode())


@hostile
def a_million_laughs() -> bytes:
    lines = ['<!DOCTYPE lolz [<!ENTITY a0 "lol">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return with_part(
        "xl/sharedStrings.xml", f'{"".join(lines)}]><sst xmlns="{MAIN}"><si><t>&a9;</t></si></sst>'.encode()
    )


@hostile
def an_entity_that_fetches_a_file() -> bytes:
    dtd = '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return with_part("xl/sharedStrings.xml", f'{dtd}<sst xmlns="{MAIN}"><si><t>&x;</t></si></sst>'.encode())


@hostile
def an_entity_in_the_properties() -> bytes:
    return with_part("docProps/core.xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>')


@hostile
def a_sheet_in_another_encoding() -> bytes:
    good = Workbook(kit.good()).parts["xl/worksheets/sheet4.xml"].decode()
    return with_part("xl/worksheets/sheet4.xml", good.replace("UTF-8", "UTF-16", 1).encode("utf-16"))


@hostile
def ten_thousand_sheets_that_are_one() -> bytes:
    book = Workbook(kit.good())
    sheets = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId4"/>' for n in range(100, 10_100))
    book.replace("xl/workbook.xml", "</sheets>", sheets + "</sheets>")
    return book.data()


@hostile
def a_hundred_thousand_names() -> bytes:
    book = Workbook(kit.good())
    names = "".join(f'<definedName name="n{n}" hidden="1">#REF!</definedName>' for n in range(60_000))
    book.replace("xl/workbook.xml", "</sheets>", f"</sheets><definedNames>{names}</definedNames>")
    return book.data()


@hostile
def a_style_that_does_not_exist() -> bytes:
    book = Workbook(kit.good())
    part = book.part_of(kit.REQUESTS)
    book.parts[part] = book.parts[part].replace(b' s="', b' s="99999999999')
    return book.data()


@hostile
def a_shared_text_that_does_not_exist() -> bytes:
    book = Workbook(kit.good())
    part = book.part_of(kit.REQUESTS)
    book.parts[part] = book.parts[part].replace(b't="s"><v>', b't="s"><v>99999')
    return book.data()


@hostile
def a_macro() -> bytes:
    return with_part("xl/vbaProject.bin", bytes(100))


@hostile
def a_workbook_of_the_macro_type() -> bytes:
    book = Workbook(kit.good())
    old = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    book.replace("[Content_Types].xml", old, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    return book.data()


@hostile
def the_strict_format() -> bytes:
    book = Workbook(kit.good())
    book.replace("xl/workbook.xml", MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    return book.data()


@hostile
def the_binary_format() -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": bytes(100)})


# ---------------------------------------------------------------- the old format


def record(kind: int, body: bytes = b"") -> bytes:
    """Return a record of an .xls."""
    return struct.pack("<HH", kind, len(body)) + body


def old(cells: bytes, *, globals_: bytes = b"", sheets: int = 1) -> bytes:
    """Return an .xls with the records of one sheet, which several names may share."""
    bof = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    names = [f"s{number}".encode() for number in range(sheets)]
    start = len(bof + globals_) + sum(len(record(0x85, bytes(8) + name)) for name in names) + 4
    bound = b"".join(record(0x85, struct.pack("<IBBBB", start, 0, 0, len(name), 0) + name) for name in names)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)) + cells + record(0x0A)
    return biff.contained(bof + globals_ + bound + record(0x0A) + sheet)


def number(row: int, column: int) -> bytes:
    """Return the record of a number in a cell."""
    return record(0x0203, struct.pack("<HHHd", row, column, 0, 1.0))


@hostile
def an_old_file_with_a_cell_at_the_far_corner() -> bytes:
    return old(number(0, 0) + number(65535, 255))


@hostile
def an_old_file_with_a_cell_beyond_the_far_corner() -> bytes:
    return old(number(0, 0) + number(65535, 65535))


@hostile
def an_old_file_that_claims_to_be_large() -> bytes:
    return old(record(0x0200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)) + number(0, 0))


@hostile
def an_old_file_that_claims_two_thousand_million_texts() -> bytes:
    return old(number(0, 0), globals_=record(0xFC, struct.pack("<II", 1, 0x7FFFFFFF)))


@hostile
def an_old_file_of_ten_thousand_sheets_that_are_one() -> bytes:
    return old(number(0, 0) * 100, sheets=10_000)


@hostile
def an_old_file_of_a_million_records() -> bytes:
    return old(record(0x0201, bytes(6)) * 1_000_000)


@hostile
def an_old_file_with_a_password() -> bytes:
    return old(number(0, 0), globals_=record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48)))


@hostile
def an_old_file_whose_sectors_run_in_a_circle() -> bytes:
    data = bytearray(old(number(0, 0)))
    struct.pack_into("<I", data, 4096 + 4 * 2, 2)
    return bytes(data)


@hostile
def an_old_file_of_many_entries() -> bytes:
    """A container whose directory is one chain of a hundred thousand names, each left of the one before."""
    data = bytearray(old(number(0, 0)))
    entry = bytearray(data[8192:8320])
    struct.pack_into("<I", entry, 68, 2)
    data[8192:8320] = entry
    return bytes(data) + b"".join(
        bytes(entry[:68]) + struct.pack("<I", index) + bytes(entry[72:]) for index in range(100_000)
    )


@hostile
def a_locked_file_of_the_new_format() -> bytes:
    entries = "".join(f"{name}\0" for name in ("EncryptionInfo", "EncryptedPackage"))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + entries.encode("utf-16-le") + bytes(4096)


@hostile
def a_locked_file_that_wants_a_million_rounds() -> bytes:
    """An .xlsx under the default password, whose password has to be hashed ten times as often as usual."""
    target = io.BytesIO()
    OOXMLFile(io.BytesIO(kit.good())).encrypt("VelvetSweatshop", target)
    usual, greedy = b'spinCount="100000"', b'spinCount="999999"'
    assert target.getvalue().count(usual) == 1
    return target.getvalue().replace(usual, greedy)


# ---------------------------------------------------------------- the open format

_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="s">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)
_VALUE = '<table:table-cell office:value-type="float" office:value="1"{}><text:p>1</text:p></table:table-cell>'


def open_document(rows: str) -> bytes:
    """Return an .ods with some rows."""
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mimetype, "content.xml": _ODS.format(rows).encode()})


@hostile
def an_open_file_with_a_far_cell() -> bytes:
    return open_document(
        '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row><table:table-row>'
        f'<table:table-cell table:number-columns-repeated="16383"/>{_VALUE.format("")}</table:table-row>'
    )


@hostile
def an_open_file_that_repeats_a_value() -> bytes:
    repeated = ' table:number-columns-repeated="16384"'
    return open_document(
        f'<table:table-row table:number-rows-repeated="1048576">{_VALUE.format(repeated)}</table:table-row>'
    )


@hostile
def an_open_file_that_repeats_without_measure() -> bytes:
    repeated = f' table:number-columns-repeated="{2**31 - 1}"'
    return open_document(
        f'<table:table-row table:number-rows-repeated="{2**63}">{_VALUE.format(repeated)}</table:table-row>'
    )


@hostile
def an_open_file_that_repeats_nothing_without_measure() -> bytes:
    empty = '<table:table-cell table:number-columns-repeated="999999999"/>'
    return open_document(
        f'<table:table-row table:number-rows-repeated="999999999">{empty * 100}</table:table-row>' * 2000
    )


@hostile
def an_open_file_of_many_rows_that_repeat() -> bytes:
    row = f'<table:table-row table:number-rows-repeated="2000">{_VALUE.format("")}</table:table-row>'
    return open_document(row * 100 + f'</table:table><table:table table:name="t">{row * 100}')


@hostile
def an_open_file_of_many_sheets_that_repeat() -> bytes:
    repeated = ' table:number-columns-repeated="256"'
    row = f'<table:table-row table:number-rows-repeated="2000">{_VALUE.format(repeated)}</table:table-row>'
    tables = "".join(f'</table:table><table:table table:name="t{number}">{row}' for number in range(150))
    return open_document(row + tables)


@hostile
def an_open_file_with_a_password() -> bytes:
    manifest = b"<manifest><manifest:encryption-data/></manifest>"
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mimetype, "META-INF/manifest.xml": manifest, "content.xml": bytes(100)})


@hostile
def an_open_text_document() -> bytes:
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"})


@hostile
def an_open_file_of_a_million_laughs() -> bytes:
    dtd = '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;">]>'
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mimetype, "content.xml": (dtd + _ODS.format("")).encode()})


# ---------------------------------------------------------------- what is not a workbook


@hostile
def nothing() -> bytes:
    return b""


@hostile
def a_web_page() -> bytes:
    return "<html><table><tr><td>三、依申请公开</td></tr></table></html>".encode("gb18030")


@hostile
def an_old_spreadsheet_in_xml() -> bytes:
    return b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'


@hostile
def a_list_with_commas() -> bytes:
    return "行,列,数\n一,二,3\n".encode("gb18030")


@hostile
def a_picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + Random(1).randbytes(5000)


@hostile
def a_portable_document() -> bytes:
    return b"%PDF-1.7\n" + Random(2).randbytes(5000)


@hostile
def a_rar() -> bytes:
    return b"Rar!\x1a\x07\x01\x00" + Random(3).randbytes(5000)


@hostile
def noise() -> bytes:
    return Random(4).randbytes(100_000)


@hostile
def noise_that_begins_as_a_zip() -> bytes:
    return b"PK\x03\x04" + Random(5).randbytes(100_000)


@hostile
def noise_that_begins_as_an_old_file() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + Random(6).randbytes(100_000)


@hostile
def lists_in_lists() -> bytes:
    return b'{"figures": ' + b"[" * 1_000_000


@hostile
def objects_in_objects() -> bytes:
    return b'{"a": ' * 1_000_000


@hostile
def lists_in_lists_that_end() -> bytes:
    return b'{"edition": ' + b"[" * 900 + b"]" * 900 + b"}"


@hostile
def a_number_of_a_million_digits() -> bytes:
    return b'{"edition": "2021", "year": ' + b"9" * 1_000_000 + b', "unit": {"name": ""}, "figures": {}}'


@hostile
def a_figure_with_a_huge_exponent() -> bytes:
    document = {"edition": "2021", "year": 2024, "unit": {"name": "a"}, "figures": {"requests.new.natural": 0}}
    return json.dumps(document).replace(": 0}", ": 1e999999999}").encode()


@hostile
def a_hundred_thousand_unknown_names() -> bytes:
    return json.dumps({f"name{n}": n for n in range(100_000)}).encode()


@hostile
def a_list_of_things() -> bytes:
    return b"[1, 2, 3]"


@hostile
def broken_text() -> bytes:
    return b'{"edition": "\xff\xfe", "year": 1}'
