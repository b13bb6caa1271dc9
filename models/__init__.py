"""Where weights come from: fetched, converted and cached; the adapter of the embedded model."""
