"""Work during which some files kill the worker. Workers import it by name."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from typing import Any

from gouji.collection.intake.examine import Task
from gouji.collection.workspace.workers import Executor

MARK = "致命"


class Deadly:
    """Calls a function, unless the name of a file says that it is deadly."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function

    def __call__(self, item: Any) -> Any:
        if isinstance(item, Task) and MARK in item.hints.name:
            os._exit(1)
        return self._function(item)


def deadly(executor: Executor) -> Executor:
    """Return an executor whose workers such files kill."""

    def work(function: Callable[[Any], Any], items: Any) -> Generator[Any]:
        return executor(Deadly(function), items)

    return work
