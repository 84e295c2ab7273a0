"""Adding up: totals, their parts, their checks, working papers, comparison."""
