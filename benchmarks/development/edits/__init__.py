"""Whole edits: from the request to the right bytes on disk, by us and by what people would use instead."""
