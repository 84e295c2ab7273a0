"""The .docx file around the body of a document; the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from gouji.formats.word.oxml import DECLARATION, RELATIONSHIPS, Markup, part, w
from gouji.formats.word.page_setup import footer_part, header_part, section_properties, settings_part
from gouji.formats.word.style import font_table_part, styles_part
from gouji.runtime.printable import clean
from gouji.runtime.xml_text import escape
from gouji.runtime.zip_writing import deflated, packed

_LONGEST_PROPERTY = 255
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats"
_ODD_FOOTER, _EVEN_FOOTER = "rId4", "rId5"
_HEADERS = {"rId6": ("header", "header1.xml"), "rId7": ("header", "header2.xml")}
"""The headers of odd and of even pages, in a document that has them."""
_RELATED = {
    "rId1": ("styles", "styles.xml"),
    "rId2": ("settings", "settings.xml"),
    "rId3": ("fontTable", "fontTable.xml"),
    _ODD_FOOTER: ("footer", "footer1.xml"),
    _EVEN_FOOTER: ("footer", "footer2.xml"),
}
"""The parts that the document refers to, by the id of the relationship: what they are, and their names."""


def document_file(content: Iterable[Markup], title: str, author: str, header: str = "") -> bytes:
    """Return the docx file of a body; title and author go into its properties, and ``header`` above every page.

    It has no parts but ours: the template of a library would bring a theme whose fonts win over ours, a hundred styles
    and its name as the author.
    """
    headers = tuple(_HEADERS) if header else ()
    body = w("body", *content, section_properties(_ODD_FOOTER, _EVEN_FOOTER, headers))
    own = (("word/document.xml", part("document", body)), ("docProps/core.xml", _properties(title, author)))
    return packed((*_constant_members(header), *(deflated(name, data) for name, data in own)))


@lru_cache(16)
def _constant_members(header: str) -> tuple[bytes, ...]:
    """Return the parts that are the same in every document with this header, compressed once."""
    return tuple(deflated(name, data) for name, data in _constant_parts(header))


def _constant_parts(header: str) -> tuple[tuple[str, bytes], ...]:
    """Return the parts that are the same in every document with this header."""
    related = {**_RELATED, **_HEADERS} if header else _RELATED
    of_the_document = {id_: (f"{RELATIONSHIPS}/{kind}", name) for id_, (kind, name) in related.items()}
    of_the_package = {
        "rId1": (f"{RELATIONSHIPS}/officeDocument", "word/document.xml"),
        "rId2": (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
    }
    return (
        ("[Content_Types].xml", _content_types(related)),
        ("_rels/.rels", _relationships(of_the_package)),
        ("word/_rels/document.xml.rels", _relationships(of_the_document)),
        ("word/styles.xml", styles_part()),
        ("word/settings.xml", settings_part()),
        ("word/fontTable.xml", font_table_part()),
        ("word/footer1.xml", footer_part("right")),
        ("word/footer2.xml", footer_part("left")),
        *((f"word/{name}", header_part(header)) for _, name in _HEADERS.values() if header),
    )


def _content_types(related: Mapping[str, tuple[str, str]]) -> bytes:
    word = f"{_TYPES}-officedocument.wordprocessingml"
    types = {
        "docProps/core.xml": f"{_TYPES}-package.core-properties+xml",
        "word/document.xml": f"{word}.document.main+xml",
        **{f"word/{name}": f"{word}.{kind}+xml" for kind, name in related.values()},
    }
    overrides = (f'<Override PartName="/{name}" ContentType="{types[name]}"/>' for name in sorted(types))
    return (
        f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{_TYPES}-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{"".join(overrides)}</Types>'
    ).encode()


def _relationships(targets: Mapping[str, tuple[str, str]]) -> bytes:
    """Return the relationships of a part: by their ids, the type and the target."""
    found = (f'<Relationship Id="{id_}" Type="{kind}" Target="{to}"/>' for id_, (kind, to) in targets.items())
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(found)}</Relationships>'.encode()


def _properties(title: str, author: str) -> bytes:
    """Return the core properties; a field of them holds 255 characters, the title in the text holds all."""
    title, author = (escape(clean(text)[:_LONGEST_PROPERTY]) for text in (title, author))
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>'
        f"<dc:language>zh-CN</dc:language></cp:coreProperties>"
    ).encode()
