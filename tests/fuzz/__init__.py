"""Fuzzing: every randomly changed file must quickly give a reading or a DocumentError, and nothing else."""
