"""The web medium: pages on which reports were published, a report as such a page, and the office's board."""
