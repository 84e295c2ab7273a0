"""Files changed at random: a reading or a DocumentError comes of each, soon, and never anything else."""
