"""The gRPC interface `specedit.v1` and the code generated from it."""
