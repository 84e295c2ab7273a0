"""The levels of administrative bodies, in the words of the form's users."""

from __future__ import annotations

import re

LEVELS: dict[str, str] = {
    "township": "乡镇、街道",
    "county_department": "县级部门",
    "county": "县级政府",
    "city_department": "市级部门",
    "city": "市级政府",
    "province_department": "省级部门",
    "province": "省级政府",
    "ministry": "国务院部门",
}
"""Each level and what it is called; a government's own office has its government's level."""

_NAMED = (
    ("township", re.compile(r"(?:[乡镇]人民政府|街道办事处)$")),
    ("county", re.compile(r"[县旗]人民政府(?:办公室)?$")),
    ("province", re.compile(r"省人民政府(?:办公厅)?$")),
)


def level_named(name: str) -> str:
    """Return the level that a unit's name alone makes certain, as that of a township's government; else nothing."""
    return next((level for level, pattern in _NAMED if pattern.search(name)), "")
