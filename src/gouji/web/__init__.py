"""The web medium: a report as a page of the government's site, and the office's board."""
