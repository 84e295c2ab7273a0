"""The ledger: one database with what was received, decided and written."""
