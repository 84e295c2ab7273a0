"""The Word medium: a report as the document that is signed and published."""
