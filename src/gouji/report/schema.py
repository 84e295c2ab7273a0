"""The JSON Schema of a report, made from the editions."""

from __future__ import annotations

from typing import Any

import msgspec

from gouji.form.forms import OFFICIAL, Forms
from gouji.form.levels import LEVELS
from gouji.form.model import Form


def schema(forms: Forms = OFFICIAL) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) for reports on any of these forms."""
    text = {"type": ["string", "null"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gouji report",
        "description": "政府信息公开工作年度报告: what one unit answers. A Ref that is missing or null is blank.",
        "type": "object",
        "required": ["edition", "year", "unit", "figures"],
        "additionalProperties": False,
        "properties": {
            "edition": {"enum": list(forms.names)},
            "year": {"type": ["integer", "null"], "minimum": 1000, "maximum": 9999},
            "unit": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {
                    "code": text,
                    "name": text,
                    "level": {"enum": [*LEVELS, None], "description": _levels()},
                },
            },
            "people": {
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": dict.fromkeys(("filled_by", "reviewed_by", "phone", "date"), text),
            },
            "figures": {"type": "object"},
            "texts": {"type": ["object", "null"]},
            "zero": {"type": ["array", "null"]},
            "unread": {"type": ["object", "null"]},
            "explanations": {"type": ["object", "null"], "additionalProperties": {"type": "string"}},
        },
        "allOf": [
            {"if": {"properties": {"edition": {"const": form.edition}}}, "then": {"properties": _of(form)}}
            for form in forms.every
        ],
    }


def _of(form: Form) -> dict[str, Any]:
    """Return the properties that depend on the edition."""
    descriptions = {
        ref: f"{cell.row.printed}／{cell.column.printed}（{cell.column.unit}）" for ref, cell in form.cells.items()
    }
    paragraphs = {"type": ["array", "null"], "items": {"type": "string"}}
    return {
        "figures": {
            "additionalProperties": False,
            "properties": {
                ref: {"type": ["number", "null"], "description": description}
                for ref, description in descriptions.items()
            },
        },
        "unread": {
            "additionalProperties": False,
            "properties": {
                ref: {"type": "string", "description": description} for ref, description in descriptions.items()
            },
        },
        "texts": {
            "additionalProperties": False,
            "properties": {topic.key: {**paragraphs, "description": topic.label} for topic in form.topics},
        },
        "zero": {"items": {"enum": [table.id for table in form.official_tables]}},
    }


def _levels() -> str:
    return "; ".join(f"{level.key} {level.name}" for level in LEVELS.values())


def as_json(described: dict[str, Any]) -> bytes:
    """Return a schema as JSON that people can read."""
    return msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n"
