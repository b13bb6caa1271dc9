"""The command line: arguments, exit codes, rendering. Wires everything once."""
