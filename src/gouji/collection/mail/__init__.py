"""The office's mail: what goes out to the units and what they answer, over SMTP and IMAP."""
