"""llama.cpp in this process: GGUF files as they are, quantised, of whatever architecture it knows."""
