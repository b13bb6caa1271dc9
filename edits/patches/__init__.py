"""Patches: their forms read as blocks, and blocks placed in a file's lines."""
