"""Which occurrences of a name mean the same thing, as each language defines it: one file of rules a language."""
