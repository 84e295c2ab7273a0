"""Attachments: archives and mails taken apart within limits, however they are nested."""
