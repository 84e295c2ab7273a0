"""The PDF medium: reports that were published in print."""
