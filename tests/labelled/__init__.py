"""Narratives in the style of real reports, each labelled with the rules that it breaks."""
