"""The pipeline: a request becomes a prompt, tokens, text and hunks."""
