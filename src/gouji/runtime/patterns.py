"""Regular expressions that are compiled when they are first used.

Compiling costs up to three milliseconds an expression. A program that checks one file uses some of the expressions of
the checks, and one that only reads a file uses none of them.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


def regex(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return what behaves as ``re.compile(source, flags)``; a mistake in it is an error at its first use."""
    return cast("re.Pattern[str]", _Pattern(source, flags))


class _Pattern:
    """An expression, compiled or not. Once it is, it has the methods of the compiled one as its own."""

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        """Compile the expression: only then does the instance have the attributes that it is asked for."""
        compiled = re.compile(self._source, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
