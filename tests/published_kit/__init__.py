"""A kit of real-shaped pages and Word files whose numbers are known: ``python -m tests.published_kit``."""
