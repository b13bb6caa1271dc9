"""The HTTP door: what clients of OpenAI-compatible servers, and of fast-apply services, send and read."""
