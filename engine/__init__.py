"""Tokens: draft, target, verify, decode. Knows nothing about files, formats or drafters."""
