#!/usr/bin/env bash
# Every .xlsx that SheetJS writes names a content type of workbooks with macros.
#
# Expected: [Content_Types].xml of an .xlsx without macros names no content type of macros. Whoever tells workbooks with
#   macros by this part takes the file for one.
# Seen with SheetJS (npm: xlsx) 0.18.5 on Node.js 20: <Default Extension="bin"
#   ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>, though no part of the file ends in .bin.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-fund --no-audit xlsx@0.18.5
cd "$work"
node -e "
const { utils, writeFile } = require('xlsx')
const book = utils.book_new()
utils.book_append_sheet(book, utils.aoa_to_sheet([[1]]), 'S')
writeFile(book, 'made.xlsx')"
python3 - <<'PYTHON'
import re
import zipfile

file = zipfile.ZipFile("made.xlsx")
types = file.read("[Content_Types].xml").decode()
(declared,) = re.findall(r'<Default Extension="bin"[^>]*>', types) or [None]
parts = [name for name in file.namelist() if name.endswith(".bin")]
print(declared, parts)
assert declared and "macroEnabled" in declared and parts == [], "it has changed"
PYTHON
