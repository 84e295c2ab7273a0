"""The parts of a Word file as trees; each part is checked and read from the same parse."""

from __future__ import annotations

import posixpath

from lxml import etree

from gouji.runtime.errors import DocumentError
from gouji.runtime.untrusted_zip import BROKEN, TOO_LARGE, UNSAFE, Archive

MOST_ELEMENTS = 300_000

_USUAL = "word/document.xml"

Element = etree._Element


def main_part(archive: Archive) -> str:
    """Return the part with the text: the one that the package names, otherwise the usual one."""
    target = _related(archive, "", "_rels/.rels", "/officeDocument")
    if target is None and _USUAL in archive:
        return _USUAL
    if target is None or target not in archive:
        raise DocumentError(BROKEN)
    return target


def part_beside(archive: Archive, main: str, kind: str, usual: str = "") -> Element | None:
    """Return another part of a document: the one that its text part names for a kind, otherwise the usual one."""
    folder, name = posixpath.split(main)
    target = _related(archive, folder, f"{folder}/_rels/{name}.rels", f"/{kind}")
    target = target or f"{folder}/{usual or kind}.xml"
    return parsed(archive, target) if target in archive else None


def _related(archive: Archive, folder: str, relations: str, kind: str) -> str | None:
    """Return the target of the first relation of a kind, if there is one."""
    if relations not in archive:
        return None
    for relation in parsed(archive, relations).iter("{*}Relationship"):
        if relation.get("Type", "").endswith(kind) and relation.get("TargetMode") != "External":
            target = relation.get("Target", "").replace("\\", "/")
            return posixpath.normpath(
                target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
            )
    return None


def parsed(archive: Archive, name: str) -> Element:
    """Return a part as a tree without comments and processing instructions, which do not divide a text.

    Raises DocumentError for a part that is broken, too large, or has a document type declaration.
    """
    xml = archive.read(name)
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise DocumentError(UNSAFE)
    if xml.count(b"<") - xml.count(b"</") > MOST_ELEMENTS:
        raise DocumentError(TOO_LARGE)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        raise DocumentError(BROKEN) from None
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding in which the bytes do not show it
        raise DocumentError(UNSAFE)
    return root
