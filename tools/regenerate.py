"""Regenerate the committed files that are made from others: template, samples, pages of rules and modules.

Run as ``python tools/regenerate.py`` after a change of the form, the workbook or the Word report. With ``--check`` it
changes nothing and says which files are out of date.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import canonicalize

import layers

from gouji.findings.catalogue import as_markdown
from gouji.form.editions import edition_in_force
from gouji.formats.word.writer import document_bytes
from gouji.formats.workbook.writer import workbook_bytes
from gouji.report.model import from_json, make_report

ROOT = Path(__file__).parents[1]


def made() -> Iterator[tuple[Path, bytes]]:
    """Yield every generated file with its content."""
    blank = make_report(edition=edition_in_force(None), year=None, figures={})
    yield ROOT / "templates" / "report_template.xlsx", workbook_bytes(blank)
    for name in ("qingxi-2025", "liutang-2025"):
        report = from_json((ROOT / "samples" / f"{name}.json").read_bytes())
        yield ROOT / "samples" / f"{name}.xlsx", workbook_bytes(report)
        if name.startswith("qingxi"):
            yield ROOT / "samples" / f"{name}.docx", document_bytes(report)
    yield ROOT / "docs" / "rules.md", as_markdown().encode()
    yield ROOT / "docs" / "modules.md", layers.page().encode()
    yield ROOT / "docs" / "images" / "layers.svg", layers.picture().encode()


_OF_THE_LIBRARY = ("docProps/app.xml", "xl/theme/")
"""Parts that depend only on the release of the library that wrote the file."""


def parts(data: bytes) -> dict[str, str]:
    """Return the parts of an Office file, normalised so that a new release of a library makes no difference.

    That covers the compression, the order of attributes, the way in which empty elements are closed, fractions of a
    pixel in the height of a row, and the order of conditional formats, which have numbers. A text file is its only
    part.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return {"": data.decode()}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            name: _of_any_release(canonicalize(archive.read(name))) if name.endswith((".xml", ".rels", ".vml")) else ""
            for name in sorted(archive.namelist())
            if not name.startswith(_OF_THE_LIBRARY)
        }


_HEIGHT = re.compile(r' ht="([0-9.]+)"')
_CONDITIONAL = re.compile(r"<conditionalFormatting .*?</conditionalFormatting>", re.DOTALL)
_CONDITIONALS = re.compile(rf"(?:{_CONDITIONAL.pattern})+", re.DOTALL)


def _of_any_release(xml: str) -> str:
    """Return a part of a workbook in a form that is the same for every release of the library."""
    level = _HEIGHT.sub(lambda found: f' ht="{int(float(found[1]) * 4 / 3 + 0.5)}px"', xml)
    return _CONDITIONALS.sub(lambda found: "".join(sorted(_CONDITIONAL.findall(found[0]))), level)


def main(arguments: list[str]) -> int:
    """Write the files, or say which are out of date."""
    stale = [path for path, data in made() if not path.exists() or parts(path.read_bytes()) != parts(data)]
    for path in stale:
        print(path.relative_to(ROOT))
    if "--check" in arguments:
        return 1 if stale else 0
    for path, data in made():
        if path in stale:
            path.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
