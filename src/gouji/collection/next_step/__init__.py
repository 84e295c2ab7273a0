"""The next sensible step, and the facts that decide it."""
