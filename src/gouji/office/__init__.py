"""An office's year: from the roster to the ledger."""

SETTINGS = "设置.toml"
"""The file that makes a folder a workspace; to look for it needs nothing else of the office."""
