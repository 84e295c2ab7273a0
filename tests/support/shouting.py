"""What workers do in a test of accidents: here, so that they import nothing else."""

import os
import time


def misbehave(item: str) -> str:
    """Return an item in capitals, unless it asks for something else."""
    if item == "abort":
        os.abort()
    if item == "hang":
        time.sleep(60)
    return item.upper()
