"""Measurements that need a checkout: its recorded edits, its tests, other engines. They are in no wheel."""
