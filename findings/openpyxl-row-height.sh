#!/usr/bin/env bash
# openpyxl saves a row of height 0 without its height: a row that nobody sees becomes visible.
#
# Expected: <row r="1" ht="0" customHeight="1">, and 0 again after loading; 0 is a height that ECMA-376 part 1, 18.3.1.73
#   permits. A height of 0.5 is kept.
# Seen with openpyxl 3.1.5 on Python 3.11: <row r="1" customHeight="1">, and None after loading. The same happens to a file
#   with ht="0" from another program that openpyxl loads and saves.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check openpyxl==3.1.5
cd "$work"
"$work/venv/bin/python" - <<'PYTHON'
import openpyxl

book = openpyxl.Workbook()
for row, height in ((1, 0), (2, 0.5)):
    book.active.cell(row, 1, "figure")
    book.active.row_dimensions[row].height = height
book.save("rows.xlsx")
heights = [openpyxl.load_workbook("rows.xlsx").active.row_dimensions[row].height for row in (1, 2)]
print("heights after saving 0 and 0.5:", heights)
assert heights == [None, 0.5], "it has changed"
PYTHON
