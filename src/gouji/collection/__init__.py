"""One county's year: from the roster to the published reports."""
