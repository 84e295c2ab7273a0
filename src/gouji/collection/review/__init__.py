"""Reviewing: which submission counts, what the office decides, how far each unit is."""
