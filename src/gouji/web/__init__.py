"""The web medium: pages on which reports were published."""
