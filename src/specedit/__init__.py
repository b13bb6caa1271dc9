"""Edit-aware speculative decoding."""
