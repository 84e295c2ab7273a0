#!/usr/bin/env bash
# A formula whose result is an empty text: XlsxWriter writes it as a number without digits, and SheetJS then sees no cell.
#
# Expected: <c r="A1" t="str"><f>…</f><v></v></c>, as for every other text; and a reader that knows the formula.
# Seen with XlsxWriter 3.3.1 on Python 3.11: <c r="A1"><f>…</f><v></v></c>. With SheetJS (npm: xlsx) 0.18.5 on Node.js 20 the
#   cell is missing, its formula too; a workbook that SheetJS saves again has lost it. With t="str" the formula is there.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check xlsxwriter==3.3.1
npm install --prefix "$work" --silent --no-fund --no-audit xlsx@0.18.5
cd "$work"
"$work/venv/bin/python" - <<'PYTHON'
import re
import zipfile

import xlsxwriter

with xlsxwriter.Workbook("empty.xlsx") as book:
    book.add_worksheet("S").write_formula("A1", '=IF(TRUE,"","x")', None, "")
with zipfile.ZipFile("empty.xlsx") as made, zipfile.ZipFile("typed.xlsx", "w") as typed:
    for name in made.namelist():
        typed.writestr(name, made.read(name).replace(b'<c r="A1">', b'<c r="A1" t="str">'))
    (cell,) = re.findall(r"<c [^>]*>", made.read("xl/worksheets/sheet1.xml").decode())
print(cell)
assert cell == '<c r="A1">', "it has changed"
PYTHON
node -e "
const { readFile } = require('xlsx')
const formula = (name) => readFile(name).Sheets.S.A1?.f
console.log('without and with the type:', formula('empty.xlsx'), formula('typed.xlsx'))
if (formula('empty.xlsx') !== undefined || !formula('typed.xlsx')) throw Error('it has changed')"
