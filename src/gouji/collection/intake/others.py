"""What is said about files that came in and are no submissions: once for a unit, whatever it has sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_SHOWN = 5
"""Files that a sentence names."""

WAITING = ("other", "blank")
"""The verdicts on files that the officer should know of as long as their unit has not submitted."""

_WORDS = {
    "other": "{}不是填报表，没有当作报送。",
    "blank": "{}是没有填过的空白填报表，没有当作报送。",
    "compared": "{}已经与同一封邮件里的填报表比对，没有另算一份。",
}


def words_about(names: Mapping[str, Sequence[str]]) -> str:
    """Return the sentences about files, given their names by verdict; empty where nothing is to be said."""
    return "".join(words.format(_some(names[verdict])) for verdict, words in _WORDS.items() if names.get(verdict))


def _some(names: Sequence[str]) -> str:
    different = list(dict.fromkeys(names))
    quoted = "".join(f"“{name}”" for name in different[:_SHOWN])
    return quoted if len(different) <= _SHOWN else f"{quoted}等 {len(different)} 个文件"
