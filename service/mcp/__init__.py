"""Edits as tools of agents: the Model Context Protocol, one more front door to what the command line does."""
