"""Lists and totals as Excel tables."""
