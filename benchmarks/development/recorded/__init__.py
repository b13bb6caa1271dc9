"""Recorded snippets through the doors, with clients that nobody here wrote, against what the command line makes of them."""
