"""What the pages show, worked out from a workspace, without a word of HTML."""
