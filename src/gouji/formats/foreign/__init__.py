"""A workbook that is not ours but holds the official tables: its sheets become passages, read as a document is."""
