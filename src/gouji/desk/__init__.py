"""The officer's desk: a page on this computer that does the whole year. It calls the steps that the commands call."""
