"""The folder of a year: settings, roster, archive, backup, workers, last year."""
