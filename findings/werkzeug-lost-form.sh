#!/usr/bin/env bash
# Flask 3.1.3 (Werkzeug 3.1.9): one file name that is not UTF-8 empties the whole form, and nobody is told.
#
# Expected: the file name with replacement characters, as the value of a field gets them for the same bytes; or status 400.
#   In any case the other fields are kept: they stand in parts of their own, and are plain ASCII here.
# Seen: request.form and request.files are both empty, with no exception and nothing logged, and the status is 200. The
#   UnicodeDecodeError is a ValueError, and FormDataParser (silent=True) makes an empty form of each ValueError.
# It matters because the form cannot be told from one without fields: a ticked "keep" or a token is gone, and a view that
#   reads optional fields does its work without them. Browsers send UTF-8; programs that pass on a name as their system
#   writes it (GBK, Shift JIS, Latin-1) do not.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check Flask==3.1.3 Werkzeug==3.1.9
cd "$work"
"$work/venv/bin/python" - <<'PYTHON'
import io
import logging

from flask import Flask, request

log = io.StringIO()
logging.basicConfig(stream=log, level=logging.DEBUG)
app = Flask("try")


@app.post("/")
def answer():
    return {"form": request.form.to_dict(), "files": [file.filename for file in request.files.values()]}


def post(field, file_name):
    body = (
        b'--B\r\nContent-Disposition: form-data; name="keep"\r\n\r\n' + field + b"\r\n"
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="' + file_name + b'"\r\n\r\ntext\r\n--B--\r\n'
    )
    answer = app.test_client().post("/", data=body, content_type="multipart/form-data; boundary=B")
    return answer.status_code, answer.json["form"], answer.json["files"]


name, gbk = "表.txt".encode(), "表.txt".encode("gbk")
seen = {"UTF-8 in both": post(name, name), "GBK in the field": post(gbk, name), "GBK in the file name": post(b"yes", gbk)}
for what, result in seen.items():
    print(f"{what}:", *result)
print("logged:", repr(log.getvalue()))
assert seen["UTF-8 in both"] == (200, {"keep": "表.txt"}, ["表.txt"])
assert seen["GBK in the field"] == (200, {"keep": gbk.decode(errors="replace")}, ["表.txt"])
assert seen["GBK in the file name"] == (200, {}, []) and not log.getvalue(), "it has changed"
PYTHON
