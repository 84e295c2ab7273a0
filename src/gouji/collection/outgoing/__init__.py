"""What goes out: forms, workbooks sent back, reports, pages, the board."""
