"""The gRPC service: one engine, many clients."""
