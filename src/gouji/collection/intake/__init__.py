"""Taking in: collect files, match them to units, examine them."""
