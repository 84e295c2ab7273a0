"""Findings, and the rules that find them."""
