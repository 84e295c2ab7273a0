"""What the pages show, worked out from a workspace as plain records; nothing here knows of addresses or browsers."""
