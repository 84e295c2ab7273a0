"""Reviewing: which submission counts, what the office decides, where each unit stands."""
