"""Examining again what a decision has changed; whoever only looks at decisions needs nothing of what collects files."""

from __future__ import annotations

from gouji.collection.workspace.folder import Workspace


def examine_again(workspace: Workspace) -> None:
    """Examine the files whose context has changed; see :func:`gouji.collection.intake.collect.refresh`."""
    from gouji.collection.intake.collect import refresh

    refresh(workspace)
