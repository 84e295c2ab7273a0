"""Narratives in the manner of real reports, each with the rules that it breaks."""
