"""What workers do in a test of accidents: here, so that they import nothing else."""

import os
import time

_LONGER_THAN_ANY_TEST_WAITS = 3600
"""A worker that ends by itself would look as if somebody had stopped it."""


def misbehave(item: str) -> str:
    """Return an item in capitals, unless it asks for something else."""
    if item == "abort":
        os.abort()
    if item == "hang":
        time.sleep(_LONGER_THAN_ANY_TEST_WAITS)
    return item.upper()
