"""An office's year: from the roster to the ledger."""
