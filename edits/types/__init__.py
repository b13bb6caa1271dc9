"""The types that a text makes evident: one set of rules a language, one inference for all."""
