"""Lists and totals as Excel workbooks."""
