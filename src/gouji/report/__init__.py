"""Report: what one unit answers for one year, with its JSON, its order in print and its numbers as people type them."""
