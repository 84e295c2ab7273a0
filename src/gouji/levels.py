"""The levels of administrative bodies, in the words of the form's users."""

from __future__ import annotations

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
