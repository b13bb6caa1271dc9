"""Symbols of published packages, renamed by several tools side by side."""
