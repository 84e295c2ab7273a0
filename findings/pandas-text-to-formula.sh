#!/usr/bin/env bash
# pandas writes a text that begins with "=" as a formula; the text is lost to whoever reads the values.
#
# Expected: the str in a DataFrame is a text in the workbook, and comes back from read_excel as the same str. (The text is
#   an ordinary sentence of a report; as a formula it cannot even be parsed.)
# Seen with pandas 3.1.1 on Python 3.11: to_excel makes a formula of it. With the engine xlsxwriter 3.3.1 it comes back
#   as the number 0, with the engine openpyxl 3.1.5 as NaN.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 openpyxl==3.1.5 xlsxwriter==3.3.1
cd "$work"
"$work/venv/bin/python" - <<'PYTHON'
import pandas

text = "=1+1 是算式，不是公式。"
seen = {}
for engine in ("xlsxwriter", "openpyxl"):
    pandas.DataFrame([[text, "beside"]]).to_excel("text.xlsx", header=False, index=False, engine=engine)
    seen[engine] = pandas.read_excel("text.xlsx", header=None).iat[0, 0]
print(seen)
assert seen["xlsxwriter"] == 0, "it has changed"
assert pandas.isna(seen["openpyxl"]), "it has changed"
PYTHON
