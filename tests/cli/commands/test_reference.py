"""The reference commands: the schemas of a report and of its figures."""

from __future__ import annotations

import json

import msgspec
import pytest
from running import SAMPLES, ok, run

import gouji


def test_the_schema_accepts_and_rejects_the_same_reports_as_read() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(ok("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for sample in SAMPLES.glob("*.json"):
        assert validator.is_valid(json.loads(sample.read_text("utf-8"))), sample
    document = json.loads((SAMPLES / "qingxi-2025.json").read_text("utf-8"))
    for path, value in (
        (("figures", "requests.new.naturl"), 1),
        (("figures", "requests.new.natural"), "1"),
        (("zero",), ["processing"]),
        (("texts", "overview.genral"), []),
        (("unit", "level"), "village"),
        (("extra",), 1),
    ):
        broken = json.loads(json.dumps(document))
        inner = broken
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        assert not validator.is_valid(broken), path
        with pytest.raises(gouji.DocumentError):
            gouji.from_json(msgspec.json.encode(broken))


def test_the_schema_of_the_csv_names_its_columns_and_units() -> None:
    fields = {field["name"]: field for field in json.loads(ok("schema", "--csv").stdout)["fields"]}
    assert list(fields)[:2] == ["代号", "表"]
    assert set(fields["单位"]["constraints"]["enum"]) == {"件", "项", "元", "万元"}


def test_a_file_that_is_not_there_is_no_text_to_explain() -> None:
    done = run("rules", "--explain", "报告/没有.docx")
    assert (done.returncode, "没有“报告/没有.docx”这个文件" in done.stderr) == (2, True)
