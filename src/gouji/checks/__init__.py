"""Check a report and return what is wrong with it as Findings.

A check is one small function, named after the sentence that it enforces. It gets a Context: the report, the evaluated
calculations of its form, and what the report is compared with. It does not know which file format the report came
from. CHECKS lists every check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gouji.checks.judging import CHECKS, Check, Judged, Verdict, check, judge, state, verdict

__all__ = ["CHECKS", "Check", "Judged", "Verdict", "check", "judge", "state", "verdict"]


def __getattr__(name: str) -> Any:
    """Import all checks when one of these names is first asked for: names and settings are needed without them."""
    if name not in __all__:
        raise AttributeError(f"module 'gouji.checks' has no attribute {name!r}")
    from gouji.checks import judging

    value = getattr(judging, name)
    globals()[name] = value
    return value
