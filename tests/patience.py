"""How long tests wait for what must come. Only one that is about to fail waits so long, however busy the machine is."""

PATIENCE = 300.0  # seconds
