#!/usr/bin/env bash
# An .ods whose XML is indented is refused by python-calamine.
#
# Expected: [[3.0, 4.0]], however the XML is laid out: a table:table-row holds elements only, so white space between them
#   means nothing. LibreOffice reads the file.
# Seen with python-calamine 0.9.1 on Python 3.11: without white space [[3.0, 4.0]]; with a line end between two rows the
#   same; with a line end between two cells
#   CalamineError: Expecting 'table-cell', found 'Text(BytesText { content: Borrowed("\n") })'
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check python-calamine==0.9.1
cd "$work"
"$work/venv/bin/python" - <<'PYTHON'
import zipfile

from python_calamine import CalamineError, CalamineWorkbook

KIND = "application/vnd.oasis.opendocument.spreadsheet"
URN = "urn:oasis:names:tc:opendocument:xmlns"
MANIFEST = (
    f'<manifest:manifest xmlns:manifest="{URN}:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def read(between_rows, between_cells):
    cells = between_cells.join(
        f'<table:table-cell office:value-type="float" office:value="{n}"><text:p>{n}</text:p></table:table-cell>'
        for n in (3, 4)
    )
    row = f"{between_rows}<table:table-row>{cells}</table:table-row>{between_rows}"
    content = (
        f'<office:document-content xmlns:office="{URN}:office:1.0" xmlns:table="{URN}:table:1.0" '
        f'xmlns:text="{URN}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{row}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile("sheet.ods", "w") as file:
        file.writestr("mimetype", KIND)
        file.writestr("META-INF/manifest.xml", MANIFEST)
        file.writestr("content.xml", content)
    try:
        return CalamineWorkbook.from_path("sheet.ods").get_sheet_by_index(0).to_python()
    except CalamineError as error:
        return f"CalamineError: {error}"


seen = [read("", ""), read("\n", ""), read("", "\n")]
print(*seen, sep="\n")
assert seen[:2] == [[[3.0, 4.0]]] * 2
assert str(seen[2]).startswith("CalamineError: Expecting 'table-cell', found 'Text("), "it has changed"
PYTHON
