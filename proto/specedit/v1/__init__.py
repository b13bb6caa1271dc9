"""The protocol, `edit.proto` and `generate.proto`, and the code that `make proto` generates from it."""
