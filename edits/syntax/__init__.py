"""Parsed texts: grammars, what a language is like, what a text defines, and whether it parses."""
