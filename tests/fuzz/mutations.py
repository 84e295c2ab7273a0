"""Ways to change a file at random: its bytes, or the XML inside its zip."""

from __future__ import annotations

import io
import re
import zipfile
from random import Random

_ODD_BYTES = (b"", b"\0", b"\xff\xff\xff\xff", b"<", b">", b'"', b"&", b"\r\n", b"\xe4\xb8\x80", b"\x7f\xff\xff\xff")


def of_bytes(data: bytes, random: Random) -> bytes:
    """Flip bits; replace, delete, duplicate, copy and insert bytes."""
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 3, 10, 50))):
        if not changed:
            break
        position = random.randrange(len(changed))
        length = random.choice((1, 1, 2, 4, 8, 64, 512, 4096))
        kind = random.randrange(7)
        if kind == 0:
            changed[position] ^= 1 << random.randrange(8)
        elif kind == 1:
            changed[position : position + length] = random.randbytes(min(length, len(changed) - position))
        elif kind == 2:
            del changed[position : position + length]
        elif kind == 3:
            changed[position:position] = changed[position : position + length]
        elif kind == 4:
            source = random.randrange(len(changed))
            changed[position : position + length] = changed[source : source + length]
        elif kind == 5:
            changed[position : position + random.choice((0, 1, 4))] = random.choice(_ODD_BYTES)
        else:
            value = random.choice((0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, len(data)))
            changed[position : position + 4] = value.to_bytes(4, "little")
    if random.random() < 0.05:
        del changed[random.randrange(len(changed) + 1) :]
    return bytes(changed)


def of_records(stream: bytes, random: Random) -> bytes:
    """Change the records of an .xls: drop, duplicate and move them, change their types, lengths and bytes."""
    records = []
    position = 0
    while position + 4 <= len(stream):
        length = int.from_bytes(stream[position + 2 : position + 4], "little")
        records.append(stream[position : position + 4 + length])
        position += 4 + length
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        index = random.randrange(len(records))
        record = bytearray(records[index])
        kind = random.randrange(7)
        if kind == 0:
            records[index] = b""
        elif kind == 1:
            records.insert(index, records[random.randrange(len(records))])
        elif kind == 2:
            other = random.randrange(len(records))
            records[index], records[other] = records[other], records[index]
        elif len(record) < 5:
            continue
        elif kind == 3:
            record[:2] = random.choice(records)[:2].ljust(2, b"\0")
        elif kind == 4:
            del record[random.randrange(4, len(record)) :]
            record[2:4] = (len(record) - 4).to_bytes(2, "little")
        elif kind == 5:
            record[2:4] = random.randrange(65536).to_bytes(2, "little")
        else:
            for _ in range(random.choice((1, 2, 8))):
                record[random.randrange(4, len(record))] = random.choice(
                    (0, 1, 2, 0x7F, 0x80, 0xFF, random.randrange(256))
                )
        if kind > 2:
            records[index] = bytes(record)
    return b"".join(records)


_ELEMENT = re.compile(rb"<(?!/|\?|!)([\w:]+)([^<>]*?)(/?)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_TEXT = re.compile(rb">([^<>]+)<")
_VALUES = (
    *(
        b"",
        b"0",
        b"1",
        b"-1",
        b"2",
        b"999999999999999999999",
        b"1e999",
        b"1E+308",
        b"NaN",
        b"inf",
        b"-0",
        b"0x10",
        b"1.5",
    ),
    *(b"A1", b"XFD1048576", b"ZZZZ1", b"A0", b"A99999999999", b"A1:XFD1048576", b"1A", "Ａ１".encode(), b"a1", b"$A$1"),
    *(b"s", b"str", b"b", b"e", b"n", b"inlineStr", b"d", b"x", b"true", b"false", b"\xff\xfe", b"&#0;", b"&#x10FFFF;"),
    *(b"&lt;", b"_x0000_", b"_xD800_", b"2025-01-10T00:00:00Z", b"9999-99-99", b"#REF!", b"../../x", b"rId99", b" 1 "),
    *("三、依申请公开".encode(), "是".encode(), b"string", b"float", b"date", b"percentage", b"time", b"PT25H61M"),
)


def of_xml(xml: bytes, random: Random) -> bytes:
    """Drop, duplicate and move elements; change attributes and texts."""
    for _ in range(random.choice((1, 1, 2, 3, 8, 30))):
        kind = random.randrange(8)
        pattern = _TEXT if kind == 0 else _ELEMENT
        found = _some(pattern, xml, random)
        if found is None:
            continue
        start = found.start()
        if kind == 0:
            xml = xml[: found.start(1)] + random.choice(_VALUES) + xml[found.end(1) :]
        elif kind in (1, 2, 3):
            xml = _with_attribute(xml, found, random)
        elif kind == 4:
            xml = xml[:start] + xml[_end_of(xml, found) :]
        elif kind == 5:
            element = xml[start : _end_of(xml, found)]
            xml = xml[:start] + element * random.choice((2, 2, 3, 100)) + xml[start + len(element) :]
        elif kind == 6:
            element = xml[start : _end_of(xml, found)]
            rest = xml[:start] + xml[start + len(element) :]
            goal = _some(_ELEMENT, rest, random)
            position = goal.start() if goal else 0
            xml = rest[:position] + element + rest[position:]
        else:
            names = (b"c", b"row", b"v", b"f", b"is", b"t", b"x:c", b"si", b"table:table-cell", b"text:p", b"a")
            xml = xml[: found.start(1)] + random.choice(names) + xml[found.end(1) :]
    return xml


def _some(pattern: re.Pattern[bytes], xml: bytes, random: Random) -> re.Match[bytes] | None:
    return pattern.search(xml, random.randrange(len(xml) or 1)) or pattern.search(xml)


def _with_attribute(xml: bytes, element: re.Match[bytes], random: Random) -> bytes:
    attributes = list(_ATTRIBUTE.finditer(element[2]))
    if not attributes or random.random() < 0.1:
        name = random.choice((b"r", b"t", b"s", b"ref", b"sqref", b"table:number-columns-repeated", b"xml:space", b"x"))
        return xml[: element.end(2)] + b" " + name + b'="' + random.choice(_VALUES) + b'"' + xml[element.end(2) :]
    chosen = random.choice(attributes)
    start = element.start(2)
    if random.random() < 0.2:
        return xml[: start + chosen.start()] + xml[start + chosen.end() :]
    return xml[: start + chosen.start(2)] + random.choice(_VALUES) + xml[start + chosen.end(2) :]


def _end_of(xml: bytes, element: re.Match[bytes]) -> int:
    """Return about where an element ends: after the next end tag with its name."""
    if element[3]:
        return element.end()
    end = b"</" + element[1] + b">"
    position = xml.find(end, element.end())
    return position + len(end) if position >= 0 else element.end()


def of_parts(data: bytes, random: Random) -> bytes:
    """Change the XML of one or more parts of a zip, drop parts, and swap them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        name = random.choice(names)
        kind = random.random()
        if kind < 0.9:
            parts[name] = of_xml(parts[name], random)
        elif kind < 0.95:
            other = random.choice(names)
            parts[name], parts[other] = parts[other], parts[name]
        elif name in parts and len(parts) > 1:
            parts[name] = b"" if random.random() < 0.5 else of_bytes(parts[name], random)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            # A ZipInfo has no time of day, so a seed always makes the same file.
            archive.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()
