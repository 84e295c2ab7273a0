"""The media: each turns a Report into a file or a file into a Report, and knows no other medium."""
