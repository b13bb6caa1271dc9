"""Text: documents as bytes, positions, edits, operations, prompts and answers."""
