#!/usr/bin/env bash
# pypdfium2 5.15.2 (PDFium): a blank that the file writes is called one that PDFium has made up.
#
# Expected: FPDFText_IsGenerated is 0 for a blank that stands in the file, and 1 for one that PDFium puts into mere room
#   between two words, so that a reader can tell "12 34" from two numbers that stand apart.
# Seen: it is 0 only if the blank is in one string with a character before it. A blank in a string of its own,
#   `(12) Tj ( ) Tj (34) Tj`, as many programs write it, gives the same 1 as no blank at all.
# It matters because room between two numbers is the edge of a column, and a blank is a part of a text.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q pypdfium2==5.15.2

cat > try.py <<'PYTHON'
import pypdfium2
import pypdfium2.raw as raw


def page(drawing):
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 {font}>>>>>>",
        f"<</Length {len(drawing)}>> stream\n{drawing}\nendstream",
    ]
    body = "".join(f"{number} 0 obj {each} endobj\n" for number, each in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer <</Root 1 0 R>>\n%%EOF\n".encode()


def seen(words):
    text = pypdfium2.PdfDocument(page(f"BT /F1 10 Tf 20 100 Td {words} ET"))[0].get_textpage()
    chars = [chr(raw.FPDFText_GetUnicode(text, at)) for at in range(raw.FPDFText_CountChars(text))]
    assert "".join(chars) == "12 34", chars
    return raw.FPDFText_IsGenerated(text, 2)


results = {words: seen(words) for words in ("(12 34) Tj", "(12) Tj ( ) Tj (34) Tj", "[(12) -278 (34)] TJ")}
for words, generated in results.items():
    print(f"{words:26} generated: {generated}")
assert list(results.values()) == [0, 1, 1], results
PYTHON
venv/bin/python try.py
echo "as described"
