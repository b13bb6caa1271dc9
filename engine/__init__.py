"""Tokens: draft, target, verify, decode. Knows nothing about files, formats or drafters."""

from specedit.engine.waiting import spin_less

spin_less()
