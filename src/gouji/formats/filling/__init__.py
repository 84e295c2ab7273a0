"""Somebody else's workbook, filled in by us in a copy: only the cells that we fill are written."""
