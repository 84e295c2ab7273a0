"""The steps of a year as an officer does them: each does all that one command does, and returns what to say of it."""
