"""The file around a document's body: its parts, and the same bytes for the same content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml.coreprops import CT_CoreProperties
from docx.oxml.document import CT_Document
from docx.package import Package

from gouji.word.oxml import Element, clean, w
from gouji.word.page import footer_element, section_element, settings_element
from gouji.word.style import font_table, styles_element

_LONGEST_PROPERTY = 255
_DATE = (1980, 1, 1, 0, 0, 0)


def packed(content: Iterable[Element], title: str, author: str) -> bytes:
    """Return the docx file of a body; title and author go into its properties.

    The package is built from its parts alone: python-docx's own template would bring a theme whose fonts win over
    ours, a hundred styles and its name as the author.
    """
    package = Package()
    body = w("body", *content)
    root = w("document", body)
    assert isinstance(root, CT_Document)
    document = XmlPart(PackURI("/word/document.xml"), CT.WML_DOCUMENT_MAIN, root, package)
    package.relate_to(document, RT.OFFICE_DOCUMENT)
    package.relate_to(_properties(package, title, author), RT.CORE_PROPERTIES)

    def related(name: str, content_type: str, relation: str, element: Element) -> str:
        return document.relate_to(_part(package, f"word/{name}.xml", content_type, element), relation)

    related("styles", CT.WML_STYLES, RT.STYLES, styles_element())
    related("settings", CT.WML_SETTINGS, RT.SETTINGS, settings_element())
    related("fontTable", CT.WML_FONT_TABLE, RT.FONT_TABLE, font_table())
    odd = related("footer1", CT.WML_FOOTER, RT.FOOTER, footer_element("right"))
    even = related("footer2", CT.WML_FOOTER, RT.FOOTER, footer_element("left"))
    body.append(section_element(odd, even))
    stream = io.BytesIO()
    package.save(stream)
    return _timeless(stream)


def _part(package: Package, name: str, content_type: str, element: Element) -> Part:
    return Part(PackURI(f"/{name}"), content_type, serialize_part_xml(element), package)


def _properties(package: Package, title: str, author: str) -> Part:
    """Return the core properties; a field of them holds 255 characters, the title in the text holds all."""
    properties = CT_CoreProperties.new()
    properties.title_text = clean(title)[:_LONGEST_PROPERTY]
    properties.author_text = clean(author)[:_LONGEST_PROPERTY]
    properties.language_text = "zh-CN"
    return _part(package, "docProps/core.xml", CT.OPC_CORE_PROPERTIES, properties)


def _timeless(archive: io.BytesIO) -> bytes:
    """Return a zip archive with one fixed date on all its members instead of the time of writing."""
    stream = io.BytesIO()
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _DATE), source.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
