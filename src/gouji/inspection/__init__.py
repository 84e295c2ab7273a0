"""An inspection: what many units have published, matched to a list of units, judged, and told in three files."""
