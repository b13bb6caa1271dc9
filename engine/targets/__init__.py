"""Models that can be the target, and how their text becomes tokens."""
